"""Load the bot's own sentences from `prompts/replies.yaml`, and check their variables.

A sentence that is missing or asks for a variable nobody supplies is an error at start, not in
the middle of a conversation.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import yaml

from bot.dialogue.phrasing import Wording, places_in
from bot.errors import BadContent

FILE = "replies.yaml"

VARIABLES: Mapping[str, frozenset[str]] = {
    "upshot.stop": frozenset({"contact", "step", "raised", "worst"}),
    "upshot.stop_one": frozenset({"contact", "step", "raised", "worst"}),
    "upshot.pause": frozenset({"contact", "step", "raised", "worst"}),
    "upshot.pause_many": frozenset({"contact", "step", "raised", "worst"}),
    "upshot.tentative": frozenset({"contact", "step", "raised", "worst"}),
    "upshot.tentative_many": frozenset({"contact", "step", "raised", "worst"}),
    "upshot.open": frozenset({"contact", "open"}),
    "upshot.quiet": frozenset({"contact"}),
    "upshot.choice": frozenset(),
    "upshot.narrow": frozenset({"contact", "reason"}),
    "upshot.narrow_raised": frozenset({"contact", "reason", "raised", "worst"}),
    "upshot.narrow_raised_many": frozenset({"contact", "reason", "raised", "worst"}),
    "step.default": frozenset(),
    "count.flag_one": frozenset(),
    "count.flag_many": frozenset({"n"}),
    "count.open_one": frozenset(),
    "count.open_many": frozenset({"n"}),
    "heard.first": frozenset({"facts"}),
    "heard.more": frozenset({"facts"}),
    "heard.correct": frozenset(),
    "heard.not_looked": frozenset(),
    "heard.changed": frozenset({"label", "new", "old"}),
    "heard.taken_back": frozenset({"label", "old"}),
    "heard.removed": frozenset({"label", "old"}),
    "heard.fact": frozenset({"label", "value"}),
    "heard.unknown": frozenset({"label"}),
    "heard.supposed": frozenset({"value"}),
    "heard.perhaps": frozenset({"value", "instead"}),
    "correction.flags_added": frozenset(),
    "correction.flags_removed": frozenset(),
    "correction.considerations": frozenset(),
    "correction.safeguards_added": frozenset(),
    "correction.safeguards_removed": frozenset(),
    "correction.rest": frozenset(),
    "correction.other": frozenset(),
    "correction.nothing": frozenset(),
    "correction.first": frozenset(),
    "correction.all_first": frozenset(),
    "correction.gone": frozenset({"n"}),
    "correction.new": frozenset({"n"}),
    "supposition.leave": frozenset({"contact"}),
    "supposition.unheard": frozenset({"example"}),
    "supposition.half_heard": frozenset({"example"}),
    "supposition.no_flag": frozenset(),
    "supposition.lead": frozenset({"facts"}),
    "beside.lead": frozenset(),
    "beside.silent": frozenset(),
    "lead.another_deal": frozenset(),
    "lead.afresh": frozenset(),
    "other_matter.told": frozenset({"title", "says", "whom"}),
    "several.point": frozenset({"n", "title", "text"}),
    "several.silent": frozenset({"n", "says"}),
    "several.more": frozenset(),
    "other_matter.before": frozenset(),
    "other_matter.only": frozenset(),
    "beside.point": frozenset({"title", "text"}),
    "beside.goods": frozenset({"where"}),
    "supposition.flags_added": frozenset(),
    "supposition.flags_removed": frozenset(),
    "supposition.considerations": frozenset(),
    "supposition.safeguards_added": frozenset(),
    "supposition.safeguards_removed": frozenset(),
    "supposition.facts_opened": frozenset(),
    "supposition.facts_needless": frozenset(),
    "supposition.rest": frozenset(),
    "supposition.other": frozenset(),
    "supposition.nothing": frozenset(),
    "supposition.first": frozenset(),
    "supposition.all_first": frozenset(),
    "supposition.gone": frozenset({"n"}),
    "supposition.new": frozenset({"n"}),
    "supposition.known": frozenset({"facts"}),
    "supposition.no_findings": frozenset(),
    "alternative.lead": frozenset({"one", "other"}),
    "alternative.adopt": frozenset(),
    "alternative.same": frozenset({"one"}),
    "alternative.two_at_a_time": frozenset(),
    "alternative.and": frozenset(),
    "alternative.flags_added": frozenset({"other"}),
    "alternative.flags_removed": frozenset({"one"}),
    "alternative.safeguards_added": frozenset({"other"}),
    "alternative.safeguards_removed": frozenset({"one"}),
    "alternative.facts_opened": frozenset({"other"}),
    "alternative.facts_needless": frozenset({"one"}),
    "alternative.rest": frozenset(),
    "alternative.other": frozenset(),
    "alternative.nothing": frozenset(),
    "alternative.first": frozenset(),
    "alternative.all_first": frozenset(),
    "alternative.gone": frozenset({"one", "n"}),
    "alternative.new": frozenset({"other", "n"}),
    "comparison.lead": frozenset({"label"}),
    "comparison.facts": frozenset(),
    "comparison.flags_added": frozenset(),
    "comparison.flags_removed": frozenset(),
    "comparison.safeguards_added": frozenset(),
    "comparison.safeguards_removed": frozenset(),
    "comparison.rest": frozenset(),
    "comparison.other": frozenset(),
    "comparison.nothing": frozenset(),
    "comparison.not_here": frozenset(),
    "comparison.nothing_here": frozenset(),
    "comparison.none": frozenset(),
    "comparison.yours": frozenset({"deals"}),
    "comparison.which": frozenset({"deals"}),
    "comparison.no_such": frozenset({"deals"}),
    "stands.fact": frozenset({"label", "here", "there"}),
    "stands.not_known": frozenset(),
    "stands.raised": frozenset(),
    "stands.open": frozenset(),
    "stands.not_raised": frozenset(),
    "stands.not_applicable": frozenset(),
    "stands.shift": frozenset({"title", "new", "old"}),
    "updated.changed": frozenset({"which"}),
    "updated.official": frozenset({"which"}),
    "updated.checked": frozenset({"which"}),
    "updated.retired": frozenset({"which"}),
    "updated.more": frozenset({"which", "n"}),
    "updated.instead": frozenset({"which", "instead"}),
    "updated.name": frozenset({"heading"}),
    "lead.verdict": frozenset({"contact"}),
    "lead.question": frozenset(),
    "ask.again": frozenset({"labels"}),
    "ask.again_one": frozenset({"text"}),
    "ask.guess": frozenset({"text", "value"}),
    "ask.guess_of_two": frozenset({"label", "value"}),
    "lead.question_one": frozenset(),
    "lead.why": frozenset({"label", "why"}),
    "lead.why_told": frozenset({"label", "why"}),
    "lead.define": frozenset({"text"}),
    "decline.other_language": frozenset({"contact"}),
    "lead.kept_open": frozenset({"label"}),
    "lead.all_kept_open": frozenset({"label"}),
    "lead.waiting": frozenset(),
    "lead.remark": frozenset(),
    "lead.remark_known": frozenset({"facts"}),
    "lead.to_reviewer": frozenset(),
    "lead.look_up": frozenset({"where"}),
    "lead.verdict_known": frozenset({"contact"}),
    "lead.started_over": frozenset(),
    "lead.greeting": frozenset(),
    "lead.thanks": frozenset(),
    "lead.help": frozenset(),
    "lead.more_safeguards": frozenset(),
    "lead.no_more_safeguards": frozenset(),
    "lead.no_safeguards_yet": frozenset(),
    "lead.sources": frozenset(),
    "lead.source_numbers": frozenset(),
    "lead.drafts": frozenset(),
    "lead.safeguard_asked": frozenset({"title", "text"}),
    "lead.safeguard_not_of_it": frozenset({"title"}),
    "lead.sources_first": frozenset(),
    "lead.about_readers": frozenset(),
    "lead.about_erasing": frozenset({"contact"}),
    "lead.about_contact": frozenset({"contact"}),
    "lead.about_files": frozenset(),
    "lead.about_skipping": frozenset(),
    "lead.about_options": frozenset(),
    "lead.about_which_one": frozenset(),
    "lead.about_size": frozenset({"contact"}),
    "lead.about_coming_back": frozenset(),
    "lead.about_review": frozenset({"contact"}),
    "lead.about_forms": frozenset(),
    "lead.about_correcting": frozenset(),
    "lead.about_reminding": frozenset(),
    "lead.about_passing_on": frozenset({"contact"}),
    "lead.about_trust": frozenset({"contact"}),
    "lead.about_no_capability": frozenset({"contact"}),
    "lead.about_legal_advice": frozenset({"contact"}),
    "lead.about_itself": frozenset({"contact"}),
    "lead.about_current": frozenset({"contact"}),
    "lead.no_more_questions": frozenset(),
    "lead.flags_named": frozenset(),
    "lead.flags_of": frozenset({"title", "flags"}),
    "lead.known": frozenset({"facts"}),
    "lead.not_tried": frozenset(),
    "lead.never_noted": frozenset(),
    "lead.still_open": frozenset({"facts"}),
    "lead.nothing_open": frozenset(),
    "lead.of_customer": frozenset(),
    "lead.to_weigh": frozenset(),
    "lead.safeguards": frozenset(),
    "lead.safeguards_of": frozenset({"stage"}),
    "lead.remedy": frozenset(),
    "lead.remedy_of_none": frozenset(),
    "lead.also_raised": frozenset({"flags"}),
    "lead.first_safeguards": frozenset({"safeguards"}),
    "lead.open_first": frozenset({"facts"}),
    "lead.open_more": frozenset({"facts", "n"}),
    "lead.quoting": frozenset(),
    "lead.in_full": frozenset(),
    "lead.decides": frozenset({"contact"}),
    "lead.gravest": frozenset(),
    "lead.flag_at": frozenset({"n", "of"}),
    "lead.safeguard_at": frozenset({"n", "of"}),
    "lead.gravest_open": frozenset({"facts"}),
    "lead.put_right": frozenset(),
    "lead.rests_on": frozenset({"flag", "facts"}),
    "lead.rests_on_fact": frozenset({"label", "value"}),
    "lead.asked_of_us": frozenset({"contact"}),
    "lead.aside": frozenset(),
    "lead.no_findings": frozenset({"label"}),
    "lead.other_deal": frozenset(),
    "lead.two_deals": frozenset(),
    "lead.send_on": frozenset({"contact"}),
    "lead.send_on_here": frozenset({"contact"}),
    "decline.out_of_scope": frozenset(),
    "decline.verdict": frozenset({"contact"}),
    "decline.evasion_perhaps": frozenset(),
    "decline.not_covered": frozenset({"contact"}),
    "decline.nearest": frozenset({"heading"}),
    "lookup.missing": frozenset({"cited", "source", "held"}),
    "lookup.missing_kind": frozenset({"cited", "held"}),
    "lookup.held": frozenset(),
    "lookup.run": frozenset({"first", "last"}),
    "lookup.and": frozenset({"first", "last"}),
    "lookup.digest": frozenset({"url"}),
    "lookup.about": frozenset({"title", "issuer", "edition", "url"}),
    "lookup.considerations": frozenset({"n"}),
    "lookup.consideration": frozenset({"n", "title"}),
    "lookup.numbers_unchecked": frozenset(),
    "decline.outside": frozenset({"title", "whom"}),
    "decline.whom": frozenset({"whom"}),
    "decline.unclear": frozenset(),
    "consult.where": frozenset({"label", "where"}),
    "closing.if_changed": frozenset({"facts"}),
    "closing.unchecked": frozenset(),
    "closing.not_advice": frozenset({"contact"}),
    "worded.by": frozenset(),
    "worded.supposed": frozenset(),
}
"""Each sentence the code uses, and the variables it may name."""

FREE_GROUPS = frozenset({"step", "late"})
"""Groups that content may extend: one sentence per stage of a deal."""

_QUOTE = "put it in quotation marks"


def load(folder: Path, contact: str) -> Wording:
    """The sentences under *folder*, checked.

    Raises:
        BadContent: The file can't be read or has another shape; or a sentence is missing, unknown,
            or names a variable that it isn't given.
    """
    return Wording(read(folder / FILE, VARIABLES, FREE_GROUPS), contact)


def read(
    path: Path, variables: Mapping[str, frozenset[str]], free_groups: frozenset[str] = frozenset()
) -> dict[str, str]:
    """The sentences in the file *path* by "group.name".

    Args:
        path: YAML: groups of named sentences.
        variables: Each sentence the code uses, and the variables it may name.
        free_groups: Groups that content may extend with sentences that name no variable.

    Raises:
        BadContent: The file can't be read or has another shape; or a sentence is missing, unknown,
            or names a variable that it isn't given.
    """
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadContent(f"{path}: can't be read: {error}. Restore it from the release.") from None
    sentences, problems = _sentences_in(data)
    if problems:
        raise _bad(path, problems)
    problems = [
        f"the sentence {name!r} is missing" for name in variables.keys() - sentences.keys()
    ]
    for name, text in sentences.items():
        allowed = variables.get(name)
        if allowed is None:
            if name.split(".")[0] not in free_groups:
                problems.append(f"nothing uses the sentence {name!r}; remove it")
            allowed = frozenset()
        problems += _problems_of(name, text, allowed)
    if problems:
        raise _bad(path, problems)
    return sentences


def _bad(path: Path, problems: Iterable[str]) -> BadContent:
    return BadContent("\n".join(sorted(f"{path.name}: {problem}" for problem in problems)))


def _sentences_in(data: object) -> tuple[dict[str, str], list[str]]:
    """The sentences by "group.name", and what is wrong with the shape of *data*."""
    if not isinstance(data, dict):
        return {}, [f"groups of named sentences are wanted, and there is {_kind(data)}"]
    sentences: dict[str, str] = {}
    problems = [f"the group {group!r} is no text; {_QUOTE}"
                for group in data if not isinstance(group, str)]
    for group, members in data.items():
        if members is None:
            continue
        if not isinstance(members, dict):
            problems.append(f"the group {group!r} is to hold named sentences, "
                            f"and holds {_kind(members)}")
            continue
        for name, text in members.items():
            if not isinstance(name, str):
                problems.append(f"in the group {group!r} the name {name!r} is no text; {_QUOTE}")
            elif not isinstance(text, str):
                problems.append(f"the sentence '{group}.{name}' is {_kind(text)} and no text; "
                                f"{_QUOTE}")
            else:
                sentences[f"{group}.{name}"] = text
    return sentences, problems


def _problems_of(name: str, text: str, allowed: frozenset[str]) -> Iterator[str]:
    """What is wrong with the places in *text* that variables are put in."""
    try:
        places = places_in(text)
    except ValueError:
        yield (f"the sentence {name!r} has a brace that opens or closes nothing; "
               "write {{ for a brace that is to be read")
        return
    for place in set(places):
        if place.name not in allowed:
            yield (f"the sentence {name!r} names {{{place.name}}}, "
                   f"but is given only {sorted(allowed) or 'nothing'}")
        elif not place.bare:
            yield (f"the sentence {name!r} has a {{{place.name}}} that is more than a name; "
                   f"leave nothing but {{{place.name}}}")


def _kind(value: object) -> str:
    """*value* as a message names it: "nothing", "a list", "True"."""
    if value is None:
        return "nothing"
    if isinstance(value, list):
        return "a list"
    return "a group" if isinstance(value, dict) else repr(value)


def digest_of(wording: Wording) -> str:
    """Twelve hex digits that change with any sentence; kept with each turn."""
    joined = "\n".join(f"{k}={v}" for k, v in sorted(wording.sentences.items()))
    return hashlib.sha256(f"{wording.contact}\n{joined}".encode()).hexdigest()[:12]

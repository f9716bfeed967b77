"""Which reply is due to a message, once what it changes is decided.

The order counts: what is tried first outranks what comes below.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue import citing
from bot.dialogue.changes import Ground
from bot.dialogue.conversation import Going, Message
from bot.dialogue.deciding import Decision, as_supposed
from bot.dialogue.intents import Intent
from bot.dialogue.messages.beside import found_together, question_of, with_answer
from bot.dialogue.messages.several_questions import questions_in
from bot.dialogue.naming import (
    CHANGED,
    CONTACT,
    DECIDES,
    FLAGS,
    HANDED_ON,
    IN_SHORT,
    LEAVE,
    NO_CAPABILITY,
    OPTIONS,
    PONDERING,
    TOLD,
    WHICH_ONE,
    facts_of,
    looked_up_in,
    what_is_sold,
)
from bot.dialogue.phrasing import Wording
from bot.dialogue.poles import has_poles
from bot.dialogue.replies.advising import advice, more, noting_nothing
from bot.dialogue.replies.alternatives import alternatives, are_two, no_findings
from bot.dialogue.replies.answering_by_name import before_passages, by_name
from bot.dialogue.replies.comparing import advised, difference
from bot.dialogue.replies.composing import asked, choice, closed, upshot, where_to_look
from bot.dialogue.replies.framing import beside_the_matter, framed, reason
from bot.dialogue.replies.looking_back import looked_back
from bot.dialogue.replies.passages import compose_each, compose_passages
from bot.dialogue.replies.recalling import comparison
from bot.dialogue.replies.safeguards_asked import with_safeguards_asked
from bot.dialogue.replies.showing import SHOWN
from bot.dialogue.replies.showing import shown as shown_on_request
from bot.dialogue.replies.summing_up import in_one, known_so_far, summed_up
from bot.dialogue.replies.telling import changes, facts_said
from bot.dialogue.replies.trying_out import to_be_picked
from bot.dialogue.reply import Kind, Line, Reply, Status
from bot.dialogue.small_words.languages import in_another_language
from bot.dialogue.small_words.lookups import lookups_of
from retrieval.guidance import GapKind, Guidance, Question
from retrieval.matches import Found

MOST_TO_ASK = 1
"""Of how many questions that wait it is said where their answers are found, beside whom to ask."""
_SIMPLE = {Intent.GREETING: "greeting", Intent.THANKS: "thanks", Intent.HELP: "help"}


def worded(
    decision: Decision, found: Sequence[Found], guidance: Guidance, wording: Wording
) -> Reply:
    """What is due to the message of *decision*, by what it wants and tells.

    A supposition, a comparison and what is shown on request come first, whatever is told beside.
    """
    message, after = decision.message, decision.conversation
    intent = message.intent
    if intent is Intent.WHAT_IF and are_two(message.supposed):
        return alternatives(decision, guidance, wording)
    if intent is Intent.WHAT_IF:
        return _supposition(decision, guidance, wording)
    if intent is Intent.COMPARE:
        return comparison(guidance, wording, after, message, decision.others, decision.ask)
    if intent is Intent.START_OVER and not message.heard:
        return framed(guidance, wording, Kind.ADVICE, "lead.started_over", ())
    if intent is Intent.OUT_OF_SCOPE:
        return framed(guidance, wording, Kind.DECLINE, "decline.out_of_scope", decision.ask)
    if intent is Intent.WHAT_IS_KNOWN and message.subject == CHANGED:
        return looked_back(decision, guidance, wording)
    if intent in SHOWN:
        return shown_on_request(decision, guidance, wording)
    told = bool(message.heard or message.withdrawn or message.retracted)
    if told or intent in {Intent.ADVISE_NOW, Intent.GO_ON}:
        return _on_the_deal(decision, found, guidance, wording, told=told)
    wanted = _wanted(decision, found, guidance, wording)
    return _in_passing(decision, guidance, wording) if wanted is None else wanted


def _on_the_deal(
    decision: Decision,
    found: Sequence[Found],
    guidance: Guidance,
    wording: Wording,
    *,
    told: bool,
) -> Reply:
    """The advice, in full or in short; *told* is whether the message tells anything."""
    message, after = decision.message, decision.conversation
    if not after.deal.answers:
        return framed(guidance, wording, Kind.DECLINE, "lead.no_safeguards_yet", ())
    if message.subject in {IN_SHORT, HANDED_ON} and not told:
        lines = summed_up(guidance, wording, after.deal, decision.findings)
        hands_on = message.subject == HANDED_ON
        if hands_on:
            # Whoever is given it has not read the conversation.
            lines = (known_so_far(guidance, wording, after.deal), *lines,
                     Line(wording.say("lead.decides")))
        return closed(Reply(
            Kind.ADVICE, guidance.release, (*lines, Line(wording.say("lead.in_full"))),
            shape="brief", to_send=hands_on), wording)
    question, opens = question_of(message), not decision.before.deal.answers
    if question is None or (opens and question.intent is Intent.VERDICT):
        return advice(decision, guidance, wording)
    # What the message is for, as far as can be told, and the texts are silent on.
    silent = opens and question.intent is Intent.OUT_OF_SCOPE
    question = replace(question, intent=Intent.ASK) if silent else question
    # "Why do you ask" has an answer of ours, whatever a search finds near to it.
    answered = () if question.intent is Intent.WHY else found_together(found, guidance)
    if not silent and (_is_told_anyway(message, answered, guidance)
                       or _is_an_opening(answered, guidance)):
        return advice(decision, guidance, wording)
    aside = worded(replace(decision, message=question, ask=()), answered, guidance, wording)
    told_of = advice(decision, guidance, wording)
    if silent and aside.kind is Kind.DECLINE:
        capability = _on_what_it_can_do(decision, guidance, wording)
        aside = replace(aside, lead=(*aside.lead, *capability))
        if capability and not any(f.status is Status.RAISED for f in decision.findings):
            # What to weigh of office chairs is nothing, until something tells otherwise.
            told_of = replace(told_of, lead=(), considerations=(), safeguards=(),
                              more_safeguards=(), related=(), aside=())
    return with_answer(told_of, aside, wording, opens=opens, silent=silent)


def _on_what_it_can_do(
    decision: Decision, guidance: Guidance, wording: Wording
) -> Sequence[Line]:
    """What counts of goods that nothing here names, where what they do is asked for next.

    "Weather stations for the met office in Fiji" may have a camera, and it is not ours to say
    that they have none.
    """
    what = what_is_sold(guidance)
    if what is None or what not in decision.ask or not what.look_up:
        return ()
    text = wording.say("beside.goods", where=what.look_up.strip())
    return (Line(text, citing.cite_all(guidance, what.authorities)),)


def _is_an_opening(answered: Sequence[Found], guidance: Guidance) -> bool:
    """Whether what is asked would open a conversation: it has, and the deal answers it.

    That nothing was noted, as is said of "can you make it short?" alone, would not be true.
    """
    gap = guidance.gap_by_id.get(answered[0].gap or "") if answered else None
    return gap is not None and answered[0].abstained and gap.kind is GapKind.OPENING


def _is_told_anyway(message: Message, answered: Sequence[Found], guidance: Guidance) -> bool:
    """Whether the texts are silent on what is asked, and a matter told names the same to ask."""
    gap = guidance.gap_by_id.get(answered[0].gap or "") if answered else None
    return gap is not None and any(
        matter.id in message.other_matters and matter.whom == gap.whom
        for matter in guidance.other_matters)


def _wanted(
    decision: Decision, found: Sequence[Found], guidance: Guidance, wording: Wording
) -> Reply | None:
    """The answer to a message that wants something by itself; None where it wants nothing."""
    message, after = decision.message, decision.conversation
    intent = message.intent
    if intent is Intent.VERDICT and after.deal.answers:
        standing = in_one((*summed_up(guidance, wording, after.deal, decision.findings),
                           choice(guidance, wording)))
        declined = framed(guidance, wording, Kind.DECLINE, "lead.verdict_known", decision.ask)
        return replace(declined, lead=(*declined.lead, standing))
    if intent is Intent.VERDICT:
        return framed(guidance, wording, Kind.DECLINE, "decline.verdict", decision.ask)
    if intent is Intent.WHY and (facts := facts_of(message.subject)):
        named = [q for fact in facts if (q := guidance.questions.get(fact)) is not None]
        return _why(named, decision.ask, guidance, wording, where=named)
    if intent is Intent.WHY and message.subject == TOLD:
        told = [q for fact in decision.before.told_last()
                if (q := guidance.questions.get(fact)) is not None and has_poles(q)]
        waiting = [q for q in told if q in decision.ask]
        return _why(told, decision.ask, guidance, wording, told=True, where=waiting)
    sought = [q for fact in looked_up_in(message.subject)
              if (q := guidance.questions.get(fact)) is not None]
    if intent is Intent.WHY and sought:
        return _where(sought, decision.ask, guidance, wording)
    if intent is Intent.WHY and decision.ask:
        return _why(decision.ask, decision.ask, guidance, wording, where=decision.ask)
    if intent is Intent.DEFINE and message.subject is not None:
        return _definition(message.subject, decision.ask, guidance, wording)
    if intent is Intent.ASK and len(found) > 1:
        return compose_each(guidance, wording, found, decision.ask,
                            more=len(questions_in(message, guidance)) > len(found))
    if intent is Intent.ASK and found:
        answered = _answered(decision, found[0], guidance, wording)
        return to_be_picked(answered, message, after.deal, guidance, wording) if (
            message.unheard) else answered
    if intent in {Intent.MORE_SAFEGUARDS, Intent.SHOW_SOURCES}:
        return more(decision, found, guidance, wording)
    return None


def _in_passing(decision: Decision, guidance: Guidance, wording: Wording) -> Reply:
    """What is said to a message that neither tells nor wants anything that could be given."""
    message, after = decision.message, decision.conversation
    intent = message.intent
    if intent is Intent.FILLER and decision.ask:
        waiting = framed(guidance, wording, Kind.ASK, "lead.waiting", decision.ask)
        if message.going is not Going.ON:
            return waiting
        told = noting_nothing(message, decision.before, guidance, wording)
        return replace(waiting, lead=(Line(told), *waiting.lead[1:]))
    if intent is Intent.FILLER and message.subject == PONDERING and after.deal.answers:
        standing = upshot(guidance, wording, after.deal, decision.findings)
        on = framed(guidance, wording, Kind.ADVICE, "lead.in_full", ())
        return replace(on, lead=(standing, *on.lead))
    if intent is Intent.FILLER:
        # Where nothing is told yet, neither "ok" nor "..." thanks for anything.
        name = "lead.thanks" if after.deal.answers or after.topic else "lead.greeting"
        return framed(guidance, wording, Kind.ADVICE, name, ())
    if message.answers_reviewer and not message.other_matters:
        return framed(guidance, wording, Kind.ASK if decision.ask else Kind.ADVICE,
                      "lead.to_reviewer", decision.ask)
    if intent is Intent.REMARK and message.other_matters:
        return _told_beside(decision, guidance, wording)
    if intent is Intent.REMARK and not decision.ask and decision.before.pending is None:
        return beside_the_matter(decision, guidance, wording)
    if intent is Intent.REMARK and after.deal.answers:
        return advice(decision, guidance, wording)
    if intent is Intent.REMARK:
        return framed(guidance, wording, Kind.ASK, "lead.remark", decision.ask)
    if intent in _SIMPLE:
        kind = Kind.ASK if decision.ask else Kind.ADVICE
        if message.subject is not None:
            # Who has said that it can watch nobody is not asked once more what it does.
            ask = () if message.subject == NO_CAPABILITY else decision.ask
            reply = framed(guidance, wording, kind if ask else Kind.ADVICE,
                           f"lead.about_{message.subject}", ask)
            if message.subject == CONTACT:
                reply = _with_where_to_ask(reply, decision.ask, guidance, wording)
            return replace(reply, to_try_out=message.subject in {OPTIONS, WHICH_ONE})
        return framed(guidance, wording, kind, f"lead.{_SIMPLE[intent]}", decision.ask)
    if intent is Intent.UNCLEAR and decision.before.pending is not None and after.deal.answers:
        return advice(decision, guidance, wording)
    foreign = in_another_language(message.matter or message.text, guidance)
    name = "decline.other_language" if foreign else "decline.unclear"
    return framed(guidance, wording, Kind.DECLINE, name, decision.ask)


def _with_where_to_ask(
    reply: Reply, ask: Sequence[Question], guidance: Guidance, wording: Wording
) -> Reply:
    """*reply* on whom to turn to, with who can answer what waits: it may be asked of either."""
    lines = [where_to_look(question, guidance, wording)
             for question in ask[:MOST_TO_ASK] if question.look_up]
    return closed(replace(reply, lead=(*reply.lead, *lines)), wording) if lines else reply


def _told_beside(decision: Decision, guidance: Guidance, wording: Wording) -> Reply:
    """What is said to a message that tells of a matter beside the guidance, and of nothing else."""
    deal, ask = decision.conversation.deal, decision.ask
    if not deal.answers:
        return framed(guidance, wording, Kind.ADVICE, "other_matter.before", ask)
    noted = framed(guidance, wording, Kind.ASK if ask else Kind.ADVICE, "other_matter.only", ask)
    if ask or decision.before.pending is not None:
        # What a deal raised stays in sight: what is told beside it may be the worst of it.
        return advice(decision, guidance, wording)
    standing = upshot(guidance, wording, deal, decision.findings)
    return replace(noted, lead=(*noted.lead, standing, Line(wording.say("lead.in_full"))))


def _answered(
    decision: Decision, found: Found, guidance: Guidance, wording: Wording
) -> Reply:
    """The answer to a question on the texts, by name or by what was found."""
    message = decision.message
    lookup = lookups_of(guidance).of(message.matter or message.text, message.subject or "")
    named = by_name(lookup, guidance, wording, decision.ask)
    if named is not None:
        return named
    gap = guidance.gap_by_id.get(found.gap or "")
    deal = decision.conversation.deal
    if found.abstained and gap is not None and gap.kind is GapKind.OPENING and deal.answers:
        # What would open a conversation is beside the point in the middle of one.
        return beside_the_matter(decision, guidance, wording)
    if found.abstained and found.nearest is None:
        # Whoever names a text can be sent to it, though it may not answer the question.
        found = replace(found, nearest=lookups_of(guidance).first_of(lookup.source))
    reply = compose_passages(guidance, wording, found, decision.ask)
    if lookup.held and reply.kind is not Kind.DECLINE:
        lead = (Line(wording.say("lookup.held")),) if lookup.bare else reply.lead
        return replace(reply, lead=(*before_passages(lookup, guidance, wording), *lead))
    silent_on = gap if found.abstained else None
    return with_safeguards_asked(reply, silent_on, decision, guidance, wording)


def _supposition(decision: Decision, guidance: Guidance, wording: Wording) -> Reply:
    """What would be different if it were as supposed; the deal stays as it is."""
    deal, supposed = decision.conversation.deal, decision.message.supposed
    found = difference(guidance, advised(guidance, deal, decision.findings),
                       advised(guidance, as_supposed(deal, decision.message, guidance)))
    # What is only tried out need not be certain.
    facts = {fact: replace(answer, sure=True) for fact, answer in supposed.items()}
    # What is so already is no trial, and can't be taken in.
    known = all(answer.values == deal.known(fact) for fact, answer in supposed.items())
    lead = [Line(wording.say("supposition.known" if known else "supposition.lead",
                             facts=facts_said(guidance, wording, facts)))]
    if decision.message.subject == LEAVE:
        lead.insert(0, Line(wording.say("supposition.leave")))
    if decision.message.subject == DECIDES:
        lead.append(Line(wording.say("lead.decides")))
    if decision.message.subject == FLAGS and not (found.flags_added or found.flags_removed):
        lead.append(Line(wording.say("supposition.no_flag")))
    lead += no_findings(guidance, wording, supposed)
    return closed(Reply(
        Kind.ASK if decision.ask else Kind.ADVICE, guidance.release, tuple(lead),
        question=asked(guidance, decision.ask), shape="brief",
        changes=changes(guidance, wording, Ground.SUPPOSITION, found)), wording)


def _why(
    questions: Sequence[Question],
    ask: Sequence[Question],
    guidance: Guidance,
    wording: Wording,
    *,
    where: Sequence[Question],
    told: bool = False,
) -> Reply:
    """What *questions* are for and, of those of *where*, where to find the answer.

    *told* is whether it is asked of what was told just before.
    """
    lead = []
    for question in questions:
        lead.append(reason(question, guidance, wording, told=told))
        if question.look_up and question in where:
            text = wording.say("lead.look_up", where=question.look_up.strip())
            lead.append(Line(text, citing.cite_all(guidance, question.consult)))
    reply = Reply(Kind.ASK if ask else Kind.ADVICE, guidance.release, tuple(lead),
                  question=asked(guidance, ask), shape="brief")
    return closed(reply, wording)


def _where(
    questions: Sequence[Question], ask: Sequence[Question], guidance: Guidance, wording: Wording
) -> Reply:
    """Where the answers to *questions* are to be found and, of a single one, what it is for."""
    lines = [where_to_look(question, guidance, wording) for question in questions]
    lines += [reason(one, guidance, wording, told=True) for one in questions[:1]
              if len(questions) == 1]
    reply = Reply(Kind.ASK if ask else Kind.ADVICE, guidance.release, tuple(lines),
                  question=asked(guidance, ask), shape="brief")
    return closed(reply, wording)


def _definition(
    entry_id: str, ask: Sequence[Question], guidance: Guidance, wording: Wording
) -> Reply:
    entry = next(e for e in guidance.vocabulary.glossary if e.id == entry_id)
    line = Line(wording.say("lead.define", text=entry.text.strip()),
                citing.cite_all(guidance, entry.authorities))
    kind = Kind.ASK if ask else Kind.ADVICE
    return closed(Reply(kind, guidance.release, (line,), question=asked(guidance, ask),
                        shape="brief"), wording)

"""What requests are made of: which lists of phrases they need, and which may stand beside those.

The lists are content (`phrases.yaml`); `bot.dialogue.messages.requesting` holds messages against
them, in the order of the tables.
"""

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from bot.dialogue.intents import Intent
from bot.dialogue.naming import (
    AGAIN,
    ALL,
    COMING_BACK,
    CONTACT,
    CORRECTING,
    CURRENT,
    CUSTOMER,
    DRAFTS,
    ERASING,
    FILES,
    FORMS,
    HANDED_ON,
    IN_SHORT,
    ITSELF,
    LEGAL_ADVICE,
    MINE,
    NUMBERED,
    PASSING_ON,
    READERS,
    REMINDING,
    REVIEW,
    SIZE,
    SKIPPING,
    TRUST,
)
from bot.dialogue.small_words.cues import FUNCTION_WORDS

_BESIDE = ("of_the_deal", "polite")
_ON_TERMS = ("safeguard_words", "terms")
ALL_BESIDE = (*_BESIDE, FUNCTION_WORDS, "wishing")
"""Small words that nearly any request may hold besides what it needs."""
_TO_BE_SEEN = (*ALL_BESIDE, "red_flags", "view_beside")
"""What a wish to see something of the deal is made of besides its name."""
IN_THE_CONTRACT = "before sale"
"""The stage of the safeguards that go into a contract."""
_STAGES = {"in_the_contract": IN_THE_CONTRACT, "in_the_product": "design",
           "after_the_sale": "after sale"}
"""Words for what safeguards go into, with the stage of those that do."""
IGNORING = (*ALL_BESIDE, "flag_words", "may_we", "what_follows", "remedy_beside")
"""What is said beside the wish to ignore a red flag."""


class Form(Enum):
    """How a message has to be put."""

    ANY = "any"
    ASKED = "asked"
    SAID = "said"


class Made(NamedTuple):
    """A request and what its message is made of."""

    intent: Intent
    needed: Sequence[str]
    """Lists of each of which it holds something."""
    beside: Sequence[str]
    """Lists that the rest of its words come from."""
    form: Form = Form.ANY
    of_a_deal: bool = True
    """Whether it makes no sense before a deal is told."""
    subject: str | None = None


_APPROVERS = (("asks_who", Form.ANY), ("approvers", Form.ASKED))
"""Who approves a deal, asked for or named, and how: "my boss has to approve it" tells that."""
_BY_WHOM = (*ALL_BESIDE, "asks_who_beside")
"""What is said beside that question: "who in the company has to sign off on this"."""
MADE_OF: Sequence[Made] = (
    Made(Intent.SEND_ON, ("send_on", "send_on_to"), (*_BESIDE, "send_on_beside"),
         of_a_deal=False),
    Made(Intent.RED_FLAGS, ("red_flags", "flag_words"), (*_BESIDE, "of_the_texts"),
         of_a_deal=False),
    Made(Intent.RED_FLAGS, ("flag_names",), _BESIDE),
    Made(Intent.RED_FLAGS, ("no_flags", "concludes"), (*ALL_BESIDE, "guessing")),
    Made(Intent.RED_FLAGS, ("nothing_then", "concludes"), ALL_BESIDE, Form.ASKED),
    Made(Intent.RED_FLAGS, ("red_flag_itself", "source_number"),
         (*_BESIDE, "of_the_texts", "red_flag_beside"), of_a_deal=False),
    Made(Intent.SEND_ON, ("sends_alone",), ("polite", "what_is_sent")),
    Made(Intent.STILL_OPEN, ("to_ask", "of_whom"), ALL_BESIDE, subject=CUSTOMER),
    Made(Intent.STILL_OPEN, ("still_open",), (*_BESIDE, "back_to_it")),
    Made(Intent.WHAT_IS_KNOWN, ("what_is_known",), (*_BESIDE, "back_to_it")),
    Made(Intent.REMEDY, ("remedy",), (*_BESIDE, "remedy_beside", "flag_words")),
    Made(Intent.ADVISE_NOW, ("in_short",), (*_BESIDE, "in_short_beside"), subject=IN_SHORT),
    Made(Intent.ADVISE_NOW, ("whole_of_it",), (*ALL_BESIDE, "whole_beside")),
    Made(Intent.ADVISE_NOW, ("all_of_it", "asks_for_it"), (*ALL_BESIDE, "whole_beside")),
    Made(Intent.ADVISE_NOW, ("what_to_tell", "whose_ear"), ALL_BESIDE, subject=IN_SHORT),
    Made(Intent.ADVISE_NOW, ("asks_what_thing", "whose_ear", "they_will_ask"),
         ALL_BESIDE, subject=IN_SHORT),
    Made(Intent.ADVISE_NOW, ("a_few_words_for", "whose_ear"), (*ALL_BESIDE, "asks_for_it"),
         subject=HANDED_ON),
    Made(Intent.NEXT_STEPS, ("must_be_told", "whose_ear"), ALL_BESIDE),
    Made(Intent.ADVISE_NOW, ("the_advice",), ("polite",)),
    Made(Intent.SHOW_SOURCES, ("quoting",), ("polite", "quoting_beside"), Form.ASKED,
         of_a_deal=False, subject=IN_SHORT),
    Made(Intent.MORE_SAFEGUARDS, ("more_of_it",), ("polite",)),
    Made(Intent.SHOW_SOURCES, ("source_words", "all_sources"), (*_BESIDE, "source_beside"),
         of_a_deal=False, subject=ALL),
    Made(Intent.SHOW_SOURCES, ("source_words",), (*_BESIDE, "source_beside"), of_a_deal=False),
    Made(Intent.SHOW_SOURCES, ("source_words", "source_number"), (*_BESIDE, "source_beside"),
         subject=NUMBERED),
    Made(Intent.SHOW_SOURCES, ("source_words", "source_number"), (*_BESIDE, "source_beside"),
         of_a_deal=False),
    Made(Intent.SHOW_SOURCES, ("what_a_number_is", "source_number"), (*_BESIDE, "source_beside"),
         subject=NUMBERED),
    Made(Intent.START_OVER, ("new_deal",), ("polite", "new_deal_beside"), of_a_deal=False),
    Made(Intent.HELP, ("may_be_skipped",), (*ALL_BESIDE, "what_is_skipped"), subject=SKIPPING),
    Made(Intent.HELP, ("may_come_back",), (*ALL_BESIDE, "comes_back_beside"),
         subject=COMING_BACK),
    Made(Intent.HELP, ("order_size",),
         (*ALL_BESIDE, "fine_words", "a_problem", "order_size_beside"), Form.ASKED, subject=SIZE),
    Made(Intent.HELP, ("price_of_it", "counts_at_all"), (*ALL_BESIDE, "order_size_beside"),
         Form.ASKED, subject=SIZE),
    Made(Intent.HELP, ("how_long_it_runs", "counts_at_all"), (*ALL_BESIDE, "order_size_beside"),
         subject=SIZE),
    Made(Intent.HELP, ("order_size", "fine_words"), (*ALL_BESIDE, "order_size_beside"),
         subject=SIZE),
    Made(Intent.HELP, ("order_size", "counts_at_all"), (*ALL_BESIDE, "order_size_beside"),
         subject=SIZE),
    Made(Intent.HELP, ("what_to_promise", "an_outsider"), ALL_BESIDE, subject=PASSING_ON),
    Made(Intent.HELP, ("who_looks_at_it",), ALL_BESIDE, subject=CONTACT),
    Made(Intent.HELP, ("reading_along", "words_of_the_talk"), (*ALL_BESIDE, "of_the_house"),
         Form.ASKED, of_a_deal=False, subject=READERS),
    Made(Intent.HELP, ("reading_along", "of_the_house", "pointing_here"), ALL_BESIDE,
         Form.ASKED, of_a_deal=False, subject=READERS),
    Made(Intent.HELP, ("kept_private",), (*ALL_BESIDE, "of_the_house"), of_a_deal=False,
         subject=READERS),
    Made(Intent.HELP, ("erasing", "words_of_the_talk"), (*ALL_BESIDE, "of_the_house"),
         Form.ASKED, of_a_deal=False, subject=ERASING),
    Made(Intent.HELP, ("erase_the_talk",), ALL_BESIDE, of_a_deal=False, subject=ERASING),
    Made(Intent.HELP, ("talks_to", "for_a_person"), ALL_BESIDE, of_a_deal=False,
         subject=CONTACT),
    Made(Intent.HELP, ("asks_who", "talks_to"), (*ALL_BESIDE, "asks_who_beside"), Form.ASKED,
         of_a_deal=False, subject=CONTACT),
    Made(Intent.HELP, ("asks_who", "whom_to_ask"), (*ALL_BESIDE, "asks_who_beside"),
         of_a_deal=False, subject=CONTACT),
    Made(Intent.HELP, ("whom_to_turn_to",), (*ALL_BESIDE, "asks_who_beside"), of_a_deal=False,
         subject=CONTACT),
    Made(Intent.HELP, ("legal_advice",), (*ALL_BESIDE, "legal_advice_beside"), Form.ASKED,
         of_a_deal=False, subject=LEGAL_ADVICE),
    Made(Intent.HELP, ("of_its_kind", "whom_i_talk_to"), (*ALL_BESIDE, "of_its_kind_beside"),
         Form.ASKED, of_a_deal=False, subject=ITSELF),
    Made(Intent.HELP, ("who_are_you",), ALL_BESIDE, of_a_deal=False, subject=ITSELF),
    # Before any deal what is meant is the guidance, whose edition is told.
    Made(Intent.HELP, ("up_to_date",), ALL_BESIDE, subject=CURRENT),
    Made(Intent.HELP, ("in_a_file",), (*ALL_BESIDE, "file_beside"), of_a_deal=False,
         subject=FILES),
    Made(Intent.HELP, ("shows_us", "a_document"), ALL_BESIDE, of_a_deal=False, subject=FILES),
    Made(Intent.HELP, ("done_with", "words_of_the_talk"), ALL_BESIDE, Form.ASKED,
         of_a_deal=False, subject=READERS),
    Made(Intent.HELP, ("takes_time", "of_a_review"), (*ALL_BESIDE, "review_beside"),
         of_a_deal=False, subject=REVIEW),
    Made(Intent.HELP, ("a_form",), (*ALL_BESIDE, "form_beside", "of_whom"), Form.ASKED,
         of_a_deal=False, subject=FORMS),
    Made(Intent.HELP, ("may_correct",), (*ALL_BESIDE, "what_is_corrected", "comes_back_beside"),
         of_a_deal=False, subject=CORRECTING),
    Made(Intent.HELP, ("reminding",), (*ALL_BESIDE, "comes_back_beside", "some_day"),
         of_a_deal=False, subject=REMINDING),
    Made(Intent.HELP, ("leave_asked", "passes_it_on", "an_outsider", "what_is_passed_on"),
         ALL_BESIDE, Form.ASKED, of_a_deal=False, subject=PASSING_ON),
    Made(Intent.HELP, ("is_seen_by", "what_is_passed_on"), ALL_BESIDE, Form.ASKED,
         of_a_deal=False, subject=READERS),
    Made(Intent.HELP, ("how_sure",), (*ALL_BESIDE, "what_is_passed_on"), of_a_deal=False,
         subject=TRUST),
    Made(Intent.COMPARE, ("my_deals",), (*ALL_BESIDE, "my_deals_beside"), Form.ASKED,
         of_a_deal=False, subject=MINE),
    Made(Intent.COMPARE, ("my_deals", "my_deals_beside"), ALL_BESIDE, of_a_deal=False,
         subject=MINE),
    Made(Intent.COMPARE, ("compares_deals",), ("polite",)),
    Made(Intent.FILLER, ("ask_again",), _BESIDE, of_a_deal=False, subject=AGAIN),
)
"""What is asked for by its name."""
OF_A_CITATION = Made(
    Intent.SHOW_SOURCES, ("source_number",),
    (*ALL_BESIDE, "source_words", "source_beside", "what_a_number_is"), subject=NUMBERED)
"""What points to a citation by its number in brackets: "where is [3] from"."""
_A_VERDICT = Made(Intent.VERDICT, ("a_verdict",), (*ALL_BESIDE, "guessing"), Form.ASKED)
_GOING_AHEAD = Made(Intent.VERDICT, ("may_we", "go_ahead"), (*_BESIDE, "go_ahead_beside"),
                    Form.ASKED)
LETTING_KNOW = Made(Intent.VERDICT, ("may_we", "lets_know", "an_answer"),
                    (*_BESIDE, "go_ahead_beside", "whom_to_let_know"), Form.ASKED)
_AN_OPINION = Made(Intent.VERDICT, ("opinion",), (*ALL_BESIDE, "go_ahead"))
THOUGHTS = Made(Intent.ADVISE_NOW, ("thoughts",), ALL_BESIDE)
"""The same of who wants no leave, but to hear what there is to say."""
_A_SCORE = Made(Intent.VERDICT, ("score",), (*ALL_BESIDE, "score_beside", "remedy_beside"))
WANTS_LEAVE = (_A_VERDICT, _GOING_AHEAD, LETTING_KNOW, _AN_OPINION, _A_SCORE)
"""What asks for leave to go on, and for no more: "is that risky?" asks for the advice."""
TO_BE_CHECKED = Made(Intent.ADVISE_NOW, ("to_be_checked",),
                     (*ALL_BESIDE, "new_deal_beside", "a_deal_to_check", "quantities"))
"""The wish that a deal is looked at, beside what it names: "pls check: spyware, UAE, 2m USD"."""
STARTING_OVER = Made(Intent.START_OVER, ("start_over",),
                     ("polite", "take_back", "is_wrong", "starting_over"))
"""A wish to begin again, however it is put: "forget it, can we start over please"."""
WRONG: Sequence[Made] = (
    Made(Intent.PUT_RIGHT, ("is_wrong",), (*ALL_BESIDE, "told_things", "flag_words",
         "is_wrong_beside"), Form.SAID),
    Made(Intent.PUT_RIGHT, ("of_others",), (*ALL_BESIDE, "told_things", "flag_words",
         "is_wrong_beside", "of_others_beside"), Form.SAID),
)
"""What says that something told is not so, or was not told of this deal."""
OF_ELSEWHERE = Made(Intent.PUT_RIGHT, ("speaks_of_elsewhere",),
                    (*ALL_BESIDE, "told_things", "is_wrong_beside", "of_others_beside"),
                    Form.SAID)
"""The same, beside the name of a country."""
HAPPENED_ELSEWHERE = OF_ELSEWHERE._replace(needed=("happened_elsewhere",))
"""The same of what has a name: "the coup was in Mali"."""
WAS_ELSEWHERE = OF_ELSEWHERE._replace(needed=("was_elsewhere",))
"""The same behind what told of no country itself: "I mixed that up, that was Mali"."""
NOT_BY_THEM = OF_ELSEWHERE._replace(needed=("not_by_them",))
"""That it was not the end-user of the deal, beside its name: "but not by this police"."""
ON_THE_DEAL: Sequence[Made] = (
    Made(Intent.WHAT_IS_KNOWN, ("fact_words",), (*_BESIDE, "fact_words_beside")),
    Made(Intent.RED_FLAGS, ("no_flags",), (*ALL_BESIDE, "guessing"), Form.ASKED),
    Made(Intent.VERDICT, ("all_clear_for_us", "concludes"), (*ALL_BESIDE, "guessing")),
    Made(Intent.GO_ON, ("what_else",), _BESIDE, Form.ASKED),
    _A_VERDICT,
    Made(Intent.REMEDY, ("drafting", "in_the_contract"),
         (*ALL_BESIDE, "put_in", "drafting_beside"), subject=DRAFTS),
    *(Made(Intent.REMEDY, (place, "put_in"),
           (*ALL_BESIDE, "view_beside", "safeguard_names", "one_safeguard"), Form.ASKED,
           subject=stage)
      for place, stage in _STAGES.items()),
    *(Made(Intent.REMEDY, ("safeguard_names", place), _TO_BE_SEEN, Form.ASKED, subject=stage)
      for place, stage in _STAGES.items()),
    Made(Intent.NEXT_STEPS, ("what_to_do",), (*ALL_BESIDE, "at_least", "go_ahead", "some_day")),
    *(Made(Intent.NEXT_STEPS, (who, "approving"), _BY_WHOM, form) for who, form in _APPROVERS),
    Made(Intent.REMEDY, ("one_safeguard", "picks_one"), (*ALL_BESIDE, "safeguard_names"),
         subject=ALL),
    Made(Intent.GRAVEST, ("gravest", "gravest_of"), (*ALL_BESIDE, "flag_words")),
    Made(Intent.GRAVEST, ("gravest",), (*ALL_BESIDE, "gravest_of", "flag_words"), Form.ASKED),
    Made(Intent.GRAVEST, ("weigh_words",), (*ALL_BESIDE, "view_beside"), Form.ASKED,
         subject=ALL),
    Made(Intent.COMPARE, ("riskier",), (*ALL_BESIDE, "other_deal"), Form.ASKED),
    Made(Intent.RED_FLAGS, ("flag_words", "stands_yet"), ALL_BESIDE, Form.ASKED),
    Made(Intent.RED_FLAGS, ("those_others", "do_it_too"), (*ALL_BESIDE, "do_it_beside")),
    Made(Intent.REMEDY, ("mends", "flag_words"), (*ALL_BESIDE, *_ON_TERMS, "remedy_beside"),
         Form.ASKED),
    Made(Intent.REMEDY, ("mends", "remedy_beside"), (*ALL_BESIDE, *_ON_TERMS, "flag_words"),
         Form.ASKED),
    Made(Intent.RED_FLAGS, ("flag_why", "a_problem"), ALL_BESIDE, Form.ASKED),
    Made(Intent.RED_FLAGS, ("flag_why", "told_to_stop"), ALL_BESIDE, Form.ASKED),
    Made(Intent.RED_FLAGS, ("flag_words", "raises_a_flag"), (*ALL_BESIDE, *_ON_TERMS,
         "told_things"), Form.ASKED),
    Made(Intent.STILL_OPEN, ("open_words",), (*ALL_BESIDE, "told_things"), Form.ASKED),
    _GOING_AHEAD,
    LETTING_KNOW,
    Made(Intent.VERDICT, ("ignores",), IGNORING, Form.ASKED),
    Made(Intent.NEXT_STEPS, ("turning_down",), (*ALL_BESIDE, "go_ahead_beside"), Form.ASKED),
    Made(Intent.VERDICT, ("in_order",),
         (*ALL_BESIDE, *_ON_TERMS, "go_ahead", "told_things", "score_beside"), Form.ASKED),
    _AN_OPINION,
    _A_SCORE,
    Made(Intent.PUT_RIGHT, ("take_back",), (*_BESIDE, "told_things", "flag_words")),
    *WRONG,
    Made(Intent.PUT_RIGHT, ("not_meant",), (*_BESIDE, "told_things")),
    Made(Intent.MORE_SAFEGUARDS, ("more_safeguards",), _TO_BE_SEEN),
    Made(Intent.GRAVEST, ("consideration_names",), _TO_BE_SEEN, subject=ALL),
    Made(Intent.GRAVEST, ("guidance_says", "this_very_deal"), _BESIDE, subject=ALL),
    Made(Intent.REMEDY, ("safeguard_names",), _TO_BE_SEEN, subject=ALL),
)
"""What is asked of the deal at hand in small words, where they don't answer what was asked."""
LEAVE = "leave_words"
"""Words that ask for leave, where they stand before what it is for: "can we", "should I"."""
_DEALING = (*ALL_BESIDE, LEAVE, "selling_words", "fine_words", "a_problem", "opinion",
            "score", "score_beside", "wants_to_hear")
ON_ONE_NAMED: Sequence[Made] = (
    Made(Intent.VERDICT, (LEAVE,), _DEALING, Form.ASKED),
    Made(Intent.VERDICT, ("fine_words",), _DEALING, Form.ASKED),
    Made(Intent.VERDICT, ("fine_words", "wants_to_hear"), _DEALING),
    Made(Intent.VERDICT, (LEAVE, "wants_to_hear"), _DEALING),
    Made(Intent.ADVISE_NOW, ("opinion",), _DEALING),
    Made(Intent.ADVISE_NOW, ("score",), _DEALING, Form.ASKED),
    Made(Intent.ADVISE_NOW, ("a_problem",), _DEALING, Form.ASKED),
)
"""What is asked of a deal that is named in the same breath: leave to go on, or how it looks."""
BEFORE_A_DEAL: Sequence[Made] = (
    Made(Intent.ASK, ("why_it_matters",), ("polite", "of_the_deal")),
    Made(Intent.HELP, ("who_signs_off",), ("polite", "of_the_deal"), subject=CONTACT),
    *(Made(Intent.HELP, (who, "approving"), _BY_WHOM, form, subject=CONTACT)
      for who, form in _APPROVERS),
    Made(Intent.GREETING, ("a_deal_to_check",), (*ALL_BESIDE, "new_deal_beside", "to_be_checked")),
    Made(Intent.SEND_ON, ("sends_alone",), ("polite", "what_is_sent")),
)
"""What is asked of all of this, where no deal is told yet."""
GOING_ON = Made(Intent.GREETING, ("what_next",), ("polite", "of_the_deal"))
"""What goes on from nothing: who says so is told what can be told."""
OF_NOTHING: Sequence[Made] = (
    Made(Intent.REMARK, ("scorn",), (*ALL_BESIDE, "scorn_beside"), of_a_deal=False),
    Made(Intent.REMARK, ("not_meant",), (*_BESIDE, "told_things"), of_a_deal=False),
)
"""What says nothing of any deal, and wants nothing."""
NAMING_NOTHING = (*ALL_BESIDE, "one_of_those", "flag_words", "gravest", "what_to_do", "at_least",
                  "open_words", "mends", "in_order", "opinion")
"""Lists of small words that questions about a deal are made of."""

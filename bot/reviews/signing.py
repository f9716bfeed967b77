"""Who may sign off a review, and when."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.reviews.marking import Present
from bot.reviews.review import Opinion, Outcome, Review, Standing, objections


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something may not be done."""

    code: str
    sentence: str
    """What is in the way and what to do, for people."""
    considerations: tuple[str, ...] = ()
    """Ids of the considerations that lack a mark, where that is what is in the way."""


OWN_DEAL = Refusal("own_deal", "This is your own deal, or you told facts of it; nobody reviews "
                   "their own. Leave it to another reviewer.")


def may_sign(
    review: Review,
    viewer_user: str,
    *,
    askers: Collection[str],
    raised: Collection[str],
    present: Present,
    four_eyes: bool,
    outcome: Outcome = Outcome.AGREED,
    over: Collection[str] | None = None,
) -> Refusal | None:
    """Why *viewer_user* may not sign off the review now; None if they may.

    Args:
        review: As it stands.
        viewer_user: Slack's id of who would sign.
        askers: Whose deal it is: who asked, and whoever told facts in it.
        raised: Ids of the considerations under which a flag is raised.
        present: The advice and the deal as they are now.
        four_eyes: Whether two people have to sign.
        outcome: What the review would come to.
        over: Keys of the objections in spite of which they would sign; None while nobody is asked.
    """
    if viewer_user in askers:
        return OWN_DEAL
    if review.tellers_erased:
        return Refusal("erased", "What was told of this deal was erased, and with it who told it. "
                       "Nobody can tell any more whose deal it is, so it can't be signed off.")
    told = any(present.advised.facts.values())
    if not review.advice_given and not told:
        return Refusal("no_advice", "No advice on the deal has been given yet. Wait until the "
                       "person has answered what is asked, or has asked for the advice.")
    if review.waiting and outcome.agrees:
        one = len(review.waiting) == 1
        return Refusal("unanswered", f"{'A question' if one else 'Questions'} to the person "
                       f"{'is' if one else 'are'} unanswered. Wait for the answer, or say that "
                       "you no longer wait for it.")
    if not review.advice_given and outcome.agrees:
        # Whoever was told to stop has sent it and asks no further: it can be sent back as it is.
        return Refusal("no_advice", "No advice on the deal has been given yet, so nobody can "
                       "agree. Wait until the person has answered what is asked, or has asked for "
                       "the advice. Not to agree, or to return it with questions, needs no wait.")
    if review.standing is Standing.SIGNED:
        return Refusal("signed", "It is signed off already, and the advice is the same.")
    if four_eyes and any(one.by == viewer_user for one in review.sign_offs):
        return Refusal("second_person", "You have signed off already; a second person has to.")
    if (over is not None and four_eyes and review.sign_offs
            and review.sign_offs[-1].outcome is not outcome):
        return Refusal("another_outcome", "The first reviewer signed another outcome. Sign the "
                       "same, or have their sign-off withdrawn first.")
    return _disagreed(review, raised, askers, present, over) if outcome.agrees else None


def _disagreed(
    review: Review,
    raised: Collection[str],
    askers: Collection[str],
    present: Present,
    over: Collection[str] | None,
) -> Refusal | None:
    """What keeps the review from coming to an agreement: as for `may_sign`."""
    lacking = tuple(name for name in raised if not _agreed(review, name, askers, present))
    if lacking:
        number = "one is" if len(lacking) == 1 else f"{len(lacking)} are"
        return Refusal(
            "unmarked", "Each consideration with a red flag has to be marked as agreed to, for "
            f"the advice as it is now; {number} not. Marks of an earlier advice, "
            "or of another deal, no longer count.",
            lacking)
    if over is not None and any(
            one.key not in over for one in objections(review, present)):
        return Refusal("objection", "A reviewer has objected. Say of each objection that you have "
                       "weighed it and sign nevertheless, or have it taken back.")
    return None


def _agreed(review: Review, name: str, askers: Collection[str], present: Present) -> bool:
    mark = review.marks.get(name)
    return (mark is not None and mark.opinion is Opinion.AGREED
            and present.holds(mark.of) and mark.by not in askers)

"""What a company might have asked in the time before a day, in the words of the release."""

import random
from datetime import datetime, time, timedelta

from bot.casebook.memory import Memory, Raised
from bot.casebook.standing import Stand
from bot.casebook.unanswered import NEAR
from retrieval.guidance import QuestionKind
from tests.console.many import Made


def few(chance, among, rate):
    """Some of *among*; those that stand first far more often."""
    return [one for n, one in enumerate(among) if chance.random() < rate / (1 + n / 2)]


def asked(guidance, now, number, *, days=400, workspaces=("T1", "T1", "T1", "T2"), seed=5):
    """*number* conversations of the *days* before *now*, more of them of late."""
    chance = random.Random(seed)
    flags = [*guidance.red_flags]
    facts = [*guidance.questions]
    gaps = [*[gap.id for gap in guidance.gaps][:14], f"{NEAR}{next(iter(guidance.provisions))}",
            NEAR, "a-gap-of-before"]
    country = next(q for q in guidance.questions.values() if q.kind is QuestionKind.COUNTRY)
    places = ["KE", "TD", "AE", "MX", "TH", "CA", "BR", "KZ", "VN", "RS", "IN", "UG", "QA"]
    for n in range(number):
        back = int(days * chance.random() ** 2)
        at = datetime.combine(now.date() - timedelta(days=back), time(chance.randrange(24)),
                              now.tzinfo)
        at = min(at, now)
        turns = chance.randrange(1, 9)
        raised = {str(flag.id): Raised(flag.gravity, flag.consideration, flag.title)
                  for flag in few(chance, flags, 0.35)}
        known = {str(country.fact): [chance.choice(places[:1 + chance.randrange(len(places))])]}
        yield Made(
            f"y{n:05}", chance.choice(workspaces), chance.choice(["U1", "U2", "U3"]),
            Memory(
                turns=turns, opened_at=at.isoformat(timespec="microseconds"),
                updated_at=min(at + timedelta(days=chance.randrange(5)), now).isoformat(
                    timespec="microseconds"),
                state=chance.choice(["ask", "advice", "advice"]), release=str(guidance.release),
                facts=known if chance.random() < 0.85 else {}, flags=raised,
                corrected=few(chance, facts[:3], 0.1), unchecked=few(chance, ["p1", "p2"], 0.2),
                similarity=chance.choice([None, 380, 700]),
                votes={str(t): chance.random() < 0.7
                       for t in range(chance.choice([0, 0, 0, 1, 2]))},
                review=Stand(signed=(1,)) if back > 3 and chance.random() < 0.93 else Stand(),
                erased=chance.choice([0] * 20 + [turns]),
                gaps=few(chance, gaps, 0.12),
                faint=[str(p) for p in few(chance, [*guidance.provisions][4:9], 0.04)],
                open=[str(fact) for fact in few(chance, facts, 0.4)]),
            ())

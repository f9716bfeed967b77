"""A small guidance of our own making, so that a test shows all it relies on."""

from collections.abc import Sequence
from types import MappingProxyType

from retrieval.guidance import (
    EMPTY_TABLE,
    Checked,
    Choice,
    Consideration,
    Fact,
    GlossaryEntry,
    Guidance,
    Provision,
    ProvisionId,
    Question,
    QuestionKind,
    ReleaseId,
    Source,
    SourceId,
    SourceKind,
    Table,
    Term,
    Vocabulary,
)

PRODUCT = Fact("product")
END_USER = Fact("end_user")


def source(id_: str, *cited_as: str, short_title: str = "") -> Source:
    return Source(
        SourceId(id_),
        title=f"The {id_} in full",
        short_title=short_title or id_.upper(),
        issuer="Somebody",
        kind=SourceKind.SOFT_LAW,
        jurisdiction="international",
        url=f"https://example.org/{id_}",
        edition="first",
        licence="free",
        cited_as=cited_as,
    )


def provision(
    id_: str,
    text: str = "",
    *,
    heading: str = "",
    number: str | None = None,
    asks: Sequence[str] = (),
    topics: Table = EMPTY_TABLE,
    consideration: str | None = None,
) -> Provision:
    return Provision(
        ProvisionId(id_),
        SourceId(id_.partition("-")[0]),
        pinpoint=id_.upper().replace("-", " "),
        heading=heading or id_,
        text=text or f"What {id_} says.",
        checked=Checked.SEEN,
        kind="principle",
        number=number,
        asks=tuple(asks),
        topics=topics,
        consideration=consideration,
    )


def table(**rows: str) -> Table:
    return MappingProxyType({Fact(fact): frozenset(v.split()) for fact, v in rows.items()})


def guidance(provisions: Sequence[Provision], sources: Sequence[Source] | None = None) -> Guidance:
    if sources is None:
        sources = [source(id_) for id_ in dict.fromkeys(p.source for p in provisions)]
    return Guidance(
        release=ReleaseId("unreleased"),
        sources={s.id: s for s in sources},
        provisions={p.id: p for p in provisions},
        considerations=(
            Consideration("sg-c1", 1, Checked.SEEN, "What the product can do", "Weigh it.", (), ()),
        ),
        red_flags=(),
        safeguards={},
        stage_order={},
        questions={
            PRODUCT: Question(
                PRODUCT,
                QuestionKind.CHOICE,
                "product",
                "What is it?",
                "It matters.",
                (),
                choices=(Choice("camera", "Body-worn camera"), Choice("spyware", "Spyware")),
            )
        },
        scopes=(),
        vocabulary=Vocabulary(
            terms=(Term(PRODUCT, "camera", ("surveillance camera", "cctv")),),
            cues={},
            intents={},
            glossary=(GlossaryEntry("dpi", ("deep packet inspection",), "It reads.", ()),),
        ),
    )


def ordinary() -> Guidance:
    """Four provisions of two sources, on four different things."""
    return guidance(
        [
            provision(
                "ungp-17",
                "Companies should carry out due diligence before and after the sale.",
                heading="Human rights due diligence",
                number="17",
                asks=["do we have to check on the customer after the deal is done",
                      "must we look at a buyer before the sale",
                      "how often do we review a customer"],
            ),
            provision(
                "ungp-29",
                "Companies should set up a grievance mechanism for people who were harmed.",
                heading="Complaints",
                number="29",
                asks=["do we need a hotline for complaints", "where can a victim complain"],
            ),
            provision(
                "sg-1",
                "Forensic tools open locked telephones. " * 40,
                heading="Phone extraction",
                asks=["what of a tool that unlocks a handset", "can it get past a passcode"],
                topics=table(product="camera"),
                consideration="sg-c1",
            ),
            provision(
                "sg-2",
                "A camera that recognises faces can follow a crowd.",
                heading="Facial recognition",
                asks=["picking out a person on video", "does it match a face with a list"],
                topics=table(product="spyware"),
            ),
        ],
        [
            source("ungp", "UNGP {n}", "principle {n}", short_title="UN Guiding Principles"),
            source("sg", short_title="State Department guidance"),
        ],
    )

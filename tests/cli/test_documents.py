"""Documents of others from the file to the answer: added, ticked, published, searched and cited."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.ingesting.conftest import declarations
from tests.ingesting.paper import Paper, columns
from tests.ingesting.word import numbered, numbered_document, saved

__all__ = ["declarations"]

Admin = Callable[..., Any]

DRONES = ("Operators of tethered balloons over market squares should publish the hours of every "
          "flight in the municipal gazette before the balloon is launched.")
PARAGRAPHS = [
    f"{number}. {words}" for number, words in enumerate([
        "Every vendor should write down which agency will use the product, who commands that "
        "agency, and by which law it may watch anybody at all.",
        DRONES,
        "Records of refused sales should be kept for ten years and shown to the board whenever a "
        "similar request from the same region is weighed again.",
        "Training should be given in the language of those who operate the product, and its "
        "contents should be reviewed after each change of the product.",
    ], start=1)]
LEDGER = ("The vendor keeps a ledger of firmware keys in escrow with a notary of a third country, "
          "to be opened only by order of a court.")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("documents")


@pytest.fixture(scope="module")
def admin(run: Callable[..., CompletedProcess[str]], house: Path) -> Admin:
    """Run a command on a database of its own and give back its JSON."""

    def start(*arguments: str, fails: bool = False) -> Any:
        done = run(*arguments, "--json",
                   env={"ADVISOR_DATABASE_URL": f"sqlite:///{house / 'advisor.sqlite3'}"})
        assert done.returncode == int(fails), done.stderr
        return json.loads(done.stdout) if not fails else done.stderr

    return start


def two_columns() -> bytes:
    """Numbered paragraphs in two columns over several pages, with footers and a note."""
    return columns(PARAGRAPHS * 1, 2, size=11, height=60)


def report() -> bytes:
    """A Word document with numbered paragraphs in two columns, a table, a header and a note."""
    document = numbered_document()
    document.sections[0].header.paragraphs[0].text = "Escrow rules"
    document.add_heading("Rules on keys in escrow", 1)
    numbered(document, "These rules are for vendors of lawful interception equipment.")
    numbered(document, LEDGER)
    numbered(document, "The notary reports each opening within a week.")
    document.sections[0]._sectPr.append(parse_xml(f'<w:cols {nsdecls("w")} w:num="2"/>'))
    return saved(document)


def added(admin: Admin, house: Path, name: str, data: bytes, *options: str) -> Mapping[str, Any]:
    path = house / name
    path.write_bytes(data)
    found: Mapping[str, Any] = admin(
        "corpus", "add", str(path), "--issuer", "Ministry of Balloons", *options)
    return found


@pytest.mark.long
@pytest.mark.xdist_group("documents")
def test_documents_from_the_file_to_the_answer(
    admin: Admin, house: Path, run: Callable[..., CompletedProcess[str]],
    declarations: Mapping[str, bytes],
) -> None:
    paper = added(admin, house, "balloons.pdf", two_columns())
    rules = added(admin, house, "escrow.docx", report())
    declared = added(admin, house, "declaration.html", declarations["eng"], "--of", "udhr")
    assert [p["number"] for p in paper["pieces"] if not p["left_out"]] == ["1", "2", "3", "4"]
    assert paper["pieces"][1]["text"] == f"2. {DRONES}"
    assert {p["page"]["pdf"] for p in paper["pieces"]} == {1}
    assert [p["text"] for p in rules["pieces"] if p["number"] == "2"] == [f"2. {LEDGER}"]
    assert declared["cut"]["provisions"] == 31

    source = declared["cut"]["source"]
    offered = admin("corpus", "ticks", "udhr-12")["offered"]
    assert (offered[0]["id"], offered[0]["why"]) == (f"{source}-12", "same number")
    confirmed = run("corpus", "confirm", "udhr-12", "--against", f"{source}-12", env={
        "ADVISOR_DATABASE_URL": f"sqlite:///{house / 'advisor.sqlite3'}"})
    assert confirmed.returncode == 0, confirmed.stderr

    # Nothing of it is found before it is published.
    before = admin("search", DRONES, "-k", "3")
    assert f"{paper['cut']['source']}-2" not in [m["id"] for m in before["matches"]]

    published = admin("corpus", "publish", "--reason", "the documents were read by counsel")
    assert published["state"] == "published"
    assert published["counts"]["provision"] == {"added": 38, "confirmed": 1}
    assert published["built"]["embedded"] < published["built"]["texts"] / 20

    found = admin("search", DRONES, "-k", "3")["matches"][0]
    assert (found["id"], found["checked"], found["text"]) == (
        f"{paper['cut']['source']}-2", "official", f"2. {DRONES}")
    found = admin("search", LEDGER, "-k", "3")["matches"][0]
    assert (found["id"], found["text"]) == (f"{rules['cut']['source']}-2", f"2. {LEDGER}")

    asked = run("chat", "--jsonl", stdin=json.dumps({
        "conversation": "c1", "text": "What does the guidance say about balloons over market "
                                      "squares and publishing the hours of flights?"}) + "\n",
        env={"ADVISOR_DATABASE_URL": f"sqlite:///{house / 'advisor.sqlite3'}"})
    answer = json.loads(asked.stdout)
    quoted = {c["id"]: c["quote"] for c in answer["citations"]}
    assert quoted[f"{paper['cut']['source']}-2"] == f"2. {DRONES}"

    article = admin("search", "UDHR article 12", "-k", "3")["matches"][0]
    assert (article["id"], article["checked"]) == ("udhr-12", "official")
    assert article["text"].startswith("No one shall be subjected to arbitrary interference")

    rolled = admin("corpus", "rollback", "--reason", "one of them was the wrong edition")
    assert (rolled["kind"], rolled["further_back"]) == ("roll back", None)
    after = admin("search", DRONES, "-k", "3")
    assert after["release"] == before["release"] == rolled["release"]
    assert after == before


def test_it_is_said_that_nobody_has_issued_what_would_be_official_text(
    house: Path, run: Callable[..., CompletedProcess[str]]
) -> None:
    path = house / "note.md"
    path.write_text("# A note of mine\n\n## Rule 1\n\nNobody sells without a check.\n")
    done = run("corpus", "add", str(path), env={
        "ADVISOR_DATABASE_URL": f"sqlite:///{house / 'advisor.sqlite3'}"})

    assert done.returncode == 1
    assert "1 provision, 1 stretch left out" in done.stdout
    assert "nobody has said who issued the document" in done.stderr


def test_a_file_that_cannot_be_read_ends_in_one_sentence(admin: Admin, house: Path) -> None:
    scan = Paper()
    scan.add_page()
    scan.rect(20, 20, 100, 100, style="F")
    path = house / "scan.pdf"
    path.write_bytes(scan.bytes())
    told = admin("corpus", "add", str(path), fails=True)
    assert len(told.strip().splitlines()) == 1
    assert "Traceback" not in told

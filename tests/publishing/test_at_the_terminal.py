"""What an admin types, and what the terminal says: nothing that isn't so, and nothing twice."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update
from typer.testing import CliRunner, Result

from bot.assembly import Assembly
from bot.cli import app
from bot.corpus_parts import CorpusParts
from bot.documents.values import CutState, ReadableCut, UnreadableCut
from bot.erasure.whereabouts import NoSuchLog
from bot.publishing.drafts import NotEdited
from bot.publishing.publishing import NotPublished
from bot.schema import document_cuts, releases
from bot.settings import Settings
from retrieval.editing.edits import Confirm, Correct, Retire, state_of
from retrieval.guidance import ProvisionId, SourceId
from tests.publishing.house import House
from tests.publishing.test_soundness import Run, reworded, run

pytestmark = pytest.mark.long

__all__ = ["run"]

Type = Callable[..., Result]
WHY = "counsel asked for it"
PAPER = """\
# Paper

## Principle 17

Look before you sell.

## Principle 19

Act on what you find, and write :sos: into the margin of whatever page of the long form names it.
"""
LONG = PAPER.splitlines()[-1]
ISSUED = ("--issuer", "Human Rights Council")


@pytest.fixture
def type_(run: Run) -> Type:
    """Type a command over the small corpus, and see what the terminal shows."""
    return lambda *words: CliRunner().invoke(app, [*words])


@pytest.fixture
def paper(tmp_path: Path) -> str:
    """A file with the official words of a source."""
    path = tmp_path / "paper.md"
    path.write_text(PAPER, "utf-8")
    return str(path)


def refused(done: Result, kind: type[Exception]) -> str:
    """Why a command that was refused was so."""
    assert isinstance(done.exception, kind), done.output
    return str(done.exception)


def work() -> CorpusParts:
    """What the commands work with."""
    return CorpusParts(Assembly(Settings()))


def test_official_words_are_shown_as_they_stand(type_: Type, paper: str) -> None:
    type_("corpus", "add", paper, "--of", "ungp", *ISSUED)
    shown = type_("corpus", "ticks", "ungp-19").stdout
    assert f"  {LONG}\n" in shown
    ticked = type_("corpus", "confirm", "ungp-19", "--against", "paper-19", "--words", LONG)
    assert ticked.exit_code == 0
    assert LONG.replace("Act on what you find", "") in type_("corpus", "diff").stdout.replace(
        "\n", " ").replace("  ", " ")


def test_what_nobody_has_issued_is_not_taken_in_as_official_text(
    type_: Type, paper: str
) -> None:
    take = ("cut", "1", "--take")
    for words in (("add", paper), take, (*take, "--issuer", " ")):
        refused_ = type_("corpus", *words)
        assert refused_.exit_code == 1
        assert refused_.stderr == (
            "Nothing was taken into the draft: nobody has said who issued the document, and its "
            "words would be shown as official text. 'advisor corpus cut 1 --take --issuer NAME' "
            "says so and takes it in.\n")
    assert work().drafts.rows() == ()
    says = "'advisor corpus cut 1 --take --issuer NAME' takes it in."
    assert says in " ".join(type_("corpus", "add", paper, "--preview").stdout.split())
    taken = type_("corpus", *take, "--issuer", " Human  Rights Council")
    assert taken.exit_code == 0
    assert "'advisor corpus cut 1 --take' takes it in." in " ".join(
        type_("corpus", "cut", "1").stdout.split())
    (row,) = work().drafts.rows()
    assert row.made.edit.source.issuer == "Human Rights Council"
    assert type_("corpus", "add", paper).stdout.endswith("It is in the draft already.\n")
    too_long = type_("corpus", "cut", "1", "--issuer", "x" * 601)
    assert (too_long.exit_code, too_long.stderr) == (1, (
        "The issuer has at most 600 characters, and none that can't be seen.\n"))


def test_a_document_is_said_to_have_the_words_of_a_source_once_it_is_in_the_draft(
    type_: Type, paper: str
) -> None:
    type_("corpus", "add", paper, *ISSUED)
    why = refused(type_("corpus", "confirm", "ungp-17", "--against", "paper-17"), NotEdited)
    assert why.endswith("take its cut into the draft again as one of that source.")
    again = type_("corpus", "add", paper, "--of", "ungp").stdout
    assert "It is in the draft (edit 2)." in " ".join(again.split())
    assert type_("corpus", "confirm", "ungp-17", "--against", "paper-17").exit_code == 0
    # Whoever says it once more, or says nothing of it, is told that it is so already.
    for words in (("--of", "ungp"), ()):
        once_more = type_("corpus", "add", paper, *words).stdout
        assert once_more.endswith("It is in the draft already.\n")
    assert [(row.made.edit.kind, getattr(row.made.edit, "of", None))
            for row in work().drafts.rows()] == [
        ("add_document", None), ("add_document", "ungp"), ("confirm", None)]


def test_an_empty_tick_list_says_which_documents_are_of_no_source_and_how_to_say_it(
    type_: Type, paper: str
) -> None:
    """It said that four were open, and nothing of the document that had just been taken in."""
    nobody_said = ("No digest is held against paper (Paper): nobody has said of which source it "
                   "has the official words. If it has those of one, 'advisor corpus cut 1 --take "
                   "--of SOURCE' says so.\n")
    type_("corpus", "add", paper, *ISSUED)
    assert type_("corpus", "ticks").stdout.endswith(nobody_said)
    assert "--of ungp says that it has those words." in " ".join(
        type_("corpus", "ticks", "ungp-17").stdout.split())
    alone = type_("corpus", "cut", "1", "--of", "ungp")
    assert alone.exit_code == 2 and "--of goes with --take" in alone.stderr
    unknown = type_("corpus", "cut", "1", "--take", "--of", "paper")
    assert (unknown.exit_code, unknown.stderr) == (
        1, "There is no source 'paper'; known are sg, ungp.\n")
    assert type_("corpus", "cut", "1", "--take", "--of", "ungp").exit_code == 0
    shown = type_("corpus", "ticks").stdout
    assert "open  ungp-17" in shown and "nobody has said" not in shown


def test_to_take_in_once_more_what_the_draft_has_adds_no_edit(type_: Type, paper: str) -> None:
    """Each time there was one more of it, and what it has the words of was forgotten."""
    type_("corpus", "add", paper, "--of", "ungp", *ISSUED)
    again = type_("corpus", "cut", "1", "--take")
    assert (again.exit_code, again.stdout.splitlines()[-1]) == (0, "It is in the draft already.")
    assert type_("corpus", "cut", "1", "--take", *ISSUED).exit_code == 0
    renamed = type_("corpus", "cut", "1", "--take", "--issuer", "Office of the Commissioner")
    assert "It is in the draft (edit 2)." in " ".join(renamed.stdout.split())
    assert [(row.made.id, row.made.edit.of, row.made.edit.source.issuer)
            for row in work().drafts.rows()] == [
        (1, "ungp", "Human Rights Council"), (2, "ungp", "Office of the Commissioner")]


def test_a_document_that_is_given_another_id_is_moved_and_that_is_said(
    type_: Type, paper: str
) -> None:
    type_("corpus", "add", paper, *ISSUED)
    documents = work().parts.documents
    cut = documents.cut(1)
    documents.save_cut(replace(cut, source=replace(cut.source, id=SourceId("charter")),
                               state=CutState.OPEN), cut.version, "U1")
    shown = " ".join(type_("corpus", "cut", "1").stdout.split())
    assert shown.endswith("note The draft has these words as the source 'paper' as well (edit 1). "
                          "To take this one in takes that back, unless something rests on it.")
    shown = " ".join(type_("corpus", "cut", "1", "--take").stdout.split())
    assert shown.endswith("note The draft had it as the source 'paper' (edit 1), which was taken "
                          "back.")
    assert "as well" not in type_("corpus", "cut", "1").stdout


def test_a_document_that_is_called_as_another_is_said_to_replace_it(
    type_: Type, paper: str, tmp_path: Path
) -> None:
    """The first was gone from the draft, and nobody was told."""
    other = tmp_path / "other" / "paper.md"
    other.parent.mkdir()
    other.write_text("# Paper\n\n## Principle 17\n\nLook twice before you sell.\n", "utf-8")
    first = " ".join(type_("corpus", "add", paper, *ISSUED).stdout.split())
    assert "another document" not in first
    looked_at = " ".join(type_("corpus", "add", str(other), "--preview").stdout.split())
    assert looked_at.endswith(
        "note The draft has another document as the source 'paper' (edit 1). To take this one in "
        "replaces that; if it is no other edition of it, first give it an id of its own on its "
        "page in the console.")
    taken = " ".join(type_("corpus", "add", str(other), *ISSUED).stdout.split())
    assert taken.endswith(
        "note It replaces another document, which was the source 'paper' in the draft (edit 1). "
        "If it is no other edition of that, 'advisor corpus withdraw 2' brings that one back; then "
        "give this one an id of its own on its page in the console.")
    assert ProvisionId("paper-19") not in work().drafts.draft().guidance.provisions
    type_("corpus", "withdraw", "2")
    assert ProvisionId("paper-19") in work().drafts.draft().guidance.provisions


def test_a_cut_of_another_version_is_cut_anew(type_: Type, paper: str) -> None:
    type_("corpus", "add", paper)
    with work().parts.store.writing() as connection:
        connection.execute(update(document_cuts).values(pieces="[{}]"))
    assert refused(type_("corpus", "cut", "1"), UnreadableCut) == (
        "The cut that was kept can't be read any more; cut the document anew. The button on its "
        "page in the console does that, and so does 'advisor corpus cut 1 --anew'; what people "
        "corrected in it is lost then, so use the version that wrote it if you still can.")
    done = type_("corpus", "cut", "1", "--anew", "--take", *ISSUED)
    assert (done.exit_code, "It is in the draft (edit 1)." in " ".join(done.stdout.split())) == (
        0, True)
    again = refused(type_("corpus", "cut", "1", "--anew"), ReadableCut)
    assert again.startswith("Cut 1 can be read, so it was left as it is: ")


def test_a_workspace_that_nobody_knows_is_told_and_not_counted_as_unconcerned(
    type_: Type
) -> None:
    for name in ("draft", "ungp-19"):
        why = refused(type_("corpus", "impact", name, "--workspace", "T0MISTYPED"), NoSuchLog)
        assert why.startswith("Nothing of workspace 'T0MISTYPED' is on record, ")


@pytest.mark.parametrize("command", ["cut", "withdraw"])
@pytest.mark.parametrize("number", ["0", str(2**31), "9" * 30])
def test_a_number_that_no_database_gives_is_wrong_usage(
    type_: Type, command: str, number: str
) -> None:
    """A long one was told as a fault of the program."""
    done = type_("corpus", command, number)
    assert (done.exit_code, "Invalid value for" in done.stderr) == (2, True)


def test_new_ids_are_counted_as_people_count(type_: Type, folder: Path) -> None:
    register = folder / "register.tsv"
    lines = register.read_text("utf-8").splitlines()
    register.write_text("".join(f"{line}\n" for line in lines[1:]), "utf-8")
    assert type_("corpus", "register").stdout.replace("\n", "") == (
        f"1 new id registered in {register}.")


def test_what_a_draft_that_cannot_be_read_would_change_nobody_is_told(
    type_: Type, folder: Path
) -> None:
    reworded(folder)
    assert type_("corpus", "impact", "draft").stdout.startswith(
        "The draft, held against 97df15cad5aa: 1 provision changed.\n")
    file = folder / "sources" / "ungp.yaml"
    file.write_text(f"{file.read_text('utf-8')}\n  - [broken\n", "utf-8")
    done = type_("corpus", "impact", "draft")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith(
        "The draft has 1 problem, so nobody can tell what it would change. 'advisor corpus check' "
        "prints all; the first: sources/ungp.yaml:29: not valid YAML: ")
    # Nor that it is gone, where it only can't be read.
    done = type_("corpus", "retire", "ungp-17", "--reason", WHY)
    assert (done.exit_code, done.stderr) == (1, (
        "The draft has no provision 'ungp-17'. 'advisor corpus list --draft' prints those that it "
        "has, 'advisor corpus check' what of it can't be read.\n"))


def test_a_reason_that_says_nothing_is_refused_before_anything_is_built(
    type_: Type, folder: Path
) -> None:
    reworded(folder)
    for words in (("--reason", "ok"), ("--override", "ok")):
        assert refused(type_("corpus", "publish", *words), NotPublished).startswith("Say why")
    assert work().preparing.standing() is None


def test_a_publication_stands_though_nothing_could_be_tidied_behind_it(
    type_: Type, run: Run, folder: Path
) -> None:
    reworded(folder)
    assert run("corpus", "publish", "--reason", WHY)[1]["state"] == "published"
    with work().parts.store.writing() as connection:
        connection.execute(update(releases).where(releases.c.id == "97df15cad5aa").values(
            content="{}"))
    file = folder / "sources" / "ungp.yaml"
    file.write_text(file.read_text("utf-8").replace("Look twice", "Look thrice"), "utf-8")
    done = type_("corpus", "publish", "--reason", WHY)
    assert (done.exit_code, done.exception) == (0, None)
    assert " is in force, in place of " in " ".join(done.stdout.split())
    assert done.stderr.splitlines()[-1] == (
        "Indexes that nothing needs are still there; 'advisor corpus tidy' removes them, or says "
        "what keeps it from that.")


def test_that_nothing_differs_is_said_of_what_was_compared(type_: Type, folder: Path) -> None:
    assert type_("corpus", "diff").stdout == (
        "The draft is what is in force: release 97df15cad5aa.\n")
    reworded(folder)
    type_("corpus", "publish", "--reason", WHY)
    file = folder / "sources" / "ungp.yaml"
    file.write_text(file.read_text("utf-8").replace("Look twice", "Look"), "utf-8")
    assert type_("corpus", "diff", "--against", "97df15cad5aa").stdout == (
        "The draft is what release 97df15cad5aa holds.\n")


def test_that_only_the_order_differs_is_no_draft_in_force(
    type_: Type, run: Run, folder: Path
) -> None:
    file = folder / "red_flags.yaml"
    first, second = file.read_text("utf-8").split("- id: spyware-sold\n")
    file.write_text(f"- id: spyware-sold\n{second}{first}", "utf-8")
    assert type_("corpus", "diff").stdout == (
        "No entry differs from those of release 97df15cad5aa; their order does, or what the "
        "program brings along, so publishing makes another release.\n")
    assert run("corpus", "publish", "--check-only")[1]["state"] == "ready"


RETIRED, OTHER = ProvisionId("ungp-17"), ProvisionId("ungp-19")


def test_an_edit_of_what_is_retired_is_refused(house: House) -> None:
    was = state_of(house.drafts.base().provisions[RETIRED])
    house.drafts.make(Retire(RETIRED, "it was withdrawn"), "U1")
    for edit in (Correct(RETIRED, {"heading": "Other"}, WHY, was),
                 Confirm(RETIRED, OTHER, 0, 3, "", was)):
        with pytest.raises(NotEdited) as told:
            house.drafts.make(edit, "U1")
        assert str(told.value) == ("ungp-17 is retired (it was withdrawn), so nobody would see "
                                   "this. Take its retirement back first.")
    house.drafts.withdraw(1, "U1")
    house.drafts.make(Correct(RETIRED, {"heading": "Other"}, WHY, was), "U1")
    assert house.drafts.draft().guidance.provisions[RETIRED].heading == "Other"


def test_whoever_retires_what_something_can_not_be_without_is_told_at_once(type_: Type) -> None:
    """Else it was told only once they wanted to publish, and not what to do."""
    retired = type_("corpus", "retire", "sg-c1", "--reason", WHY)
    assert retired.exit_code == 0
    said = retired.stdout.splitlines()
    assert said[2] == ("It can't be published so: consideration 'sg-c1': no provision has this id, "
                       "so it could not be cited")
    assert said[-1] == ("Retire it again with --instead, take the edit back, or mend that in the "
                        "corpus folder.")


def test_a_document_has_the_words_of_a_source_of_the_folder_alone(type_: Type, paper: str) -> None:
    type_("corpus", "add", paper, *ISSUED)
    refused_ = type_("corpus", "add", paper, "--of", "paper")
    assert (refused_.exit_code, refused_.stderr) == (
        1, "There is no source 'paper'; known are sg, ungp.\n")


@pytest.mark.parametrize(("instead", "why"), [
    ("ungp-17", "it is what is retired"), ("ungp-99", "the draft has no such provision"),
    ("sg-c1-rf1", "it is retired itself"),
])
def test_what_can_be_relied_on_by_nobody_stands_instead_of_nothing(
    house: House, instead: str, why: str
) -> None:
    house.drafts.make(Retire(ProvisionId("sg-c1-rf1"), "it was withdrawn"), "U1")
    with pytest.raises(NotEdited) as told:
        house.drafts.make(Retire(RETIRED, WHY, ProvisionId(instead)), "U1")
    assert str(told.value) == (f"Nothing can rest on {instead} instead of ungp-17: {why}. Name "
                               "another, or none.")
    assert len(house.drafts.rows()) == 1


def test_a_number_that_is_taken_away_is_none(house: House) -> None:
    was = state_of(house.drafts.base().provisions[RETIRED])
    house.drafts.make(Correct(RETIRED, {"number": "17"}, WHY, was), "U1")
    assert house.drafts.draft().guidance.provisions[RETIRED].number == "17"
    house.drafts.make(Correct(RETIRED, {"number": ""}, WHY, was), "U1")
    assert house.drafts.draft().guidance.provisions[RETIRED].number is None


def test_what_a_publication_affects_is_listed_by_a_name_that_holds(type_: Type) -> None:
    """Once it was published, the draft that was named affected nobody."""
    told = {"conversation": "c1", "text": "cameras for the police in Kenya"}
    assert CliRunner().invoke(app, ["chat", "--jsonl"], input=json.dumps(told)).exit_code == 0
    type_("corpus", "correct", "ungp-17", "--text", "Look well before you sell.", "--reason", WHY)

    waits = type_("corpus", "publish", "--check-only", "--override", WHY).stdout
    goes_out = type_("corpus", "publish", "--reason", WHY, "--override", WHY).stdout

    now = work().release_in_force()
    affected = ("1 stored deal computed again; affected: 1 in texts that it relies on. "
                "'advisor corpus impact {}' lists them.")
    assert affected.format("draft") in waits.splitlines()
    assert affected.format(now) in goes_out.splitlines()
    listed = type_("corpus", "impact", now).stdout
    assert "Of 1 conversation, 1 of them on deals: 0 advice differs, 1 only texts changed" in listed

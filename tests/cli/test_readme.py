"""The conversation that the README begins with is what whoever types it sees."""

import re

from tests.cli.conftest import PROJECT, Run

LEFT_OUT = "[...]"


def test_the_conversation_in_the_readme_goes_as_it_says(run: Run) -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    command, shown = readme.split("```text\n", 1)[1].split("```", 1)[0].split("\n", 1)
    said = re.findall(r"^> (.*)$", shown, re.MULTILINE)

    done = run("chat", stdin="\n".join(said) + "\n", env={"COLUMNS": "92"})

    assert command == "$ make run-chat"
    assert len(said) == 2
    # What was typed isn't echoed into a pipe, and where lines break is not what is promised.
    told = " ".join(done.stdout.split())
    replies = re.split(r"^> .*$", shown, flags=re.MULTILINE)[1:]
    pieces = [" ".join(piece.split()) for reply in replies for piece in reply.split(LEFT_OUT)]
    assert len(list(filter(None, pieces))) > len(said)
    assert [piece for piece in pieces if piece not in told] == []

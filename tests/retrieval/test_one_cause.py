"""A slip in a file is told once: not again for everything that could not be read because of it."""

import pytest

from retrieval.corpus import read_all
from tests.retrieval.test_corpus import root, spoil

__all__ = ["root"]


@pytest.mark.long
@pytest.mark.parametrize(("file", "old", "new", "says"), [
    ("red_flags.yaml", "- id: sg-c2-rf3", "- id: [sg-c2-rf3", "not valid YAML"),
    ("safeguards.yaml", "stage_order:", "stage_order: [", "not valid YAML"),
    ("questions.yaml", "- fact: detentions", "- fact: {detentions", "not valid YAML"),
    ("considerations.yaml", "- id: sg-c1", "- id: [sg-c1", "not valid YAML"),
    ("sources/ungp.yaml", "  kind: soft law", "  kind: gospel", "'kind' of a source"),
    ("sources/ungp.yaml", "provisions:", "provisions: [", "not valid YAML"),
    ("red_flags.yaml", "scale: 3", "scale: three", "severity.scale"),
])
def test_one_slip_is_one_line(root, file, old, new, says):
    spoil(root, file, old, new)
    problems = read_all(root)[1]
    assert len(problems) == 1, "\n".join(problems[:8])
    assert problems[0].startswith(f"{file}:")
    assert says in problems[0]


def test_a_file_that_is_not_utf8_is_told_once(root):
    path = root / "red_flags.yaml"
    path.write_bytes(path.read_bytes().replace(b"title: ", "title: é".encode("latin-1"), 1))
    (problem,) = read_all(root)[1]
    assert problem.startswith("red_flags.yaml:")
    assert "not UTF-8" in problem


def test_another_slip_elsewhere_is_told_beside_it(root):
    spoil(root, "red_flags.yaml", "- id: sg-c2-rf3", "- id: [sg-c2-rf3")
    spoil(root, "safeguards.yaml", "    authorities: [sg-c5-1", "    authorities: [sg-c5-111")
    problems = read_all(root)[1]
    assert len(problems) == 2
    assert any("provision 'sg-c5-111' does not exist" in p for p in problems)

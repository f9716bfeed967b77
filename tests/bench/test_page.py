"""The page of figures: a part that is measured anew leaves the others as they were."""

from pathlib import Path

from tests.bench.page import PARTS, page


def test_a_part_that_is_not_measured_anew_stands_as_the_page_had_it(tmp_path: Path) -> None:
    first, second, third = PARTS[:3]
    for part in (first, second):
        (tmp_path / f"{part.name}.md").write_text(f"{part.name} before", encoding="utf-8")
    before = page(tmp_path, PARTS[:3])
    (tmp_path / f"{first.name}.md").unlink()
    (tmp_path / f"{second.name}.md").write_text(f"{second.name} anew", encoding="utf-8")
    _, *sections = page(tmp_path, PARTS[:3], before).split("## ")
    assert [[one.splitlines()[0], one.split("\n\n")[2].strip()] for one in sections] == [
        [first.title, "turn before"], [second.title, "acks anew"],
        [third.title, "Not measured yet."]]


def test_the_plot_stays_under_the_last_part_alone(tmp_path: Path) -> None:
    for of in ("corpus", "log"):
        (tmp_path / f"growth-{of}.json").write_text("[]", encoding="utf-8")
    before = page(tmp_path, PARTS)
    again = page(tmp_path / "elsewhere", PARTS, before)
    assert again == before
    assert again.count("growth.png") == 1

"""A reviewer exports from the running server in Chromium, and ends a session."""

import os
import zipfile
from pathlib import Path

import pytest

from bot.exporting.checking import check
from tests.console.walking import local


@pytest.fixture
def near(guidance, reader, sentences):
    with local(guidance, reader, sentences) as place:
        place.service.intake.parts.people.learn(place.workspace, place.users[0], "Sam Ortiz")
        place.desk.note("c1", "comment", user=place.users[1], workspace=place.workspace,
                        words={"text": "please look at this"})
        yield place


@pytest.fixture
def shots():
    """Where pictures go for whoever wants to look; nowhere else."""
    folder = os.environ.get("CONSOLE_SHOTS")
    return lambda page, name: folder and page.screenshot(
        path=Path(folder) / f"{name}.png", full_page=True)


def signed_in(place, browser, visitor, **more):
    context = browser.new_context(accept_downloads=True, **more)
    context.add_cookies([{"name": "advisor_session", "value": place.open(visitor).secret,
                          "url": f"{place.origin}/console"}])
    page = context.new_page()
    page.wrong = []
    page.on("console", lambda message: message.type == "error" and page.wrong.append(message.text))
    return page


@pytest.mark.long
def test_a_reviewer_exports_a_case_and_a_table_without_script(near, browser, shots, tmp_path):
    key = near.service.intake.parts.checkpoints.key
    page = signed_in(near, browser, "reviewer", java_script_enabled=False,
                     viewport={"width": 1280, "height": 900})
    page.goto(f"{near.origin}/console/conversations/c1")
    assert "Asked by Sam Ortiz (U0SAM00001)" in page.locator("header.case").inner_text()
    page.get_by_role("link", name="Export", exact=True).last.click()
    page.wait_for_url("**/exports/conversation?conversation=c1")
    shots(page, "export-one")
    page.get_by_label("E-mail addresses").check()
    page.get_by_label("Why").fill("asked for by the regulator")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    case = tmp_path / download.value.suggested_filename
    download.value.save_as(case)
    assert case.name.startswith("c1-") and case.suffix == ".zip"
    said = []
    check(case, key, said.append)
    assert any("digest" in line for line in said)

    page.goto(f"{near.origin}/console/?asker=sam")
    page.get_by_role("link", name="Export these").click()
    shots(page, "export-many")
    page.get_by_label("Why").fill("quarterly review")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    table = tmp_path / download.value.suggested_filename
    download.value.save_as(table)
    with zipfile.ZipFile(table) as box:
        box.extractall(tmp_path)
    check(tmp_path / "conversations.csv", key, said.append)
    assert "Sam Ortiz" in (tmp_path / "conversations.csv").read_text()
    rows = near.desk.rows("exported")
    assert [row.detail["form"] for row in rows] == ["zip", "csv"]
    page.goto(f"{near.origin}/console/exports/checking")
    shots(page, "export-checking")
    assert key in page.inner_text("main")
    assert page.wrong == []


@pytest.mark.long
def test_the_pages_hold_on_a_phone_and_in_the_dark(near, browser, shots):
    near.open("asker")
    for scheme, width in (("dark", 1280), ("light", 360)):
        page = signed_in(near, browser, "admin", color_scheme=scheme,
                         viewport={"width": width, "height": 740})
        for name, path in (("sessions", "/sessions"), ("many", "/exports?asker=sam&text=police"),
                           ("one", "/exports/conversation?conversation=c1"),
                           ("checking", "/exports/checking")):
            page.goto(f"{near.origin}/console{path}")
            shots(page, f"{name}-{scheme}-{width}")
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{path} is {wide} wide"
        assert page.wrong == []


def test_an_admin_ends_the_session_of_somebody_else(near, browser, shots):
    theirs = near.open("asker")
    page = signed_in(near, browser, "admin", viewport={"width": 1280, "height": 900})
    page.goto(f"{near.origin}/console/sessions")
    shots(page, "sessions")
    page.get_by_role("button", name="End all of Sam Ortiz").click()
    page.wait_for_url("**/sessions")
    assert "Sam Ortiz" not in page.inner_text("main")
    assert near.send("GET", "/console/", theirs).status_code == 303
    assert page.wrong == []

"""axe-core is the one that was pinned, and what keeps it from being had is said."""

import pytest

from tests.console import axe
from tests.console.axe import AXE_CORE
from tests.npm_package import NotFetched


def test_another_package_than_the_pinned_one_is_never_run():
    with pytest.raises(ValueError, match="was pinned: it is not run"):
        AXE_CORE.checked(b"something else")


def test_without_npm_it_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotFetched, match="install node with npm"):
        AXE_CORE.read()


def test_a_registry_that_is_away_is_named_and_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm"))
    with pytest.raises(NotFetched, match="is the registry reachable"):
        AXE_CORE.read()
    assert list((tmp_path / "advisor-tests").iterdir()) == []


def test_it_finds_what_is_wrong_with_a_page(browser, axe_core):
    page = browser.new_page()
    page.set_content("<html lang=en><title>x</title><main><h1>x</h1><img src='data:,'>"
                     "<p style='color: #ccc'>faint</p><input></main>")
    found = axe.findings(page, axe_core)
    colours = axe.findings(page, axe_core, axe.COLOURS)
    page.close()
    assert colours == found[:1]
    assert [one.split(": ")[0] for one in found] == [
        "serious color-contrast", "critical image-alt", "critical label"]

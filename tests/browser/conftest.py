"""One server and one browser for all tests of the product as a whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.product import serving
from tests.chromium import CHROMIUM


@pytest.fixture(scope="session")
def product(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running `advisor serve`."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not installed")
    folder = tmp_path_factory.mktemp("product")
    with serving(folder / "data", data_dir, folder / "log") as url:
        yield url


@pytest.fixture
def people(browser, product):
    """Lets people sit down; afterwards nothing may have gone wrong in front of any of them."""
    from tests.browser.person import People

    people = People(browser, product)
    yield people
    people.leave()
    assert people.wrong == []

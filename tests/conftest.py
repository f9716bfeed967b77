"""What all tests share: a data folder with the model exported and the index built once a run."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder for this run, shared by the worker processes.

    They all start on it at once, so each run also tries what two processes do to one folder.
    """
    base = tmp_path_factory.getbasetemp()
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    folder = base.parent / f"data-{run}" if run else base / "data"
    folder.mkdir(exist_ok=True)
    return folder

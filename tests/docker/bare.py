"""A machine that holds what the image holds and nothing else, without an engine.

For root, on Linux.

In a mount and a network namespace of its own a process sees the system's programs, the folders of
the image below /opt and its volume at /data.  All but /data and /tmp is read-only, there is no
network but loopback, and it runs under the image's number with no capability.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

from tests.docker.dockerfile import PROJECT, stages

USER = 10001
STOPPED = (0,)
"""How the server ends when it is told to: by itself, or by the signal after its last turn."""
IMAGE = stages()["advisor"]
SYSTEM = ("usr", "etc", "dev", "proc")
SCRIPT = """\
set -eu
mount --make-rprivate /
ip link set lo up
mount -t tmpfs -o mode=755 none "$ROOT"
for one in $SYSTEM; do mkdir -p "$ROOT/$one"; mount --rbind "/$one" "$ROOT/$one"; done
for one in bin lib lib64 sbin; do
  if [ -L "/$one" ]; then ln -s "$(readlink "/$one")" "$ROOT/$one"; fi
done
bound() { mkdir -p "$ROOT$2"; mount --bind "$1" "$ROOT$2"; }
sealed() { bound "$1" "$2"; mount -o remount,bind,ro "$ROOT$2"; }
mount -o remount,bind,ro "$ROOT/usr"
mount -o remount,bind,ro "$ROOT/etc"
# The interpreter stays where it looks for its own library.
case "$PYTHON" in /usr*) ;; *) sealed "$PYTHON" "$PYTHON" ;; esac
sealed "$OPT/advisor" /opt/advisor
sealed "$MODELS" /opt/models
sealed "$PROJECT/guidance_corpus" /opt/guidance_corpus
sealed "$PROJECT/prompts" /opt/prompts
bound "$DATA" /data
mkdir "$ROOT/tmp"
mount -t tmpfs -o mode=1777,size=256m none "$ROOT/tmp"
mount -o remount,bind,ro "$ROOT"
exec chroot "$ROOT" /usr/bin/setpriv --reuid "$NUMBER" --regid "$NUMBER" --clear-groups \\
  --no-new-privs --bounding-set=-all --inh-caps=-all /usr/bin/env -i --chdir=/data "$@"
"""


def possible() -> bool:
    """Whether this machine lets us make one."""
    tools = all(map(shutil.which, ("unshare", "setpriv", "ip", "chroot")))
    return tools and os.getuid() == 0 and subprocess.run(
        ["unshare", "--mount", "--net", "true"], capture_output=True, check=False).returncode == 0


@dataclass(frozen=True)
class Bare:
    """Such a machine; `opt` holds the folder of the venv, `data` is its volume."""

    root: Path
    opt: Path
    models: Path
    data: Path

    def begin(
        self, words: Sequence[str], env: Mapping[str, str] | None = None
    ) -> "subprocess.Popen[str]":
        """Start *words* in the environment of the image and *env*."""
        given = {**IMAGE.env, **(env or {})}
        return subprocess.Popen(
            ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "sh", "-c",
             SCRIPT, "sh", *(f"{name}={value}" for name, value in given.items()), *words],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**os.environ, "ROOT": str(self.root), "OPT": str(self.opt),
                 "MODELS": str(self.models), "DATA": str(self.data), "PROJECT": str(PROJECT),
                 "SYSTEM": " ".join(SYSTEM), "NUMBER": str(USER), "PYTHON": sys.base_prefix})

    def run(
        self, *words: str, given: str = "", env: Mapping[str, str] | None = None
    ) -> tuple[int, str]:
        """Run *words* to their end: the status, and what was printed."""
        process = self.begin(words, env)
        told, _ = process.communicate(given, timeout=240)
        return process.returncode, told

    def advisor(self, *words: str, given: str = "", **env: str) -> tuple[int, str]:
        """Run the image's entry point on *words*."""
        return self.run(*IMAGE.command("ENTRYPOINT"), *words, given=given, env=env)

    def served(self) -> tuple[int, str]:
        """Start the image's command, ask it, stop it; what `tests.docker.driving` tells of it."""
        driver = (PROJECT / "tests" / "docker" / "driving.py").read_text("utf-8")
        return self.run(
            "/opt/advisor/bin/python", "-c", driver,
            json.dumps([*IMAGE.command("ENTRYPOINT"), *IMAGE.command("CMD")]),
            json.dumps(IMAGE.command("HEALTHCHECK")),
            env={"SLACK_SIGNING_SECRET": "s", "SLACK_BOT_TOKEN": "xoxb-none",
                 "SLACK_API_URL": "http://127.0.0.1:9/api/"})


def machine(folder: Path, site: Path, models: Path, index: Path) -> Bare:
    """Make one below *folder* of the packages in *site*, and of a model and an index."""
    venv, data, root = folder / "opt" / "advisor", folder / "data", folder / "root"
    for one in (venv / "bin", data, root):
        one.mkdir(parents=True)
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    home = sys.base_prefix
    (venv / "pyvenv.cfg").write_text(f"home = {home}/bin\nversion = {python}\n")
    (venv / "bin" / "python").symlink_to(f"{home}/bin/python{python}")
    (venv / "lib" / f"python{python}").mkdir(parents=True)
    site.rename(venv / "lib" / f"python{python}" / "site-packages")
    for name, call in (("advisor", "bot.cli:main"), ("chroma", "chromadb.cli.cli:app")):
        module, function = call.split(":")
        script = venv / "bin" / name
        script.write_text("#!/opt/advisor/bin/python\nimport sys\n"
                          f"from {module} import {function}\nsys.exit({function}())\n")
        script.chmod(0o755)
    shutil.copytree(index, data / "index")
    for one in (data, *data.rglob("*")):
        os.chown(one, USER, USER)
    return Bare(root, folder / "opt", models, data)


def site_of_serving(folder: Path) -> Path:
    """The packages of requirements/serving.txt as they are installed here, and the built project.

    Hard links or copies of the files that each package recorded: what was left out isn't there.
    """
    listed = (PROJECT / "requirements" / "serving.txt").read_text("utf-8")
    names = [line.partition("==")[0] for line in listed.splitlines() if line[:1].isalnum()]
    for name in names:
        package = distribution(name)
        for file in package.files or ():
            source, target = Path(str(package.locate_file(file))), folder / file
            if ".." in file.parts or source.suffix == ".pyc" or not source.exists():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            _linked(source, target)
    with tempfile.TemporaryDirectory() as place:
        subprocess.run(
            [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index",
             "--no-build-isolation", "--no-compile", "--target", folder, sources(Path(place))],
            check=True)
    return folder


def sources(place: Path) -> Path:
    """A copy of what is built, below *place*: a build writes beside it, where other tests read."""
    project = place / "project"
    project.mkdir()
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(PROJECT / name, project)
    for name in ("bot", "retrieval"):
        shutil.copytree(PROJECT / name, project / name,
                        ignore=shutil.ignore_patterns("__pycache__"))
    return project


def _linked(source: Path, target: Path) -> None:
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def told_of(text: str) -> dict:
    """The last line of what was printed, read as JSON."""
    return json.loads(text.strip().splitlines()[-1])

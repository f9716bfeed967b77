"""`python -m tests.docker.image_check`: makes what the image holds by its own steps, and runs it.

Packages come from the registry by hash into a fresh folder, the model is exported by this
environment, and both are started on a bare machine (`tests.docker.bare`).  Prints what was found
with sizes and times; ends with 1 where something is not as it should be.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.docker.bare import STOPPED, machine, possible, told_of
from tests.docker.dockerfile import PROJECT


def main() -> int:
    """Check it."""
    if not possible():
        print("This needs root on Linux, with unshare, setpriv, ip and chroot.")
        return 1
    with tempfile.TemporaryDirectory(prefix="advisor-image-") as made:
        return _check(Path(made))


def _check(folder: Path) -> int:
    venv = folder / "made"
    _run(sys.executable, "-m", "venv", "--without-pip", venv)
    pip = (sys.executable, "-m", "pip", "--python", venv / "bin" / "python", "install", "--quiet",
           "--no-deps")
    begun = time.monotonic()
    _run(*pip, "--require-hashes", "--requirement", PROJECT / "requirements" / "serving.txt")
    _run(*pip, PROJECT)
    site = next(venv.glob("lib/python*/site-packages"))
    print(f"packages: {_megabytes(site)} MB with bytecode, in {time.monotonic() - begun:.0f} s; "
          f"this environment's: {_megabytes(Path(_site_here()))} MB")
    models, index = folder / "models", folder / "index"
    index.mkdir()
    models.mkdir(mode=0o755)
    begun = time.monotonic()
    _run(sys.executable, "-m", "bot", "model", "export", models)
    print(f"model: {_megabytes(models)} MB, in {time.monotonic() - begun:.0f} s")
    folder.chmod(0o755)
    bare = machine(folder / "bare", site, models, index)
    begun = time.monotonic()
    status, told = bare.advisor("search", "resellers")
    print(f"index: built at the first search in {time.monotonic() - begun:.0f} s; status {status}")
    status, told = bare.served()
    if status:
        print(told)
        return 1
    found = told_of(told)
    print(f"serve: healthy {found['healthy']}, ready {found['ready']}, a turn with status "
          f"{found['turn'][0]}, stopped with status {found['status']}")
    fine = found["healthy"] and found["ready"] and found["turn"][0] == 200
    fine = fine and found["status"] in STOPPED
    return 0 if fine else 1


def _run(*words: object) -> None:
    subprocess.run([str(word) for word in words], check=True, cwd=PROJECT)


def _site_here() -> str:
    return next(place for place in sys.path if place.endswith("site-packages"))


def _megabytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) // 1_000_000


if __name__ == "__main__":
    sys.exit(main())

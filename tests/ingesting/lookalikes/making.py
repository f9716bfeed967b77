"""Makes the look-alikes and their gold cuts anew: `python -m tests.ingesting.lookalikes.making`.

It takes WeasyPrint, which no test needs, and a Chromium.  The files are kept beside it, so that
tests read the same bytes everywhere.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pypdf

from tests.chromium import CHROMIUM
from tests.ingesting.lookalikes import documents, gold
from tests.ingesting.lookalikes.writing import Writing

FILES = Path(__file__).parent / "files"


def _by_weasyprint(html: str) -> bytes:
    import weasyprint  # type: ignore[import-untyped,import-not-found]

    return bytes(weasyprint.HTML(string=html).write_pdf())


def _by_chromium(html: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        page, made = Path(folder, "page.html"), Path(folder, "made.pdf")
        page.write_text(html, "utf-8")
        subprocess.run([
            str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
            f"--print-to-pdf={made}", page.as_uri()], check=True, capture_output=True)
        return made.read_bytes()


def _two_a_sheet(pages: bytes) -> bytes:
    """The pages two by two on landscape sheets, the first alone on the right."""
    reader, writer = pypdf.PdfReader(BytesIO(pages)), pypdf.PdfWriter()
    width, height = (float(side) for side in reader.pages[0].mediabox[2:])
    turned: list[pypdf.PageObject | None] = [None, *reader.pages]
    for at in range(0, len(turned), 2):
        sheet = writer.add_blank_page(2 * width, height)
        for place, page in enumerate(turned[at:at + 2]):
            if page is not None:
                sheet.merge_translated_page(page, place * width, 0)
    made = BytesIO()
    writer.write(made)
    return made.getvalue()


def _as_they_are(pages: bytes) -> bytes:
    return pages


PRINTED: dict[str, tuple[Callable[[], tuple[str, Writing]], Callable[[str], bytes],
                         Callable[[bytes], bytes], Callable[[int], str]]] = {
    "guidance": (documents.guidance, _by_weasyprint, _two_a_sheet,
                 lambda n: str(n - 2) if n > 2 else ""),
    "principles": (documents.principles, _by_weasyprint, _as_they_are,
                   lambda n: ("", "i", "ii")[n] if n < 3 else str(n)),
    "report": (documents.report, _by_weasyprint, _as_they_are, str),
    "comment": (documents.comment, _by_chromium, _as_they_are, str),
    "recommendation": (documents.recommendation, _by_chromium, _as_they_are, str),
    "register": (documents.register, _by_weasyprint, _as_they_are, lambda n: str(n + 63_006)),
}
"""What makes each, how its pages become sheets, and what is printed on its page *n*."""


def _paged(cut: Sequence[gold.Gold], pages: bytes, printed: Callable[[int], str]) -> list[
        gold.Gold]:
    """*cut* with the page that each piece begins on, by another reader than ours."""
    texts = ["".join((page.extract_text() or "").replace("•", "").split())
             for page in pypdf.PdfReader(BytesIO(pages)).pages]
    found, at = [], 0
    for one in cut:
        begins = "".join(one.text.replace("•", "").split())
        headed = "".join(one.heading.split()) + begins
        wanted = (headed[:len(headed) - len(begins) + 30], begins[:45], begins[:18])
        at = next(n for words in wanted for n in range(at, len(texts)) if words in texts[n])
        page = printed(at + 1)
        found.append(replace(one, page=page, cited=one.cited.replace("{page}", page)))
    return found


def main() -> None:
    """Make all of them, or those that are named."""
    FILES.mkdir(exist_ok=True)
    for name, (document, print_, impose, printed) in PRINTED.items():
        if len(sys.argv) > 1 and name not in sys.argv[1:]:
            continue
        html, doc = document()
        pages = print_(html)
        gold.write(name, _paged(doc.gold, pages, printed))
        (FILES / f"{name}.pdf").write_bytes(impose(pages))
    for page in Path(__file__).parent.glob("*.html"):
        if len(sys.argv) == 1 or page.stem in sys.argv[1:]:
            (FILES / f"{page.stem}.pdf").write_bytes(_by_chromium(page.read_text("utf-8")))
    if len(sys.argv) == 1 or "covenant" in sys.argv[1:]:
        html, doc = documents.covenant()
        (FILES / "covenant.html").write_text(html, "utf-8")
        gold.write("covenant", doc.gold)


if __name__ == "__main__":
    main()

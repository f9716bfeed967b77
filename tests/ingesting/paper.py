"""Documents as they come from a printer: made with fpdf2, each for what it shows."""

from collections.abc import Callable, Sequence
from io import BytesIO

import fpdf
from PIL import Image

REVIEW = (
    "Before any sale the seller should review what the end-user is known to have done with "
    "products of this kind, and should write down what was found and who decided. "
)
REPORTS = (
    "Reports of journalists, courts and the United Nations are read together, since none of them "
    "sees all; where they differ, the graver one is followed until it is shown to be wrong. "
)
CONTRACT = (
    "The contract should name the uses that are allowed, let the seller suspend support when the "
    "product is misused, and outlive a change of government. "
)


class Paper(fpdf.FPDF):
    """Pages with a header and a footer of one's choice."""

    def __init__(
        self,
        head: Callable[[int], str] | None = None,
        foot: Callable[[int], str] | None = None,
        **options: object,
    ) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self._head, self._foot = head, foot
        self.set_font("Times", size=11)
        self.set_auto_page_break(True, 25)

    def header(self) -> None:
        if self._head:
            self.set_font("Times", size=9)
            self.cell(0, 5, self._head(self.page_no()), align="R")
            self.ln(12)
            self.set_font("Times", size=11)

    def footer(self) -> None:
        if self._foot:
            self.set_font("Times", size=9)
            self.set_y(-15)
            self.cell(0, 5, self._foot(self.page_no()), align="C")
            self.set_font("Times", size=11)

    def paragraph(self, text: str, align: str = "L") -> None:
        self.multi_cell(0, 5, text, align=align, new_x="LMARGIN", new_y="NEXT")
        self.ln(3)

    def heading(self, text: str, size: float = 15) -> None:
        self.set_font("Times", "B", size)
        self.multi_cell(0, 8, text, align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(2)
        self.set_font("Times", size=11)

    def bytes(self) -> bytes:
        return bytes(self.output())


def columns(
    paragraphs: Sequence[str], count: int, size: float = 10, align: str = "J",
    height: float = 130, gutter: float = 7, gap: float = 2,
) -> bytes:  # fmt: skip
    """The paragraphs in columns, over as many pages as they take."""
    made = Paper(format="A4")
    made.set_auto_page_break(False)
    made.set_font("Helvetica", size=size)
    made.add_page()
    width = (made.epw - (count - 1) * gutter) / count
    step = size * 0.3528 * 1.2
    column, y = 0, made.t_margin
    for text in paragraphs:
        lines = made.multi_cell(
            width, step, text, align=align, dry_run=True, output=fpdf.enums.MethodReturnValue.LINES
        )
        for n, line in enumerate(lines):
            if y + step > made.t_margin + height:
                column, y = column + 1, made.t_margin
                if column == count:
                    made.add_page()
                    column = 0
            made.set_xy(made.l_margin + column * (width + gutter), y)
            last = n == len(lines) - 1
            _one_line(made, line, width, step, justify=align == "J" and not last)
            y += step
        y += gap
    return bytes(made.output())


def _one_line(made: fpdf.FPDF, line: str, width: float, step: float, justify: bool) -> None:
    words = line.split()
    made.c_margin = 0
    spare = width - made.get_string_width(" ".join(words))
    if justify and len(words) > 1:
        made.set_char_spacing(0)
        x, y = made.get_x(), made.get_y()
        blank = made.get_string_width(" ") + spare / (len(words) - 1)
        for word in words:
            made.set_xy(x, y)
            made.cell(made.get_string_width(word), step, word)
            x += made.get_string_width(word) + blank
    else:
        made.cell(width, step, " ".join(words))


def picture(width: int = 400, height: int = 300) -> BytesIO:
    out = BytesIO()
    Image.effect_noise((width, height), 60).convert("RGB").save(out, "PNG")
    out.seek(0)
    return out

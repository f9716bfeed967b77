"""Word documents for tests: python-docx, and by hand what it can't write."""

import io
import zipfile
from collections.abc import Callable

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

W = nsdecls("w")
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def numbered_document() -> "Document":
    """A document with one scheme of three levels: "1.", "1.1" and "(a)"; list 77 counts by it."""
    document = Document()
    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{place}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for place, (form, text) in enumerate([
            ("decimal", "%1."), ("decimal", "%1.%2"), ("lowerLetter", "(%3)"),
            ("lowerRoman", "(%4)"), ("upperRoman", "%5."), ("bullet", "•")]))
    scheme = parse_xml(f'<w:abstractNum {W} w:abstractNumId="77">{levels}</w:abstractNum>')
    numbering.insert(0, scheme)
    for id_, override in ((77, ""), (78, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/>'
                                         '</w:lvlOverride>')):
        numbering.append(parse_xml(
            f'<w:num {W} w:numId="{id_}"><w:abstractNumId w:val="77"/>{override}</w:num>'))
    return document


def numbered(document: "Document", words: str, level: int = 0, list_: int = 77) -> None:
    """Add a paragraph that Word numbers."""
    paragraph = document.add_paragraph(words)
    paragraph._p.get_or_add_pPr().append(parse_xml(
        f'<w:numPr {W}><w:ilvl w:val="{level}"/><w:numId w:val="{list_}"/></w:numPr>'))


def add_xml(document: "Document", inner: str) -> None:
    """Add a paragraph of that XML."""
    body = document.element.body
    body.insert(len(body) - 1, parse_xml(f"<w:p {W}>{inner}</w:p>"))


def saved(document: "Document") -> bytes:
    """The document as a file."""
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def with_notes(data: bytes, footnotes: dict[int, str], endnotes: dict[int, str]) -> bytes:
    """The file *data* with a part for each kind of notes, as Word writes them."""

    def part(name: str, notes: dict[int, str]) -> str:
        inner = "".join(
            f'<w:{name} w:id="{id_}"><w:p><w:r><w:{name}Ref/></w:r><w:r><w:t>{words}</w:t></w:r>'
            f"</w:p></w:{name}>" for id_, words in notes.items())
        return (f'<?xml version="1.0"?><w:{name}s {W}><w:{name} w:id="-1" w:type="separator"><w:p/>'
                f"</w:{name}>{inner}</w:{name}s>")

    def changed(name: str, content: bytes) -> bytes:
        text = content.decode() if name.endswith((".rels", ".xml")) else ""
        kinds = ("footnote", "endnote")
        if name == "[Content_Types].xml":
            more = "".join(
                f'<Override PartName="/word/{k}s.xml" ContentType="application/vnd.openxmlformats-'
                f'officedocument.wordprocessingml.{k}s+xml"/>' for k in kinds)
            return text.replace("</Types>", f"{more}</Types>").encode()
        if name == "word/_rels/document.xml.rels":
            more = "".join(f'<Relationship Id="rIdN{k}" Type="{RELATIONSHIPS}/{k}s" '
                           f'Target="{k}s.xml"/>' for k in kinds)
            return text.replace("</Relationships>", f"{more}</Relationships>").encode()
        return content

    return rewritten(data, changed, {"word/footnotes.xml": part("footnote", footnotes),
                                     "word/endnotes.xml": part("endnote", endnotes)})


def rewritten(
    data: bytes, changed: Callable[[str, bytes], bytes], more: dict[str, str] | None = None
) -> bytes:
    """The archive *data*, each file of it *changed*, and *more* files."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            new.writestr(name, changed(name, old.read(name)))
        for name, content in (more or {}).items():
            new.writestr(name, content)
    return file.getvalue()

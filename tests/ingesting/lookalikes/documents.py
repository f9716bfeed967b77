"""Look-alikes of the documents that matter: set like the real ones, in words of our own."""

from retrieval.ingesting.pieces import MAX_NAMED_CHARACTERS
from tests.ingesting.lookalikes.prose import Prose
from tests.ingesting.lookalikes.writing import Writing

GUIDANCE_STYLE = """
@page { size: 139mm 216mm; margin: 20mm 17mm 18mm 17mm;
  @bottom-right { content: counter(page); font: 8pt Liberation Sans; color: #444 } }
@page :first { counter-reset: page -1; @bottom-right { content: none } }
@page contents { @bottom-right { content: none } }
body { font: 9.5pt/1.35 Liberation Sans }
.cover { break-after: page; padding-top: 50mm; font-size: 17pt; font-weight: bold;
  color: #1f3a68 }
.cover small { display: block; font-size: 10pt; margin-top: 12mm; color: #000;
  font-weight: normal }
.toc { page: contents; break-after: page }
.toc p { margin: 1.5mm 0 } .toc a::after { content: leader('.') attr(data-p) }
h1 { font-size: 14pt; color: #1f3a68; margin: 6mm 0 2mm } h2 { font-size: 11pt; margin: 4mm 0 1mm }
h3 { font-size: 9.5pt; font-style: italic; margin: 3mm 0 1mm; color: #a03030 }
p { margin: 0 0 2.2mm } ul { margin: 0 0 2mm; padding-left: 5mm }
li { margin: 0 0 1mm } td, th { border: .5pt solid #555; padding: 1mm; font-size: 8.5pt;
  text-align: left; vertical-align: top } table { border-collapse: collapse; width: 100% }
.note { float: footnote; font-size: 7.5pt; line-height: 1.2 }
.note::footnote-call { font-size: 6pt; vertical-align: super }
"""


def _named(heading: str) -> str:
    return heading if len(heading) <= MAX_NAMED_CHARACTERS else (
        heading[:MAX_NAMED_CHARACTERS].rsplit(" ", 1)[0] + "…")


def guidance() -> tuple[str, Writing]:
    """A department's guidance, printed two pages a sheet: considerations and their red flags."""
    say, doc = Prose(1), Writing("Guidance")
    doc.add('<div class="cover">Guidance for Transactions with Foreign Government End-Users of '
            "Products with Surveillance Capabilities<small>Department of Responsible Trade"
            '</small></div><div class="toc"><h1>Table of Contents</h1>')
    listed = [("Purpose", 1), ("Background", 2), ("Definitions", 3),
              ("Due Diligence Considerations", 4), ("Appendix 1: Products and their risks", 8),
              ("Appendix 2: Sources", 10)]
    doc.add("".join(f'<p><a data-p="{page}">{title}</a></p>' for title, page in listed))
    doc.add("</div>")
    for title, paragraphs in (("Purpose", 3), ("Background", 4)):
        doc.add(f"<h1>{title}</h1>")
        doc.begin(f"{{short}}, {title}, p. {{page}}", title)
        for n in range(paragraphs):
            note = "{See the explanatory memorandum of 4 September 2019, at 12.}" if n == 1 else ""
            doc.say(say(3) + note)
    doc.add("<h1>Definitions</h1>")
    doc.begin("{short}, Definitions, p. {page}", "Definitions")
    for term in ("Product with surveillance capabilities", "End-user", "Red flag"):
        doc.say(f"{term}: {say(2)}")
    doc.add("<h1>Due Diligence Considerations</h1>")
    doc.begin("{short}, Due Diligence Considerations, p. {page}", "Due Diligence Considerations")
    doc.say(say(2))
    for n, title in enumerate((
            "Review the capabilities of the product", "Review the record of the end-user",
            "Review the laws of the place and how they are applied",
            "Review who is involved in the transaction, distributors and resellers among them"), 1):
        heading = f"{n}. {title}"
        doc.add(f"<h2>{heading}</h2>")
        doc.begin(f"{{short}}, {_named(heading)}, p. {{page}}", heading)
        doc.say(say(3))
        doc.add("<ul>")
        for _ in range(3):
            doc.say(say(1), "li", before="• ")
        doc.add("</ul><h3>Red Flags</h3><ul>")
        doc.begin(f"{{short}}, {_named(heading)}, Red Flags, p. {{page}}", "Red Flags")
        for place in range(4):
            note = "{Ibid., p. 7.}" if place == 2 and n == 2 else ""
            doc.say(say(2 if place == 1 else 1) + note, "li", before="• ")
        doc.add("</ul>")
    title = "Appendix 1: Products and their risks"
    doc.add(f"<h1>{title}</h1>")
    doc.begin(f"{{short}}, {title}, p. {{page}}", title)
    doc.say(say(2))
    doc.add("<table>")
    for row in [("Product", "What it does", "Risk"),
                *((name, say(1), say(1)) for name in
                  ("Cameras", "Interception", "Data analytics", "Social media tools",
                   "Location tracking", "Forensic tools", "Biometrics", "Network monitoring"))]:
        doc.add("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>")
        doc.quote(" | ".join(row))
    doc.add("</table><h1>Appendix 2: Sources</h1><ul>")
    doc.begin("{short}, Appendix 2: Sources, p. {page}", "Appendix 2: Sources")
    for n in range(6):
        doc.say(f"{say(1)} See https://example.org/reports/{2015 + n}/surveillance.", "li",
                before="• ")
    doc.add("</ul>")
    return doc.html(GUIDANCE_STYLE), doc


PRINCIPLES_STYLE = """
@page { size: 148mm 210mm; margin: 22mm 18mm 20mm 18mm;
  @bottom-center { content: counter(page); font: 8.5pt Liberation Serif } }
@page front { @bottom-center { content: counter(page, lower-roman) } }
@page pillar1 { @top-left { content: "I. THE STATE DUTY TO PROTECT HUMAN RIGHTS";
  font: 7pt Liberation Sans; color: #666 } }
@page pillar2 { @top-right {
  content: "II. THE CORPORATE RESPONSIBILITY TO RESPECT HUMAN RIGHTS";
  font: 7pt Liberation Sans; color: #666 } }
body { font: 10pt/1.4 Liberation Serif } p { margin: 0 0 2.5mm; text-align: justify }
.front { page: front; break-after: page }
.one { page: pillar1; break-after: page } .two { page: pillar2 }
h1 { font: bold 15pt Liberation Sans; color: #0a5c8a } h2 { font: bold 11pt Liberation Sans }
h3 { font: bold italic 10pt Liberation Serif; margin: 2mm 0 1mm }
.box { border: 1pt solid #0a5c8a; background: #eaf3f8; padding: 2.5mm; font-weight: bold;
  margin: 3mm 0 } .box p { margin: 0 0 1.5mm } .box p.in { margin-left: 6mm }
"""


def principles() -> tuple[str, Writing]:
    """Principles in boxes, each with a commentary; roman pages before arabic ones."""
    say, doc = Prose(2), Writing("Principles")
    doc.add('<div class="front"><h1>General introduction</h1>')
    doc.begin("{short}, General introduction, p. {page}", "General introduction")
    for _ in range(7):
        doc.say(say(4))
    doc.add("</div>")
    number = 0
    for part, title, sections in (
            ("one", "I. The State duty to protect human rights",
             (("A. Foundational principles", 2), ("B. Operational principles", 3))),
            ("two", "II. The corporate responsibility to respect human rights",
             (("A. Foundational principles", 2), ("B. Operational principles", 4)))):
        doc.add(f'<div class="{part}"><h1>{title}</h1>')
        for section, count in sections:
            doc.add(f"<h2>{section}</h2>")
            for _ in range(count):
                number += 1
                doc.begin(f"{{short}}, Principle {number}", section)
                letters = number % 3 == 0
                doc.add('<div class="box">')
                opening = ("In order to meet what is asked of them, business enterprises should:"
                           if letters else say(2 if number % 2 else 1))
                doc.say(opening, before=f"{number}. ")
                doc.parts[-1] = doc.parts[-1].replace("<p>", f"<p>{number}. ")
                for letter in "abc" if letters else "":
                    words = say(1)
                    doc.say(f"({letter}) {words}", 'p class="in"')
                doc.add("</div><h3>Commentary</h3>")
                doc.begin(f"{{short}}, Principle {number}, Commentary", section)
                for _ in range(2 + number % 2):
                    doc.say(say(3))
        doc.add("</div>")
    return doc.html(PRINCIPLES_STYLE), doc


REPORT_STYLE = """
@page { size: A4; margin: 30mm 32mm 28mm 40mm;
  @top-left { content: "A/EXP/41/35"; font: bold 9pt Liberation Serif }
  @bottom-left { content: counter(page); font: bold 9pt Liberation Serif } }
@page :left { @top-left { content: none } @top-right { content: "A/EXP/41/35";
  font: bold 9pt Liberation Serif } @bottom-left { content: none }
  @bottom-right { content: counter(page); font: bold 9pt Liberation Serif } }
body { font: 10pt/1.2 Liberation Serif } p { margin: 0 0 3mm; text-align: justify }
h1 { font-size: 14pt; margin-left: -10mm } h2 { font-size: 12pt; margin-left: -8mm }
h3 { font-size: 10pt; margin-left: -8mm } p.in { margin-left: 10mm }
p.quoted { margin: 0 12mm 3mm; }
.note { float: footnote; font-size: 8.5pt; line-height: 1.15 }
.note::footnote-call { font-size: 6.5pt; vertical-align: super }
.note::footnote-marker { content: counter(footnote) "  "; font-size: 6pt; vertical-align: super }
"""


def report() -> tuple[str, Writing]:
    """A report of a special rapporteur: paragraphs 1 to 40 over headings, with many notes."""
    say, doc = Prose(3), Writing("A/EXP/41/35")
    doc.add("<h1>Report of the Special Rapporteur on the promotion of privacy</h1>")
    outline = (("I. Introduction", "", 3), ("II. Surveillance and its harm", "", 2),
               ("", "A. Private industry", 6), ("", "B. The legal framework", 7),
               ("", "C. Companies", 5), ("III. Conclusions and recommendations", "", 17))
    number = 0
    for one, two, count in outline:
        if one:
            doc.add(f"<h2>{one}</h2>")
        if two:
            doc.add(f"<h3>{two}</h3>")
        for place in range(count):
            if two == "B. The legal framework" and place in {0, 3}:
                three = "1. Privacy" if not place else "2. Opinion and expression"
                doc.add(f"<h3>{three}</h3>")
            heading = one or two
            if two == "B. The legal framework":
                heading = "1. Privacy" if place < 3 else "2. Opinion and expression"
            number += 1
            doc.begin(f"{{short}}, para. {number}", heading)
            note = ""
            if number % 2:
                note = (f"{{See https://www.example.org/en/documents/{number}/report-on-the-use-of"
                        f"-spyware.pdf, para. {number + 4}.}}")
            if number % 7 == 0:
                note += f"{{A/EXP/{number}/27, paras. {number}–{number + 3}; and 1998 treaty.}}"
            doc.say(f"{say(1)}{note} {say(3)}", before=f"{number}. ")
            doc.parts[-1] = doc.parts[-1].replace("<p>", f"<p>{number}. ")
            if number in {12, 30}:
                for letter in "abcd":
                    doc.say(f"({letter}) {say(1)}", 'p class="in"')
            if number == 15:
                doc.say("« Nul ne sera l’objet d’immixtions arbitraires dans sa vie privée, sa "
                        "famille, son domicile ou sa correspondance. »", 'p class="quoted"')
            if number == 17:
                doc.say("Jeder hat das Recht auf Schutz gegen solche Eingriffe; 12 Staaten haben "
                        "dem zugestimmt.", 'p class="quoted"')
    return doc.html(REPORT_STYLE), doc


COMMENT_STYLE = """
@page { size: A4; margin: 26mm 30mm;
  @top-right { content: "EXP/C/GC/37"; font: bold 9pt Liberation Serif }
  @bottom-center { content: counter(page); font: 9pt Liberation Serif } }
body { font: 10.5pt/1.25 Liberation Serif } p { margin: 0 0 3mm; text-align: justify }
h1 { font-size: 14pt } h2 { font-size: 11.5pt }
ol { margin: 0; padding: 0; list-style: none } .caps { font-variant: small-caps }
sup { font-size: 60% } .notes { border-top: .5pt solid; font-size: 8.5pt; margin-top: 8mm }
"""


def comment() -> tuple[str, Writing]:
    """A general comment as a browser prints it: notes at the end, ordinals raised, hyphens."""
    say, doc = Prose(4), Writing("GC 37")
    doc.add('<h1>General comment No. 37 on the right of peaceful assembly</h1>')
    number = 0
    for heading, count in (("I. Introduction", 3), ("II. Scope of the right", 6),
                           ("III. Obligations of States", 7), ("IV. Restrictions", 6)):
        doc.add(f"<h2>{heading}</h2>")
        for place in range(count):
            number += 1
            doc.begin(f"{{short}}, para. {number}", heading)
            note = f"{{General comment No. 34 (2011), para. {number}.}}" if number % 3 == 0 else ""
            doc.say(f"{say(2)}{note} {say(2)}", before=f"{number}. ")
            doc.parts[-1] = doc.parts[-1].replace("<p>", f"<p>{number}. ").replace(
                '<span class="note"', "<sup").replace("</span>", "</sup>")
            if place == 2:
                doc.parts[-1] = doc.parts[-1].replace("</p>", " At its 129<sup>th</sup> session "
                                                      "the Committee agreed.</p>")
                doc.quote("")
                last = doc.gold[-1]
                doc.gold[-1] = type(last)(
                    last.cited, last.heading, last.page,
                    last.text + " At its 129th session the Committee agreed.")
    doc.add('<div class="notes">' + "".join(
        f"<p>{n} {text}</p>" for n, text in doc.listed) + "</div>")
    body = doc.parts
    for n, text in doc.listed:
        for at, part in enumerate(body):
            body[at] = part.replace(f'<sup data-n="{n}">{text}</sup>', f"<sup>{n}</sup>")
    return doc.html(COMMENT_STYLE), doc


RECOMMENDATION_STYLE = """
@page { size: A4; margin: 22mm 18mm; @top-left { content: "EN"; font: bold 9pt Liberation Sans }
  @top-center { content: "Official Gazette, L series"; font: 8pt Liberation Sans }
  @bottom-left { content: "ELI: http://data.example.org/eli/reco/2024/2659/oj";
    font: 7pt Liberation Sans }
  @bottom-right { content: counter(page) "/3"; font: 8pt Liberation Sans } }
body { font: 9.5pt/1.3 Liberation Serif } p { margin: 0 0 2.5mm; text-align: justify }
h1 { font-size: 13pt; text-align: center }
.columns { columns: 2; column-gap: 7mm; hyphens: auto }
h2 { font-size: 10pt; text-align: center; font-style: italic; font-weight: normal }
h2 + h2 { font-weight: bold; font-style: normal }
.n { display: grid; grid-template-columns: 8mm 1fr } .n p { margin-bottom: 2mm }
"""


def recommendation() -> tuple[str, Writing]:
    """A recommendation in two columns: recitals in brackets, then articles with paragraphs."""
    say, doc = Prose(5), Writing("Reco 2024")
    doc.add("<h1>RECOMMENDATION (EX) 2024/2659 on the export of cyber-surveillance items</h1>"
            '<div class="columns"><p>Whereas:</p>')
    for n in range(1, 12):
        doc.begin(f"{{short}}, Recital {n}", "RECOMMENDATION (EX) 2024/2659 on the export of "
                  "cyber-surveillance items")
        words = say(3)
        doc.add(f'<div class="n"><p>({n})</p><p>{words}</p></div>')
        doc.quote(f"({n}) {words}")
    doc.add("<p>HAS ADOPTED THIS RECOMMENDATION:</p>")
    for n, title in enumerate(("Scope", "Definitions", "Due diligence", "Reporting"), 1):
        doc.add(f"<h2>Article {n}</h2><h2>{title}</h2>")
        doc.begin(f"{{short}}, Article {n}", title)
        for k in range(1, 4):
            doc.say(f"{k}. {say(2)}")
        if n == 2:
            for letter in "abc":
                words = say(1)
                doc.add(f'<div class="n"><p>({letter})</p><p>{words}</p></div>')
                doc.quote(f"({letter}) {words}")
    doc.add("</div>")
    return doc.html(RECOMMENDATION_STYLE), doc


REGISTER_STYLE = """
@page :first { counter-reset: page 63007 }
@page { size: 209mm 279mm; margin: 19mm 15mm 15mm;
  @top-left { content: counter(page); font: bold 9pt Liberation Serif }
  @top-center { content: "Federal Gazette / Vol. 85, No. 194 / Rules and Regulations";
    font: bold 8.5pt Liberation Serif } }
body { font: 8.5pt/1.2 Liberation Serif }
.columns { columns: 3; column-gap: 5mm; hyphens: auto; text-align: justify }
p { margin: 0; text-indent: 3mm } h1 { font: bold 11pt Liberation Sans; margin: 2mm 0 }
h2 { font: bold 9pt Liberation Sans; margin: 3mm 0 1mm }
.note { float: footnote; font-size: 7pt }
.note::footnote-call { font-size: 5.5pt; vertical-align: super }
.note::footnote-marker { content: counter(footnote) " "; font-size: 5.5pt; vertical-align: super }
"""


def register() -> tuple[str, Writing]:
    """A rule in three narrow columns, its headings within them, its notes below all."""
    say, doc = Prose(6), Writing("85 FG 63007")
    doc.add('<div class="columns"><h1>DEPARTMENT OF TRADE</h1><h1>Controls on Crime Control and '
            "Detection Items</h1>")
    for n, (title, count) in enumerate((
            ("SUMMARY", 2), ("SUPPLEMENTARY INFORMATION", 5), ("Background", 9),
            ("Human Rights Considerations in Licensing Decisions", 9),
            ("Rulemaking Requirements", 8))):
        doc.add(f"<h2>{title}</h2>")
        doc.begin(f"{{short}}, {title}, p. {{page}}", title)
        for k in range(count):
            note = "{See 15 CFR 742.7, and the notice of 2019.}" if n == 2 and k == 1 else ""
            doc.say(say(3) + note)
    doc.add("</div>")
    return doc.html(REGISTER_STYLE), doc


def covenant() -> tuple[str, Writing]:
    """A covenant as a page of a commission's site, menus and notes around it."""
    say, doc = Prose(7), Writing("Covenant", paged=False)
    doc.add('<header><nav><ul><li><a href="/">Home</a></li><li><a href="/i">Instruments</a></li>'
            '</ul></nav></header><div class="breadcrumb"><nav aria-label="Breadcrumb"><a href="/">'
            "Home</a> / <a>Instruments</a></nav></div><main><article>"
            "<h1>International Covenant on Fair Trade</h1>"
            '<div class="share-links"><ul><li><a href="#">Share on X</a></li><li><a href="#">Print'
            "</a></li></ul></div>"
            '<div class="field"><p><strong>ADOPTED</strong> 16 December 1966</p>'
            "<p><strong>BY</strong> General Assembly resolution 2200A (XXI)</p></div>"
            '<div class="body">')
    doc.add("<h2>Preamble</h2>")
    doc.begin("{short}, Preamble", "Preamble")
    for words in ("Considering that", "Recognizing that", "Agree upon the following articles:"):
        doc.say(words if words.endswith(":") else f"{words} {say(1)[:-1].lower()},")
    number = 0
    for part, count in (("PART I", 1), ("PART II", 3), ("PART III", 6)):
        doc.add(f"<h2>{part}</h2>")
        for _ in range(count):
            number += 1
            doc.add(f"<h3>Article {number}</h3>")
            doc.begin(f"{{short}}, Article {number}", f"Article {number}")
            if number % 2:
                for k in range(1, 4):
                    doc.say(f"{k}. {say(1)}")
                doc.say("(a) For respect of the rights of others;")
                doc.say("(b) For the protection of public order.")
            else:
                doc.say(say(2))
    doc.add('</div></article></main><aside><h2>Related</h2><ul><li><a href="#">Committee</a></li>'
            '</ul></aside><footer><p>© Commission</p><nav><a href="#">Contact</a></nav></footer>')
    return doc.html(""), doc

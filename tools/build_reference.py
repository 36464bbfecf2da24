"""Build the reference documents from which pandoc takes the styles of .docx files: one for Chinese, one for English.

    python tools/build_reference.py            write tuopin_analysis/report/templates/paper/reference-{zh,en}.docx

Faces follow the national standard for official documents (GB/T 9704—2012: title 小标宋体, headings 黑体 and 楷体, body 仿宋,
page numbers as "— 1 —"). Its sizes and margins are for letters (三号); these are smaller (小四, 26 and 24 mm), so that a brief
stays within four pages and the tables of a report page fit. No space is put between Chinese and figures. Fonts are named, not
embedded; where one is lacking, Word takes the alternative named in the table of fonts.
"""

import sys
import zipfile
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml."
INTO = Path(__file__).parents[1] / "tuopin_analysis" / "report" / "templates" / "paper"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
NAMESPACES = f'xmlns:w="{W}" xmlns:r="{R}"'
FIRST = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can tell: none
ALTERNATIVES = {"方正小标宋简体": "宋体", "仿宋": "仿宋_GB2312", "楷体": "楷体_GB2312", "黑体": "SimHei", "宋体": "SimSun"}


class Style(NamedTuple):
    """A paragraph style: its name, faces, size in points, and properties of its paragraphs as XML, in the order of the schema."""

    name: str
    face: str
    size: float
    paragraph: str = ""
    bold: bool = False
    color: str = ""
    based: str = "Normal"
    after: str = ""  # the style of the paragraph that follows
    italic: bool = False


def spacing(before: float = 0, after: float = 0, line: float = 0, exact: bool = False) -> str:
    """Space in points; `line` in points when exact, else as a multiple of the font's own."""
    rule = f' w:line="{line * (20 if exact else 240):.0f}" w:lineRule="{"exact" if exact else "auto"}"' if line else ""
    return f'<w:spacing w:before="{before * 20:.0f}" w:after="{after * 20:.0f}"{rule}/>'


KEEP = "<w:keepNext/><w:keepLines/>"
CENTRE, RIGHT = '<w:jc w:val="center"/>', '<w:jc w:val="right"/>'
INDENT = '<w:ind w:firstLineChars="200" w:firstLine="{twips}"/>'


def styles(lang: str) -> dict[str, Style]:
    """The styles by identifier. The names that pandoc looks for are its own; "Brief …", "Note" and the like are ours."""
    zh = lang == "zh"
    body, brief, title, head = (12, 12, 18, 14) if zh else (11, 12, 20, 14)
    fs, hei, kai, song, biaosong = "仿宋", "黑体", "楷体", "宋体", "方正小标宋简体"
    indent = INDENT.format(twips=brief * 40) if zh else ""
    line = spacing(line=18, exact=True) if zh else spacing(after=4, line=1.15)
    border = '<w:pBdr><w:bottom w:val="single" w:sz="18" w:space="6" w:color="C00000"/></w:pBdr>'
    return {
        "Normal": Style("Normal", fs, body, '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'),
        "BodyText": Style("Body Text", fs, body, spacing(3, 3, 1.25)),
        "FirstParagraph": Style("First Paragraph", fs, body, based="BodyText", after="BodyText"),
        "Compact": Style("Compact", fs, body, spacing(0, 0, 17, True), based="BodyText"),
        "Title": Style("Title", biaosong, title, KEEP + spacing(10, 8, 26, True) + CENTRE, not zh, after="BodyText"),
        "Heading1": Style("heading 1", hei, head, KEEP + spacing(8, 3, 19, True), not zh, after="BodyText"),
        "Heading2": Style("heading 2", kai, head - 1, KEEP + spacing(4, 2, 18, True), True, after="BodyText"),
        "Heading3": Style("heading 3", fs, head - 2, KEEP + spacing(6, 3, 1.2), True, after="BodyText"),
        "Caption": Style("caption", hei, 11 if zh else 10, KEEP + spacing(6, 3, 14, True) + CENTRE, not zh, after="BodyText"),
        "FigureCaption": Style(
            "Figure Caption", hei, 11 if zh else 10, spacing(2, 6, 14, True) + CENTRE, not zh, based="Caption"),
        "Figure": Style("Figure", fs, body, "<w:keepNext/>" + spacing(8, 2) + CENTRE),
        "TableText": Style("Table Text", song, 9, spacing(1, 1, 11.5, True)),
        "Note": Style("Note", song, 9, spacing(2, 2, 12, True), color="444444"),
        "Trace": Style("Trace", song, 7.5, spacing(0, 4, 10, True), color="666666"),
        "Mark": Style("Mark", hei, body - 2, spacing(2, 2), True, "8A3B00"),
        "Subject": Style("Subject", song, body - 1, '<w:shd w:val="clear" w:color="auto" w:fill="F4F6F8"/>' + spacing(2, 6, 1.2)),
        "BriefText": Style("Brief Text", fs, brief, line + indent, based="BodyText"),
        "BriefOffice": Style("Brief Office", biaosong, 32 if zh else 24, KEEP + spacing(0, 10) + CENTRE, not zh, "C00000"),
        "BriefNumber": Style("Brief Number", fs, brief, KEEP + spacing(0, 4) + CENTRE),
        "BriefIssue": Style("Brief Issue", fs, brief, KEEP + border + '<w:tabs><w:tab w:val="right" w:pos="9071"/></w:tabs>'
                            + spacing(4, 14)),
        "BriefSign": Style("Brief Sign", fs, brief, KEEP + spacing(6, 0) + '<w:ind w:right="640"/>' + RIGHT),
        "Footer": Style("footer", song, 14 if zh else 10, CENTRE),
    }  # fmt: skip


def style_xml(identity: str, style: Style, lang: str) -> str:
    """One paragraph style as XML."""
    default = ' w:default="1"' if identity == "Normal" else ""
    own = "" if style.name[0].islower() or identity in ("Normal", "BodyText", "Title") else ' w:customStyle="1"'
    based = f'<w:basedOn w:val="{style.based}"/>' if identity != "Normal" else ""
    after = f'<w:next w:val="{style.after}"/>' if style.after else ""
    level = f'<w:outlineLvl w:val="{int(identity[-1]) - 1}"/>' if identity.startswith("Heading") else ""
    paragraph = f"<w:pPr>{style.paragraph}{level}</w:pPr>" if style.paragraph or level else ""
    faces = f'<w:rFonts w:ascii="Times New Roman" w:eastAsia="{style.face}" w:hAnsi="Times New Roman" w:cs="Times New Roman"/>'
    run = faces + ("<w:b/><w:bCs/>" if style.bold else "") + ("<w:i/>" if style.italic else "")
    run += (f'<w:color w:val="{style.color}"/>' if style.color else "") + f'<w:sz w:val="{style.size * 2:.0f}"/>'
    run += f'<w:szCs w:val="{style.size * 2:.0f}"/>'
    return (f'<w:style w:type="paragraph"{default}{own} w:styleId="{identity}"><w:name w:val={quoteattr(style.name)}/>'
            f"{based}{after}<w:qFormat/>{paragraph}<w:rPr>{run}</w:rPr></w:style>")  # fmt: skip


def other_styles() -> str:
    """The styles of characters and of tables: three lines, as in official statistics, and thin ones between rows."""
    side = '<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="{color}"/>'.format
    borders = side(side="top", size=12, color="000000") + side(side="bottom", size=12, color="000000")
    borders += side(side="insideH", size=4, color="BFBFBF")
    margins = '<w:tblCellMar><w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar>'
    head = f"<w:tcBorders>{side(side='bottom', size=8, color='000000')}</w:tcBorders>"
    head += '<w:shd w:val="clear" w:color="auto" w:fill="F4F6F8"/>'
    return (
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/>'
        "</w:style>"
        '<w:style w:type="character" w:customStyle="1" w:styleId="VerbatimChar"><w:name w:val="Verbatim Char"/>'
        '<w:rPr><w:rFonts w:ascii="Consolas" w:hAnsi="Consolas" w:cs="Consolas"/><w:sz w:val="18"/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/><w:rPr><w:color w:val="1F4E79"/></w:rPr>'
        "</w:style>"
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr>'
        '<w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/>'
        '<w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
        '<w:style w:type="table" w:customStyle="1" w:styleId="Table"><w:name w:val="Table"/>'
        '<w:basedOn w:val="TableNormal"/><w:qFormat/>'
        f'<w:tblPr><w:jc w:val="center"/><w:tblBorders>{borders}</w:tblBorders>{margins}</w:tblPr>'
        f'<w:tblStylePr w:type="firstRow"><w:tcPr>{head}</w:tcPr></w:tblStylePr></w:style>'
    )  # fmt: skip


def styles_xml(lang: str) -> str:
    """word/styles.xml."""
    code = "zh-CN" if lang == "zh" else "en-US"
    defaults = (
        "<w:docDefaults><w:rPrDefault><w:rPr>"
        '<w:rFonts w:ascii="Times New Roman" w:eastAsia="仿宋" w:hAnsi="Times New Roman" w:cs="Times New Roman"/>'
        f'<w:sz w:val="24"/><w:szCs w:val="24"/><w:lang w:val="{code}" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'
        "</w:rPr></w:rPrDefault><w:pPrDefault/>"
        "</w:docDefaults>"
    )
    paragraphs = "".join(style_xml(identity, style, lang) for identity, style in styles(lang).items())
    return f'{XML}<w:styles xmlns:w="{W}">{defaults}{paragraphs}{other_styles()}</w:styles>'


def fonts_xml() -> str:
    """word/fontTable.xml: each face with the one to take in its place."""
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="auto"/>'
        '<w:pitch w:val="variable"/></w:font>'
        for name, other in ALTERNATIVES.items()
    )
    roman = (
        '<w:font w:name="Times New Roman"><w:charset w:val="00"/><w:family w:val="roman"/><w:pitch w:val="variable"/></w:font>'
    )
    return f'{XML}<w:fonts xmlns:w="{W}">{fonts}{roman}</w:fonts>'


def footer_xml() -> str:
    """The footer: the page's number between dashes."""

    def field(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    text = '<w:r><w:t xml:space="preserve">{}</w:t></w:r>'.format
    number = field("begin") + '<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>' + field("separate")
    number += "<w:r><w:t>1</w:t></w:r>" + field("end")
    return (
        f'{XML}<w:ftr {NAMESPACES}><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>{text("— ")}{number}{text(" —")}</w:p></w:ftr>'
    )


def document_xml() -> str:
    """A document with nothing but its page: A4, the margins of official documents, the footer."""
    section = (
        '<w:sectPr><w:footerReference w:type="default" r:id="rId9"/><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1474" w:right="1361" w:bottom="1361" w:left="1474" w:header="851" w:footer="794" '
        'w:gutter="0"/></w:sectPr>'
    )
    return f"{XML}<w:document {NAMESPACES}><w:body><w:p/>{section}</w:body></w:document>"


def files(lang: str) -> dict[str, str]:
    """The parts of the document by name."""
    parts = {"styles": styles_xml(lang), "fontTable": fonts_xml(), "footer1": footer_xml(), "document": document_xml(),
             "settings": f'{XML}<w:settings xmlns:w="{W}"><w:zoom w:percent="100"/><w:defaultTabStop w:val="420"/>'
                         '<w:characterSpacingControl w:val="compressPunctuation"/></w:settings>'}  # fmt: skip
    kinds = {
        "styles": "styles",
        "fontTable": "fontTable",
        "footer1": "footer",
        "settings": "settings",
        "document": "document.main",
    }
    types = "".join(f'<Override PartName="/word/{name}.xml" ContentType="{TYPE}{kinds[name]}+xml"/>' for name in parts)
    relation = '<Relationship Id="{id}" Type="{kind}" Target="{target}"/>'.format
    below = "".join(
        relation(id=f"rId{number}", kind=f"{R}/{kinds[name].removesuffix('.main')}", target=f"{name}.xml")
        for number, name in ((1, "styles"), (2, "settings"), (3, "fontTable"), (9, "footer1"))
    )
    above = relation(id="rId1", kind=f"{R}/officeDocument", target="word/document.xml")
    content = (f'{XML}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
               '"application/vnd.openxmlformats-package.relationships+xml"/>'
               '<Default Extension="xml" ContentType="application/xml"/>'
               f"{types}</Types>")  # fmt: skip
    rels = f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{{}}</Relationships>'
    return {
        "[Content_Types].xml": content,
        "_rels/.rels": rels.format(above),
        "word/_rels/document.xml.rels": rels.format(below),
        **{f"word/{name}.xml": text for name, text in parts.items()},
    }


def build(path: Path, lang: str) -> None:
    """Write the document: the same bytes each time."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files(lang).items():
            packed.writestr(zipfile.ZipInfo(name, FIRST), text.encode(), zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    into = Path(sys.argv[1]) if len(sys.argv) > 1 else INTO
    for lang in ("zh", "en"):
        build(into / f"reference-{lang}.docx", lang)
        print(into / f"reference-{lang}.docx")

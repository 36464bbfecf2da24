"""A document as an HTML page of its own: no script, no request, laid out for A4 when printed; a brief leads back to the index."""

import base64
from pathlib import Path

from tuopin_analysis import harmless
from tuopin_analysis.report import paper
from tuopin_analysis.report.paper import Cell, Document, Figure, Heading, Items, Paragraph, Runs

STRONG = ("office", "mark")  # set in bold, with a tag that the packing of fonts knows
STYLE = Path(__file__).parent / "templates" / "paper" / "paper.css"
PAGE = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="tuopin-analysis">
<title>{title}</title>
<style>
/*fonts*/
{css}
</style>
</head>
<body>
{back}<main class="{kind}">
{header}
<h1>{title}</h1>
{blocks}
</main>
</body>
</html>
"""


def html(document: Document, back: str = "") -> str:
    """The page; `/*fonts*/` in it is for the glyphs it needs. `back`: the words of a link to the index above it."""
    nav = f'<nav class="top"><a href="../index.html">{harmless.html(back)}</a></nav>\n' if back else ""
    return PAGE.format(
        lang="zh-CN" if document.lang == "zh" else document.lang,
        title=harmless.html(document.title),
        css=STYLE.read_text(encoding="utf-8"),
        back=nav,
        kind=document.kind,
        header="\n".join(_block(block, document.lang) for block in document.header),
        blocks="\n".join(_block(block, document.lang) for block in document.blocks),
    )


def _block(block: paper.Block, lang: str) -> str:
    if isinstance(block, Heading):
        return f"<h{block.level + 1}>{_runs(block.runs)}</h{block.level + 1}>"
    if isinstance(block, Paragraph):
        parts = _runs(block.runs).split("\t")
        told = "".join(f"<span>{part}</span>" for part in parts) if len(parts) > 1 else parts[0]
        told = f"<strong>{told}</strong>" if block.style in STRONG else told
        return f'<p class="{block.style}">{told}</p>'
    if isinstance(block, Items):
        kind = "ol" if block.ordered else "ul"
        return f"<{kind}>" + "".join(f"<li>{_runs(runs)}</li>" for runs in block.items) + f"</{kind}>"
    caption = harmless.html(paper.caption(block, lang))
    if isinstance(block, Figure):
        data = base64.b64encode(block.png).decode()
        image = f'<img src="data:image/png;base64,{data}" alt="{harmless.html(block.alt)}">'
        return f"<figure>{image}<figcaption><strong>{caption}</strong></figcaption></figure>"
    rows = _rows(block.head, "thead") + _rows(block.body, "tbody")
    return f'<div class="tablebox"><table><caption>{caption}</caption>{rows}</table></div>'


def _rows(rows: paper.Rows, part: str) -> str:
    lines = ["<tr>" + "".join(_cell(cell, part, at) for at, cell in enumerate(row)) + "</tr>" for row in rows]
    return f"<{part}>" + "\n".join(lines) + f"</{part}>"


def _cell(cell: Cell, part: str, at: int) -> str:
    tag = "th" if part == "thead" or at == 0 else "td"
    scope = ' scope="col"' if part == "thead" else ' scope="row"' if tag == "th" else ""
    names = " ".join(name for name, held in (("number", cell.right), ("total", cell.strong)) if held)
    spans = "".join(f' {name}="{number}"' for name, number in (("colspan", cell.columns), ("rowspan", cell.rows)) if number > 1)
    return f"<{tag}{scope}{spans}{f' class={chr(34)}{names}{chr(34)}' if names else ''}>{_runs(cell.runs)}</{tag}>"


def _runs(runs: Runs) -> str:
    told = []
    for run in runs:
        text = harmless.html(run.text).replace("\n", "<br>")
        text = f"<code>{text}</code>" if run.code else text
        text = f"<strong>{text}</strong>" if run.bold else text
        told.append(f"<em>{text}</em>" if run.italic else text)
    return "".join(told)

"""Result tables as official statistical tables: labels, units and values from the dictionary, set by Great Tables.

A table shown with a key carries its data with it, as CSV with English identifiers at full precision, so that the page and
the download cannot disagree.
"""

import re
from collections.abc import Collection, Sequence
from decimal import Decimal
from html import escape

import pandas as pd
from IPython.display import display

from tuopin_analysis import harmless
from tuopin_analysis.register import dictionary
from tuopin_analysis.report import cells, language, mime, sentences_trace, telling

# Shares of a total row are ratios of its totals, never sums of rounded parts.
RATIOS = {
    "persons_per_household": ("persons", "households"),
    "share_planned": ("planned_to_date_persons", "persons"),
    "share_actual": ("actual_persons", "persons"),
    "headcount_ratio": ("persons", "rural_population"),
    "target_reached": ("actual_persons", "target_persons"),
}
# Figures to the right also where the page's own style sheet is absent, as in JupyterLab; it yields to any other rule.
CSS = (
    "<style>:where(table.tuopin) :is(th,td){text-align:left}:where(table.tuopin) .number{text-align:right}"
    ":where(table.tuopin) caption{caption-side:top;font-weight:bold}</style>"
)
# What Great Tables writes, and what of it a page needs: no inline style sheet, no ids, two class names.
LEAN = [
    (r"(?s)^.*?<table[^>]*>", ""),
    (r"(?s)</table>.*$", ""),
    (r'\s(?:headers|id)="[^"]*"', ""),
    (r'\s(?:row|col)span="1"', ""),
    (r'class="[^"]*\bgt_right\b[^"]*"', 'class="number"'),
    (r'\sclass="(?:gt_[^"]*)"', ""),
    (r"<td>(?=(?:\d{4}年\d+月\d+日|(?:\d+ )?[A-Z][a-z]{2} \d{4})</td>)", '<td class="day">'),
    (r"\n\s*", "\n"),
    (r">\n(?=<t[hd])", ">"),
    (r"(?<=</t[hd]>)\n(?=</tr>)", ""),
    (r"\n+", "\n"),
]
SHORT = 8  # characters of a name that is not broken
UNCOUNTED = ("number_of_causes", "days_required", "weight")  # numbers that `tuopin trace` has no rows of


def show(
    frame: pd.DataFrame,
    key: str | None = None,
    lang: str = "zh",
    caption: str | None = None,
    hide: Collection[str] = (),
    total: bool = False,
    rows: int | None = None,
    trace: bool = True,
    each: str | None = None,
) -> None:
    """Display a finished table; with a `key`, also hand its data to the runner, which saves it as `<key>.csv`.

    `hide` leaves columns off the page and `rows` all but the first rows (not out of the data, as a note says), with `each` the
    first of each value of that column; `total` adds a row that sums counts of all rows and takes ratios of the sums. Shares are
    shown as per cent with one decimal; when rounded parts of a whole do not add to 100.0%, a note says so. Below a key table
    stands its name and, with `trace` and unless it is of the public edition, how a figure of it is followed to its rows.
    """
    display(bundle(frame, key, lang, caption, hide, total, rows, trace, each), raw=True)


def bundle(
    frame: pd.DataFrame, key: str | None = None, lang: str = "zh", caption: str | None = None, hide: Collection[str] = (),
    total: bool = False, rows: int | None = None, trace: bool = True, each: str | None = None,
) -> dict[str, object]:
    """What `show` displays, by MIME type: the page's HTML, plain text, and the data of a key table."""
    language.check(lang)
    if key is not None and not re.fullmatch(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*", key):
        raise ValueError(f"a key is lower-case words joined by dots, not '{key}'")
    hide = {*hide, telling.SUPPRESSED}
    shown = frame.drop(columns=[column for column in frame.columns if column in hide or _other_language(column, lang)])
    total = total and len(shown) > 0
    first = frame if rows is None else frame.groupby(each, sort=False).head(rows) if each else frame.head(rows)
    texts = _marked(cells.written(first, lang, _totals(frame) if total else None), frame, total)[list(shown.columns)]
    if total:
        texts.iloc[-1, 0] = language.translator(lang).gettext("Total")
    names = [dictionary.label(str(column), lang) for column in shown.columns]
    numeric = [str(column) for column in shown.columns if cells.is_numeric(str(column), frame[column])]
    notes = _notes(shown, lang) if len(first) == len(frame) else [_cut(len(first), len(frame), rows if each else None, lang)]
    notes += _suppressed_note(frame, lang)
    made: dict[str, object] = {
        "text/html": _html(texts, names, numeric, key, caption, notes, total, [*LEAN, *_whole(texts, lang)])
        + _footnote(frame, key, hide, lang, trace),
        "text/plain": _plain(texts, names, caption, notes),
    }
    if key is not None:
        made[mime.TABLE] = {"key": key, "csv": harmless.csv_frame(frame).to_csv(index=False, lineterminator="\n")}
    return made


def _whole(texts: pd.DataFrame, lang: str) -> list[tuple[str, str]]:
    """Names of villages are Chinese on English pages, too, and would be broken at any letter there: short ones are kept whole."""
    if lang == "zh" or "village" not in texts:
        return []
    names = [re.escape(escape(name)) for name in texts["village"].unique() if 0 < len(name) <= SHORT]
    return [(rf"<(t[dh])(| scope=\"row\")>(?=(?:{'|'.join(names)})</t)", r'<\1 class="name"\2>')] if names else []


def _footnote(frame: pd.DataFrame, key: str | None, hide: Collection[str], lang: str, trace: bool) -> str:
    """The table's name and, of the internal edition, how the first figure of its first row that is counted is traced."""
    if key is None:
        return ""
    left = {*hide, *UNCOUNTED}
    figures = [str(name) for name in frame if name not in left and cells.is_numeric(str(name), frame[name])]
    row = _first_row(frame) if trace and telling.SUPPRESSED not in frame and len(frame) and figures else {}
    text = sentences_trace.footnote(key, row, figures[0] if row else "", lang)
    return f'<p class="trace">{harmless.html(text)}</p>'


def _first_row(frame: pd.DataFrame) -> dict[str, str]:
    """What tells the first row from the others: as few columns as do, codes rather than names; none when its cells are long."""
    named: dict[str, str] = {}
    for name in map(str, frame):
        value = frame[name].iloc[0]
        code = name if name.endswith("_code") else f"{name}_code"
        if (name != code and code in frame) or cells.is_numeric(name, frame[name]) or language.is_missing(value):
            continue
        named[name] = f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else str(value)
        if not frame[list(named)].duplicated(keep=False).iloc[0]:
            return named if all(len(value) <= 24 for value in named.values()) else {}
    return {}


def _marked(texts: pd.DataFrame, frame: pd.DataFrame, total: bool) -> pd.DataFrame:
    """Suppressed figures as "×", which is not "missing"; so is a total that one of them is part of."""
    if not telling.withheld(frame):
        return texts
    names = [set(text.split(";")) for text in frame[telling.SUPPRESSED]]
    rows = names[: len(texts) - total] + ([set().union(*names)] if total else [])
    return pd.DataFrame(
        {
            column: [language.SUPPRESSED if column in hidden else text for text, hidden in zip(texts[column], rows, strict=True)]
            for column in texts.columns
        }
    )


def _suppressed_note(frame: pd.DataFrame, lang: str) -> list[str]:
    if not telling.withheld(frame):
        return []
    _ = language.translator(lang).gettext
    return [
        _("{sign}: suppressed, being small or giving a small figure away; not the same as missing or nought.").format(
            sign=language.SUPPRESSED
        )
    ]


def _cut(shown: int, rows: int, each: int | None, lang: str) -> str:
    _ = language.translator(lang).gettext
    text = _("Shown are the first {shown} of {rows} rows; the CSV file of this table has them all.")
    if each:
        text = _("Shown are {shown} of {rows} rows, up to {each} of each kind; the CSV file of this table has them all.")
    return text.format(shown=language.count(shown, lang), rows=language.count(rows, lang), each=language.count(each, lang))


def _other_language(column: str, lang: str) -> bool:
    return any(column.endswith(f"_{other}") for other in dictionary.LANGUAGES if other != lang)


def _totals(frame: pd.DataFrame) -> dict[str, object]:
    """The values of a row of totals: sums of counts (missing when a part is), ratios of sums, 1 for the parts of a whole."""
    sums: dict[str, object] = {}
    for column in map(str, frame.columns):
        if cells.is_additive(column, frame[column]):
            sums[column] = frame[column].sum(skipna=False)
        elif _is_parts(column, frame[column]):
            sums[column] = 1.0
    for column, (over, under) in RATIOS.items():
        if (
            column in frame
            and not language.is_missing(sums.get(over))
            and not language.is_missing(sums.get(under))
            and sums[under]
        ):
            sums[column] = sums[over] / sums[under]  # type: ignore[operator]
    return sums


def _is_parts(column: str, values: pd.Series) -> bool:
    """Whether a column holds all the shares of one whole."""
    return cells.is_share(column) and len(values) > 1 and bool(values.notna().all()) and abs(float(values.sum()) - 1) < 1e-9


def _notes(frame: pd.DataFrame, lang: str) -> list[str]:
    """Which columns' rounded shares do not add to 100.0%, and to what they add: one rule for all tables."""
    _ = language.translator(lang).gettext
    found = []
    for column in map(str, frame.columns):
        if _is_parts(column, frame[column]):
            printed = sum(Decimal(language.share(value, lang).rstrip("%")) for value in frame[column])
            if printed != 100:
                text, label = _("{column} {sum}"), language.inside(dictionary.label(column, lang), lang)
                found.append(text.format(column=label, sum=language.share(printed / 100, lang)))
    if not found:
        return []
    text = _("Each share is rounded by itself, so the shares as printed add to: {sums}; unrounded they add to 100%.")
    return [text.format(sums=_("; ").join(found))]


def _html(
    texts: pd.DataFrame, names: list[str], numeric: list[str], key: str | None, caption: str | None, notes: list[str],
    total: bool, lean: Sequence[tuple[str, str]],
) -> str:  # fmt: skip
    """The table as Great Tables sets it, its own style sheet left out: pages have one in `templates/`."""
    from great_tables import GT

    first = texts.columns[0]
    stub = first if len(texts.columns) > 1 and first not in numeric and texts[first].is_unique else None
    labels = dict(zip(texts.columns, names, strict=True))
    table = (
        GT(texts, rowname_col=stub, id="t", auto_align=False)
        .cols_align("left")
        .cols_label(cases={column: name for column, name in labels.items() if column != stub})
    )
    if stub:
        table = table.tab_stubhead(labels[stub])
    if numeric:
        table = table.cols_align("right", numeric)
    body = table.as_raw_html()
    for pattern, short in lean:
        body = re.sub(pattern, short, body)
    if total:
        head, row, tail = body.rpartition("<tr>")
        body = f'{head}<tr class="total">{tail}' if row else body
    above = f"<caption>{escape(harmless.plain(caption), quote=False)}</caption>" if caption else ""
    below = "".join(f'<p class="note">{escape(harmless.plain(note), quote=False)}</p>' for note in notes)
    identity = f' id="{key.replace(".", "-")}"' if key else ""
    return f'{CSS}<div class="tablebox"><table class="tuopin"{identity}>{above}{body}</table></div>{below}'


def _plain(texts: pd.DataFrame, names: list[str], caption: str | None, notes: list[str]) -> str:
    rows = [" | ".join(row) for row in [names, *texts.to_numpy().tolist()]]
    return harmless.plain("\n".join([*([caption] if caption else []), *rows, *notes]))

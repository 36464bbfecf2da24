"""A result table that can be sorted and searched in JupyterLab, without network: itables with the words of our pages."""

from collections.abc import Collection
from typing import Any

import pandas as pd

from tuopin_analysis.register import dictionary
from tuopin_analysis.report import cells, language

# A wide table is moved within its own frame; names, days and heads are not torn apart, sentences break where they pause.
CSS = ".dt-container{overflow-x:auto} .dt-container :is(th,td){word-break:keep-all}"

_started = False


def start() -> None:
    """Give the notebook what draws tables, carried by itables itself; other frames are displayed as before."""
    import itables
    from IPython.utils.capture import capture_output

    global _started
    with capture_output(stdout=False, stderr=False) as held:
        itables.init_notebook_mode(all_interactive=False, connected=False)
    for one in reversed(held.outputs):  # the library before what uses it: the other way round, the browser complains
        one.display()
    _started = True


def show(table: pd.DataFrame, lang: str, hide: Collection[str], rows: int) -> None:
    """Display the table; the first one of a kernel brings along what draws it."""
    import itables

    if not _started:
        start()
    shown, settings = prepared(table, lang, hide)
    itables.show(shown, connected=False, pageLength=rows, lengthMenu=[rows, 25, 50, 100], language=words(lang), showIndex=False,
                 maxBytes=0, classes="display compact", css=CSS, text_in_header_can_be_selected=False, **settings)  # fmt: skip


def prepared(table: pd.DataFrame, lang: str, hide: Collection[str] = ()) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The table as written on pages, and how its columns are sorted: figures by unseen columns with their values.

    >>> frame = pd.DataFrame({"cause_main": ["illness", "disability"], "persons": [12, 1695]})
    >>> shown, settings = prepared(frame, "en")
    >>> list(shown), settings["columnDefs"][0]
    (['Main cause of poverty', 'Persons', ' '], {'targets': 1, 'orderData': 2, 'className': 'dt-right'})
    """
    language.check(lang)
    others = tuple(f"_{other}" for other in dictionary.LANGUAGES if other != lang)
    kept = [str(name) for name in table if name not in hide and not str(name).endswith(others)]
    texts = cells.written(table, lang)[kept]
    figures = [name for name in kept if cells.is_numeric(name, table[name])]
    values = {name: pd.to_numeric(table[name], errors="coerce").astype("float64") for name in figures}
    columns: list[dict[str, Any]] = []
    for place, name in enumerate(figures, start=len(kept)):
        columns.append({"targets": kept.index(name), "orderData": place, "className": "dt-right"})
    columns.append({"targets": [kept.index(name) for name in kept if name not in figures], "className": "dt-left"})
    unseen = list(range(len(kept), len(kept) + len(figures)))
    if unseen:
        columns.append({"targets": unseen, "visible": False, "searchable": False})
    heads = [dictionary.label(name, lang) for name in kept] + [" " * (n + 1) for n in range(len(figures))]
    joined = pd.concat([texts.reset_index(drop=True), pd.DataFrame(values).reset_index(drop=True)], axis=1)
    return joined.set_axis(heads, axis=1), {"columnDefs": columns}


def words(lang: str) -> dict[str, Any]:
    """What stands around a table, as DataTables names its texts."""
    _ = language.translator(lang).gettext
    return {
        "search": _("Search:"),
        "lengthMenu": _("_MENU_ rows at once"),
        "info": _("rows _START_ to _END_ of _TOTAL_"),
        "infoEmpty": _("no rows"),
        "infoFiltered": _("(chosen from _MAX_)"),
        "zeroRecords": _("No row has this."),
        "emptyTable": _("No row."),
        "decimal": ".",
        "thousands": ",",
    }

"""What is done once before reports are forked: libraries loaded, caches filled, so that no report pays for it again."""

import contextlib
import io
from datetime import date
from types import SimpleNamespace

import nbformat
import pandas as pd


def rehearse(lang: str) -> None:
    """Make a small page with a table and a figure, and throw it away.

    The first table, figure and page of a process cost a second more than the next ones (imports, fonts, templates); done
    here, that second is paid once in a batch. Nothing of it shows: every notebook sets its style and data itself.
    """
    import mapclassify  # noqa: F401
    import narwhals.group_by  # noqa: F401
    import papermill.execute  # noqa: F401
    from IPython.core import completer, magics, oinspect, pylabtools  # noqa: F401
    from scipy import spatial  # noqa: F401

    from tuopin_analysis.report import engine, figures, maps, page, render, sentences, sheets, tables  # noqa: F401

    places = pd.DataFrame(
        {"township_code": ["1", "2"], "township": ["新安镇", "南牛乡"], "persons": [2, 1], "share_persons": [2 / 3, 1 / 3]}
    )
    about = SimpleNamespace(
        county_zh="县", county_en="County", county_code="000000", synthetic=True, baseline=date(2016, 1, 1), title=lambda _: ""
    )
    rules = SimpleNamespace(title_zh="", title_en="", name="", small_cells=0)
    with contextlib.redirect_stdout(io.StringIO()):  # outside a notebook `display` prints
        page.heading(about, scope="county", scope_name="", as_of="2016-12-31", rules=rules, lang=lang)
        tables.show(places, lang=lang, total=True)
        figures.show(figures.township_bars(places, lang=lang))
    sheets.workbook("places", places.to_csv(index=False), lang)
    subject = {"scope": "county", "scope_name": "县", "lang": lang}
    cells = [
        nbformat.v4.new_markdown_cell("# 页", metadata={"tags": [f"lang-{lang}"]}),
        nbformat.v4.new_code_cell(
            "1", outputs=[nbformat.v4.new_output("display_data", data={"text/html": "<b>页</b>", render.mime.PAGE: subject})]
        ),
    ]
    render.page(nbformat.v4.new_notebook(cells=cells), lang)

"""Write docs/dictionary.md and docs/glossary.md from data/dictionary.csv, data/codes.csv and data/glossary.csv.

Run by `make docs` after a change of those files; a test holds the pages against them.
"""

from collections.abc import Iterable, Sequence

import pandas as pd

from tuopin_analysis import paths
from tuopin_analysis.register import dictionary

RESULTS = "results"
_YES = {"yes": "yes", "": ""}


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Lines of a Markdown table; a bar in a cell is escaped.

    >>> table(["a", "b"], [["1|2", ""]])
    ['| a | b |', '|---|---|', '| 1\\\\|2 |  |']
    """
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return lines + ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]


def of_register(name: str) -> list[str]:
    """One table of the register: its columns with the headers under which they are found."""
    header = ["column", "中文", "English", "type", "codes", "unit", "required", "protected", "headers in exports", "note"]
    rows = [
        [f"`{column}`", row["label_zh"], row["label_en"], row["type"], _listed(row["codes"]), row["unit"], _YES[row["required"]],
         _YES[row["protected"]], "、".join(row["source_headers"].split("|")), row["description"]]
        for column, row in dictionary.columns(name).iterrows()
    ]  # fmt: skip
    zh, en = (dictionary.value_label("table", name, lang) for lang in dictionary.LANGUAGES)
    return [f"## {name}: {en} ({zh})", "", *table(header, rows), ""]


def of_results() -> list[str]:
    """The columns of result tables and their CSV files."""
    rows = [[f"`{column}`", row["label_zh"], row["label_en"], row["type"], row["unit"], _listed(row["codes"]), row["description"]]
            for column, row in dictionary.columns(RESULTS).iterrows()]  # fmt: skip
    head = ["## results: columns of the tables on pages, in CSV and Excel", ""]
    return [*head, *table(["column", "中文", "English", "type", "unit", "codes", "note"], rows), ""]


def of_codes() -> list[str]:
    """Every code list, with the spellings that are read as each value."""
    lines = ["# Code lists", ""]
    for name, found in dictionary.CODES.groupby("list", sort=False):
        rows = [[row.code, f"`{row.value}`", row.label_zh, row.label_en, "、".join(str(row.aliases).split("|")), row.source]
                for row in found.itertuples()]  # fmt: skip
        lines += [f"## codes: {name}", "", *table(["code", "value", "中文", "English", "also read", "source"], rows), ""]
    return lines


def _listed(name: str) -> str:
    return f"[{name}](#codes-{name})" if name else ""


def dictionary_page() -> str:
    """The text of docs/dictionary.md."""
    tables = [name for name in dictionary.COLUMNS["table"].unique() if name != RESULTS]
    head = f"""# Data dictionary

Made by `make docs` from `data/dictionary.csv` and `data/codes.csv`; change those, not this page.
Protected columns never reach a notebook, a log or a message. Headers are matched without regard to brackets and width.

Tables of a register: {", ".join(f"`{name}`" for name in tables)}; columns of results: `{RESULTS}`.
"""
    lines = [line for name in tables for line in of_register(name)]
    return "\n".join([head, *lines, *of_results(), *of_codes()]).rstrip() + "\n"


def glossary_page() -> str:
    """The text of docs/glossary.md."""
    found = pd.read_csv(paths.DATA / "glossary.csv", dtype=str, keep_default_na=False)
    told = "Made by `make docs` from `data/glossary.csv`. The words of pages, columns and code follow it."
    head = ["# Glossary 词汇表", "", told, ""]
    rows = [[row.term_zh, row.term_en, row.meaning, row.source] for row in found.itertuples()]
    lines = table(["中文", "English", "meaning", "source of the term"], rows)
    return "\n".join([*head, *lines]) + "\n"


PAGES = {"dictionary.md": dictionary_page, "glossary.md": glossary_page}


def main() -> None:
    """Write both pages."""
    for name, made in PAGES.items():
        (paths.ROOT / "docs" / name).write_text(made(), encoding="utf-8", newline="\n")
        print(f"docs/{name}")


if __name__ == "__main__":
    main()

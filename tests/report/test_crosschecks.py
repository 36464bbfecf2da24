"""Cross-checks find a figure that does not fit: planted in files that agree, each is found, and nothing else is."""

import csv
import json

import pytest

from tuopin_analysis import paths
from tuopin_analysis.report import checking, crosschecks

CAUSES = ["cause_main", "households", "persons", "remaining_households", "remaining_persons"]
PLACES = [["township_code", "households", "persons"], ["001", 2, 4], ["002", 3, 5]]
STATED = ["table", "key", "unit", "counted", "published", "gap"]
COUNTY = {
    "causes.shares": [CAUSES, ["illness", 3, 6, 1, 2], ["other", 2, 3, 1, 1]],
    "townships.distribution": PLACES,
    "published.reconciliation": [
        STATED, ["register", "all", "households", 5, 5, 0], ["causes", "illness", "households", 3, "", ""],
    ],
}  # fmt: skip
FIRST = {
    "causes.shares": [CAUSES, ["illness", 2, 4, 1, 2]],
    "townships.distribution": PLACES,
    "published.reconciliation": [STATED, ["causes", "illness", "households", 2, "", ""]],
}
SECOND = {**FIRST, "causes.shares": [CAUSES, ["illness", 1, 2, 0, 0], ["other", 2, 3, 1, 1]]}
NOTEBOOK = "02_causes"


@pytest.fixture
def out(tmp_path):
    for scope, tables in (("county", COUNTY), ("001", FIRST), ("002", SECOND)):
        (tmp_path / scope / "tables").mkdir(parents=True)
        for key, rows in tables.items():
            put(tmp_path, scope, key, rows)
        page = {"data": {"application/vnd.tuopin.page.v1+json": {"scope": scope}}}
        read = {"cells": [{"outputs": [page]}], "metadata": {"papermill": {"parameters": {"scope": scope}}}}
        (tmp_path / scope / f"{NOTEBOOK}.ipynb").write_text(json.dumps(read))
        html = f'<meta content="{scope}" name="tuopin-scope"/>\n<title>问题 · 甲县{scope}</title>'
        (tmp_path / scope / f"{NOTEBOOK}.html").write_text(html)
    return tmp_path


def put(out, scope, key, rows):
    with (out / scope / "tables" / f"{key}.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)


def entries(**changes):
    told = {"notebook": NOTEBOOK, "state": "made", "outputs": {"x": 1}, "tables": sorted(COUNTY), "inputs": {"register": "r"}}
    return [
        {**told, "scope": scope, "subject": {"scope_name": f"甲县{scope}"}, "parameters": {"scope": scope, "as_of": "2016-12-31"}}
        | changes.get(f"s{scope}", {})
        for scope in ("county", "001", "002")
    ]


def checked(out, told=None, scopes=("county", "001", "002")):
    return crosschecks.run(out, told or entries(), {"r": list(scopes)})


def failing(out, told=None):
    return [(check.check, check.scope, check.table) for check in crosschecks.failures(checked(out, told))]


def test_files_that_agree_pass_every_check(out):
    checks = checked(out)
    assert not crosschecks.failures(checks)
    held = {check.check: check.compared for check in checks if check.state == "holds"}
    assert held == {"made": 3, "subject": 4, "sums": 8, "same": 2, "own_row": 2, "reconciled": 1}


@pytest.mark.parametrize("column", [1, 2, 3, 4])
def test_a_township_figure_that_does_not_add_up_is_found(out, column):
    rows = [list(row) for row in FIRST["causes.shares"]]
    rows[1][column] += 1
    put(out, "001", "causes.shares", rows)
    found = failing(out)
    assert ("sums", "county", "causes.shares") in found
    assert (("own_row", "001", "causes.shares") in found) == (column in (1, 2))


def test_a_row_that_only_a_township_has_is_found(out):
    put(out, "001", "causes.shares", [*FIRST["causes.shares"], ["disability", 1, 1, 0, 0]])
    [check] = [check for check in crosschecks.failures(checked(out)) if check.check == "sums"]
    assert check.disagreeing == 2
    assert check.detail == "disability households: 1 ≠ 0; disability persons: 1 ≠ 0"


def test_a_row_without_figures_that_no_township_has_is_nothing_to_add_up(out):
    """A helping unit of a township without households, of which nothing is on record."""
    held = {"001": [{"helping_unit": "甲", "complaints_received": ""}]}
    both = {"county": [*held["001"], {"helping_unit": "乙", "complaints_received": ""}], **held}
    kind = {"keys": "helping_unit", "adds": "complaints_received"}
    assert crosschecks._sums("supervision.units", kind, both, ["001"]).state == "not_checkable"
    both["county"][1]["complaints_received"] = "1"
    assert crosschecks._sums("supervision.units", kind, both, ["001"]).detail == "乙 complaints_received: 0 ≠ 1"


def test_a_table_of_all_townships_that_differs_on_one_page_is_found(out):
    put(out, "002", "townships.distribution", [*COUNTY["townships.distribution"][:2], ["002", 3, 6]])
    assert ("same", "county", "townships.distribution") in failing(out)


def test_a_published_figure_that_the_register_does_not_meet_is_found(out):
    rows = [COUNTY["published.reconciliation"][0], ["register", "all", "households", 5, 6, -1]]
    put(out, "county", "published.reconciliation", rows)
    [check] = crosschecks.failures(checked(out))
    assert (check.check, check.detail) == ("reconciled", "all households: 5 ≠ 6")


@pytest.mark.parametrize("what", ["page", "title", "notebook", "parameters"])
def test_a_page_about_another_place_is_found(out, what):
    file, old, new = {
        "page": ("html", 'content="001"', 'content="002"'),
        "title": ("html", "甲县001", "甲县002"),
        "notebook": ("ipynb", 'v1+json": {"scope": "001"', 'v1+json": {"scope": "002"'),
        "parameters": ("ipynb", 'parameters": {"scope": "001"', 'parameters": {"scope": "002"'),
    }[what]
    path = out / f"001/{NOTEBOOK}.{file}"
    path.write_text(path.read_text().replace(old, new))
    assert failing(out) == [("subject", "001", NOTEBOOK)]


def test_all_failed_never_reads_as_success(tmp_path):
    told = [{**entry, "state": "failed", "outputs": {}, "tables": []} for entry in entries()]
    [check] = checked(tmp_path, told)
    assert (check.check, check.state, check.disagreeing) == ("made", "fails", 3)


def test_pages_of_other_days_or_inputs_are_not_added_up(out):
    other = {"s002": {"parameters": {"scope": "002", "as_of": "2017-01-31"}}}
    [check] = [check for check in checked(out, entries(**other)) if check.check == "sums"]
    assert (check.state, check.detail) == ("not_checkable", "townships_absent")
    [check] = [check for check in checked(out, scopes=("county", "001", "002", "003")) if check.check == "sums"]
    assert check.state == "not_checkable"


def test_suppressed_figures_are_passed_over_and_missing_ones_of_the_internal_edition_are_not(out):
    rows = [list(row) for row in FIRST["causes.shares"]]
    rows[1][1] = ""
    put(out, "001", "causes.shares", rows)
    assert ("sums", "county", "causes.shares") in failing(out)
    put(out, "001", "causes.shares", [[*rows[0], "suppressed"], [*rows[1], "households"]])
    assert failing(out) == []


def test_every_key_table_of_the_notebooks_is_described():
    import re

    shown = {key for path in paths.NOTEBOOKS.glob("[0-9]*.ipynb") for key in re.findall(r'key=\\"([\w.]+)\\"', path.read_text())}
    assert shown == set(crosschecks.kinds())
    assert {kind["spread"] for kind in crosschecks.kinds().values()} == {"own", "everywhere", "reconciliation"}


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", "9项交叉核对相符（比较30次）。2项无法核对。"),
        ("en", "9 cross-checks hold (30 comparisons). 2 cannot be made."),
    ],
)
def test_the_page_says_it_in_words(out, lang, said):
    assert checking.verdict(checked(out), lang) == said
    rows = checking.rows(checked(out), lang)
    assert all(row["state"] and row["check"] for row in rows)
    put(out, "001", "causes.shares", [FIRST["causes.shares"][0], ["illness", 9, 4, 1, 2]])
    assert checking.rows(checked(out), lang)[0]["fails"]


@pytest.mark.parametrize("damage", ["gone", "not a number", "cut", "empty", "bytes", "notebook", "notebook gone"])
def test_a_damaged_file_is_a_check_that_fails_and_no_end_of_the_others(out, damage):
    table, notebook = out / "001/tables/causes.shares.csv", out / f"001/{NOTEBOOK}.ipynb"
    {
        "gone": table.unlink,
        "not a number": lambda: table.write_text(table.read_text().replace("2", "notanumber", 1)),
        "cut": lambda: table.write_text(table.read_text()[:-6]),
        "empty": lambda: (out / "001/tables/published.reconciliation.csv").write_text("x\n1\n"),
        "bytes": lambda: table.write_bytes(b"\xff\xfe"),
        "notebook": lambda: notebook.write_text("{"),
        "notebook gone": notebook.unlink,
    }[damage]()
    found = {(check.check, check.state) for check in checked(out)}
    assert ("whole", "fails") in found
    assert ("sums", "not_checkable") in found
    assert ("reconciled", "holds") in found

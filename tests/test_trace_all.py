"""Every figure of every key table of a batch is traced to its rows, and their sum is the figure."""

import html
import io
import re
import shlex

import pandas as pd
import pytest
from small_notebooks import finished

from tuopin_analysis import cli_asked, cli_frames, paths
from tuopin_analysis.analysis import tracing, tracing_figures
from tuopin_analysis.analysis.tracing import By, Sum
from tuopin_analysis.register import load
from tuopin_analysis.report import batch

SCOPES = ["county", "130123103", "130123204"]
NAMES = {"right", "verdict", "reason", "is_income_poor", "number_of_causes", "is_present"}  # follow from the row's own name

CODES = {"township_code", "village_code", "household_id"}


@pytest.fixture(scope="module")
def made(tmp_path_factory, whole_batch):
    """All notebooks of the demonstration register for the county and two townships: folder and entry of each report."""
    notebooks = sorted(path.stem for path in paths.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
    folder = tmp_path_factory.mktemp("traced")  # of the checks, which have a table in common with another page
    results = list(batch.run(batch.plan(notebooks[:1], SCOPES, {}), folder, workers=2, warm=lambda: load.households("demo")))
    assert not [result.error for result in results if result.state == "failed"]
    finished(folder, results)
    others = [entry for entry in batch.entries(whole_batch) if entry["scope"] in SCOPES]
    assert {entry["notebook"] for entry in others} == set(notebooks[1:])
    assert not [entry["error"] for entry in others if entry["state"] == "failed"]
    return [(folder, entry) for entry in batch.entries(folder)] + [(whole_batch, entry) for entry in others]


def figures(entry, folder):
    """Each table of a report: key, rows as texts, and the types that the columns have."""
    for key in entry["tables"]:
        text = (folder / entry["scope"] / "tables" / f"{key}.csv").read_text(encoding="utf-8")
        yield key, pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False), pd.read_csv(io.StringIO(text))


def plain(text):
    """A figure as a CSV file has it."""
    if text in ("", "True", "False"):
        return {"": None, "True": True, "False": False}[text]
    try:
        return float(text)
    except ValueError:
        return text


def test_the_rows_of_every_figure_add_up_to_it(made):
    known, wrong, untraced, seen, n = {}, [], set(), set(), 0
    for folder, entry in made:
        given = entry["parameters"]
        for key, rows, typed in figures(entry, folder):
            is_checked = key.startswith(cli_frames.CHECKED)
            denominator = given.get("denominator", "")
            report = cli_frames.report(entry)
            for row in rows.to_dict("records"):
                way = row.get("denominator", denominator)  # the table of both denominators counts each row by its own
                place = (is_checked, given["scope"] == "county" or not is_checked, way, given.get("since", ""))
                if place not in known:
                    own = given | ({"denominator": way} if way else {})
                    known[place] = cli_frames.checked(given) if is_checked else cli_frames.counted(own)[0]
                source = known[place]
                described = tracing_figures.described(key, row, report)
                seen |= {(key, column) for column in typed}
                for column in typed:
                    number = pd.api.types.is_numeric_dtype(typed[column]) or column in ("is_met", "is_rash", "status")
                    if not number or column in NAMES | CODES or typed[column].isna().all():
                        continue
                    if (key, column) in tracing_figures.COMPUTED:
                        assert column not in described
                        continue
                    if column not in described:
                        untraced.add((key, column))
                        continue
                    n += 1
                    value = source.value(described[column]())
                    if not tracing.same(value, plain(row[column])):
                        wrong.append((entry["scope"], key, row, column, value))
    assert not untraced
    assert set(tracing_figures.COMPUTED) <= seen
    assert not wrong, wrong[:5]
    assert n > 5000


def test_what_stands_below_a_table_can_be_typed_as_it_stands(made):
    said = 0
    for folder, entry in made:
        page = (folder / entry["scope"] / f"{entry['notebook']}.html").read_text(encoding="utf-8")
        for command in re.findall(r"tuopin trace \. ([^<]*)", page):
            key, *words = shlex.split(html.unescape(command))
            asked = cli_asked.asked(folder / entry["scope"], key, words)
            assert asked.node(tracing_figures.described(key, asked.row, cli_frames.report(entry))), command
            said += 1
    assert said > 100


def test_what_is_listed_adds_up_to_the_sum_and_the_query_selects_the_same_rows(made):
    rows = cli_frames.counted(made[-1][1]["parameters"])[0]
    seen = set()
    for folder, entry in made[-2:]:
        for key, table, _ in figures(entry, folder):
            if key.startswith(cli_frames.CHECKED):
                continue
            for row in table.head(3).to_dict("records"):
                for column, node in tracing_figures.described(key, row, cli_frames.report(entry)).items():
                    for _, leaf in tracing.leaves(node()):
                        if not isinstance(leaf, Sum | By) or repr(leaf) in seen:
                            continue
                        seen.add(repr(leaf))
                        one = leaf.of if isinstance(leaf, By) else leaf
                        assert tracing.listed(rows, leaf)["amount"].sum() == rows.value(one), (key, column)
                        frame = rows.frames[one.frame]
                        assert len(frame.query(one.query()) if one.where else frame) == len(rows.pick(one)), one.query()
    assert len(seen) > 50

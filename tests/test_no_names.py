"""Whatever a public batch leaves holds no person and no table beyond the family; test_pages.py looks at the internal."""

import csv
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from persons import leaked, personal
from public_tables import demo, tables

from tuopin_analysis import rules as rulebook


@pytest.fixture(scope="module")
def batch(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("public")
    words = ["report", "--scope", "all", "-p", "edition=public", "-p", "as_of=2016-06-30", "--out", str(out)]
    done = subprocess.run([sys.executable, "-m", "tuopin_analysis.cli", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (out / "terminal.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
    return out


def test_no_file_holds_a_name_a_number_or_a_birth_date(batch):
    assert leaked(batch, "2016-06-30", "2016-12-31", "2017-12-31") == []


def test_the_search_finds_a_person_in_any_file(tmp_path):
    """The search itself: a name in a text, a number in a workbook's part, a day of birth in a table."""
    held = personal()
    name, number = (sorted(held[column])[0] for column in ("name", "id_number"))
    born = next(value[:10] for value in sorted(held["birth_date"]))
    (tmp_path / "page.html").write_text(f"<p>户主{name}的家庭</p>", encoding="utf-8")
    (tmp_path / "table.csv").write_text(f"born\n{born}\n", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "table.xlsx", "w") as book:
        book.writestr("xl/sharedStrings.xml", f"<t>{number}</t>")
    (tmp_path / "clean.csv").write_text("households\n1695\n", encoding="utf-8")
    assert leaked(tmp_path) == [("page.html", [name]), ("table.csv", [born]), ("table.xlsx", [number])]


def test_a_public_page_has_no_table_that_is_not_of_the_family(batch):
    family = {"overview.places", "published.audit", "published.reconciliation", "causes.shares", "causes.compare",
              "causes.by_township", "townships.distribution", "townships.concentration", "townships.location_quotients",
              "townships.incidence", "townships.tasks", "targets.progress", "targets.by_township", "targets.denominators",
              "goals.register", "goals.table", "goals.series"}  # fmt: skip
    found = {path.stem for path in batch.rglob("*.csv")}
    assert found == family
    for path in batch.rglob("*.html"):
        assert "公开版" in path.read_text(encoding="utf-8") or path.name in ("index.html", "checks.html")


def test_the_attack_reads_what_public_pages_hold(batch):
    """The tables that tests/test_disclosure_attack.py attacks are those of the pages, byte for byte."""
    made = tables(demo("2016-06-30"), rulebook.read("hebei-2016"))
    files = {(path.parent.parent.name, path.stem): path.read_text(encoding="utf-8") for path in batch.rglob("*.csv")}
    of_files = ("published.audit", "goals.series", "goals.table")  # published figures and indicators, but for one row of the last
    left = next(csv.DictReader(io.StringIO(files["county", "goals.register"])))["remaining_persons"]
    for place, text in files.items():
        if place[1] == "goals.table":
            rows = [row for row in csv.DictReader(io.StringIO(text)) if row["goal_indicator"] == "poor_persons_left"]
            assert [float(row["county_value"]) for row in rows] == [float(left)], place
    files = {place: text for place, text in files.items() if place[1] not in of_files}
    assert len({text for place, text in files.items() if place[1] == "goals.register"}) == 1  # the county's on every page
    files = {place: text for place, text in files.items() if place[1] != "goals.register" or place[0] == "county"}
    assert set(files) <= set(made)
    for place, text in files.items():
        assert text == made[place].to_csv(index=False, lineterminator="\n"), place
    assert any(",remaining_households;remaining_persons" in text for text in files.values())

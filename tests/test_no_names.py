"""Whatever a batch leaves, in either edition, holds no person: every byte of every file is looked through."""

import csv
import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from public_tables import demo, tables
from python_calamine import CalamineWorkbook
from written import written

from tuopin_analysis import paths
from tuopin_analysis import rules as rulebook
from tuopin_analysis.register import load

PERSONAL = {"证件号码", "出生日期", "户主证件号码", "帮扶责任人"}


def personal() -> dict[str, set[str]]:
    """What the demonstration register's workbooks hold of persons, by header."""
    found: dict[str, set[str]] = {}
    for path in sorted(paths.DEMO.glob("*.xlsx")):
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
        head = next(at for at, row in enumerate(rows) if sum(bool(str(cell).strip()) for cell in row) > 3)
        for column, header in enumerate(rows[head]):
            if str(header) in PERSONAL or "姓名" in str(header) or "电话" in str(header):
                values = {str(row[column]).strip() for row in rows[head + 1 :] if column < len(row)}
                found.setdefault(str(header), set()).update(value for value in values if len(value) > 1)
    return found


@pytest.fixture(scope="module", params=["internal", "public"])
def batch(request, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp(request.param)
    words = ["report", "--scope", "all", "-p", f"edition={request.param}", "-p", "as_of=2016-06-30", "--out", str(out)]
    done = subprocess.run([sys.executable, "-m", "tuopin_analysis.cli", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (out / "terminal.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
    return out


def test_no_file_holds_a_name_a_number_or_a_birth_date(batch):
    told, held = load.about("demo"), personal()
    assert {"姓名", "证件号码"} <= set(held)
    assert sum(map(len, held.values())) > 3000
    own = {told.baseline.isoformat(), told.until.isoformat(), "2016-06-30", "2016-12-31", "2017-12-31"}
    dates = {value[:10] for header, values in held.items() if header == "出生日期" for value in values} - own
    days = {value for iso in dates if re.fullmatch(r"\d{4}-\d\d-\d\d", iso) for value in (iso, iso.replace("-", ""))}
    words = {value for header, values in held.items() if header != "出生日期" for value in values}
    for path in sorted(path for path in batch.rglob("*") if path.is_file()):
        text = written(path)
        text = re.sub(r"base64,[A-Za-z0-9+/=]+|\"image/png\": \"[^\"]*\"", "", text)
        assert not words & set(re.findall(r"\d{17}[\dXx]|\d{11,22}", text)), path
        found = [word for word in words if not word.isascii() and word in text]
        assert not found, (path, found[:3])
        assert not days & set(re.findall(r"(?<![\d.])\d{8}(?!\d)|\d{4}-\d\d-\d\d", text)), path


def test_a_public_page_has_no_table_that_is_not_of_the_family(batch):
    if "public" not in str(batch):
        pytest.skip("the internal edition")
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
    if "public" not in str(batch):
        pytest.skip("the internal edition")
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

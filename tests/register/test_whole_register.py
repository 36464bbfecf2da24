"""What is read and found in a register with many faults, whole: every finding, every row that is left, every count and note.

The tables lie in tests/register/whole/ as CSV, read and approved by eye. After a change that is meant, run this file with
TUOPIN_WRITE_WHOLE=1, and look at what `git diff` shows before it is kept.
"""

import csv
import os
from datetime import date
from pathlib import Path

import pandas as pd
from register import damaged

from tuopin_analysis.register import cached, gather, importing, ledger, load, protect, shapes

WHOLE = Path(__file__).parent / "whole"
LOADED = {
    "findings": load.findings, "set_aside": load.set_aside, "account": load.account,
    "rules": lambda folder: load.rules_run(folder).filter(regex="^(?!message|mend)"),
    "places": load.row_places, "households": load.households, "persons": load.persons, "plans": load.exit_plans,
    "events": load.events, "responsible": load.responsible, "units": load.units, "scopes": load.scopes,
    "township": lambda folder: load.persons(folder, "130123100", "2016-12-31"),
    "protected_households": lambda folder: cached.loaded(folder).protected("households"),
    "protected_persons": lambda folder: cached.loaded(folder).protected("persons"),
    "columns": lambda folder: cached.loaded(folder).checked("columns"),
}  # fmt: skip


def compare(part, frames):
    """Compare frames with tests/register/whole/<part>_<name>.csv, all at once."""
    told = {f"{part}_{name}": ",".join(map(str, frame.dtypes)) + "\n" + frame.to_csv(index=False, lineterminator="\n",
            float_format="%.9g") for name, frame in frames.items()}  # fmt: skip
    for name, text in told.items() if os.environ.get("TUOPIN_WRITE_WHOLE") else ():
        WHOLE.mkdir(exist_ok=True)
        (WHOLE / f"{name}.csv").write_text(text, encoding="utf-8")
    other = [name for name, text in told.items() if text != (WHOLE / f"{name}.csv").read_text(encoding="utf-8")]
    assert not other


def test_workbooks_read_in_place(build, tmp_path):
    folder = str(build.write(tmp_path / "register", damaged.tables(build)))
    compare("read", {name: make(folder) for name, make in LOADED.items()})


def exported(build, folder, tables):
    """Workbooks and one text file as an office sends them, with things that are no tables among them."""
    build.write(folder, tables)
    (folder / "register.yaml").unlink()
    rows = tables["persons"]
    (folder / "persons.xlsx").unlink()
    headers = [build.label(column, "persons") for column in rows[0]]
    with open(folder / "persons.csv", "w", encoding="gbk", newline="") as file:
        lines = [["人员"], [*headers, "备注"], *([*row.values(), "无"] for row in rows), ["合计"]]
        csv.writer(file, delimiter=";").writerows(lines)
    build.write_sheet(folder / "letter.xlsx", "说明", [["各乡镇："], ["请查收"]])
    (folder / "~$persons.xlsx").write_bytes(b"x")
    return sorted(folder.iterdir())


def test_two_days_imported(build, tmp_path):
    tables, key = damaged.tables(build), tmp_path / "key"
    protect.write_private(key, b"5a" * protect.KEY_BYTES)
    into = tmp_path / "store"
    first = importing.import_files(exported(build, tmp_path / "first", tables), into, date(2016, 12, 31), key=key,
                                   county="130123", synthetic=True)  # fmt: skip
    for table in ("households", "persons"):  # a year later 36 is gone, 2 is mended, and one has grown
        tables[table] = [row for row in tables[table] if row["household_id"] != "H36"]
    tables["households"][1]["household_id"] = "H2"
    tables["persons"][1]["name"] = "张二"
    more = {"income_property_yuan": 100, "income_total_yuan": 1900, "income_net_yuan": 1800, "income_per_person_yuan": 1800}
    tables["households"][29].update(more)
    second = importing.import_files(exported(build, tmp_path / "second", tables), into, date(2017, 12, 31), key=key)
    notes = pd.DataFrame([vars(note) | {"day": day} for day, told in (("first", first), ("second", second))
                          for note in told.gathered.notes])  # fmt: skip
    notice = ledger.households(str(into), "130123100", "2016-12-31", "notice")
    assert "13812345678" not in notice.to_csv(), "a telephone number typed as a unit stays off the board"
    loaded = {name: make(str(into)) for name, make in LOADED.items() if not name.startswith("protected")}
    compare("imported", loaded | {
        "notes": notes, "membership": load.membership(str(into)), "ledger": ledger.households(str(into)),
        "notice": notice,
        "account_first": first.account, "findings_second": second.findings[["code", "file", "sheet", "row", "value"]],
    })  # fmt: skip


def test_what_a_layout_explains(build, tmp_path):
    files = exported(build, tmp_path / "files", damaged.tables(build))
    (WHOLE / "explained.yaml").write_text(gather.explain(files), "utf-8") if os.environ.get("TUOPIN_WRITE_WHOLE") else None
    assert gather.explain(files) == (WHOLE / "explained.yaml").read_text(encoding="utf-8")
    assert shapes.folded("户 编号") == shapes.folded("户编号")

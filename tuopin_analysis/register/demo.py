"""Make the demonstration register: synthetic, seeded, in the layout of a real export, with planted faults and their key.

Its totals by township and by cause, of households and of persons, equal the published figures once the planted faulty rows are
set aside. Nobody in it exists: the ID numbers have an unassigned district code (130199), the telephone numbers begin with 000.
"""

import csv
import hashlib
import tempfile
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from tuopin_analysis import paths
from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.register import (
    demo_doubts,
    demo_draw,
    demo_errors,
    demo_further,
    demo_more,
    demo_persons,
    demo_plant,
    demo_tables,
    demo_write,
    store,
)

SEED = 2016
_ABOUT = {
    "title_zh": "正定县建档立卡贫困户演示数据（模拟）", "title_en": "Demonstration register of Zhengding county (SYNTHETIC)",
    "county_code": "130123", "county_zh": "正定县", "county_en": "Zhengding county",
    "baseline": date(2016, 1, 1), "until": date(2017, 12, 31), "synthetic": True,
    "source_zh": "模拟数据：各乡镇、各致贫原因的户数和人数与2016年初公布数一致，其余均为虚构，不涉及任何真实个人",
    "source_en": "SYNTHETIC: households and persons by township and by cause equal the published figures of early 2016; "
                 "all else is invented, and no row is a real person",
}  # fmt: skip
_TITLES = {
    "households": "正定县建档立卡贫困户信息表", "persons": "正定县建档立卡贫困人口信息表",
    "responsible": "正定县帮扶责任人信息表", "units": "正定县帮扶单位信息表",
    "exit_plans": "正定县贫困户脱贫计划表", "events": "正定县贫困户动态变动表",
    "measures": "正定县帮扶措施落实表", "acceptance": "正定县贫困户脱贫验收表",
    "changes": "正定县贫困户人口增减表", "standings": "正定县贫困户年末户情表",
    "reported_exits": "正定县各乡镇减贫上报表", "rechecks": "正定县抽查复核表", "complaints": "正定县信访投诉登记表",
}  # fmt: skip

_KEYS = {"planted": "key of the planted faults", "planted_exits": "key of what is untrue of exits, plans, counts and reports"}


def build(folder: Path | str = paths.DEMO, seed: int = SEED) -> Path:
    """Write the demonstration register into `folder`, whole or not at all; the same seed gives the same bytes.

    InputError when the folder holds something that is not a demonstration register, or cannot be written.
    """
    folder = Path(folder).resolve()
    _refuse_others(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as beside:
            made = Path(beside) / "new"
            made.mkdir()
            _write(made, seed)
            if folder.exists():
                folder.rename(Path(beside) / "old")
            made.rename(folder)
    except OSError as error:
        raise InputError(Fault(f"cannot write the demonstration register: {error.strerror}", paths.shown(folder),
                               "a folder that may be written", "choose another folder")) from None  # fmt: skip
    return folder


def _refuse_others(folder: Path) -> None:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if (folder / store.CORRECTIONS).exists():
        what, mend = (
            "the folder holds corrections of the demonstration register",
            "move corrections.csv away, or choose another folder",
        )
        raise InputError(Fault(what, paths.shown(folder), "a demonstration register without any", mend))
    if not ((folder / "register.yaml").is_file() and (folder / "planted.csv").is_file()):
        raise InputError(
            Fault(
                "the folder holds something that is not a demonstration register",
                paths.shown(folder),
                "a new or empty folder, or a demonstration register to make anew",
                "choose another folder",
            )
        )


def plant(planter: demo_plant.Planter) -> None:
    """Plant all faults, in the order in which they leave one another alone."""
    demo_more.note_large(planter)
    demo_errors.plant(planter)
    demo_doubts.plant(planter)
    demo_more.plant(planter)
    demo_persons.plant(planter)
    demo_persons.certify(planter)
    demo_further.plant(planter)


def _write(folder: Path, seed: int) -> None:
    tables = demo_tables.draw(seed)
    planter = demo_plant.Planter(tables, seed)
    plant(planter)
    planted = planter.sorted_key()
    names = {table: f"{table}.xlsx" for table in _TITLES}
    about = yaml.safe_dump(_ABOUT | {"tables": names}, allow_unicode=True, sort_keys=False, width=1000)
    (folder / "register.yaml").write_text(about, encoding="utf-8")
    for table, title in _TITLES.items():
        rows = getattr(tables, table)
        if table == "persons":
            # Of a doubled number the first row counts.
            values = {row["household_id"]: row for row in reversed(tables.households)}
            rows = [values.get(row["household_id"], {}) | row for row in rows]
        demo_write.workbook(folder / names[table], table, f"{title}（模拟数据）", rows)
    _key(folder / "planted.csv", demo_plant.Fault, planted)
    _key(folder / "planted_exits.csv", demo_plant.PlantedExit, sorted(planter.exits))
    _sidecars(folder, seed)


def _key(path: Path, kind: type, planted: list[Any]) -> None:
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [column.name for column in fields(kind)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(row) for row in planted)


def _sidecars(folder: Path, seed: int) -> None:
    totals = ", ".join(f"{row['value']} {row['unit']}" for row in demo_draw.published("register")[:2])
    for path in sorted(folder.iterdir()):
        what = _TITLES.get(path.stem) or _KEYS.get(path.stem, "what the register is")
        told = {
            "title": f"Demonstration register, {path.name}: {what}", "publisher": "made by `tuopin demo` of this project",
            "place": "Zhengding county, Hebei, China (130123)", "date": "2016-01-01 to 2017-12-31 (invented)",
            "unit": "one row per finding" if path.stem in _KEYS else "see data/dictionary.csv",
            "transcription": f"SYNTHETIC, seed {seed}, no real person; totals by township and cause as published ({totals})",
            "licence": "MIT", "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }  # fmt: skip
        text = yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=1000)
        (folder / f"{path.stem}.source.yaml").write_text(text, encoding="utf-8")

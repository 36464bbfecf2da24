"""The files of the demonstration register that are no workbooks, whole, and the refusals; no register is drawn for it."""

import hashlib
from dataclasses import fields
from types import SimpleNamespace

import pytest
import yaml

from tuopin_analysis import paths
from tuopin_analysis.errors import InputError
from tuopin_analysis.register import demo, demo_plant

FAULTS = [demo_plant.Fault(**{field.name: f"{field.name},错{n}" for field in fields(demo_plant.Fault)}) for n in (2, 1)]


@pytest.fixture
def drawn(monkeypatch):
    """Two households of three rows and a person in each, in place of a register; nothing is planted."""
    rows = [{"household_id": "H1", "size": 1}, {"household_id": "H2", "size": 2}, {"household_id": "H1", "size": 9}]
    persons = [{"household_id": "H1", "person_id": "P1"}, {"household_id": "H3", "size": 5}, {"household_id": "H2", "size": 7}]
    tables = SimpleNamespace(**{table: [] for table in demo._TITLES} | {"households": rows, "persons": persons})
    written, seeds = {}, []

    def workbook(path, table, title, rows):
        path.write_bytes(table.encode())
        written[path.name] = (table, title, rows)

    def planter(given, seed):
        assert given is tables
        seeds.append(seed)
        return SimpleNamespace(sorted_key=lambda: FAULTS, exits=[])

    monkeypatch.setattr(demo.demo_tables, "draw", lambda seed: seeds.append(seed) or tables)
    monkeypatch.setattr(demo.demo_plant, "Planter", planter)
    monkeypatch.setattr(demo, "plant", lambda planter: seeds.append("planted"))
    monkeypatch.setattr(demo.demo_write, "workbook", workbook)
    return SimpleNamespace(written=written, seeds=seeds, rows=rows)


def test_what_is_drawn_and_planted_is_written_table_by_table(drawn, tmp_path):
    folder = demo.build(tmp_path / "above" / "demo", 7)
    assert folder == (tmp_path / "above" / "demo").resolve()
    assert drawn.seeds == [7, 7, "planted"]
    assert list(drawn.written) == [f"{table}.xlsx" for table in demo._TITLES]
    assert drawn.written["households.xlsx"] == ("households", "正定县建档立卡贫困户信息表（模拟数据）", drawn.rows)
    assert drawn.written["persons.xlsx"] == ("persons", "正定县建档立卡贫困人口信息表（模拟数据）", [
        {"household_id": "H1", "size": 1, "person_id": "P1"}, {"household_id": "H3", "size": 5},
        {"household_id": "H2", "size": 7},
    ])  # fmt: skip
    demo.build(str(folder))
    assert drawn.seeds[3:5] == [2016, 2016]
    assert [path.name for path in folder.parent.iterdir()] == ["demo"]


def test_register_yaml_is_that_of_the_repository(drawn, tmp_path):
    folder = demo.build(tmp_path / "demo")
    for name in ("register.yaml", "register.source.yaml"):
        assert (folder / name).read_bytes() == (paths.DEMO / name).read_bytes()


def test_the_key_of_what_was_planted(drawn, tmp_path):
    folder = demo.build(tmp_path / "demo")
    names = [field.name for field in fields(demo_plant.Fault)]
    lines = [",".join(names), *(",".join(f'"{name},错{n}"' for name in names) for n in (2, 1))]
    assert (folder / "planted.csv").read_bytes() == ("\n".join(lines) + "\n").encode()
    head = ",".join(field.name for field in fields(demo_plant.PlantedExit))
    assert (folder / "planted_exits.csv").read_bytes() == f"{head}\n".encode()


def test_every_file_has_its_source_beside_it(drawn, tmp_path):
    folder = demo.build(tmp_path / "demo", 5)
    rest = {"publisher": "made by `tuopin demo` of this project", "place": "Zhengding county, Hebei, China (130123)",
            "date": "2016-01-01 to 2017-12-31 (invented)"}  # fmt: skip
    last = {"transcription": "SYNTHETIC, seed 5, no real person; totals by township and cause as published (1695 households, "
                             "3654 persons)", "licence": "MIT"}  # fmt: skip
    for name, what, unit in (
        ("events.xlsx", "正定县贫困户动态变动表", "see data/dictionary.csv"),
        ("planted.csv", "key of the planted faults", "one row per finding"),
        ("planted_exits.csv", "key of what is untrue of exits, plans, counts and reports", "one row per finding"),
        ("register.yaml", "what the register is", "see data/dictionary.csv"),
    ):
        text = (folder / name).with_suffix(".source.yaml").read_text(encoding="utf-8")
        told = yaml.safe_load(text)
        title = {"title": f"Demonstration register, {name}: {what}"}
        sha256 = {"sha256": hashlib.sha256((folder / name).read_bytes()).hexdigest()}
        assert list(told.items()) == list((title | rest | {"unit": unit} | last | sha256).items())
        assert len(text.splitlines()) == len(told), "a line each, as they are written"
        assert what in text
    assert len(list(folder.iterdir())) == 2 * (len(demo._TITLES) + 3)


def said(folder, call):
    with pytest.raises(InputError) as caught:
        call()
    return str(caught.value).replace(str(folder), "HERE")


def test_folders_that_are_not_written_over(drawn, tmp_path):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    other = ("the folder holds something that is not a demonstration register ({}); expected: a new or empty folder, or a "
             "demonstration register to make anew; to mend: choose another folder")  # fmt: skip
    assert said(tmp_path, lambda: demo.build(tmp_path)) == other.format("HERE")
    assert said(tmp_path, lambda: demo.build(tmp_path / "notes.txt")) == other.format("HERE/notes.txt")
    (tmp_path / "planted.csv").write_text("", encoding="utf-8")
    assert said(tmp_path, lambda: demo.build(tmp_path)) == other.format("HERE")
    (tmp_path / "register.yaml").write_text("", encoding="utf-8")
    (tmp_path / "corrections.csv").write_text("", encoding="utf-8")
    assert said(tmp_path, lambda: demo.build(tmp_path)) == (
        "the folder holds corrections of the demonstration register (HERE); expected: a demonstration register without any; to "
        "mend: move corrections.csv away, or choose another folder"
    )
    (tmp_path / "empty").mkdir()
    assert (demo.build(tmp_path / "empty") / "households.xlsx").is_file()
    assert drawn.seeds == [2016, 2016, "planted"]


def test_a_folder_that_cannot_be_written(drawn, tmp_path, monkeypatch):
    folder = demo.build(tmp_path / "demo")

    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(demo.demo_write, "workbook", full)
    assert said(tmp_path, lambda: demo.build(folder)) == (
        "cannot write the demonstration register: No space left on device (HERE/demo); expected: a folder that may be written; "
        "to mend: choose another folder"
    )
    assert (folder / "households.xlsx").read_bytes() == b"households"

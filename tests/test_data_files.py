"""Every data file has its source beside it, with the right checksum; the published tables add up."""

import csv
import hashlib

import pytest
import yaml

from tuopin_analysis import paths

FOLDERS = (paths.PUBLISHED, paths.PLACES, paths.DEMO, paths.SCALE, paths.DATA / "goals")
TABLES = [paths.DATA / f"{name}.csv" for name in ("dictionary", "codes", "tables", "parameters", "glossary")]
FILES = sorted(path for folder in FOLDERS for path in folder.rglob("*.*") if not path.name.endswith(".source.yaml"))
KEYS = ["title", "publisher", "place", "date", "unit", "transcription", "licence", "sha256"]


def rows(name: str) -> list[dict[str, str]]:
    with open(paths.PUBLISHED / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def names(path):
    return path.relative_to(paths.DATA).as_posix()


@pytest.mark.parametrize("path", [*FILES, *TABLES], ids=names)
def test_a_data_file_has_its_source_and_checksum(path):
    told = yaml.safe_load((path.parent / f"{path.stem}.source.yaml").read_text(encoding="utf-8"))
    assert set(told) >= set(KEYS)
    assert all(isinstance(value, str) and value for value in told.values())
    assert told["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("folder", FOLDERS, ids=names)
def test_a_source_has_its_data_file(folder):
    stems = {path.stem for path in FILES if path.parent == folder}
    assert {path.name.removesuffix(".source.yaml") for path in folder.glob("*.source.yaml")} == stems


@pytest.mark.parametrize("name", ["townships", "causes"])
@pytest.mark.parametrize(("unit", "total"), [("households", 1695), ("persons", 3654)])
def test_published_tables_add_up(name, unit, total):
    assert sum(int(row[unit]) for row in rows(name)) == total
    assert {row["item"]: row["value"] for row in rows("register")}[f"registered_{unit}"] == str(total)


def test_published_shares_keep_their_digits_and_what_is_illegible_stays_empty():
    assert [(row["share_households_stated"], row["share_persons_stated"]) for row in rows("causes")] == [
        ("55.9", "58"), ("39.1", "36.4"), ("5", "5.6"),
    ]  # fmt: skip
    assert {row["item"]: row["value"] for row in rows("register")}["share_of_population"] == ""
    assert {row["rural_population"] for row in rows("population")} == {""}


def test_published_townships_are_those_of_the_list_of_places():
    with open(paths.PLACES / "townships.csv", encoding="utf-8", newline="") as file:
        places = {row["code"]: (row["name"], row["name_en"]) for row in csv.DictReader(file)}
    assert all(places[row["township_code"]] == (row["township"], row["township_en"]) for row in rows("townships"))
    assert len(places) == 10


def test_every_village_lies_in_its_township():
    with open(paths.PLACES / "villages.csv", encoding="utf-8", newline="") as file:
        villages = list(csv.DictReader(file))
    assert len({village["code"] for village in villages}) == 187
    assert all(village["code"].startswith(village["township_code"]) for village in villages)

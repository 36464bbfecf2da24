"""The files that decide what a register says, whole, and one that cannot be read; which townships a register reaches."""

import hashlib

import pytest
from register import little

from tuopin_analysis.errors import InputError
from tuopin_analysis.register import inputs, reach
from tuopin_analysis.register.about import about


def sums(folder, *names):
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}


def test_a_store_s_files_are_those_beside_it_and_its_parts(tmp_path):
    folder = tmp_path / "register"
    little.put(folder)
    beside = ["register.yaml", "corrections.csv", "planted.csv", "planted_exits.csv", "indicators.csv", "townships.geojson"]
    for name in beside[1:]:
        (folder / name).write_text(name, encoding="utf-8")
    parts = [part for snapshot in about(str(folder)).snapshots.values() for part in snapshot.parts.values()]
    assert len(parts) == 2 * len(little.DAYS[little.FIRST])
    assert inputs.files(str(folder)) == sums(folder, *beside) | {part.file: part.sha256 for part in parts}
    assert inputs.files(str(folder)) == sums(folder, *beside, *(part.file for part in parts))
    for name in beside[1:]:
        (folder / name).unlink()
    assert inputs.files(str(folder)) == sums(folder, "register.yaml", *(part.file for part in parts))
    (folder / "planted.csv").write_text("another", encoding="utf-8")
    assert inputs.files(str(folder))["planted.csv"] == hashlib.sha256(b"another").hexdigest()


def test_workbooks_and_one_that_is_gone(build, tmp_path):
    folder = build.write(tmp_path / "register", {})
    names = list(build.about["tables"].values())
    for name in names:
        (folder / name).write_text(name, encoding="utf-8")
    assert inputs.files(str(folder)) == sums(folder, "register.yaml", *names)
    (folder / names[0]).unlink()
    with pytest.raises(InputError) as caught:
        inputs.files(str(folder))
    assert str(caught.value).replace(str(tmp_path), "HERE") == (
        f"a file of the register cannot be read: No such file or directory (HERE/register/{names[0]}); expected: a file that "
        "register.yaml names"
    )


def test_the_townships_of_a_store_are_those_of_its_first_day(tmp_path):
    later, first = (little.homes(*((f"h{n}", 1, "poor", None, None) for n in range(3))) for _ in range(2))
    frames = [first.assign(township_code=["130123204", None, "130123100"]), later.assign(township_code="130123102")]
    days = {day: {"households": frame} for day, frame in zip(little.DAYS, frames, strict=True)}
    assert reach.townships(about(little.put(tmp_path / "register", days))) == ["130123100", "130123204"]


def test_the_townships_of_workbooks_are_told_by_their_cells(build, tmp_path):
    rows = [build.household(1, township="新安镇"), build.household(2), build.household(3, township="无名镇")]
    folder = build.write(tmp_path / "register", {"households": rows})
    assert reach.townships(about(str(folder))) == ["130123100", "130123103"]

"""The rows of a synthetic store are the same at every run: one number wrong anywhere in their drawing shows here.

The tables lie in tests/register/whole/ as CSV. After a change that is meant (or a NumPy that draws differently), run this file
with TUOPIN_WRITE_WHOLE=1, and look at what `git diff` shows before it is kept.
"""

import os
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from tuopin_analysis.errors import InputError
from tuopin_analysis.register import parts_list, scale, scale_course, scale_draw, scale_tables
from tuopin_analysis.register.about import NATION, Part, Snapshot

WHOLE = Path(__file__).parent / "whole"
DAYS = [day.toordinal() for day in scale.DAYS]


def compare(name, frame):
    text = ",".join(map(str, frame.dtypes)) + "\n" + frame.to_csv(index=False, lineterminator="\n", float_format="%.9g")
    path = WHOLE / f"scale_{name}.csv"
    if os.environ.get("TUOPIN_WRITE_WHOLE"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def piece():
    """The second of two pieces of a county of 海南, 70 households at first."""
    [county] = scale_draw.counties("460105", 110, 7)
    pools, rng = scale_draw.Pools(dict(county.holds)), scale_course.rng_of(7, 1, county.order)
    scale_course.draw(rng, pools.counts(rng, 40), 0, 2, DAYS)
    drawn = scale_course.draw(rng, pools.counts(rng, 70), 1, 2, DAYS)
    assert all(left.sum() == 0 for left in pools.left.values())
    return county, drawn, scale_course.members(rng, drawn), scale_tables.Places(county)


def test_counties_and_what_they_hold():
    rows = [
        {"order": county.order, "code": county.code, "households": county.households, "towns": len(county.towns)}
        | {f"{name}_{at}": n for name, counts in county.holds.items() if name != "town" for at, n in enumerate(counts.tolist())}
        | {"town": ";".join(map(str, county.holds["town"].tolist()))}
        for county in scale_draw.counties("46", 700, 7)
    ]
    compare("counties", pd.DataFrame(rows))
    assert sum(row["households"] for row in rows) == 700
    few = list(scale_draw.counties("46", 9, 7))
    assert sum(county.households for county in few) == 9
    assert all(county.households for county in few), "a county without a household is left out"


@pytest.mark.parametrize("at", range(3))
def test_households(piece, at):
    county, drawn, _, where = piece
    compare(f"households_{at}", scale_tables.households(drawn, county, where, at, scale.DAYS[at]).to_pandas())


def test_persons(piece):
    county, drawn, members, where = piece
    values = vars(drawn)["values"]
    told = [scale_tables.persons(drawn, members, county, where, at, years).to_pandas() for at, years in ((0, 0), (2, 1))]
    compare("persons", pd.concat([frame.assign(at=at) for at, frame in enumerate(told)]).head(400))
    assert [len(frame) for frame in told] == [
        int((values["sizes"] + 1)[drawn.listed(at)].sum()) for at in (0, 2)]  # fmt: skip


def test_plans_and_events(piece):
    county, drawn, _, _ = piece
    compare("plans", scale_tables.exit_plans(drawn, county).to_pandas())
    compare("events", scale_tables.events(drawn, county, scale.DAYS[2]).to_pandas())
    first = scale_tables.events(drawn, county, scale.DAYS[1]).to_pandas()
    whole = scale_tables.events(drawn, county, scale.DAYS[2]).to_pandas()
    assert first["event_date"].max() <= pd.Timestamp(2016, 12, 31) < whole["event_date"].max()
    day = scale_tables.events(drawn, county, first["event_date"].max().date()).to_pandas()
    pd.testing.assert_frame_equal(day, first)


def test_columns_are_those_of_an_imported_register(piece):
    county, drawn, members, where = piece
    named = pa.dictionary(pa.int32(), pa.string())
    homes = scale_tables.households(drawn, county, where, 0, scale.DAYS[0]).schema
    people = scale_tables.persons(drawn, members, county, where, 0, 0).schema
    for column in ("county_code", "township_code", "township", "village_code", "village"):
        assert homes.field(column).type == people.field(column).type == named
    assert homes.field("cause_other").type == pa.string()
    assert scale_tables.events(drawn, county, scale.DAYS[1]).schema.field("event_date").type == pa.timestamp("us")


def test_ids_sort_as_their_keys_and_name_kind_county_and_member():
    key = np.array([0, 1, 31, 32, 2**64 - 1], dtype="uint64")
    assert scale_tables.ids("h", key, 0).to_pylist() == [
        "h2222222222222222", "h2222222222223222", "h222222222222z222", "h2222222222232222", "hjzzzzzzzzzzzz222"]  # fmt: skip
    assert scale_tables.ids("p", key[:2], 33 + 1024 * 2, np.array([0, 11])).to_pylist() == [
        "p22222222222224332", "p2222222222223433f"]  # fmt: skip


def test_keys_of_a_part_lie_above_those_of_the_part_before_and_differ():
    rng = scale_course.rng_of(1)
    first, second, third = (scale_course._keys(rng, 50, part, 3) for part in range(3))
    assert all(len(np.unique(keys)) == 50 and (np.diff(keys.astype(object)) > 0).all() for keys in (first, second, third))
    assert first[-1] < (1 << 64) // 3 <= second[0] <= second[-1] < (2 << 64) // 3 <= third[0]


def test_moves_are_in_order_of_household_and_day():
    moved = [(np.array([3, 1]), np.array([20, 10]), np.array([0, 0])), (np.array([1, 2]), np.array([5, 1]), np.array([1, 0]))]
    assert [column.tolist() for column in scale_course._in_order(moved)] == [[1, 1, 2, 3], [5, 10, 1, 20], [1, 0, 0, 0]]
    assert [column.tolist() for column in scale_course._in_order([])] == [[], [], []]


def test_a_household_moves_out_and_back_as_its_course_says(piece):
    """Exits and relapses take turns from poor on, nobody moves who is not listed, and who is out at the end left last."""
    _, drawn, _, _ = piece
    for home in range(len(drawn.key)):
        own = drawn.moves[2][drawn.moves[0] == home].tolist()
        assert own == [0, 1, 0][: len(own)]
        for at, out in enumerate(drawn.out):
            moved = [what for who, when, what in zip(*drawn.moves, strict=True) if who == home and when <= DAYS[at]]
            if drawn.since[home] <= at < drawn.until[home]:
                assert out[home] == (moved[-1:] == [0])
    assert (drawn.since <= np.minimum(drawn.until, 2)).all()
    assert not drawn.out[0].any()


@pytest.mark.parametrize(("age", "chance", "school"), [
    (5, 0.0, 0), (6, 0.9, 1), (11, 0.9, 1), (12, 0.9, 2), (14, 0.9, 2), (15, 0.849, 3), (17, 0.849, 3), (15, 0.85, 0),
    (18, 0.299, 4), (21, 0.299, 4), (18, 0.3, 0), (22, 0.1, 0),
])  # fmt: skip
def test_who_goes_to_which_school(age, chance, school):
    assert scale_course._school(np.array([age]), np.array([chance])).tolist() == [school]


def test_sizes_are_moved_up_and_down_until_they_hold_the_persons():
    assert scale_draw.sizes(10, 10).tolist() == [10] + [0] * 11
    assert scale_draw.sizes(10, 120).tolist() == [0] * 11 + [10]
    assert scale_draw.sizes(0, 0).tolist() == [0] * 12
    assert scale_draw.sizes(1000, 3065).tolist() == [170, 240, 220, 190, 110, 50, 15, 5, 0, 0, 0, 0]  # as assumed
    assert scale_draw.sizes(1000, 3040).tolist() == [195, 215, 220, 190, 110, 50, 15, 5, 0, 0, 0, 0]
    assert scale_draw.sizes(1000, 3066).tolist() == [170, 239, 221, 190, 110, 50, 15, 5, 0, 0, 0, 0]
    assert scale_draw.sizes(1000, 2500).tolist() == [428, 194, 103, 95, 110, 50, 15, 5, 0, 0, 0, 0]
    assert scale_draw.sizes(1000, 4000).tolist() == [170, 120, 170, 90, 118, 199, 128, 5, 0, 0, 0, 0]
    for persons in (9, 121):
        with pytest.raises(InputError) as caught:
            scale_draw.sizes(10, persons)
        assert str(caught.value) == f"{persons} persons in 10 households (--households)"


def test_pieces_of_a_county_are_even_and_no_larger_than_asked():
    county = scale_draw.County(0, "460105", pd.DataFrame(), {"town": np.array([5, 6])})
    assert [scale_draw.pieces(county, most) for most in (11, 10, 6, 5, 1)] == [
        [11], [6, 5], [6, 5], [4, 4, 3], [1] * 11]  # fmt: skip


def test_values_are_spread_as_often_as_counted():
    found = scale_draw.spread(scale_course.rng_of(3), np.array([2, 0, 3]))
    assert (sorted(found.tolist()), found.dtype) == ([0, 0, 2, 2, 2], "int32")


def test_townships_below_a_code():
    found = scale_draw.townships("130123")
    assert (len(found), set(found["county_code"]), found.index.tolist()) == (10, {"130123"}, list(range(10)))
    assert len(scale_draw.townships("13")) > 2000
    assert scale_draw.townships("99").empty


OF = {"county": "the six digits of a county, such as 130123", "province": "the two digits of a province, such as 13",
      "nation": "no place"}  # fmt: skip
ASKED = {
    ("world", None, 1, 1): "unknown scale 'world' (--scale); expected: county, province or nation; to mend: known: county, "
                           "province, nation",
    ("county", "13", 1, 1): f"no county has the code '13' (--place); expected: {OF['county']}",
    ("county", "999999", 1, 1): f"no county has the code '999999' (--place); expected: {OF['county']}",
    ("province", "x1", None, 1): f"no province has the code 'x1' (--place); expected: {OF['province']}",
    ("nation", "13", 1, 4): "no nation has the code '13' (--place); expected: no place\n4 snapshots (--snapshots); expected: 1 "
                            "to 3",
    ("county", None, 0, 0): "0 households (--households); expected: 1 to 294,800,000\n0 snapshots (--snapshots); expected: 1 to "
                            "3",
    ("nation", None, 294_800_001, 1): "294800001 households (--households); expected: 1 to 294,800,000",
}  # fmt: skip


@pytest.mark.parametrize("asked", ASKED)
def test_what_cannot_be_made_is_told_whole(asked):
    with pytest.raises(InputError) as caught:
        scale.wanted(*asked, 1)
    assert str(caught.value) == ASKED[asked]


def test_what_is_asked_for():
    assert scale.wanted("county", None, 1, 1, 5) == scale.Wanted("county", "130123", 1, scale.DAYS[:1], 5)
    assert scale.wanted("province", None, 294_800_000, 3, 5) == scale.Wanted("province", "13", 294_800_000, scale.DAYS, 5)
    assert scale.wanted("nation", "", None, 2, 5) == scale.Wanted("nation", "", 29_480_000, scale.DAYS[:2], 5)
    assert scale.wanted("county", "130123", None, 1, 5).households == round(29_480_000 * 10 / 42_951)


def test_a_store_says_what_it_is_in_both_languages(tmp_path):
    days = {day: Snapshot(inputs={}, index=Part(file="x", rows=1, sha256="y")) for day in scale.DAYS[:2]}
    told = scale._described(tmp_path, scale.Wanted("province", "46", 4000, scale.DAYS[:2], 3), days)
    assert (told.title_zh, told.title_en) == (
        "海南省建档立卡模拟数据（模拟）", "Synthetic register of 海南省 (SYNTHETIC)")  # fmt: skip
    assert told.source_zh == (
        "模拟数据：4,000 households, seed 3；致贫原因、家庭规模等构成均为假设，乡镇为2016年代码，不涉及真实个人"
    )
    assert told.source_en == (
        "SYNTHETIC: 4,000 households, seed 3; causes (illness 42 % of households), sizes and all else are assumed, township "
        "codes are those of 2016, and no row is a real person"
    )
    assert (told.county_code, told.region, told.county_zh, told.synthetic, told.store) == ("", "46", "海南省", True, 2)
    assert (told.baseline, told.until) == (date(2016, 1, 1), date(2016, 12, 31))
    assert scale._described(tmp_path, scale.Wanted("nation", "", 9, scale.DAYS[:2], 3), days).region == NATION


def test_a_store_is_written_piece_by_piece_and_tells_of_it(tmp_path, monkeypatch):
    monkeypatch.setattr(scale.os, "sync", lambda: None)
    heard = []
    asked = scale.Wanted("county", "460105", 50, scale.DAYS[:2], 7)
    about = scale.build(tmp_path / "a" / "store", asked, piece=20, tell=heard.append)
    assert (heard, about.folder, list(about.snapshots)) == ([50], tmp_path / "a" / "store", list(scale.DAYS[:2]))
    listed = pd.concat([parts_list.parts(about, day) for day in about.snapshots], ignore_index=True)
    compare("parts", listed.drop(columns=["file", "bytes", "sha256"]))
    file = tmp_path / "a" / "store" / listed["file"][0]
    assert pa.parquet.ParquetFile(file).num_row_groups == 3
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["store"]


def test_a_folder_that_is_taken_or_cannot_be_written(tmp_path):
    asked = scale.Wanted("county", "460105", 5, scale.DAYS[:1], 7)
    (tmp_path / "file").write_text("x")
    for into in (tmp_path, tmp_path / "file"):
        with pytest.raises(InputError) as caught:
            scale.build(into, asked)
        assert str(caught.value).replace(str(into), "HERE") == (
            "the folder is there already (--into HERE); expected: a new or empty folder; to mend: choose another one, or remove "
            "it"
        )
    with pytest.raises(InputError) as caught:
        scale.build(Path("/proc/x/y"), asked)
    assert str(caught.value) == (
        "cannot write the store: No such file or directory (--into /proc/x/y); expected: a folder that can be written, with room "
        "for the store; to mend: choose another folder, or make room")  # fmt: skip


def test_room_on_a_disk_is_told_of_folders_that_are_not_there_yet(tmp_path):
    assert scale.free_bytes(tmp_path / "a" / "b") == pytest.approx(scale.free_bytes(tmp_path), rel=0.05)
    assert scale.free_bytes(tmp_path) > 0

"""The county's own outlines: any reference system, former and later names; every fault of a bad file is told at once."""

import json
import shutil

import numpy as np
import pytest

from tuopin_analysis import paths
from tuopin_analysis.register import gcj02, inputs, outlines, outlines_read, places, schematic

TOWNS = places.townships("130123")
NEEDED = ("130123100", "130123103")


def square(lon, lat, side=0.01):
    ring = [[lon, lat], [lon + side, lat], [lon + side, lat + side], [lon, lat + side], [lon, lat]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(name, geometry, **more):
    return {"type": "Feature", "properties": {"name": name, **more}, "geometry": geometry}


def county(change=lambda features: None, **whole):
    """A file with a square for each township; `change` spoils it."""
    features = [feature(name, square(114.5 + 0.012 * at, 38.2)) for at, name in enumerate(TOWNS["township"])]
    change(features)
    return {"type": "FeatureCollection", "features": features, **whole}


def read(tmp_path, whole, crs="", needed=NEEDED):
    path = tmp_path / outlines.FILE
    path.write_text(whole if isinstance(whole, str) else json.dumps(whole, ensure_ascii=False), encoding="utf-8")
    return outlines_read.read(path, "130123", needed, crs)


def codes(found):
    return [(problem.code, problem.feature) for problem in found.problems]


def test_a_good_file_is_read_by_name_and_by_code(tmp_path):
    found = read(tmp_path, county())
    assert found.problems == ()
    assert found.frame["code"].tolist() == TOWNS["township_code"].tolist()


def test_later_names_and_codes_mean_the_township_of_2016(tmp_path):
    def later(features):
        features[5]["properties"] = {"name": "南牛镇"}
        features[8]["properties"] = {"code": "130123104"}

    found = read(tmp_path, county(later))
    assert found.problems == ()
    assert found.frame["code"].tolist() == TOWNS["township_code"].tolist()


def test_a_projected_file_is_brought_to_degrees(tmp_path):
    import geopandas
    from shapely.geometry import shape

    flat = county(crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4547"}})
    shapes = geopandas.GeoSeries([shape(one["geometry"]) for one in flat["features"]], crs="EPSG:4326").to_crs("EPSG:4547")
    for one, moved in zip(flat["features"], shapes, strict=True):
        one["geometry"] = moved.__geo_interface__
    found = read(tmp_path, flat)
    assert found.problems == ()
    assert found.frame["shape"].iloc[0].bounds[:2] == pytest.approx((114.5, 38.2), abs=1e-7)


@pytest.mark.parametrize("by_parameter", [False, True])
def test_gcj02_is_shifted_back_whether_the_file_or_the_caller_says_so(tmp_path, by_parameter):
    def shift(features):
        for one in features:
            [ring] = one["geometry"]["coordinates"]
            one["geometry"]["coordinates"] = [gcj02.shifted(np.array(ring)).tolist()]

    whole = county(shift) if by_parameter else county(shift, crs="GCJ-02")
    found = read(tmp_path, whole, "gcj02" if by_parameter else "")
    assert found.problems == ()
    assert found.frame["shape"].iloc[0].bounds[:2] == pytest.approx((114.5, 38.2), abs=1e-8)


def spoil(features):
    """One fault of each kind that a feature can have."""
    features[0]["properties"] = {"id": 7}
    features[1]["properties"]["name"] = "新安真"
    features[3]["properties"]["name"] = "正定镇"
    features[4]["geometry"] = {"type": "Point", "coordinates": [114.5, 38.2]}
    features[5]["geometry"] = square(114.5, 38.2, side=0)
    features[6]["geometry"] = square(500_000, 4_200_000, side=1000)
    features[7]["geometry"] = square(38.2, 114.5)
    features[8]["geometry"] = square(103.8, 36.0)


def test_all_faults_are_told_at_once_each_with_its_feature(tmp_path):
    found = read(tmp_path, county(spoil), needed=(*NEEDED, "130123102"))
    assert codes(found) == [
        ("missing", 0), ("not_drawn", 0), ("not_drawn", 0), ("no_name", 1), ("unknown_place", 2), ("doubled", 4),
        ("not_polygon", 5), ("bad_ring", 6), ("out_of_range", 7), ("swapped", 8), ("far", 9),
    ]  # fmt: skip
    by_code = {problem.code: problem for problem in found.problems}
    assert by_code["unknown_place"].hint == "新安镇"
    assert by_code["doubled"].hint == "3"
    assert by_code["missing"].value == "130123102"
    assert 900 < int(by_code["far"].hint) < 1000


def test_townships_that_overlap_are_told_in_pairs_and_drawn_all_the_same(tmp_path):
    def overlap(features):
        features[1]["geometry"] = square(114.5 + 0.25 * 0.01, 38.2)  # over three quarters of the first
        features[3]["geometry"] = square(114.5 + 0.024 + 0.00994, 38.2)  # a sloppy border: six thousandths of the third

    found = read(tmp_path, county(overlap))
    first, second = TOWNS["township_code"].iloc[:2]
    assert found.problems == (outlines_read.Problem("overlap", value=f"{first};{second}", hint="0.7500"),)
    assert len(found.frame) == len(TOWNS)


def test_a_ring_that_crosses_itself_is_mended_and_said(tmp_path):
    def cross(features):
        features[2]["geometry"]["coordinates"] = [[[114.5, 38.3], [114.52, 38.32], [114.52, 38.3], [114.5, 38.32], [114.5, 38.3]]]

    found = read(tmp_path, county(cross))
    assert codes(found) == [("mended", 3)]
    assert found.frame["shape"].iloc[2].is_valid
    assert found.frame["shape"].iloc[2].area == pytest.approx(0.02**2 / 2)


@pytest.mark.parametrize(
    ("whole", "problem"),
    [
        ("{", "not_json"), ("[1]", "not_features"), ({"type": "Feature"}, "not_features"),
        ({"type": "FeatureCollection", "features": []}, "no_features"), ("[" * 100_000, "not_json"),
    ],
    ids=["cut off", "a list", "one feature", "empty", "deep"],
)  # fmt: skip
def test_what_is_no_collection_of_features_is_refused(tmp_path, whole, problem):
    assert codes(read(tmp_path, whole)) == [(problem, 0)]


def test_an_unknown_reference_system_is_told(tmp_path):
    assert ("unknown_crs", 0) in codes(read(tmp_path, county(crs="EPSG:99999999")))


def test_features_of_no_shape_at_all_do_not_stop_the_others(tmp_path):
    found = read(tmp_path, county(lambda features: features.extend([None, {"properties": None, "geometry": 5}])))
    assert codes(found) == [("no_name", 11), ("not_polygon", 11), ("no_name", 12), ("not_polygon", 12)]


def test_without_geopandas_it_says_how_to_install_it(tmp_path, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "geopandas", None)
    assert codes(read(tmp_path, county())) == [("no_geopandas", 0)]


@pytest.fixture
def register(tmp_path):
    folder = tmp_path / "register"
    shutil.copytree(paths.DEMO, folder)
    return folder


def test_the_countys_file_wins_and_a_bad_one_leaves_the_cells(register):
    file = register / outlines.FILE
    villages = [feature("甲", square(114.5, 38.2, 0.001), code="130123100202")]
    file.write_text(json.dumps(county(lambda features: features.extend(villages))), encoding="utf-8")
    found = outlines.of(str(register))
    assert (found.kind, len(found.frame), len(found.villages)) == ("county", 10, 1)
    assert found.villages["name"].tolist() == ["西门里村"]
    assert outlines.of(str(register), "public").kind == "tiles"
    assert outlines.FILE in inputs.files(str(register))
    file.write_text(json.dumps(county(spoil)), encoding="utf-8")
    found = outlines.of(str(register))
    assert (found.kind, len(found.frame)) == ("cells", 10)
    assert len(found.problems) == 11


def test_islands_and_holes_are_drawn_as_rings(register):
    outer, hole = square(114.5, 38.2, 0.01)["coordinates"][0], square(114.503, 38.203, 0.002)["coordinates"][0]
    island = square(114.52, 38.2, 0.002)["coordinates"]
    whole = county(lambda features: features[2].update(geometry={"type": "MultiPolygon", "coordinates": [[outer, hole], island]}))
    (register / outlines.FILE).write_text(json.dumps(whole), encoding="utf-8")
    parts = outlines.of(str(register)).frame.set_index("code").loc["130123100", "parts"]
    assert [schematic.area(ring) > 0 for ring in parts] == [True, False, True]


def test_villages_without_outlines_have_tiles():
    from tuopin_analysis.register import load

    here = load.households("demo", "130123103")
    found = outlines.village_tiles(here)
    assert found.kind == "rows"
    assert len(found.frame) == here["village_code"].nunique()


def test_a_file_in_gbk_is_told_as_such_and_a_number_has_no_nearest_name(tmp_path):
    path = tmp_path / outlines.FILE
    path.write_bytes(json.dumps(county(), ensure_ascii=False).encode("gbk"))
    assert codes(outlines_read.read(path, "130123", NEEDED)) == [("not_utf8", 0)]

    def unknown(features):
        features[5]["properties"] = {"code": "130123999"}

    assert [problem.hint for problem in read(tmp_path, county(unknown)).problems if problem.code == "unknown_place"] == [""]

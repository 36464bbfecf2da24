"""Schematic shapes: cells share out the hull, each around its seat; tiles do not touch."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.path import Path

from tuopin_analysis.register import gcj02, schematic

POINTS = st.lists(st.tuples(st.integers(-40, 40), st.integers(-40, 40)), min_size=3, max_size=25, unique=True)


@given(POINTS)
@settings(max_examples=60, deadline=None)
def test_cells_share_out_the_hull_and_each_holds_its_seat_alone(points):
    seats = np.array(points, dtype="float64")
    cells = schematic.cells(seats)
    assert sum(schematic.area(cell) for cell in cells) == pytest.approx(schematic.area(schematic.hull(seats)), rel=1e-6)
    for at, cell in enumerate(cells):
        holds = Path(cell).contains_points(seats)
        assert holds[at]
        assert holds.sum() == 1
        assert Path(cell).contains_point(schematic.centre(cell))


def test_two_seats_are_divided_halfway():
    left, right = schematic.cells(np.array([[0.0, 0.0], [4.0, 2.0]]))
    assert schematic.area(left) == pytest.approx(schematic.area(right))
    assert max(left @ [4, 2]) == pytest.approx(10.0)  # the bisector: 4x + 2y = 10


def test_the_county_has_a_cell_for_each_of_its_ten_units_and_a_tile():
    cells = schematic.of_seats("130123")
    tiles, as_they_lie = schematic.tiles(cells["code"].tolist(), "130123")
    assert len(cells) == len(tiles) == 10
    assert set(cells["code"]) == set(tiles["code"])
    assert as_they_lie
    spots = {tuple(spot) for spot in tiles[["x", "y"]].to_numpy()}
    assert len(spots) == 10
    assert all(schematic.area(part[0]) == pytest.approx(0.96**2) for part in tiles["parts"])


def test_a_county_without_seats_has_tiles_in_the_order_of_codes():
    assert schematic.of_seats("130624") is None
    tiles, as_they_lie = schematic.tiles([f"13062410{n}" for n in range(7)], "130624")
    assert not as_they_lie
    assert tiles[["x", "y"]].to_numpy()[:4].tolist() == [[0, 0], [1, 0], [2, 0], [3, 0]]
    assert tiles["y"].tolist()[-1] == -1


# Of the published tests of coordtransform (MIT): https://github.com/wandergis/coordtransform
def test_the_shift_agrees_with_a_known_point():
    assert gcj02.shifted(np.array([[116.404, 39.915]]))[0] == pytest.approx([116.41024449916938, 39.91640428150164], abs=1e-9)


def test_outside_of_china_nothing_is_shifted():
    assert gcj02.shifted(np.array([[2.3522, 48.8566]])).tolist() == [[2.3522, 48.8566]]


@given(st.floats(73.1, 134.9), st.floats(18.1, 53.4))
@settings(max_examples=50, deadline=None)
def test_the_way_back_is_exact(lon, lat):
    here = np.array([[lon, lat]])
    there = gcj02.shifted(here)
    assert 1e-5 < np.abs(there - here).max() < 0.02  # metres to two kilometres
    assert gcj02.to_wgs84(there) == pytest.approx(here, abs=1e-8)

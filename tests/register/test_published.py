import hashlib

import pandas as pd
import pytest

from tuopin_analysis import paths
from tuopin_analysis.errors import InputError
from tuopin_analysis.register import published

FRAMES = {
    "register": published.register_totals, "townships": published.townships, "causes": published.causes, "lines": published.lines,
    "targets": published.targets, "claims": published.claims, "population": published.population,
}  # fmt: skip


@pytest.mark.parametrize("name", FRAMES)
def test_source_file_stands_beside_and_has_the_checksum(name):
    assert published.source(name)["sha256"] == hashlib.sha256((paths.PUBLISHED / f"{name}.csv").read_bytes()).hexdigest()


@pytest.mark.parametrize("name", FRAMES)
def test_nothing_is_published_for_another_county(name):
    here, elsewhere = FRAMES[name](), FRAMES[name]("130624")
    assert len(here) > 0
    assert elsewhere.empty
    assert elsewhere.dtypes.to_dict() == here.dtypes.to_dict()


def test_figures_of_the_source():
    townships = published.townships().set_index("township")
    assert townships.loc["新安镇", ["households", "persons"]].to_list() == [394, 655]
    assert townships.loc["南牛乡", ["households", "persons"]].to_list() == [299, 694]
    assert published.causes()[["households", "persons"]].to_numpy().tolist() == [[947, 2112], [662, 1332], [86, 210]]
    assert published.lines().set_index("line")["yuan_per_person_year"].to_dict() == {"poverty": 2855, "allowance": 4000}


def test_stated_shares_stay_text_so_that_their_digits_can_be_counted():
    assert published.causes()["share_households_stated"].to_list() == ["55.9", "39.1", "5"]


def test_what_the_source_does_not_give_is_missing_and_not_nought():
    totals = published.register_totals().set_index("item")
    assert pd.isna(totals.loc["share_of_population", "value"])
    assert "illegible" in totals.loc["share_of_population", "note"]
    assert published.population()["rural_population"].isna().all()


def test_a_caller_cannot_change_the_figures():
    mine = published.townships()
    mine.loc[0, "households"] = 0
    assert published.townships()["households"].sum() == 1695


def test_unknown_source_names_the_nearest():
    with pytest.raises(InputError, match="did you mean 'townships'"):
        published.source("township")

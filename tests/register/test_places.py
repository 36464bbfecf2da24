import pandas as pd
import pytest

from tuopin_analysis.register import places


def matched(township, village):
    return places.match(pd.DataFrame({"township": [township], "village": [village]}), "130123").iloc[0]


def test_every_official_name_is_matched_to_its_own_code():
    listed = places.villages("130123").merge(places.townships("130123"), on="township_code")
    found = places.match(listed[["township", "name"]].rename(columns={"name": "village"}), "130123")
    assert found["village_code"].to_list() == listed["village_code"].to_list()
    assert found["problem"].isna().all()


def test_short_names_differ_within_a_township():
    assert not places.villages("130123").duplicated(["township_code", "village"]).any()


@pytest.mark.parametrize("village", ["西关", "西关村", "西关村委会", "西关村民委员会", " 西关 村 ", "130123100201"])
def test_a_village_may_be_written_short_or_in_full(village):
    assert matched("正定镇", village)["village_code"] == "130123100201"


@pytest.mark.parametrize("township", ["诸福屯街道", "诸福屯街道办事处", "130123001"])
def test_a_street_may_be_written_with_or_without_its_office(township):
    assert matched(township, "固营村")["village_code"] == "130123001002"


@pytest.mark.parametrize(("township", "village", "problem"), [
    ("诸福屯", "固营村", "township"), ("正定镇", "上水屯村", "village"), ("正定镇", "大众街", "ambiguous"),
    ("正定镇", "大众街村", None), ("正定镇", None, None), (None, "西关村", None),
])  # fmt: skip
def test_problems(township, village, problem):
    found = matched(township, village)["problem"]
    assert found == problem if problem else pd.isna(found)

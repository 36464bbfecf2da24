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


@pytest.mark.parametrize(("township", "village", "code"), [
    ("南岗镇", "上水屯", "130123203214"), ("130123104", "130123104214", "130123203214"), ("南牛镇", None, None),
])  # fmt: skip
def test_a_renamed_township_and_its_villages_are_known_by_their_later_names_and_codes(township, village, code):
    found = matched(township, village)
    assert pd.isna(found["problem"])
    assert found["township_code"] == ("130123200" if township == "南牛镇" else "130123203")
    assert found["village_code"] == code if code else pd.isna(found["village_code"])


def test_the_county_s_own_lists_are_the_national_ones():
    own = pd.read_csv(places.paths.PLACES / "villages.csv", dtype=str)
    assert set(zip(own["code"], own["name"], strict=True)) == set(
        places.villages("130123")[["village_code", "name"]].itertuples(index=False, name=None)
    )
    own = pd.read_csv(places.paths.PLACES / "townships.csv", dtype=str)
    assert own["name"].to_list() == places.townships("130123")["township"].to_list()
    assert own["n_village_units"].astype(int).to_list() == places.villages("130123").groupby("township_code").size().to_list()


def test_a_county_is_found_by_its_townships_or_asked_about():
    assert places.counties_of(["诸福屯街道", "南岗镇"]) == ["130123"]
    assert len(places.counties_of(["城关镇"])) > 100
    assert places.counties_of(["新安镇", "柏树沟乡"]) == []
    assert len(places.counties_of([], "鼓楼区")) == 4
    assert places.townships("999999").empty
    assert places.county("999999") == {}


@pytest.mark.parametrize("village", ["130199196002290117", "１３０１９９ １９６００２２９ ０１１７", "王某13812345678",
                                     "130123********1234",
                                     "0311-88021234", "村456", "长" * 21])  # fmt: skip
def test_what_is_no_name_is_never_counted_as_a_village(village):
    rows = pd.DataFrame({"township": ["阜平镇"] * 2, "village": [village, "某某新村"]})
    found = places.match(rows, "130624")
    assert found["problem"].fillna("").to_list() == ["village", ""]
    assert pd.isna(found["village_code"][0])
    assert "x" in found["village_code"][1]

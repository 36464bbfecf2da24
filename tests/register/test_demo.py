"""The demonstration register, read back from its workbooks by openpyxl, without this project's loader."""

import csv
import itertools
import shutil
import zipfile
from collections import Counter, defaultdict
from datetime import date

import pytest
import yaml
from demo_reading import FURTHER, TABLES, Register, age

from tuopin_analysis import paths
from tuopin_analysis.errors import InputError
from tuopin_analysis.register import demo, demo_draw

FLAT = """序号 县(市、区、旗) 乡(镇) 行政村 自然村 户编号 人编号 姓名 证件号码 人数 与户主关系 民族 文化程度 在校生状况 健康状况
    劳动技能 务工状况 务工时间（月） 参加大病医疗 脱贫属性 贫困户属性 主要致贫原因 危房户 饮水安全 饮水困难 人均纯收入
    联系电话 性别 出生日期 是否参加城乡居民基本医疗保险 是否参加城乡居民基本养老保险 是否享受低保"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return Register(demo.build(tmp_path_factory.mktemp("demo") / "register"))


def published_margins():
    townships, causes = demo_draw.published("townships"), demo_draw.published("causes")
    return (
        {row["township"]: (int(row["households"]), int(row["persons"])) for row in townships},
        {row["cause_main"]: (int(row["households"]), int(row["persons"])) for row in causes},
    )


def group(code):
    found = {"01": "illness", "02": "disability"}.get(code, "other")
    assert found != "other" or code in ("03", "04", "07", "08", "09", "11")
    return found


def margins(register):
    households, persons, by_cause = Counter(), Counter(), defaultdict(lambda: [0, 0])
    cause = {}
    for row in register.rows["households"]:
        households[row["乡(镇)"]] += 1
        cause[row["户编号"]] = group(row["主要致贫原因"])
        by_cause[cause[row["户编号"]]][0] += 1
    for row in register.rows["persons"]:
        persons[row["乡(镇)"]] += 1
        by_cause[cause[row["户编号"]]][1] += 1
    return {t: (households[t], persons[t]) for t in households}, {c: tuple(n) for c, n in by_cause.items()}


def test_all_four_margins_equal_the_published_figures(made):
    assert margins(made) == published_margins()


@pytest.mark.parametrize("seed", [1, 77])
def test_another_seed_draws_other_households_with_the_same_totals(seed):
    drawn = demo_draw.households(demo_draw.Random(seed))
    by_township, by_cause = (defaultdict(lambda: [0, 0]) for _ in range(2))
    for row in drawn:
        cause = row["cause_main"] if row["cause_main"] in ("illness", "disability") else "other"
        for found, key in ((by_township, row["township"]), (by_cause, cause)):
            found[key][0] += 1
            found[key][1] += row["size"]
    assert tuple({key: tuple(n) for key, n in found.items()} for found in (by_township, by_cause)) == published_margins()
    usual = demo_draw.households(demo_draw.Random(demo.SEED))
    assert [row["size"] for row in drawn] != [row["size"] for row in usual]


def members_of(path):
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def test_the_same_seed_gives_the_same_bytes_and_those_of_the_repository(made, tmp_path):
    again = demo.build(tmp_path / "again")
    for path in sorted(again.iterdir()):
        assert path.read_bytes() == (made.folder / path.name).read_bytes(), path.name
        if path.suffix == ".xlsx":  # another zlib may pack the same members differently
            assert members_of(path) == members_of(paths.DEMO / path.name), path.name
    for key in ("planted.csv", "planted_exits.csv"):
        assert (again / key).read_bytes() == (paths.DEMO / key).read_bytes()


def test_another_seed_gives_another_whole_register(made, tmp_path):
    other = Register(demo.build(tmp_path / "other", seed=5), ("households", "persons"))
    assert margins(other) == margins(made)
    for table in TABLES + FURTHER:
        assert (other.folder / f"{table}.xlsx").read_bytes() != (made.folder / f"{table}.xlsx").read_bytes()


def test_layout_is_that_of_an_export(made):
    assert made.top["persons"][3] == FLAT.split()
    sheet, title, note, _header = made.top["households"]
    assert (sheet, note[:15]) == ("贫困户信息", "数据时间：2016-01-01")
    assert "模拟" in title
    assert {row["主要致贫原因"] for row in made.rows["households"]} >= {"01", "02", "03"}
    assert {row["主要致贫原因"] for row in made.rows["persons"]} >= {"因病", "因残", "因学"}
    about = yaml.safe_load((made.folder / "register.yaml").read_text(encoding="utf-8"))
    assert (about["baseline"], about["until"], about["synthetic"]) == (date(2016, 1, 1), date(2017, 12, 31), True)


def test_villages_are_real_ones_of_their_township(made):
    with open(paths.PLACES / "villages.csv", encoding="utf-8", newline="") as file:
        known = {(row["township"], row["name"]) for row in csv.DictReader(file)}
    for row in made.rows["households"] + made.rows["units"]:
        township, village = (row.get(f"结对{h}") or row.get(h) for h in ("乡(镇)", "行政村"))
        assert {(township, village + ending) for ending in ("", "委会", "村委会")} & known
    assert len({row["户编号"][:12] for row in made.rows["households"]}) > 120


def test_sizes_are_those_of_the_members(made):
    sizes = {row["户编号"]: row["人数"] for row in made.rows["households"]}
    assert sizes == {household: len(members) for household, members in made.members.items()}
    assert set(sizes.values()) <= set(range(1, 9))
    assert len(set(sizes.values())) >= 6


def test_no_id_or_telephone_number_can_be_a_real_one(made):
    numbers = []
    for person in made.sound("persons"):
        number = person["证件号码"]
        numbers.append(number)
        total = sum(int(digit) * (2 ** (17 - at) % 11) for at, digit in enumerate(number[:17]))
        assert number[17] == "10X98765432"[total % 11]
        assert number[6:14] == f"{person['出生日期']:%Y%m%d}"
        assert (int(number[16]) % 2 == 1) == (person["性别"] == "男")
    assert len(set(numbers)) == len(numbers)
    everyone = [row["证件号码"] for row in made.all["persons"].values()]
    everyone += [row["户主证件号码"] for row in made.all["households"].values()]
    assert {number[:6] for number in everyone} == {"130199"}
    phones = [row["联系电话"] for table in ("households", "persons", "responsible", "units") for row in made.rows[table]]
    assert all(len(phone) in (10, 11) and phone.startswith("000") for phone in phones)


def test_incomes_add_up(made):
    for row in made.sound("households"):
        transfers = ("计划生育金", "低保金", "五保金", "养老保险金", "生态补偿金", "其他转移性收入")
        assert row["转移性收入"] == sum(row[item] for item in transfers)
        assert row["年收入"] == row["工资性收入"] + row["生产经营性收入"] + row["财产性收入"] + row["转移性收入"]
        assert row["年纯收入"] == row["年收入"] - row["生产经营性支出"]
        assert row["年人均纯收入"] == pytest.approx(row["年纯收入"] / row["人数"], abs=0.0051)
        assert (row["生产经营性收入"] > 0) == (row["生产经营性支出"] > 0)
        assert (row["工资性收入"] > 0) <= any(person["务工时间（月）"] for person in made.members[row["户编号"]])
        assert (row["低保金"] > 0) == (row["贫困户属性"] == "04")
        assert (row["低保金"] > 0) == any(person["是否享受低保"] == "是" for person in made.members[row["户编号"]])


def test_most_are_below_the_poverty_line_and_the_full_allowance_is_above_it(made):
    poverty, allowance = 2855, 4000
    rows = made.rows["households"]
    below = [row for row in rows if row["年人均纯收入"] < poverty]
    assert 0.5 < len(below) / len(rows) < 0.8
    assert sum((row["低保金"] or 0) >= allowance * row["人数"] for row in rows) > 50
    assert sum(row["年人均纯收入"] < poverty for row in rows if row["贫困户属性"] == "04") > 50


def test_a_cause_shows_in_the_members(made):
    shows = {
        "01": lambda person: {"长期慢性病", "患有大病"} & set(person["健康状况"].split(",")),
        "02": lambda person: "残疾" in person["健康状况"],
        "03": lambda person: person["在校生状况"] != "非在校生",
    }
    for row in made.sound("households"):
        others = (row["其他致贫原因"] or "").split(",")
        assert len(others) <= 2
        assert row["主要致贫原因"] not in others
        for cause in {row["主要致贫原因"], *others} & set(shows):
            assert any(shows[cause](person) for person in made.members[row["户编号"]])


def test_relations_ages_and_sexes_fit(made):
    by_id = {row["户编号"]: row for row in made.sound("households")}
    for household in by_id:
        relations = defaultdict(list)
        for person in made.members[household]:
            relations[person["与户主关系"]].append(person)
        [head] = relations["户主"]
        for spouse in relations["配偶"]:
            assert spouse["性别"] != head["性别"]
            assert abs(age(spouse) - age(head)) <= 6
        assert len(relations["配偶"]) <= 1
        parents = [head, *relations["配偶"]]
        for child in relations["之子"] + relations["之女"]:
            assert all(15 <= age(parent) - age(child) <= 45 for parent in parents)
        assert all(age(parent) - age(head) >= 20 for parent in relations["之父"] + relations["之母"])
        assert all(person["性别"] == sex for relation, sex in (("之子", "男"), ("之女", "女"), ("之母", "女"), ("之儿媳", "女"))
                   for person in relations[relation])  # fmt: skip


def test_school_and_labour_fit_the_age(made):
    for person in made.sound("persons"):
        years, able = age(person), person["劳动技能"] in ("普通劳动力", "技能劳动力")
        assert not able or years >= 16
        assert person["在校生状况"] == "非在校生" or 3 <= years <= 21
        assert (person["文化程度"] is None) == (person["在校生状况"] != "非在校生" and years >= 6)
        assert not person["务工状况"] or able


def test_every_household_has_a_plan_and_the_plans_reach_the_target(made):
    sizes = {row["户编号"]: row["人数"] for row in made.rows["households"]}
    plans = {row["户编号"]: row for row in made.rows["exit_plans"]}
    assert len(plans) == len(made.rows["exit_plans"])
    assert sizes.keys() - plans.keys() == {p["household_id"] for p in made.planted if p["code"] == "plan.none"}
    days = {household: row["计划脱贫时间"].date() for household, row in plans.items()}
    assert sum(sizes[household] for household, day in days.items() if day <= date(2016, 12, 31)) >= 1462
    assert {day.year for day in days.values()} == {2016, 2017}
    assert all(row["计划脱贫年度"] == row["计划脱贫时间"].year and row["帮扶措施"] for row in made.sound("exit_plans"))


def out_on(made, day):
    sizes = {row["户编号"]: row["人数"] for row in made.rows["households"]}
    state = {}
    for row in sorted(made.rows["events"], key=lambda row: row["变动时间"]):
        if row["变动时间"].date() <= day:
            state[row["户编号"]] = row["变动类别"]
    return sum(sizes[household] for household, event in state.items() if event == "脱贫")


def test_exits_are_late_meet_the_first_target_and_not_the_last(made):
    assert out_on(made, date(2016, 11, 15)) < 1100
    assert 1462 <= out_on(made, date(2016, 12, 31)) < 1520
    assert 3400 < out_on(made, date(2017, 12, 31)) < 3654


def test_two_townships_are_behind_and_one_is_ahead(made):
    places = {row["户编号"]: (row["乡(镇)"], row["人数"]) for row in made.rows["households"]}
    out, total = Counter(), Counter()
    for township, size in places.values():
        total[township] += size
    for row in made.rows["events"]:
        if row["变动时间"].year == 2016:
            township, size = places[row["户编号"]]
            out[township] += size
    shares = sorted(out[township] / total[township] for township in total)
    assert shares[1] < 0.35 < shares[2] < shares[6] < 0.45 < 0.55 < shares[7]


def test_events_follow_one_another_and_their_steps(made):
    broken = {(row["household_id"], row["date"]) for row in made.planted_exits if row["kind"] == "against_knowledge"}
    sound = [row for row in made.sound("events") if (row["户编号"], f"{row['变动时间']:%Y-%m-%d}") not in broken]
    history = defaultdict(list)
    for row in made.rows["events"]:
        history[row["户编号"]].append(row)
        assert date(2016, 1, 1) <= row["变动时间"].date() <= date(2017, 12, 31)
        steps = ["民主评议时间", "核实时间"] + ["户主签字时间", "公示开始时间", "公示结束时间"] * (row["变动类别"] == "脱贫")
        days = [row[step] for step in (*steps, "批准时间")]
        if not any(row is one for one in sound):
            continue
        assert all(before < after for before, after in itertools.pairwise(days))
        assert row["批准时间"] == row["变动时间"]
        if row["变动类别"] == "脱贫":
            assert (row["公示结束时间"] - row["公示开始时间"]).days >= 7
    kinds = Counter(tuple(row["变动类别"] for row in rows) for rows in history.values())
    assert set(kinds) == {("脱贫",), ("脱贫", "返贫"), ("脱贫", "返贫", "脱贫")}
    assert history.keys() <= {row["户编号"] for row in made.rows["households"]}


def test_there_are_as_many_units_as_published_and_each_household_has_a_helper_of_one(made):
    units = [row["单位名称"] for row in made.rows["units"]]
    assert len(set(units)) == len(units) == 87
    helped = {row["结对户编号"]: row for row in made.rows["responsible"]}
    without = {p["household_id"] for p in made.planted if p["code"] == "responsible.none"}
    assert helped.keys() == {row["户编号"] for row in made.rows["households"]} - without
    assert {row["单位名称"] for row in helped.values()} <= set(units)
    assert max(Counter(row["帮扶责任人"] + row["联系电话"] for row in helped.values()).values()) > 1


def test_a_folder_with_other_things_is_refused_and_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="not a demonstration register"):
        demo.build(tmp_path)
    with pytest.raises(InputError, match="not a demonstration register"):
        demo.build(tmp_path / "notes.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_failed_build_leaves_the_register_that_was_there(made, tmp_path, monkeypatch):
    folder = shutil.copytree(made.folder, tmp_path / "demo")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(demo.demo_write, "workbook", full)
    with pytest.raises(InputError, match="No space left"):
        demo.build(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


def test_a_demonstration_register_is_made_anew(made, tmp_path):
    folder = shutil.copytree(made.folder, tmp_path / "demo")
    (folder / "households.xlsx").write_bytes(b"damaged")
    demo.build(folder)
    assert (folder / "households.xlsx").read_bytes() == (made.folder / "households.xlsx").read_bytes()

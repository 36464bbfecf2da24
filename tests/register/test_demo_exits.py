"""The key of untrue exits, worked out again from the workbooks in plain Python: it has all there is, and nothing else."""

from collections import Counter, defaultdict
from datetime import date

import pytest
from demo_reading import FURTHER, TABLES, Register

from tuopin_analysis import paths

LINE, NOTICE_DAYS = 2855, 7
ITEMS = {"food_clothing": "吃穿不愁", "education": "义务教育有保障", "medical": "基本医疗有保障", "housing": "住房安全有保障",
         "water": "饮水安全有保障"}  # fmt: skip
STEPS = ("民主评议时间", "核实时间", "户主签字时间", "公示开始时间", "公示结束时间", "批准时间")
YEAR_ENDS = (date(2016, 12, 31), date(2017, 12, 31))


@pytest.fixture(scope="module")
def made():
    return Register(paths.DEMO, TABLES + FURTHER)  # test_demo.py shows that it is what the code makes


def day(value):
    return value.date() if value else None


def by_household(rows):
    found = defaultdict(list)
    for row in rows:
        found[row["户编号"]].append(row)
    return found


def exits(made):
    return [row for row in made.rows["events"] if row["变动类别"] == "脱贫"]


def keyed(made, topic):
    rows = [row for row in made.planted_exits if row["topic"] == topic]
    return Counter((row["kind"], row["rule"], row["household_id"], row["township_code"], row["date"]) for row in rows)


def rules_broken(event, household, measures, accepted, alike):
    """The rules that one exit breaks."""
    left, income = day(event["变动时间"]), event["年人均纯收入"]
    first = min((day(row["措施开始时间"]) for row in measures), default=None)
    helped = first is not None and first < left
    found = {"false.income"} if income < LINE else set()
    inspected = [row for row in accepted if day(row["验收时间"]) <= left]
    last = max(inspected, key=lambda row: row["验收时间"])
    found |= {f"false.{item}" for item, header in ITEMS.items() if last[header] == "否"}
    found |= {"knowledge.no_review"} if not event["民主评议时间"] else set()
    consent, begin, end = (day(event[header]) for header in ("户主签字时间", "公示开始时间", "公示结束时间"))
    found |= {"knowledge.no_consent"} if not consent else {"knowledge.late_consent"} if consent > left else set()
    found |= {"knowledge.no_notice"} if not begin or not end else set()
    found |= {"knowledge.short_notice"} if begin and end and (end - begin).days < NOTICE_DAYS else set()
    days = [day(event[step]) for step in STEPS if event[step]]
    found |= {"knowledge.order"} if days != sorted(days) else set()
    found |= {"paper.near_line"} if LINE <= income < 1.05 * LINE and not helped else set()
    found |= {"paper.round"} if income % 100 == 0 else set()
    found |= {"paper.copied"} if len(alike) >= 3 else set()
    found |= {"paper.jump"} if income >= 2 * household["年人均纯收入"] and not helped else set()
    return found


def test_the_key_has_every_untrue_exit_and_no_other(made):
    homes = {row["户编号"]: row for row in made.rows["households"]}
    measures, accepted = by_household(made.rows["measures"]), by_household(made.rows["acceptance"])
    alike = defaultdict(set)
    for event in exits(made):
        alike[event["户编号"][:12], event["年人均纯收入"]].add(event["户编号"])
    kinds = {"false": "false", "knowledge": "against_knowledge", "paper": "on_paper"}
    found = Counter()
    for event in exits(made):
        number = event["户编号"]
        same = alike[number[:12], event["年人均纯收入"]]
        for rule in rules_broken(event, homes[number], measures[number], accepted[number], same):
            found[kinds[rule.split(".")[0]], rule, number, number[:9], f"{day(event['变动时间'])}"] += 1
    assert found == keyed(made, "untrue")
    assert min(Counter(rule for _kind, rule, *_ in found).values()) >= 4
    assert len({rule for _kind, rule, *_ in found}) == 16
    several = Counter((number, left) for _kind, _rule, number, _code, left in found)
    assert sum(count > 1 for count in several.values()) >= 8


def test_traps_are_there_that_are_not_untrue(made):
    """What only looks like it: near the line or doubled with help, two alike in a village, empty cells, a week of notice."""
    untrue = {(row["household_id"], row["date"]) for row in made.planted_exits if row["topic"] == "untrue"}
    honest = [row for row in exits(made) if (row["户编号"], f"{day(row['变动时间'])}") not in untrue]
    assert sum(LINE <= row["年人均纯收入"] < 1.05 * LINE for row in honest) > 50
    assert Counter(Counter((row["户编号"][:12], row["年人均纯收入"]) for row in honest).values())[2] >= 1
    assert sum((row["公示结束时间"] - row["公示开始时间"]).days == NOTICE_DAYS for row in honest) > 100
    assert sum(row[header] is None for row in made.rows["acceptance"] for header in ITEMS.values()) > 10
    often = Counter(row["户编号"] for row in exits(made))
    assert any(often[number] == 2 for number, _left in untrue)


def test_plans_before_any_measure_are_those_of_the_key(made):
    measures, found = by_household(made.rows["measures"]), Counter()
    for plan in made.rows["exit_plans"]:
        number, planned = plan["户编号"], day(plan["计划脱贫时间"])
        if all(planned < day(row["措施开始时间"]) for row in measures[number]):
            found["before_measure", "", number, number[:9], f"{planned}"] += 1
    assert found == keyed(made, "plan")
    assert sum(count >= 5 for count in Counter(key[3] for key in found).values()) >= 2


def test_one_township_has_too_many_incomes_just_over_the_line(made):
    [(_kind, _rule, _number, rash, _day)] = keyed(made, "bunching")
    share = defaultdict(list)
    for event in exits(made):
        if event["年人均纯收入"] >= LINE:
            share[event["户编号"][:9]].append(event["年人均纯收入"] < 1.02 * LINE)
    over = {code: sum(flags) / len(flags) for code, flags in share.items()}
    assert over.pop(rash) > 0.25
    assert max(over.values()) < 0.04


class Account:
    """The record of each household up to a day: [township code, size, is it out], by hand from register, events and changes."""

    def __init__(self, made, until):
        codes = {row["乡(镇)"]: row["户编号"][:9] for row in made.rows["households"]}
        self.homes = {row["户编号"]: [row["户编号"][:9], row["人数"], False] for row in made.rows["households"]}
        self.flows = defaultdict(Counter)
        moves = [(day(row["变动时间"]), 1, row) for row in made.rows["events"]]
        moves += [(day(row["增减时间"]), 0, row) for row in made.rows["changes"]]
        for moved, is_event, row in sorted(moves, key=lambda move: move[:2]):
            if moved <= until:
                (self.event if is_event else self.change)(row, codes)

    def flow(self, name, code, households, persons):
        self.flows[code][name, "households"] += households
        self.flows[code][name, "persons"] += persons

    def event(self, row, _codes):
        home = self.homes[row["户编号"]]
        assert home[2] != (row["变动类别"] == "脱贫")
        home[2] = row["变动类别"] == "脱贫"
        self.flow("exits" if home[2] else "relapsed", home[0], 1, home[1])

    def change(self, row, codes):
        number, kind, persons, other = row["户编号"], row["增减类别"], row["增减人数"], row["对方户编号"]
        if kind == "新识别":
            assert number not in self.homes
            self.homes[number] = [codes[row["乡(镇)"]], persons, False]
            self.flow("new", codes[row["乡(镇)"]], 1, persons)
            return
        code, _size, is_out = home = self.homes[number]
        counts = (lambda *told: None) if is_out else self.flow
        if kind in ("自然增加", "自然减少"):
            home[1] += persons if kind == "自然增加" else -persons
            counts("increase" if kind == "自然增加" else "decrease", code, 0, persons)
        elif kind in ("整户销户", "识别不准剔除"):
            assert home[1] == persons
            del self.homes[number]
            counts("decrease" if kind == "整户销户" else "struck", code, 1, persons)
        elif kind in ("迁入", "迁出"):
            sign = 1 if kind == "迁入" else -1
            counts("moved", codes[row["乡(镇)"]], sign * row["增减户数"], sign * persons)
            if row["增减户数"]:
                home[0] = codes[row["乡(镇)"]]
            else:
                home[1] += sign * persons
        elif kind == "分户":
            assert other not in self.homes
            home[1] -= persons
            self.homes[other] = [code, persons, is_out]
            counts("increase", code, 1, 0)
        else:
            assert kind == "并户"
            assert self.homes[other][2] == is_out
            self.homes[other][1] += persons
            del self.homes[number]
            counts("decrease", code, 1, 0)
        assert home[1] >= 1


def counted(made, until):
    places = {row["乡(镇)"]: row["户编号"][:9] for row in made.rows["households"]}
    return {row["户编号"]: [places[row["乡(镇)"]], row["时点人口数"],
                           row["时点脱贫状态"].startswith("已脱贫")]
            for row in made.rows["standings"] if day(row["户情时点"]) == until}  # fmt: skip


def poor(homes):
    found = defaultdict(Counter)
    for code, size, is_out in homes.values():
        if not is_out:
            found[code]["households"] += 1
            found[code]["persons"] += size
    return found


@pytest.mark.parametrize("until", YEAR_ENDS)
def test_the_account_of_each_township_balances_but_for_the_breaks_of_the_key(made, until):
    record, count = Account(made, until), counted(made, until)
    opening = poor({row["户编号"]: [row["户编号"][:9], row["人数"], False] for row in made.rows["households"]})
    kinds = {}
    for number in record.homes.keys() | count.keys():
        told, seen = record.homes.get(number), count.get(number)
        if told == seen:
            continue
        if told is None or seen is None:
            kinds[number] = "vanished" if told else "unknown_household"
        elif told[2] != seen[2]:
            kinds[number] = "unrecorded_exit" if seen[2] else "unrecorded_relapse"
        else:
            kinds[number] = "missing_change"
    assert Counter((kind, "", number, number[:9], f"{until}") for number, kind in kinds.items()) == Counter(
        {key: n for key, n in keyed(made, "break").items() if key[4] == f"{until}"})  # fmt: skip
    assert all(not record.homes[number][2] for number, kind in kinds.items() if kind in ("vanished", "missing_change"))
    signs = {"new": 1, "relapsed": 1, "increase": 1, "moved": 1, "exits": -1, "decrease": -1, "struck": -1}
    for code, before in opening.items():
        broken = {number for number in kinds if number[:9] == code}
        without = {number: home for number, home in count.items() if number not in broken}
        for unit in ("households", "persons"):
            closing = before[unit] + sum(sign * record.flows[code][name, unit] for name, sign in signs.items())
            here = poor({n: home for n, home in record.homes.items() if n not in broken})[code][unit]
            assert here == poor(without)[code][unit]
            assert closing == poor(record.homes)[code][unit], (code, unit)
    assert len(kinds) >= 8


def test_changes_are_of_every_kind_of_poor_and_of_out_households(made):
    kinds = Counter(row["增减类别"] for row in made.rows["changes"])
    assert set(kinds) == {"新识别", "自然增加", "自然减少", "整户销户", "识别不准剔除", "迁入", "迁出", "分户", "并户"}
    assert kinds["新识别"] == 12
    touched = sum(row["增减人数"] for row in made.rows["changes"] if row["增减类别"] in ("自然增加", "自然减少"))
    assert 0.01 < touched / 3654 < 0.02


def test_reported_exits_differ_where_the_key_says(made):
    codes = {row["乡(镇)"]: row["户编号"][:9] for row in made.rows["households"]}
    register, reported = defaultdict(Counter), defaultdict(Counter)
    sizes = Account(made, date(2015, 12, 31))
    moves = [(day(row["变动时间"]), 1, row) for row in made.rows["events"]]
    moves += [(day(row["增减时间"]), 0, row) for row in made.rows["changes"]]
    for moved, is_event, row in sorted(moves, key=lambda move: move[:2]):
        (sizes.event if is_event else sizes.change)(row, codes)
        if is_event and row["变动类别"] == "脱贫":
            code, size, _is_out = sizes.homes[row["户编号"]]
            register[code, f"{moved:%Y-%m}"].update(households=1, persons=size)
    for row in made.rows["reported_exits"]:
        month = f"{row['上报月份']:%Y-%m}"
        reported[codes[row["乡(镇)"]], month].update(households=row["上报脱贫户数"], persons=row["上报脱贫人数"])
    differing = {cell for cell in register.keys() | reported.keys() if register[cell] != reported[cell]}
    assert differing == {(code, day_[:7]) for _kind, _rule, _number, code, day_ in keyed(made, "reported")}


def test_rechecks_and_complaints_are_plausible(made):
    rows = defaultdict(list)
    for row in made.rows["rechecks"]:
        rows[row["复核类别"]].append(row)
    left = {(row["户编号"]): day(row["变动时间"]) for row in exits(made)}
    untrue = {row["household_id"] for row in made.planted_exits if row["topic"] == "untrue"}
    sample = rows["退出户复核"]
    assert 0.09 < len(sample) / len(exits(made)) < 0.11
    wrong = {row["户编号"] for row in sample if row["复核是否属实"] == "否"}
    assert len(wrong & untrue) > len(wrong - untrue)
    assert all(row["户编号"] in left for row in sample)
    assert all(row["户编号"] is None for row in rows["未建档户排查"])
    assert len(rows["未建档户排查"]) == 30 * 8
    assert len(rows["群众认可"]) == 25 * 8
    assert len(made.rows["complaints"]) == 60
    assert any(row["办结时间"] is None for row in made.rows["complaints"])


def test_measures_are_those_of_the_plan_by_the_units_of_the_household(made):
    units = {row["结对户编号"]: row["单位名称"] for row in made.rows["responsible"]}
    plans = {row["户编号"]: set(row["帮扶措施"].split(",")) for row in made.rows["exit_plans"]}
    measures = by_household(made.rows["measures"])
    assert measures.keys() >= {row["户编号"] for row in made.rows["households"]}
    for number, rows in measures.items():
        assert all(row["实施单位"] in (units.get(number), None) for row in rows)
        assert {row["措施类别"] for row in rows} >= plans.get(number, set())
        assert all(date(2016, 1, 1) <= day(row["措施开始时间"]) <= YEAR_ENDS[1] for row in rows)

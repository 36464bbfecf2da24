"""Every list of quality, every audit of published figures and every protected table of a small register, whole.

The numbers are worked by hand from the frames below and from tests/analysis/small.py; floats are shown with nine digits.
"""

import numpy as np
import pandas as pd
import pytest
from analysis.samples import RULES, households
from analysis.small import EVENTS, GROUPS, HOMES, PLANS

from tuopin_analysis.analysis import causes, disclosure, published, quality, targets, townships, withholding
from tuopin_analysis.analysis.margins import Table, moves
from tuopin_analysis.register import checks

WHERE = {"file": "h.xlsx", "sheet": "s"}
RUN = pd.DataFrame(
    [("key.missing", "error", "households", 4, "run", "", "甲", "A"),
     ("key.missing", "error", "households", 3, "not_answerable", "events", "甲", "A"),
     ("phone.form", "warning", "persons", 0, "not_answerable", "households.phone;events", "乙", "B")],
    columns=["code", "severity", "table", "rows_checked", "state", "reason", "message_zh", "message_en"],
)  # fmt: skip
FOUND = pd.DataFrame(
    [("key.missing", "error", "households", 4), ("key.missing", "error", "households", 4),
     ("key.missing", "error", "households", 6), ("phone.form", "warning", "persons", 4),
     ("cause.many", "warning", "households", 5), ("cause.many", "warning", "households", 4)],
    columns=["code", "severity", "table", "row"],
).assign(**WHERE)  # fmt: skip
PLANTED = pd.DataFrame({"code": "key.missing", "severity": "error", "table": "households", "row": [4, 5, 7], **WHERE})
PLACES = pd.DataFrame(
    {"table": "households", "row": [4, 5, 6, 7], "township_code": ["130123100", "130123103", None, "130123103"],
     "village_code": ["130123100201", "130123103201", None, None], "is_accepted": [False, True, False, True], **WHERE}
)  # fmt: skip
FIELDS = pd.DataFrame({"township_code": ["b", "a", "a"], "farmland_mu": [0.0, 1.5, None], "fuel": ["coal", None, None],
                       "size": [1, 0, 2]})  # fmt: skip
ACCOUNT = pd.DataFrame({"table": ["households", "persons", "events"], "rows_read": [4, 0, 10], "rows_accepted": [2, 0, 10],
                        "rows_set_aside": [2, 0, 0], "rows_marked": [1, 0, 0]})  # fmt: skip
TOTALS = pd.DataFrame({"item": ["registered_households", "registered_persons", "share_of_population"],
                       "value": ["6", "19", None]})  # fmt: skip
TOWNSHIPS = pd.DataFrame({"township_code": ["a", "c"], "households": [3, 2], "persons": [6, 13]})
CAUSES = pd.DataFrame({"cause_main": ["illness", "other"], "households": [4, 2], "persons": [14, 4],
                       "share_households_stated": ["66.7", "33"], "share_persons_stated": ["73.6", None]})  # fmt: skip
LARGER = [[9, 8, 1], [40, 7, 6], [50, 60, 5]]  # households of two persons by township (rows) and cause; every fourth is out
CELLS = [(f"T{t}", f"{t}乡", cause, 2) for t, row in enumerate(LARGER)
         for cause, n in zip(("illness", "disability", "schooling"), row, strict=True) for _ in range(n)]  # fmt: skip
COUNTY = households(CELLS, "township_code township cause_main size").assign(is_remaining=[n % 4 > 0 for n in range(len(CELLS))])
THREE = {"illness": ["illness"], "disability": ["disability"], "other": ["schooling"]}
COURSE = {"as_of": "2016-12-31", "baseline": "2016-01-01", "targets": RULES.targets, "settings": RULES.progress, "rounding": "up"}
NONE = pd.DataFrame()
STATED = {"totals": TOTALS, "townships": TOWNSHIPS, "causes": CAUSES, "groups": GROUPS}
OF_A, OF_T1 = HOMES[HOMES["township_code"] == "a"], COUNTY[COUNTY["township_code"] == "T1"]
VERDICT = ["criterion_en", "limit", "share", "verdict"]


def guard(scope="county", county=COUNTY, groups=THREE, small=3):
    rules = RULES.model_copy(update={"cause_groups": groups, "small_cells": small})
    return withholding.guard(county, rules, scope=scope, as_of="2016-12-31", edition="public", townships=NONE, causes=NONE)


TABLES = {
    "rules": (lambda: quality.rules(RUN, FOUND, PLANTED), """\
,code,severity,table,rule_zh,rule_en,rows_checked,rows_found,planted,planted_found,missed,false_alarms,lacking_zh,lacking_en
0,key.missing,error,households,甲,A,4,2,3,1,2,1,,
1,phone.form,warning,persons,乙,B,0,1,0,0,0,1,贫困户信息 · 联系电话；动态变动,Households · Telephone; Exits and relapses
str,str,str,str,str,int64,int64,int64,int64,int64,int64,str,str"""),
    "places": (lambda: quality.by_place(PLACES, FOUND, {"130123103": "新安镇"}), """\
,township_code,township,rows_read,rows_accepted,rows_set_aside,rows_marked,share_clean
0,130123100,130123100,1,0,1,0,0
1,130123103,新安镇,2,2,0,1,0.5
2,,,1,0,1,0,0
str,str,int64,int64,int64,int64,float64"""),
    "villages": (lambda: quality.by_place(PLACES, FOUND, {}, "village_code"), """\
,village_code,village,rows_read,rows_accepted,rows_set_aside,rows_marked,share_clean
0,130123100201,130123100201,1,0,1,0,0
1,130123103201,130123103201,1,1,0,1,0
2,,,2,1,1,0,0.5
str,str,int64,int64,int64,int64,float64"""),
    "fields": (lambda: quality.completeness(FIELDS, "households", ["farmland_mu", "township_code"]), """\
,table,field_zh,field_en,rows,rows_filled,rows_missing,rows_nought,share_filled,is_present
0,households,耕地面积,Farmland,3,2,1,1,0.666666667,True
1,households,主要燃料类型,Main fuel,3,1,2,0,,False
str,str,str,int64,int64,int64,int64,float64,bool"""),
    "fields by place": (lambda: quality.completeness(FIELDS, "households", ["farmland_mu", "fuel"], by="township_code"), """\
,township_code,table,field_zh,field_en,rows,rows_filled,rows_missing,rows_nought,share_filled,is_present
0,a,households,主要燃料类型,Main fuel,2,0,2,0,0,True
1,a,households,耕地面积,Farmland,2,1,1,0,0.5,True
2,b,households,耕地面积,Farmland,1,1,0,1,1,True
3,b,households,主要燃料类型,Main fuel,1,1,0,0,1,True
str,str,str,str,int64,int64,int64,int64,float64,bool"""),
    "usable": (lambda: quality.usable(checks.usable(), ACCOUNT, FOUND, PLACES, RUN)[VERDICT], """\
,criterion_en,limit,share,verdict
0,"households set aside, of those read",0.05,0.5,not_usable
1,"persons set aside, of those read",0.05,,missing
2,"changes set aside, of those read",0.05,0,usable
3,"persons with a doubtful ID number, of those read",0.1,,missing
4,"households whose township cannot be told, of those read",0.02,0.25,not_usable
str,float64,float64,str"""),
    "summary": (lambda: quality.summary(FOUND), """\
,severity,code,rows_found
0,error,key.missing,2
1,warning,cause.many,2
2,warning,phone.form,1
str,str,int64"""),
    "audit": (lambda: published.audit(TOTALS, TOWNSHIPS, CAUSES), """\
,item,stated,computed,verdict,digits,right
0,townships.households,6,5,inconsistent,,5
1,townships.persons,19,19,agrees,,19
2,causes.households,6,6,agrees,,6
3,causes.persons,19,18,inconsistent,,18
4,causes.illness.share_households,0.667,0.666666667,agrees,1,66.7 %
5,causes.illness.share_persons,0.736,0.736842105,inconsistent,1,73.7 %
6,causes.other.share_households,0.33,0.333333333,coarser,0,33.3 %
7,causes.other.share_persons,,0.210526316,missing,,21.1 %
8,register.share_of_population,,,missing,,
str,float64,float64,str,Int64,str"""),
    "reconciliation": (lambda: published.reconciliation(HOMES, **STATED), """\
,table,key,unit,counted,published,gap
0,register,registered_households,households,6,6,0
1,register,registered_persons,persons,18,19,-1
2,townships,a,households,3,3,0
3,townships,a,persons,6,6,0
4,townships,c,households,0,2,-2
5,townships,c,persons,0,13,-13
6,townships,b,households,3,,
7,townships,b,persons,12,,
8,causes,illness,households,4,4,0
9,causes,illness,persons,14,14,0
10,causes,other,households,2,2,0
11,causes,other,persons,4,4,0
str,str,str,Int64,Int64,Int64"""),
    "reconciliation of a township": (lambda: published.reconciliation(OF_A, **STATED, scope="a"), """\
,table,key,unit,counted,published,gap
0,townships,a,households,3,3,0
1,townships,a,persons,6,6,0
2,causes,illness,households,2,,
3,causes,illness,persons,3,,
4,causes,other,households,1,,
5,causes,other,persons,3,,
str,str,str,Int64,Int64,Int64"""),
    "townships in public": (lambda: guard().protect(townships.distribution(COUNTY)), """\
,township_code,township,households,persons,share_households,share_persons,persons_per_household,rank_households,rank_persons,remaining_households,remaining_persons,suppressed
0,T0,0乡,18,36,0.0967741935,0.0967741935,2,3,3,13,26,
1,T1,1乡,53,106,0.284946237,0.284946237,2,2,2,40,80,
2,T2,2乡,115,230,0.61827957,0.61827957,2,1,1,86,172,
str,str,int64,int64,float64,float64,float64,int64,int64,int64,int64,str"""),
    "causes in public": (lambda: guard().protect(causes.shares(COUNTY, THREE)), """\
,cause_main,households,persons,share_households,share_persons,remaining_households,remaining_persons,suppressed
0,illness,99,198,0.532258065,0.532258065,73,146,
1,disability,75,150,0.403225806,0.403225806,,,remaining_households;remaining_persons
2,other,12,24,0.064516129,0.064516129,,,remaining_households;remaining_persons
str,int64,int64,float64,float64,Int64,Int64,str"""),
    "causes of a township in public": (lambda: guard("T1").protect(causes.shares(OF_T1, THREE)), """\
,cause_main,households,persons,share_households,share_persons,remaining_households,remaining_persons,suppressed
0,illness,40,80,0.754716981,0.754716981,,,remaining_households;remaining_persons
1,disability,,,,,,,households;persons;share_households;share_persons;remaining_households;remaining_persons
2,other,,,,,,,households;persons;share_households;share_persons;remaining_households;remaining_persons
str,Int64,Int64,float64,float64,Int64,Int64,str"""),
    "causes by township in public": (lambda: guard().protect(causes.by_township(COUNTY, THREE)), """\
,township_code,township,cause_main,households,persons,share_households,share_persons,remaining_households,remaining_persons,suppressed
0,T0,0乡,illness,9,18,0.5,0.5,,,remaining_households;remaining_persons
1,T0,0乡,disability,,,,,,,households;persons;share_households;share_persons;remaining_households;remaining_persons
2,T0,0乡,other,,,,,,,households;persons;share_households;share_persons;remaining_households;remaining_persons
3,T1,1乡,illness,40,80,0.754716981,0.754716981,,,remaining_households;remaining_persons
4,T1,1乡,disability,,,,,,,households;persons;share_households;share_persons;remaining_households;remaining_persons
5,T1,1乡,other,,,,,,,households;persons;share_households;share_persons;remaining_households;remaining_persons
6,T2,2乡,illness,50,100,0.434782609,0.434782609,,,remaining_households;remaining_persons
7,T2,2乡,disability,60,120,0.52173913,0.52173913,45,90,
8,T2,2乡,other,5,10,0.0434782609,0.0434782609,,,remaining_households;remaining_persons
str,str,str,Int64,Int64,float64,float64,Int64,Int64,str"""),
    "quotients in public": (lambda: guard().protect(townships.location_quotients(COUNTY, THREE)), """\
,township_code,township,cause_main,households,persons,location_quotient_households,location_quotient_persons,suppressed
0,T0,0乡,illness,9,18,0.939393939,0.939393939,
1,T0,0乡,disability,,,,,households;persons;location_quotient_households;location_quotient_persons
2,T0,0乡,other,,,,,households;persons;location_quotient_households;location_quotient_persons
3,T1,1乡,illness,40,80,1.41795312,1.41795312,
4,T1,1乡,disability,,,,,households;persons;location_quotient_households;location_quotient_persons
5,T1,1乡,other,,,,,households;persons;location_quotient_households;location_quotient_persons
6,T2,2乡,illness,50,100,0.816864295,0.816864295,
7,T2,2乡,disability,60,120,1.29391304,1.29391304,
8,T2,2乡,other,5,10,0.673913043,0.673913043,
str,str,str,Int64,Int64,float64,float64,str"""),
    "months in public": (lambda: guard("county", HOMES, GROUPS, 2).months(targets.progress(HOMES, PLANS, EVENTS, **COURSE)), """\
,period,actual_persons,actual_households,share_actual,share_actual_households,target_persons,target_households,is_met,suppressed
0,2016-12,,,,,,,,actual_persons;actual_households;share_actual;share_actual_households;target_persons;target_households;is_met
1,2017-12,,,,,,,,target_persons;target_households
str,Int64,Int64,float64,float64,Int64,Int64,boolean,str"""),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_a_whole_table(name):
    make, expected = TABLES[name]
    frame = make()
    said = frame.to_csv(float_format="%.9g", lineterminator="\n") + ",".join(map(str, frame.dtypes))
    assert said == expected


MASKS = [["0110", "0110", "0000", "0000"], ["1110", "1110", "1010", "0110"]]
MOVES = [
    ((0, 0), True, 5, [[5, -3, 2], [-4, 2, -2], [1, -1, 0]]),
    ((0, 0), False, 2, [[-2, 2, 0], [1, -1, 0], [-1, 1, 0]]),
    ((0, 2), True, 4, [[3, 1, 4], [-3, -1, -4], [0, 0, 0]]),
    ((0, 2), False, 5, [[-2, -3, -5], [2, 2, 4], [0, -1, -1]]),
    ((2, 2), True, 0, [[0, 0, 0], [0, 0, 0], [0, 0, 0]]),
    ((2, 2), False, 5, [[-1, -3, -4], [0, -1, -1], [-1, -4, -5]]),
    ((2, 1), True, 5, [[-2, 2, 0], [-3, 3, 0], [-5, 5, 0]]),
    ((2, 1), False, 4, [[3, -3, 0], [0, -1, -1], [3, -4, -1]]),
]  # each row and column of the moves sums to its margin


def masks(found):
    return [["".join(map(str, row)) for row in mask.astype(int).tolist()] for mask in (found.registered, found.split)]


def test_patterns_by_hand():
    """The 1 of T0 is hidden by the cheapest rectangle: 8, 7 and 6. With every fourth household out more cells are small."""
    none, known = disclosure.cube(COUNTY.assign(is_remaining=True), THREE, NONE, NONE), pd.DataFrame(
        {"township_code": ["T0", "T1", "T2"], "households": [18, 53, 115], "persons": [36, 106, 230]}
    )  # fmt: skip
    rectangle = ["0110", "0110", "0000", "0000"]
    assert masks(disclosure.pattern(none, 3)) == [rectangle, rectangle]
    cube = disclosure.cube(COUNTY.assign(is_remaining=True), THREE, known, NONE)
    assert cube.known.astype(int).tolist() == [[0, 0, 0, 1]] * 4
    assert masks(disclosure.pattern(cube, 3)) == [rectangle, rectangle]
    assert masks(disclosure.primary(cube, 3)) == [["0010", "0000", "0000", "0000"]] * 2
    wrong = disclosure.cube(COUNTY, THREE, known.assign(households=[17, 53, 115]), NONE)
    assert wrong.known.astype(int).tolist() == [[0, 0, 0, 0], [0, 0, 0, 1], [0, 0, 0, 1], [0, 0, 0, 0]]
    assert masks(disclosure.pattern(disclosure.cube(COUNTY, THREE, NONE, NONE), 3)) == MASKS


@pytest.mark.parametrize(("cell", "up", "done", "moved"), MOVES)
def test_moves_by_hand(cell, up, done, moved):
    value = np.array([[2, 3, 5], [4, 1, 5], [6, 4, 10]])
    table = Table(value, np.zeros_like(value), np.full_like(value, 9))
    found = moves(table, cell, up, 5, np.ones_like(value, dtype=bool), value)
    assert (found[0], found[1].tolist()) == (done, moved)

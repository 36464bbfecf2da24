"""Every result of six households as a whole table: which columns, in which order and of which type, and every number.

The numbers are worked by hand from tests/analysis/small.py; floats are shown with nine digits.
"""

from datetime import date

import pandas as pd
import pytest
from analysis.samples import RULES
from analysis.small import EVENTS, GROUPS, HOMES, PLANS

from tuopin_analysis.analysis import apportionment, causes, counts, exits, targets, townships

B, END = HOMES[HOMES["township_code"] == "b"], date(2016, 12, 31)
COURSE = {"baseline": "2016-01-01", "targets": RULES.targets, "settings": RULES.progress, "rounding": "up"}
STOOD = ["household_id", "plan_day", "is_planned", "is_out", "is_overdue", "is_early"]
TABLES = {
    "causes": (lambda: causes.shares(HOMES, GROUPS), """\
,cause_main,households,persons,share_households,share_persons,remaining_households,remaining_persons
0,illness,4,14,0.666666667,0.777777778,2,9
1,other,2,4,0.333333333,0.222222222,2,4
str,int64,int64,float64,float64,int64,int64"""),
    "causes of the register": (lambda: causes.shares(HOMES), """\
,cause_main,households,persons,share_households,share_persons,remaining_households,remaining_persons
0,illness,4,14,0.666666667,0.777777778,2,9
1,schooling,1,3,0.166666667,0.166666667,1,3
2,disaster,1,1,0.166666667,0.0555555556,1,1
str,int64,int64,float64,float64,int64,int64"""),
    "causes by township": (lambda: causes.by_township(HOMES, GROUPS), """\
,township_code,township,cause_main,households,persons,share_households,share_persons,remaining_households,remaining_persons
0,a,甲镇,illness,2,3,0.666666667,0.5,1,2
1,a,甲镇,other,1,3,0.333333333,0.5,1,3
2,b,乙镇,illness,2,11,0.666666667,0.916666667,1,7
3,b,乙镇,other,1,1,0.333333333,0.0833333333,1,1
str,str,str,int64,int64,float64,float64,int64,int64"""),
    "causes by size": (lambda: causes.by_size(HOMES, GROUPS), """\
,cause_main,size_class,households,persons,share_households,share_persons,remaining_households,remaining_persons
0,illness,1,1,1,0.25,0.0714285714,0,0
1,illness,2,1,2,0.25,0.142857143,1,2
2,illness,3,0,0,0,0,0,0
3,illness,4,1,4,0.25,0.285714286,0,0
4,illness,5,0,0,0,0,0,0
5,illness,6+,1,7,0.25,0.5,1,7
6,other,1,1,1,0.5,0.25,1,1
7,other,2,0,0,0,0,0,0
8,other,3,1,3,0.5,0.75,1,3
9,other,4,0,0,0,0,0,0
10,other,5,0,0,0,0,0,0
11,other,6+,0,0,0,0,0,0
str,str,int64,int64,float64,float64,int64,int64"""),
    "combinations": (lambda: causes.combinations(HOMES), """\
,causes,number_of_causes,households,persons,share_households,share_persons,remaining_households,remaining_persons
0,illness,1,2,9,0.333333333,0.5,2,9
1,illness;disaster,2,2,5,0.333333333,0.277777778,0,0
2,illness;schooling,2,1,3,0.166666667,0.166666667,1,3
3,disaster,1,1,1,0.166666667,0.0555555556,1,1
str,int64,int64,int64,float64,float64,int64,int64"""),
    "a township beside the county": (lambda: causes.compare(causes.shares(B, GROUPS), causes.shares(HOMES, GROUPS)), """\
,cause_main,share_households,share_persons,whole_share_households,whole_share_persons,difference_points,location_quotient_persons,location_quotient_households
0,illness,0.666666667,0.916666667,0.666666667,0.777777778,13.8888889,1.17857143,1
1,other,0.333333333,0.0833333333,0.333333333,0.222222222,-13.8888889,0.375,1
str,float64,float64,float64,float64,float64,float64,float64"""),
    "a claim": (lambda: causes.check_share(causes.shares(HOMES, GROUPS), ["illness"], "0.75", "persons"), """\
,claim,unit,share,at_least,holds
0,illness,persons,0.777777778,0.75,True
str,str,float64,float64,boolean"""),
    "townships": (lambda: townships.distribution(HOMES), """\
,township_code,township,households,persons,share_households,share_persons,persons_per_household,rank_households,rank_persons,remaining_households,remaining_persons
0,a,甲镇,3,6,0.5,0.333333333,2,1,2,2,5
1,b,乙镇,3,12,0.5,0.666666667,4,1,1,2,8
str,str,int64,int64,float64,float64,float64,int64,int64,int64,int64"""),
    "villages": (lambda: townships.by_village(HOMES), """\
,township_code,village_code,village,households,persons,share_households,share_persons,persons_per_household,rank_households,rank_persons,remaining_households,remaining_persons
0,a,a1,东村,2,3,0.333333333,0.166666667,1.5,2,2,1,2
1,a,a2,西村,1,3,0.166666667,0.166666667,3,3,2,1,3
2,b,b1,南村,3,12,0.5,0.666666667,4,1,1,2,8
str,str,str,int64,int64,float64,float64,float64,int64,int64,int64,int64"""),
    "quotients": (lambda: townships.location_quotients(HOMES, GROUPS), """\
,township_code,township,cause_main,households,persons,location_quotient_households,location_quotient_persons
0,a,甲镇,illness,2,3,1,0.642857143
1,a,甲镇,other,1,3,1,2.25
2,b,乙镇,illness,2,11,1,1.17857143
3,b,乙镇,other,1,1,1,0.375
str,str,str,int64,int64,float64,float64"""),
    "concentration": (lambda: townships.concentration(townships.distribution(HOMES)), """\
,unit,herfindahl,effective_number,top_two_share,gini
0,households,0.5,2,1,0
1,persons,0.555555556,1.8,1,0.166666667
str,float64,float64,float64,float64"""),
    "the larger one": (lambda: townships.larger(townships.distribution(HOMES), "persons", 1), """\
,township_code,township,persons,share_persons,rank_persons
0,b,乙镇,12,0.666666667,1
str,str,int64,float64,int64"""),
    "a claim of places": (lambda: townships.check_larger(townships.distribution(HOMES), ["b"]), """\
,unit,claimed,largest,holds,first,first_share,second,second_share
0,households,b,a,True,a,0.5,b,0.5
1,persons,b,b,True,b,0.666666667,a,0.333333333
str,str,str,bool,str,float64,str,float64"""),
    "incidence": (lambda: townships.incidence(townships.distribution(HOMES), pd.DataFrame({"township_code": ["a"], "rural_population": [60]})), """\
,township_code,township,persons,rural_population,headcount_ratio,reason
0,a,甲镇,6,60,0.1,
1,b,乙镇,12,,,no population given
str,str,int64,Int64,float64,str"""),  # noqa: E501
    "targets": (lambda: apportionment.place_targets(HOMES, targets=RULES.targets, rounding="up"), """\
,township_code,target_date,target_persons,target_households
0,a,2016-12-31,3,2
1,a,2017-12-31,6,3
2,b,2016-12-31,5,1
3,b,2017-12-31,12,3
str,datetime64[us],int64,int64"""),
    "timeline": (lambda: exits.timeline(HOMES, PLANS, EVENTS), """\
,day,planned_households,planned_persons,out_households,out_persons
0,736004,0,0,1,2
1,736024,1,2,0,0
2,736054,0,0,1,1
3,736089,0,0,-1,-2
4,736145,1,1,0,0
5,736318,0,0,1,4
6,736329,1,3,0,0
7,736419,1,4,0,0
int64,int64,int64,int64,int64"""),
    "delays": (lambda: exits.delays(HOMES, PLANS, EVENTS, as_of=END), """\
,days_late,households,persons
0,0-30,1,3
1,31-90,0,0
2,91-180,0,0
3,181+,1,2
str,int64,int64"""),
    "haste": (lambda: exits.rash(HOMES, PLANS, EVENTS, as_of=END, settings=RULES.progress, line_yuan=2855), """\
,sign,households,persons
0,early_exit,2,5
1,exit_below_line,1,4
2,exit_without_income,1,2
str,int64,int64"""),
    "allowance": (lambda: exits.allowance_above_line(HOMES, 2855, 4000), """\
,income_class,households,persons,is_income_poor
0,below_line,1,1,True
1,below_allowance,1,2,False
2,allowance_or_more,1,4,False
3,unknown,1,1,
str,int64,int64,boolean"""),
    "bunching": (lambda: exits.exits_between(HOMES, EVENTS, "township_code", after=date(2015, 12, 31), until=END,
                                             bunch_from=date(2016, 12, 1)), """\
,township_code,exits,bunched,undated
0,a,2,0,0
1,b,1,1,0
str,int64,int64,int64"""),
    "standing": (lambda: counts.collect(exits.standing(HOMES, PLANS, EVENTS, as_of=END, early_days=90))[STOOD], """\
,household_id,plan_day,is_planned,is_out,is_overdue,is_early
0,h0,736145,1,1,0,1
1,h1,736024,1,0,1,0
2,h2,736329,1,0,1,0
3,h3,736419,0,1,0,1
4,h4,,0,0,0,0
5,h5,,0,0,0,0
str,float64,int64,int64,int64,int64"""),
    "places in progress": (lambda: targets.by_place(HOMES, PLANS, EVENTS, as_of=END, **COURSE), """\
,township_code,township,households,persons,target_persons,target_households,planned_to_date_households,planned_to_date_persons,actual_households,actual_persons,share_planned,share_actual,status,remaining_households,remaining_persons,still_needed_persons,months_left,needed_persons_per_month,achieved_persons_per_month,early_exit_households,overdue_households,bunched_share,is_rash
0,a,甲镇,3,6,3,2,3,6,1,1,1,0.166666667,behind,2,5,2,0,,0.0833333333,1,2,0,True
1,b,乙镇,3,12,5,1,0,0,1,4,0,0.333333333,ahead,2,8,1,0,,0.333333333,1,0,1,True
str,str,int64,int64,int64,int64,int64,int64,int64,int64,float64,float64,str,int64,int64,int64,float64,float64,float64,int64,int64,float64,bool"""),
    "months": (lambda: targets.progress(HOMES, PLANS, EVENTS, as_of="2016-05-15", **COURSE).iloc[[0, 1, 2, 4, 5, 11, 23]], """\
,period,planned_persons,actual_persons,planned_households,actual_households,share_planned,share_actual,share_planned_households,share_actual_households,status,target_persons,target_households,is_met
0,2016-01,0,0,0,0,0,0,0,0,on_course,,,
1,2016-02,0,2,0,1,0,0.111111111,0,0.166666667,ahead,,,
2,2016-03,2,3,1,2,0.111111111,0.166666667,0.166666667,0.333333333,ahead,,,
4,2016-05,2,1,1,1,0.111111111,0.0555555556,0.166666667,0.166666667,behind,,,
5,2016-06,3,,2,,0.166666667,,0.333333333,,,,,
11,2016-12,6,,3,,0.333333333,,0.5,,,8,3,
23,2017-12,10,,4,,0.555555556,,0.666666667,,,18,6,
str,int64,Int64,int64,Int64,float64,float64,float64,float64,str,Int64,Int64,boolean"""),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_a_whole_table(name):
    make, expected = TABLES[name]
    frame = make()
    said = frame.to_csv(float_format="%.9g", lineterminator="\n") + ",".join(map(str, frame.dtypes))
    assert said == expected

"""A register of six households in two townships, small enough to count on the fingers; every table of it is worked by hand."""

from analysis.samples import events, households, plans

GROUPS = {"illness": ["illness"], "other": ["schooling", "disaster"]}
HOMES = households(
    [("a", "甲镇", "a1", "东村", "h0", "illness", "disaster", 1, False, "allowance", 1000.0),
     ("a", "甲镇", "a1", "东村", "h1", "illness", None, 2, True, "allowance", 3000.0),
     ("a", "甲镇", "a2", "西村", "h2", "schooling", "illness", 3, True, "general", 2000.0),
     ("b", "乙镇", "b1", "南村", "h3", "illness", "disaster", 4, False, "allowance_only", 4000.0),
     ("b", "乙镇", "b1", "南村", "h4", "disaster", None, 1, True, "allowance_only", None),
     ("b", "乙镇", "b1", "南村", "h5", "illness", "", 7, True, "general", 2500.0)],
    "township_code township village_code village household_id cause_main cause_other size is_remaining attribute "
    "income_per_person_yuan",
)  # fmt: skip
PLANS = plans({"h0": "2016-06-30", "h1": "2016-03-01", "h2": "2016-12-31", "h3": "2017-03-31", "h5": None})
EVENTS = events([("h0", "exit", "2016-03-31", 3000.0), ("h3", "exit", "2016-12-20", 2800.0), ("h1", "exit", "2016-02-10", None),
                 ("h1", "relapse", "2016-05-05", None)])  # fmt: skip

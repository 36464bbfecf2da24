"""What a user reads when a table cannot be made: every message whole, since each part of it is there to be acted on."""

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
from analysis.samples import GROUPS, RULES, events, households, plans

from tuopin_analysis.analysis import apportionment, causes, counts, disclosure, exits, townships, withholding
from tuopin_analysis.errors import InputError
from tuopin_analysis.rules import Target

HOMES = households([("illness",), ("illness",)], "cause_main")
SHARES = causes.shares(HOMES)
TARGET = Target(by=date(2016, 12, 31), share=Decimal("0.40"))
NOBODY = pd.DataFrame({"household_id": [], "age_years": [], "school_status": [], "labour_skill": []}).astype(
    {"household_id": "str", "age_years": "int64", "school_status": "str", "labour_skill": "str"}
)
PUBLISHED = pd.DataFrame({"township_code": ["T0", "T1"], "households": [1, 27], "persons": [2, 54]})
BY_CAUSE = pd.DataFrame({"cause_main": list(GROUPS), "households": [10, 9, 9], "persons": [20, 18, 18]})


def hidden(counts_by_place):
    names = ["illness", "disability", "schooling"]
    rows = [(f"T{t}", names[c], 2) for t, line in enumerate(counts_by_place) for c, n in enumerate(line) for _ in range(n)]
    table = disclosure.cube(households(rows, "township_code cause_main size"), GROUPS, PUBLISHED, BY_CAUSE)
    return disclosure.pattern(table, 3)


def guard(scope="county"):
    empty = pd.DataFrame()
    return withholding.guard(
        HOMES, RULES, scope=scope, as_of="2016-12-31", edition="public", townships=empty, causes=empty
    )  # fmt: skip


CASES = {
    "rounding": (lambda: apportionment.target_number(1, "0.4", "ceil"),
        "unknown rounding 'ceil' (target_rounding); expected: up, nearest or down; to mend: known: up, nearest, down"),
    "base": (lambda: apportionment.target_number(-1, "0.4", "up"), "a base of -1 (target); expected: a count, 0 or more"),
    "negative": (lambda: apportionment.share_out(-1, {"a": 1}),
        "a negative number to share out (share_out); expected: counts, 0 or more"),
    "negative weight": (lambda: apportionment.share_out(1, {"a": 2, "b": -1}),
        "a negative number to share out (share_out); expected: counts, 0 or more"),
    "nobody": (lambda: apportionment.share_out(1, {"a": 0}),
        "1 to share out, and nobody to share it out to (share_out); expected: at least one weight above 0"),
    "due": (lambda: apportionment.number_due("persons", 1, TARGET, "up", pd.DataFrame({"target_date": [], "target_persons": []})),
        "0 target numbers for 2016-12-31 (due); expected: the rows of one place in place_targets"),
    "unit": (lambda: causes.check_share(SHARES, ["illness"], "0.9", "people"),
        "unknown unit 'people' (unit); expected: households or persons; to mend: known: households, persons"),
    "unit of places": (lambda: townships.larger(townships.distribution(HOMES), "person", 2),
        "unknown unit 'person' (unit); expected: households or persons; to mend: did you mean 'persons'?"),
    "member": (lambda: causes.check_share(SHARES, ["ilness", "x"], "0.9", "persons"),
        "cause 'ilness' is not listed (members); expected: causes of the table; to mend: did you mean 'illness'?\n"
        "cause 'x' is not listed (members); expected: causes of the table; to mend: known: illness"),
    "no persons": (lambda: causes.by_composition(HOMES, NOBODY, GROUPS, 60),
        "2 households without persons (persons); expected: the persons of the same scope and day"),
    "column": (lambda: counts.count_by(HOMES.drop(columns="size"), ["cause_main"]),
        "no column 'size' (the frame to count); expected: a frame of the register; to mend: known: cause_main, household_id, "
        "township_code, township, village_code, village, cause_other, is_remaining, attribute, income_per_person_yuan"),
    "group": (lambda: causes.shares(households([("luck",)], "cause_main"), GROUPS),
        "cause 'luck' is in no group (cause_main); expected: a cause of the rule set; to mend: add it to cause_groups of the "
        "rule set"),
    "day": (lambda: counts.day("31 December"), "'31 December' is not a day (as_of); expected: a day such as 2016-12-31"),
    "hidden": (lambda: hidden([[1, 0, 0], [9, 9, 9]]),
        "a small cell cannot be hidden: published figures give it away (registered, township T0, cause illness); expected: "
        "room in the figures; to mend: make the internal edition, or group causes more widely in the rule set"),
    "order": (lambda: exits.timeline(HOMES, plans({}), events([("0000", "relapse", "2016-02-01", None)])),
        "exits and relapses do not alternate (events); expected: exits and relapses that alternate in every household, an exit "
        "first; to mend: set the rows aside that are out of order"),
    "population": (lambda: townships.incidence(townships.distribution(HOMES),
                                               pd.DataFrame({"township_code": ["130123103"], "rural_population": [1]})),
        "a rural population of '1' for 2 registered persons (township 130123103); expected: a whole number of people, at least "
        "the registered poor; to mend: mend it, or leave it empty"),
    "twice": (lambda: townships.incidence(townships.distribution(HOMES),
                                          pd.DataFrame({"township_code": ["x", "x"], "rural_population": [9, 9]})),
        "township x stands twice (rural_population); expected: one row per township"),
    "villages": (lambda: guard().protect(pd.DataFrame({"village_code": ["1"]})),
        "a table of villages (edition); expected: townships; to mend: the public edition has no villages"),
    "no cell": (lambda: guard().protect(pd.DataFrame({"township_code": ["x"], "cause_main": ["luck"], "households": [1]})),
        "township 'x' with cause 'luck' is no cell of the public tables (households); expected: townships of the county and "
        "groups of causes"),
    "scope": (lambda: guard("130123103201"),
        "no public edition for '130123103201' (scope); expected: county or a township; to mend: make the internal edition"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_message_says_what_where_what_was_expected_and_how_to_mend_it(case):
    call, message = CASES[case]
    with pytest.raises(InputError) as caught:
        call()
    assert str(caught.value) == message

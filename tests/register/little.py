"""An imported register of two days, its frames by hand: quicker than an import, and every cell of it known."""

from datetime import date

import pandas as pd

from tuopin_analysis.register import store, unchecked
from tuopin_analysis.register.about import NEEDED, About, Part, Snapshot

FIRST, SECOND = date(2016, 1, 1), date(2016, 12, 31)
ABOUT = {"title_zh": "册", "title_en": "Register", "county_zh": "正定县", "county_en": "Zhengding", "source_zh": "测试",
         "source_en": "a test", "county_code": "130123", "synthetic": True, "key_sha256": "k"}  # fmt: skip
PLACE = {"township_code": "130123100", "township": "正定镇", "village_code": None, "village": None}
TEXTS = dict.fromkeys(PLACE, "str")
ACCOUNT = ["table", "rows_read", "rows_accepted", "rows_set_aside", "rows_marked"]


def homes(*rows):
    columns = ["household_id", "size", "poverty_status", "cause_main", "farmland_mu"]
    frame = pd.DataFrame(rows, columns=columns).assign(**PLACE)
    return frame.astype({**TEXTS, "household_id": "str", "poverty_status": "str", "cause_main": "str", "farmland_mu": "float64"})


def persons(*rows):
    return pd.DataFrame(rows, columns=["person_id", "household_id", "health"]).astype("str").assign(**PLACE).astype(TEXTS)


def events(*rows):
    frame = pd.DataFrame(rows, columns=["household_id", "event", "event_date"])
    return frame.astype({"household_id": "str", "event": "str", "event_date": "datetime64[us]"})


def numbers(kind, *rows, **other):
    """Protected columns: the pseudonym and, as `household_number` or `person_number`, the office's own."""
    return pd.DataFrame(rows, columns=[f"{kind}_id", f"{kind}_number"]).astype("str").assign(**other)


def found(*rows):
    return pd.DataFrame(rows, columns=["code", "file", "line"]).astype({"code": "str", "file": "str"})


def day(**frames):
    """All frames of a day: those that are given, the others without rows."""
    given = {name.replace("__", "/"): frame for name, frame in frames.items()}
    return {name: unchecked.empty(name, list(PLACE)) for name in NEEDED} | given


DAYS = {
    FIRST: day(
        households=homes(("h1", 2, "poor", "illness", 1.5), ("h2", 1, "poor", None, None)),
        persons=persons(("p1", "h1", "healthy"), ("p2", "h1", "disabled"), ("p3", "h2", "healthy")),
        events=events(("h1", "exit", "2016-06-30")),
        units=pd.DataFrame({"unit": ["甲局"]}, dtype="str").assign(**PLACE).astype(TEXTS),
        protected__households=numbers("household", ("h1", "N1"), ("h2", "N2"), phone="1"),
        protected__persons=numbers("person", ("p1", "M1"), ("p2", "M2"), ("p3", "M3")),
        protected__units=pd.DataFrame({"unit": ["甲局"], "liaison_name": ["钱七"]}, dtype="str"),
        protected__responsible=pd.DataFrame({"household_id": ["h1"], "helper_name": ["李一"]}, dtype="str"),
        protected__findings=found(("a", "x.xlsx", 3), ("b", "y.xlsx", 0)),
        protected__columns=pd.DataFrame({"table": ["units", "units"], "column": ["unit", "village"]}, dtype="str"),
        protected__account=pd.DataFrame([("households", 3, 2, 1, 0), ("persons", 3, 3, 0, 1), ("events", 5, 1, 4, 1)],
                                        columns=ACCOUNT),
        protected__rules=pd.DataFrame({"code": ["b", "a"], "rows_checked": [3, 4], "reason": ["", None], "rows_failing": [1, 0]}),
        protected__notes=pd.DataFrame({"note": ["one"]}, dtype="str"),
    ),
    SECOND: day(
        households=homes(("h2", 1, "poor", "illness", 2.0), ("h3", 4, "poor", "disability", 3.0)),
        persons=persons(("p3", "h2", "healthy"), ("p4", "h3", "healthy")),
        events=events(("h1", "exit", "2016-06-30"), ("h2", "exit", "2016-08-31")),
        protected__households=numbers("household", ("h2", "N2"), ("h3", "N3"), ("h4", "N3"), phone="2"),
        protected__persons=numbers("person", ("p3", "M3"), ("p4", "M4")),
        protected__units=pd.DataFrame({"unit": [], "liaison_name": []}, dtype="str"),
        protected__responsible=pd.DataFrame({"household_id": ["h2"], "helper_name": ["王二"]}, dtype="str"),
        protected__findings=found(("a", "x.xlsx", 3)),
        protected__columns=pd.DataFrame({"table": ["units", "units"], "column": ["unit", "unit_kind"]}, dtype="str"),
        protected__account=pd.DataFrame([("households", 2, 2, 0, 2), ("persons", 9, 2, 7, 9), ("events", 2, 2, 0, 1)],
                                        columns=ACCOUNT),
        protected__rules=pd.DataFrame({"code": ["a", "b"], "rows_checked": [10, 20], "reason": [None, ""],
                                       "rows_failing": [0, 5]}),
        protected__notes=pd.DataFrame({"note": ["one"]}, dtype="str"),
    ),
}  # fmt: skip


def put(folder, days=DAYS, **other):
    """Store the days' frames in a folder; returns what a `register` parameter takes."""
    part = Snapshot(inputs={}, parts={"households": Part(file="x", rows=1, sha256="y")})
    first = About(**ABOUT | other, baseline=FIRST, until=FIRST, store=1, snapshots={FIRST: part}, folder=folder)
    for at, frames in days.items():
        store.save(folder, first, at, frames, {})
    return str(folder)

"""Who of those that are out might fall back: households near the line or with several reasons, for monitoring (防返贫监测).

The reasons are what the register offers; none of them proves anything of a household: they say whom to visit first.
"""

from decimal import Decimal

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrame

from tuopin_analysis.analysis import counts
from tuopin_analysis.analysis.counts import Day
from tuopin_analysis.analysis.exits import day_number
from tuopin_analysis.analysis.histories import Histories
from tuopin_analysis.rules_sections import Dynamics

# In the order in which a list names them; the first three put a household on it by themselves.
ALONE = ("below_line", "near_line", "relapsed_before")
REASONS = (*ALONE, "serious_illness", "no_labour", "transfer_income", "measure_ended", "under_monitoring")
ABLE = ("ordinary_labour", "skilled_labour", "partial_labour")  # of the list labour_skill
_COLUMNS = ["household_id", "township_code", "township", "village", "persons"]


def watched(
    told: Histories, households: IntoFrame, persons: IntoFrame, events: IntoFrame, measures: IntoFrame, *,
    as_of: Day, line_yuan: float, near: Decimal | None, settings: Dynamics,
) -> pd.DataFrame:  # fmt: skip
    """Each household that is out on `as_of`, by number: `household_id, township_code, township, village, persons,
    last_income_yuan, risk_reasons, number_of_reasons, is_listed`.

    `last_income_yuan`: net income per person at the last exit, else as registered. `risk_reasons` (joined by ";"): below_line
    (under `line_yuan`), near_line (from it to under `near` times it; never without `near`), relapsed_before, serious_illness (a
    member), no_labour (nobody able to work, of a household whose members' capacity is on record), transfer_income (its share of
    the registered income reaches `settings.transfer_share`), measure_ended (had measures, none goes on), under_monitoring (of a
    kind of monitoring whose risk is not removed). Listed are households with one of the first three reasons, or with as many as
    `settings.least_reasons`.
    """
    out = told.homes[told.homes["state"] == "out"].rename(columns={"size": "persons"})
    known = _registered(households).merge(_members(persons), on="household_id", how="left")
    for found in (_incomes(events, as_of), _running(measures, as_of)):
        known = known.merge(found, on="household_id", how="outer")
    rows = out.merge(known, on="household_id", how="left").sort_values("household_id", ignore_index=True)
    income = rows["exit_income"].fillna(rows["income_per_person_yuan"])
    flags = _flags(rows, income, line_yuan, near, settings)
    names = [";".join(reason for reason in REASONS if row[reason]) for row in flags.to_dict("records")]
    number = flags.sum(axis=1).astype("int64")
    listed = flags[list(ALONE)].any(axis=1) | (number >= settings.least_reasons)
    told_of = {"last_income_yuan": income, "risk_reasons": pd.Series(names, rows.index, dtype="str")}
    return rows[_COLUMNS].assign(**told_of, number_of_reasons=number, is_listed=listed.astype("bool"))


def _flags(rows: pd.DataFrame, income: pd.Series, line: float, near: Decimal | None, settings: Dynamics) -> pd.DataFrame:
    share = counts.ratio(rows["income_transfer_yuan"], rows["income_total_yuan"])
    limit = float(counts.exact(line) * counts.exact(near)) if near else line  # exact: 1.1 times 2855 is 3140.5
    flags = {
        "below_line": income < line,
        "near_line": (income >= line) & (income < limit),
        "relapsed_before": rows["n_relapses"] > 0,
        "serious_illness": rows["n_ill"] > 0,
        "no_labour": (rows["n_able"] == 0) & (rows["n_told"] > 0),
        "transfer_income": share >= float(settings.transfer_share),
        "measure_ended": rows["n_running"] == 0,
        "under_monitoring": rows["n_monitored"] > 0,
    }
    return pd.DataFrame(flags, index=rows.index)[list(REASONS)].fillna(False).astype(bool)


def _registered(households: IntoFrame) -> pd.DataFrame:
    numbers = ["income_per_person_yuan", "income_transfer_yuan", "income_total_yuan"]
    read = counts.lazy(households, ["household_id", *numbers, "monitor_kind", "is_risk_removed"])
    open_risk = ~nw.col("monitor_kind").is_null() & ~nw.col("is_risk_removed").fill_null(False)
    rows = counts.collect(read.select("household_id", *numbers, n_monitored=open_risk.cast(nw.Int64)), ["n_monitored"])
    return rows.astype(dict.fromkeys(numbers, "float64"))


def _members(persons: IntoFrame) -> pd.DataFrame:
    """Members with a serious illness, able to work, and with their capacity on record, by household."""
    ill = nw.col("health").fill_null("").str.contains("serious_illness", literal=True)
    able, told = nw.col("labour_skill").is_in(ABLE), ~nw.col("labour_skill").is_null()
    flags = {"n_ill": ill, "n_able": able.fill_null(False), "n_told": told}
    read = counts.lazy(persons, ["household_id", "health", "labour_skill"])
    flagged = read.select("household_id", **{name: flag.cast(nw.Int64) for name, flag in flags.items()})
    return counts.collect(flagged.group_by("household_id").agg(*(nw.col(name).sum() for name in flags)), list(flags))


def _incomes(events: IntoFrame, as_of: Day) -> pd.DataFrame:
    """The income at the last exit of each household."""
    read = counts.lazy(events, ["household_id", "event", "event_date", "event_income_per_person_yuan"])
    exits = read.filter(nw.col("event") == "exit").select(
        "household_id", day=day_number("event_date").cast(nw.Int64), exit_income=nw.col("event_income_per_person_yuan")
    )
    rows = counts.collect(exits.filter(nw.col("day") <= counts.day(as_of).toordinal()), ["day"])
    last = rows.sort_values(["household_id", "day"]).drop_duplicates("household_id", keep="last")
    return last[["household_id", "exit_income"]].astype({"household_id": "str", "exit_income": "float64"})


def _running(measures: IntoFrame, as_of: Day) -> pd.DataFrame:
    """How many of a household's measures go on after the day (those without an end do)."""
    until = counts.day(as_of).toordinal()
    read = counts.lazy(measures, ["household_id", "start_date", "end_date"]).filter(day_number("start_date") <= until)
    runs = (day_number("end_date") > until) | nw.col("end_date").is_null()
    summed = read.select("household_id", n_running=runs.cast(nw.Int64)).group_by("household_id").agg(nw.col("n_running").sum())
    return counts.collect(summed, ["n_running"])


def by_reason(found: pd.DataFrame, scope: str = "county") -> pd.DataFrame:
    """Households that are out by reason: one row per reason in its order, `risk_reason, households, persons`; a household with
    several counts at each."""
    here = found if scope == "county" else found[found["township_code"] == scope]
    long = reasons(here)
    rows = [(reason, int((long["risk_reason"] == reason).sum()), int(long.loc[long["risk_reason"] == reason, "persons"].sum()))
            for reason in REASONS]  # fmt: skip
    table = pd.DataFrame(rows, columns=["risk_reason", "households", "persons"])
    return table.astype({"risk_reason": "str", "households": "int64", "persons": "int64"})


def reasons(found: pd.DataFrame) -> pd.DataFrame:
    """`watched` with one row per household and reason, `risk_reason`."""
    long = found.assign(risk_reason=found["risk_reasons"].str.split(";")).explode("risk_reason", ignore_index=True)
    return long[long["risk_reason"].fillna("") != ""].astype({"risk_reason": "str"}).reset_index(drop=True)


def by_place(found: pd.DataFrame) -> pd.DataFrame:
    """Each township with households that are out: `township_code, township, out_households, out_persons, listed_households,
    listed_persons, share_listed` (of the households)."""
    listed = found["is_listed"].astype("int64")
    rows = found.assign(out_households=1, out_persons=found["persons"], listed_households=listed,
                        listed_persons=listed * found["persons"])  # fmt: skip
    columns = ["out_households", "out_persons", "listed_households", "listed_persons"]
    names = found.drop_duplicates("township_code").set_index("township_code")["township"]
    table = rows.groupby("township_code", as_index=False)[columns].sum()
    table.insert(1, "township", table["township_code"].map(names).astype("str"))
    kinds = {"township_code": "str", **dict.fromkeys(columns, "int64")}
    return table.assign(share_listed=counts.ratio(table["listed_households"], table["out_households"])).astype(kinds)


def listed(found: pd.DataFrame, scope: str = "county") -> pd.DataFrame:
    """The households on the list, those with most reasons first, then by income: the columns of `watched` but `is_listed`."""
    here = found["is_listed"] & ((found["township_code"] == scope) | (scope == "county"))
    order = found[here].sort_values(["number_of_reasons", "last_income_yuan", "household_id"], ascending=[False, True, True])
    return order.drop(columns="is_listed").reset_index(drop=True)

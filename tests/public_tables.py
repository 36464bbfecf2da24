"""All tables of the public edition, of the county and of every township, made as the notebooks make them."""

from types import SimpleNamespace

import pandas as pd

from tuopin_analysis.analysis import causes, denominators, disclosure, goals, published, targets, tasks, townships, withholding
from tuopin_analysis.register import load
from tuopin_analysis.register import published as stated
from tuopin_analysis.rules import Rules


def demo(as_of: str) -> SimpleNamespace:
    """The demonstration register on a day, with what is published of its county."""
    county = load.about("demo").county_code
    return SimpleNamespace(
        households=load.households("demo", as_of=as_of), plans=load.exit_plans("demo", as_of=as_of),
        events=load.events("demo", as_of=as_of), as_of=as_of, baseline="2016-01-01", totals=stated.register_totals(county),
        townships=stated.townships(county), causes=stated.causes(county), population=stated.population(county),
    )  # fmt: skip


def drawn(rows: list[tuple[int, int, int, bool]], known: bool) -> SimpleNamespace:
    """A register of households given as (township, cause, size, out); its margins published or not."""
    as_of, names = "2016-12-31", ["illness", "disability", "schooling"]
    frame = pd.DataFrame(
        {"household_id": str(number), "township_code": f"T{place}", "township": f"镇{place}", "cause_main": names[cause],
         "size": size, "is_remaining": not out} for number, (place, cause, size, out) in enumerate(rows)
    )  # fmt: skip
    plans = frame[["household_id"]].assign(planned_exit_date=pd.Timestamp(as_of))
    events = frame.loc[~frame["is_remaining"], ["household_id"]].assign(event="exit", event_date=pd.Timestamp("2016-06-30"))
    empty = pd.DataFrame(columns=["township_code", "households", "persons"])
    by_place = frame.groupby("township_code", as_index=False).agg(households=("size", "size"), persons=("size", "sum"))
    named = frame.assign(cause_main=frame["cause_main"].replace("schooling", "other"))
    by_cause = named.groupby("cause_main", as_index=False).agg(households=("size", "size"), persons=("size", "sum"))
    totals = pd.DataFrame({"item": ["registered_households", "registered_persons"], "value": [len(frame), frame["size"].sum()]})
    return SimpleNamespace(
        households=frame, plans=plans, events=events, as_of=as_of, baseline="2016-01-01",
        totals=totals if known else totals.head(0), townships=by_place if known else empty,
        causes=by_cause if known else empty.rename(columns={"township_code": "cause_main"}),
        population=pd.DataFrame(columns=["township_code", "rural_population"]),
    )  # fmt: skip


def tables(data: SimpleNamespace, rules: Rules, pattern: disclosure.Pattern | None = None) -> dict[tuple[str, str], pd.DataFrame]:
    """The tables by scope and key; with `pattern`, as they would be with that one in place of the right one."""
    found, everywhere = {}, _of_county(data, rules)
    for scope in ["county", *sorted(data.households["township_code"].unique())]:
        guard = withholding.guard(
            data.households, rules, scope=scope, as_of=data.as_of, edition="public", townships=data.townships, causes=data.causes
        )
        if pattern is not None:
            guard = withholding.Guard(scope, pattern, guard.as_of, guard.target_days)
        found |= {(scope, key): table for key, table in _of_scope(data, rules, scope, guard, everywhere).items()}
    return found


def _tasks(data: SimpleNamespace, course: dict) -> pd.DataFrame:
    """What is left and done, with a measure and a unit for every household: the public edition shows neither."""
    begun = data.households[["household_id"]].assign(start_date=pd.Timestamp("2016-02-01"))
    helped = begun.assign(unit="unit", end_date=pd.NaT)
    progress = targets.by_place(data.households, data.plans, data.events, **course)
    return tasks.by_place(progress, data.households, begun, helped, as_of=data.as_of)


def _course(data: SimpleNamespace, rules: Rules) -> dict:
    return {
        "baseline": data.baseline, "as_of": data.as_of, "targets": rules.targets, "settings": rules.progress,
        "rounding": rules.target_rounding,
    }  # fmt: skip


def _of_county(data: SimpleNamespace, rules: Rules) -> dict[str, pd.DataFrame]:
    """The tables that pages make of the whole county whatever they are about."""
    county, groups, course = data.households, rules.cause_groups, _course(data, rules)
    distribution = townships.distribution(county)
    return {
        "causes.by_township": causes.by_township(county, groups),
        "townships.distribution": distribution,
        "townships.concentration": townships.concentration(distribution),
        "townships.location_quotients": townships.location_quotients(county, groups),
        "townships.incidence": townships.incidence(distribution, data.population),
        "targets.by_township": targets.by_place(county, data.plans, data.events, **course),
        "townships.tasks": _tasks(data, course),
    }


def _of_scope(
    data: SimpleNamespace, rules: Rules, scope: str, guard: withholding.Guard, everywhere: dict[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    county, groups, course = data.households, rules.cause_groups, _course(data, rules)
    here = county if scope == "county" else county[county["township_code"] == scope]
    plans, events = (t[t["household_id"].isin(here["household_id"])] for t in (data.plans, data.events))
    numbers = targets.place_targets(county, targets=rules.targets, rounding=rules.target_rounding)
    due = None if scope == "county" else numbers[numbers["township_code"] == scope]
    shares = causes.shares(here, groups)
    reconciled = published.reconciliation(
        here, totals=data.totals, townships=data.townships, causes=data.causes, groups=groups, scope=scope
    )
    protected = {
        "overview.places": townships.distribution(here),
        "causes.shares": shares,
        "causes.compare": causes.compare(shares, causes.shares(county, groups)),
        "published.reconciliation": reconciled,
        **everywhere,
    }
    progress = guard.months(targets.progress(here, plans, events, due=due, **course))
    same = denominators.Counted(county, here, data.events)  # read on one day; else the current register is suppressed or refused
    ways = dict.fromkeys(denominators.WAYS, same)
    course = {"as_of": data.as_of, "targets": rules.targets, "rounding": rules.target_rounding}
    both = denominators.compare(ways, scope=scope, **course)
    both, _ = denominators.shown(both, ways, guard, rules.small_cells)
    found = {key: guard.protect(frame) for key, frame in protected.items()}
    if scope == "county":  # on every page the county's
        found["goals.register"] = guard.protect(goals.registered(county))
    return found | {"targets.progress": progress, "targets.denominators": both}

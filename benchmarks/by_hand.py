"""The results of `scale.py` written by hand for one engine each, as somebody would who knows that engine and this store."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pandas as pd

DAY, BASE, LINE = "2016-12-31", "2016-01-01", 2855.0
NOW = datetime(2016, 12, 31)
OUT = ("out_supported", "out", "out_unstable", "monitored", "ordinary")
MEASURES = ["headcount_ratio", "poverty_gap", "squared_poverty_gap"]


def files(store: str, table: str, day: str) -> list[str]:
    return [str(path) for path in sorted((Path(store) / table / f"snapshot={day}").rglob("*.parquet"))]


def run(store: str, engine: str, result: str) -> pd.DataFrame:
    """A result by one engine."""
    found = _RESULTS[engine][result](store)
    return _months(found) if result == "targets" else found


def _months(moves: pd.DataFrame) -> pd.DataFrame:
    """Sums by month made cumulative, for two years; what happened is known for the first."""
    moves = moves.set_index("period").groupby(level=0).sum()
    months = [f"{year}-{month:02d}" for year in (2016, 2017) for month in range(1, 13)]
    table = moves.reindex(months, fill_value=0).astype("int64").cumsum()
    known = pd.Series([period <= "2016-12" for period in months], index=table.index)
    for name in ("actual_households", "actual_persons"):
        table[name] = table[name].astype("Int64").where(known)
    return table.reset_index(names="period")


# ---- Polars ----


def _pl_read(store: str, table: str, day: str):
    import polars as pl

    return pl.scan_parquet(files(store, table, day), hive_partitioning=False)


def _pl_state(store: str):
    import polars as pl

    events = _pl_read(store, "events", DAY).filter(pl.col("event_date") <= NOW)
    exits = pl.when(pl.col("event") == "exit").then("event_date")
    backs = pl.when(pl.col("event") == "relapse").then("event_date")
    last = events.group_by("household_id").agg(exit=exits.max(), back=backs.max())
    joined = _pl_read(store, "households", BASE).join(last, on="household_id", how="left")
    out = pl.col("exit").is_not_null() & (pl.col("back").is_null() | (pl.col("exit") > pl.col("back")))
    return joined.with_columns(left=(~out.fill_null(False)).cast(pl.Int64))


def _pl_counts(store: str, keys: list[str]) -> pd.DataFrame:
    import polars as pl

    size, left = pl.col("size"), pl.col("left")
    counted = _pl_state(store).group_by(keys).agg(
        households=pl.len(), persons=size.sum(), remaining_households=left.sum(), remaining_persons=(left * size).sum()
    )  # fmt: skip
    return counted.sort(keys).collect(engine="streaming").to_pandas()


def _pl_poverty(store: str) -> pd.DataFrame:
    import polars as pl

    size, income = pl.col("size"), pl.col("income_per_person_yuan")
    known, poor = income.is_not_null(), income < LINE
    gap = pl.when(poor).then((LINE - income) / LINE).otherwise(0.0)
    found = _pl_read(store, "households", BASE).group_by("county_code").agg(
        households=known.sum(), persons=size.filter(known).sum(), poor_households=poor.sum(),
        poor_persons=size.filter(poor).sum(),
        gap=(gap * size).sum(), squared=(gap * gap * size).sum(), unknown_households=(~known).sum(),
        unknown_persons=size.filter(~known).sum(),
    ).sort("county_code").collect(engine="streaming").to_pandas()  # fmt: skip
    return _measured(found)


def _measured(found: pd.DataFrame) -> pd.DataFrame:
    ratios = [found[column] / found["persons"] for column in ("poor_persons", "gap", "squared")]
    found = found.assign(**dict(zip(MEASURES, ratios, strict=True)))
    return found[["county_code", "households", "persons", "poor_households", "poor_persons", *MEASURES, "unknown_households",
                  "unknown_persons"]]  # fmt: skip


def _pl_flows(store: str) -> pd.DataFrame:
    import polars as pl

    def listed(day: str):
        poor = ~pl.col("poverty_status").is_in(OUT)
        return _pl_read(store, "households", day).select("household_id", "county_code", "size", poor=poor)

    both = listed(DAY).join(listed(BASE), on="household_id", how="full", suffix="_b")
    old, new = pl.col("size_b").is_not_null(), pl.col("size").is_not_null()
    was, now = pl.col("poor_b"), pl.col("poor")
    kinds = {"before": old, "stayed": old & new, "new": new & ~old, "gone": old & ~new, "exits": old & new & was & ~now,
             "relapses": old & new & ~was & now, "after": new}  # fmt: skip
    sums = {}
    for kind, flag in kinds.items():
        size = pl.col("size_b" if kind in ("before", "gone") else "size")
        sums |= {f"{kind}_households": flag.sum().cast(pl.Int64), f"{kind}_persons": size.filter(flag).sum()}
    place = pl.coalesce("county_code", "county_code_b").alias("county_code")
    return both.group_by(place).agg(**sums).sort("county_code").collect(engine="streaming").to_pandas()


def _pl_targets(store: str) -> pd.DataFrame:
    import polars as pl

    sizes = _pl_read(store, "households", BASE).select("household_id", "size")
    month = "%Y-%m"
    plans = _pl_read(store, "exit_plans", BASE).join(sizes, on="household_id")
    planned = plans.group_by(period=pl.col("planned_exit_date").dt.strftime(month)).agg(
        planned_households=pl.len(), planned_persons=pl.col("size").sum()
    )
    move = pl.when(pl.col("event") == "exit").then(1).otherwise(-1)
    events = _pl_read(store, "events", DAY).filter(pl.col("event_date") <= NOW).join(sizes, on="household_id")
    actual = events.group_by(period=pl.col("event_date").dt.strftime(month)).agg(
        actual_households=move.sum(), actual_persons=(move * pl.col("size")).sum()
    )
    return pd.concat(frame.to_pandas() for frame in pl.collect_all([planned, actual], engine="streaming"))


# ---- DuckDB ----


def _sql(store: str, query: str) -> pd.DataFrame:
    import duckdb

    connection = duckdb.connect()
    views = {"h": ("households", BASE), "later": ("households", DAY), "e": ("events", DAY), "p": ("exit_plans", BASE)}
    for name, (table, day) in views.items():
        connection.read_parquet(files(store, table, day), hive_partitioning=False).create_view(name)
    return connection.sql(query).df()


_STATE = f"""with s as (select household_id, max(event_date) filter (event = 'exit') as x,
      max(event_date) filter (event = 'relapse') as b
    from e where event_date <= timestamp '{DAY}' group by household_id),
  st as (select h.*, (x is null or (b is not null and x <= b))::bigint as l from h left join s using (household_id))"""


def _sql_counts(store: str, keys: list[str]) -> pd.DataFrame:
    by = ", ".join(keys)
    return _sql(store, f"""{_STATE} select {by}, count(*) as households, sum(size) as persons, sum(l) as remaining_households,
        sum(l * size) as remaining_persons from st group by {by} order by {by}""")


def _sql_poverty(store: str) -> pd.DataFrame:
    return _measured(_sql(store, f"""with i as (select county_code, size, income_per_person_yuan as i from h),
        q as (select *, case when i < {LINE} then ({LINE} - i) / {LINE} else 0 end as g from i)
        select county_code, count(i) as households, coalesce(sum(size) filter (i is not null), 0) as persons,
          count(*) filter (i < {LINE}) as poor_households, coalesce(sum(size) filter (i < {LINE}), 0) as poor_persons,
          sum(g * size) as gap, sum(g * g * size) as squared, count(*) filter (i is null) as unknown_households,
          coalesce(sum(size) filter (i is null), 0) as unknown_persons from q group by county_code order by county_code"""))


def _sql_flows(store: str) -> pd.DataFrame:
    kinds = {"before": "o", "stayed": "o and n", "new": "n and not o", "gone": "o and not n", "exits": "o and n and w and not p",
             "relapses": "o and n and not w and p", "after": "n"}  # fmt: skip
    sums = ", ".join(
        f"count(*) filter ({test}) as {kind}_households, "
        f"coalesce(sum({'b' if kind in ('before', 'gone') else 'a'}) filter ({test}), 0) as {kind}_persons"
        for kind, test in kinds.items()
    )
    return _sql(store, f"""with q as (select coalesce(y.county_code, x.county_code) as county_code, x.size as b, y.size as a,
          x.size is not null as o, y.size is not null as n, x.poverty_status not in {OUT} as w, y.poverty_status not in {OUT} as p
          from later y full join h x using (household_id))
        select county_code, {sums} from q group by county_code order by county_code""")


def _sql_targets(store: str) -> pd.DataFrame:
    planned = _sql(store, """select strftime(planned_exit_date, '%Y-%m') as period, count(*) as planned_households,
        sum(size) as planned_persons from p join h using (household_id) group by 1""")
    actual = _sql(store, f"""select strftime(event_date, '%Y-%m') as period, sum(m) as actual_households,
        sum(m * size) as actual_persons
        from (select *, case event when 'exit' then 1 else -1 end as m from e where event_date <= timestamp '{DAY}')
        join h using (household_id) group by 1""")
    return pd.concat([planned, actual])


# ---- pandas ----


def _pd_read(store: str, table: str, day: str, columns: list[str]) -> pd.DataFrame:
    return pd.read_parquet(files(store, table, day), columns=columns, partitioning=None)


def _pd_state(store: str, keys: list[str]) -> pd.DataFrame:
    households = _pd_read(store, "households", BASE, ["household_id", *keys, "size"])
    events = _pd_read(store, "events", DAY, ["household_id", "event", "event_date"])
    events = events[events["event_date"] <= NOW].sort_values(["household_id", "event_date"])
    last = events.drop_duplicates("household_id", keep="last").set_index("household_id")["event"]
    households["left"] = (households["household_id"].map(last) != "exit").astype("int64")
    return households


def _pd_counts(store: str, keys: list[str]) -> pd.DataFrame:
    frame = _pd_state(store, keys)
    frame["stay"] = frame["left"] * frame["size"]
    found = frame.groupby(keys, as_index=False).agg(
        households=("size", "size"), persons=("size", "sum"), remaining_households=("left", "sum"),
        remaining_persons=("stay", "sum"),
    )
    return found.sort_values(keys, ignore_index=True)


def _pd_poverty(store: str) -> pd.DataFrame:
    frame = _pd_read(store, "households", BASE, ["county_code", "size", "income_per_person_yuan"])
    income, size = frame["income_per_person_yuan"], frame["size"]
    known, poor = income.notna(), income < LINE
    gap = ((LINE - income) / LINE).where(poor, 0)
    frame = frame.assign(
        households=known, persons=size * known, poor_households=poor, poor_persons=size * poor, gap=gap * size,
        squared=gap * gap * size, unknown_households=~known, unknown_persons=size * ~known,
    )  # fmt: skip
    found = frame.drop(columns=["size", "income_per_person_yuan"]).groupby("county_code", as_index=False).sum()
    return _measured(found)


def _pd_flows(store: str) -> pd.DataFrame:
    def listed(day: str) -> pd.DataFrame:
        frame = _pd_read(store, "households", day, ["household_id", "county_code", "size", "poverty_status"])
        return frame.assign(poor=~frame.pop("poverty_status").isin(OUT))

    both = listed(DAY).merge(listed(BASE), on="household_id", how="outer", suffixes=("", "_b"))
    old, new = both["size_b"].notna(), both["size"].notna()
    was, now = both["poor_b"].eq(True), both["poor"].eq(True)
    kinds = {"before": old, "stayed": old & new, "new": new & ~old, "gone": old & ~new, "exits": old & new & was & ~now,
             "relapses": old & new & ~was & now, "after": new}  # fmt: skip
    columns = {"county_code": both["county_code"].fillna(both["county_code_b"])}
    for kind, flag in kinds.items():
        size = both["size_b" if kind in ("before", "gone") else "size"].fillna(0)
        columns |= {f"{kind}_households": flag.astype("int64"), f"{kind}_persons": (size * flag).astype("int64")}
    return pd.DataFrame(columns).groupby("county_code", as_index=False).sum()


def _pd_targets(store: str) -> pd.DataFrame:
    sizes = _pd_read(store, "households", BASE, ["household_id", "size"])
    plans = _pd_read(store, "exit_plans", BASE, ["household_id", "planned_exit_date"]).merge(sizes, on="household_id")
    events = _pd_read(store, "events", DAY, ["household_id", "event", "event_date"])
    events = events[events["event_date"] <= NOW].merge(sizes, on="household_id")
    found = []
    for frame, day, names in ((plans, "planned_exit_date", "planned"), (events, "event_date", "actual")):
        move = frame["event"].map({"exit": 1, "relapse": -1}).astype("int64") if "event" in frame else 1
        month = frame[day].dt.strftime("%Y-%m")
        summed = pd.DataFrame({"period": month, f"{names}_households": move, f"{names}_persons": frame["size"] * move})
        found.append(summed.groupby("period", as_index=False).sum())
    return pd.concat(found)


CAUSES, TOWNS = ["county_code", "cause_main"], ["township_code", "township"]
_RESULTS: dict[str, dict[str, Callable[[str], pd.DataFrame]]] = {
    "polars": {"causes by county": lambda s: _pl_counts(s, CAUSES), "townships": lambda s: _pl_counts(s, TOWNS),
               "targets": _pl_targets, "flows": _pl_flows, "poverty": _pl_poverty},
    "duckdb": {"causes by county": lambda s: _sql_counts(s, CAUSES), "townships": lambda s: _sql_counts(s, TOWNS),
               "targets": _sql_targets, "flows": _sql_flows, "poverty": _sql_poverty},
    "pandas": {"causes by county": lambda s: _pd_counts(s, CAUSES), "townships": lambda s: _pd_counts(s, TOWNS),
               "targets": _pd_targets, "flows": _pd_flows, "poverty": _pd_poverty},
}  # fmt: skip

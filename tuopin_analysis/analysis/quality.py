"""Can this register be used? What the checks found by rule and place, how full the fields are, and the verdict.

Findings and rows may be large frames of any engine; the lists of rules, criteria and places are small and pandas.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import narwhals as nw
import pandas as pd
from narwhals.typing import IntoFrame

from tuopin_analysis.analysis import counts
from tuopin_analysis.register import dictionary

ROW = ["table", "file", "sheet", "row"]
_RULE = ["code", "severity", "table"]


def _rows(frame: IntoFrame, by: Sequence[str], name: str) -> pd.DataFrame:
    """Number of different rows of the source by `by`."""
    keys = list(dict.fromkeys([*by, *ROW]))
    one = counts.lazy(frame, keys).select(*keys).unique().with_columns(**{name: nw.lit(1)})
    return counts.collect(one.group_by(*by).agg(nw.col(name).sum()), [name])


def within(frame: IntoFrame, places: IntoFrame, scope: str) -> nw.LazyFrame:
    """The findings (or planted faults) of one place: rows of `frame` whose source row belongs to the township or village `scope`.

    `places` has one row per row read: table, file, sheet, row, township_code, village_code. A Narwhals frame of the same engine.
    """
    code = "township_code" if len(scope) == 9 else "village_code"
    here = counts.lazy(places, [*ROW, code]).filter(nw.col(code) == scope).select(*ROW)
    return counts.lazy(frame, ROW).join(here, on=ROW, how="inner")


def rules(run: pd.DataFrame, findings: IntoFrame, planted: IntoFrame | None = None) -> pd.DataFrame:
    """What each rule found: one row per code, severity and table, in the order of the rules.

    `rule_zh, rule_en`: the wording; `rows_checked` (the most that one of its tests looked at), `rows_found`: rows of the source
    with a finding; `lacking_zh, lacking_en`: what the register would need for a rule that is not answerable. With `planted`, the
    key of planted faults: `planted, planted_found, missed, false_alarms` in rows, planted = planted_found + missed and
    rows_found = planted_found + false_alarms.

    >>> run = pd.DataFrame({"code": ["a"], "severity": ["error"], "table": ["events"], "rows_checked": [3], "state": ["run"],
    ...                     "reason": [""], "message_zh": ["甲"], "message_en": ["A"]})
    >>> row = {"code": ["a"], "severity": ["error"], "table": ["events"], "file": ["x"], "sheet": ["y"], "row": [4]}
    >>> rules(run, pd.DataFrame(row))["rows_found"].tolist()
    [1]
    """
    listed = run.groupby(_RULE, sort=False, as_index=False).agg(
        rule_zh=("message_zh", "first"), rule_en=("message_en", "first"), rows_checked=("rows_checked", "max"),
        is_run=("state", lambda states: (states == "run").any()), reason=("reason", "first"))  # fmt: skip
    table = listed.merge(_rows(findings, _RULE, "rows_found"), on=_RULE, how="left")
    whole = ["rows_found"]
    if planted is not None:
        both = counts.lazy(planted, [*_RULE, *ROW]).select(*_RULE, "file", "sheet", "row").unique()
        hit = both.join(counts.lazy(findings, [*_RULE, *ROW]).select(*_RULE, "file", "sheet", "row").unique(),
                        on=[*_RULE, "file", "sheet", "row"], how="inner")  # fmt: skip
        for frame, name in ((both, "planted"), (hit, "planted_found")):
            table = table.merge(_rows(frame.to_native(), _RULE, name), on=_RULE, how="left")
        whole += ["planted", "planted_found"]
    table = table.assign(**{name: table[name].fillna(0).astype("int64") for name in whole})
    if planted is not None:
        table["missed"] = table["planted"] - table["planted_found"]
        table["false_alarms"] = table["rows_found"] - table["planted_found"]
    lacking = {f"lacking_{lang}": table["reason"].where(~table["is_run"], "").map(lambda r, lang=lang: _named(r,
        lang)) for lang in
               dictionary.LANGUAGES}  # fmt: skip
    return table.drop(columns=["is_run", "reason"]).assign(**{name: told.astype("str") for name, told in lacking.items()})


def _named(reason: str, lang: str) -> str:
    """Missing tables and columns ("events;households.phone") by their labels."""
    told = []
    for name in [part for part in str(reason).split(";") if part]:
        table, _, column = name.partition(".")
        where = dictionary.value_label("table", table, lang)
        told.append(f"{where} · {dictionary.label(column, lang, table)}" if column else where)
    return ("；" if lang == "zh" else "; ").join(told)


def by_place(places: IntoFrame, findings: IntoFrame, names: Mapping[str, str], by: str = "township_code") -> pd.DataFrame:
    """Rows read, accepted, set aside and marked by township (or `village_code`): one row per place, the most doubtful first.

    The last row, without a code, has the rows whose place cannot be told, when there are some. rows_read = rows_accepted +
    rows_set_aside; `rows_marked`: accepted rows with a doubt; `share_clean`: accepted and not marked, of those read.
    """
    placed = counts.lazy(places, [*ROW, by, "is_accepted"]).select(
        *ROW, **{by: nw.col(by).fill_null("")}, rows_read=nw.lit(1),
            rows_accepted=nw.col("is_accepted").cast(nw.Int64))  # fmt: skip
    doubted = counts.lazy(findings, [*ROW, "severity"]).filter(nw.col("severity") == "warning").select(*ROW).unique()
    marked = doubted.join(placed.filter(nw.col("rows_accepted") == 1), on=ROW, how="inner").with_columns(rows_marked=nw.lit(1))
    sums = ["rows_read", "rows_accepted"]
    read = counts.collect(placed.group_by(by).agg(*(nw.col(name).sum() for name in sums)), sums)
    doubts = counts.collect(marked.group_by(by).agg(nw.col("rows_marked").sum()), ["rows_marked"])
    table = read.merge(doubts, on=by, how="left")
    table["rows_set_aside"] = table["rows_read"] - table["rows_accepted"]
    table["rows_marked"] = table["rows_marked"].fillna(0).astype("int64")
    table["share_clean"] = counts.ratio(table["rows_accepted"] - table["rows_marked"], table["rows_read"])
    name = by.removesuffix("_code")
    table[name] = table[by].map(lambda code: names.get(code, code)).mask(table[by] == "", None).astype("str")
    table[by] = table[by].mask(table[by] == "", None).astype("str")
    order = table.assign(_untold=table[by].isna(), _doubtful=-(table["rows_set_aside"] + table["rows_marked"]))
    at = order.sort_values(["_untold", "_doubtful", by], kind="stable").index
    return table.loc[at, [by, name, *sums, "rows_set_aside", "rows_marked", "share_clean"]].reset_index(drop=True)


def completeness(frame: IntoFrame, table: str, present: Iterable[str], by: str | None = None) -> pd.DataFrame:
    """How full the fields of a register's table are: one row per field of the dictionary (and place, with `by`), emptiest first.

    `rows`, `rows_filled`, `rows_missing`, `rows_nought` (filled with 0, which is not the same as missing), `share_filled`
    (missing for a field that the register has no column of), `is_present`. Keys, places and protected fields are left out.
    """
    described, has = dictionary.columns(table), set(present)
    known = counts.lazy(frame).collect_schema().names()
    fields = [str(name) for name, row in described.iterrows() if name in known and row["required"] != "yes"]
    numbers = [name for name in fields if described.loc[name, "type"] in ("number", "integer")]
    keys = [by] if by else []
    filled = {name: (~nw.col(name).is_null()).cast(nw.Int64) for name in fields}
    nought = {f"{name}__nought": (nw.col(name).fill_null(1) == 0).cast(nw.Int64) for name in numbers}
    one = counts.lazy(frame, keys).select(*(nw.col(key) for key in keys), rows=nw.lit(1), **filled, **nought)
    sums = ["rows", *filled, *nought]
    grouped = one.with_columns(_all=nw.lit(1)).group_by(*(keys or ["_all"])).agg(*(nw.col(name).sum() for name in sums))
    small = counts.collect(grouped, sums)
    parts = [_field(small, keys, table, name, name in has, name in numbers) for name in fields]
    if not parts:
        return pd.DataFrame()
    found = pd.concat(parts, ignore_index=True)
    order = found.assign(_absent=~found["is_present"], _share=found["share_filled"].fillna(-1.0))
    at = order.sort_values(["_absent", "_share", "field_en", *keys], kind="stable").index
    return found.loc[at].reset_index(drop=True)


def _field(small: pd.DataFrame, keys: list[str], table: str, name: str, is_present: bool, is_number: bool) -> pd.DataFrame:
    found = small[keys].assign(table=table, field_zh=dictionary.label(name, "zh", table),
        field_en=dictionary.label(name, "en", table),
                               rows=small["rows"], rows_filled=small[name])  # fmt: skip
    found["rows_missing"] = found["rows"] - found["rows_filled"]
    found["rows_nought"] = small[f"{name}__nought"] if is_number else 0
    found["share_filled"] = counts.ratio(found["rows_filled"], found["rows"]) if is_present else float("nan")
    return found.assign(is_present=is_present).astype(
        {"table": "str", "field_zh": "str", "field_en": "str", "rows_nought": "int64"}
    )


def usable(
    criteria: Sequence[Any], account: pd.DataFrame, findings: IntoFrame, places: IntoFrame, run: pd.DataFrame
) -> pd.DataFrame:
    """Whether the register may be used: one row per criterion of checks.yaml: its wording, the most it may be, what it is.

    `criterion_zh, criterion_en, limit, share, verdict` ("usable", "not_usable", or "missing" when there is nothing to measure).
    """
    found = _rows(findings, ["code", "table"], "rows")
    untold = counts.lazy(places, ["table", "township_code"]).filter(nw.col("township_code").is_null())
    unplaced = counts.collect(untold.select("table", rows=nw.lit(1)).group_by("table").agg(nw.col("rows").sum()), ["rows"])
    rows = []
    for criterion in criteria:
        share = _measured(criterion, account.set_index("table"), found, unplaced, run)
        verdict = "missing" if pd.isna(share) else "usable" if share <= criterion.most else "not_usable"
        rows.append((criterion.wording_zh, criterion.wording_en, criterion.most, share, verdict))
    names = ["criterion_zh", "criterion_en", "limit", "share", "verdict"]
    kinds = {"criterion_zh": "str", "criterion_en": "str", "limit": "float64", "share": "float64", "verdict": "str"}
    return pd.DataFrame(rows, columns=names).astype(kinds)


def _measured(criterion: Any, account: pd.DataFrame, found: pd.DataFrame, unplaced: pd.DataFrame, run: pd.DataFrame) -> float:
    if criterion.measure == "share_not_answerable":
        return float((run["state"] != "run").mean()) if len(run) else float("nan")
    of = account.loc[criterion.table]
    here = found[(found["table"] == criterion.table) & found["code"].isin(criterion.codes)]
    part = {
        "share_set_aside": of["rows_set_aside"], "share_marked": of["rows_marked"], "share_found": here["rows"].sum(),
        "share_unplaced": unplaced.loc[unplaced["table"] == criterion.table, "rows"].sum(),
    }[criterion.measure]  # fmt: skip
    whole = of["rows_accepted" if criterion.measure == "share_marked" else "rows_read"]
    return float(part) / float(whole) if whole else float("nan")


def summary(findings: IntoFrame, top: int = 10) -> pd.DataFrame:
    """What a terminal says: rows with findings by severity and code, errors and the most frequent first; `top` a severity."""
    table = _rows(findings, ["severity", "code"], "rows_found")
    ordered = table.sort_values(["severity", "rows_found", "code"], ascending=[True, False, True], kind="stable")
    return ordered.groupby("severity", sort=False).head(top).reset_index(drop=True)

"""Which households, persons and events of a register were added, removed or changed: lists (internal edition), or counts."""

from collections.abc import Mapping, Sequence

import pandas as pd

Tables = Mapping[str, pd.DataFrame]
KEYS = {"households": "household_id", "persons": "person_id"}
PLACE = ["township", "village"]
COLUMNS = ["table", "change", "household_id", "person_id", *PLACE, "field", "before", "after"]
CHANGES = ("added", "removed", "changed")
COUNTED = ("households", "persons", "events")


def changes(before: Tables, after: Tables, fields: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """One row per household, person and event added or removed, and one per changed field of a household or person.

    `table` (households, persons, events), `change` (added, removed, changed), `household_id, person_id`, `township, village`
    (after the change; of what was removed before it), `field`, `before, after` (text, "" where missing). `fields` names the
    columns to compare by table; of events they tell one event from another, so that a changed event is one removed and one added.
    """
    parts = [_keyed(table, before[table], after[table], fields[table]) for table in KEYS]
    found = pd.concat([*parts, _events(before["events"], after["events"], fields["events"])], ignore_index=True)
    return found.reindex(columns=COLUMNS).fillna("").astype("str")


def by_township(found: pd.DataFrame, small_cells: int | None = None) -> pd.DataFrame:
    """`changes` counted: one row per township, `township` and `<table>_<change>` (each household, person or event once).

    With `small_cells` (public edition) a kind of change is missing altogether where a township has 1 to `small_cells` - 1 of it.
    """
    once = found.drop_duplicates(["table", "change", "household_id", "person_id", "before", "after"])
    once = once[(once["change"] != "changed") | ~once.duplicated(["table", "change", "household_id", "person_id"])]
    kinds = [(table, change) for table in COUNTED for change in CHANGES if (table, change) != ("events", "changed")]
    counted = pd.DataFrame({"township": sorted(once["township"].unique())}, dtype="str")
    for table, change in kinds:
        those = once[(once["table"] == table) & (once["change"] == change)]
        number = counted["township"].map(those.groupby("township").size()).fillna(0).astype("Int64")
        few = small_cells is not None and bool(number.between(1, small_cells - 1).any())
        counted[f"{table}_{change}"] = pd.Series(pd.NA, counted.index, dtype="Int64") if few else number
    return counted


def _keyed(table: str, before: pd.DataFrame, after: pd.DataFrame, fields: Sequence[str]) -> pd.DataFrame:
    key = KEYS[table]
    then, now = _texts(before, key), _texts(after, key)
    added, removed = now.index.difference(then.index), then.index.difference(now.index)
    both = then.index.intersection(now.index)
    parts = [_rows(now.loc[added], "added"), _rows(then.loc[removed], "removed")]
    for field in fields:
        old, new = (frame[field].reindex(both) if field in frame else pd.Series("", both) for frame in (then, now))
        differs = both[(old != new).to_numpy()]
        values = {"before": old[differs].to_numpy(), "after": new[differs].to_numpy()}
        parts.append(_rows(now.loc[differs], "changed").assign(field=field, **values))
    found = pd.concat(parts, ignore_index=True).assign(table=table)
    return found.sort_values(["change", key], kind="stable", ignore_index=True)


def _rows(frame: pd.DataFrame, change: str) -> pd.DataFrame:
    named = frame.reset_index()
    return named[[column for column in ("household_id", "person_id", *PLACE) if column in named]].assign(change=change)


def _events(before: pd.DataFrame, after: pd.DataFrame, fields: Sequence[str]) -> pd.DataFrame:
    by = ["household_id", *fields]
    then, now = (_texts(frame, None).drop_duplicates(by) for frame in (before, after))
    both = then[[*by, *PLACE]].merge(now[[*by, *PLACE]], on=by, how="outer", indicator="side", suffixes=("_then", ""))
    both = both[both["side"] != "both"]
    is_new = both["side"] == "right_only"
    places = {column: both[column].where(is_new, both[f"{column}_then"]) for column in PLACE}
    told = both[list(fields)].astype("str").agg(" ".join, axis="columns") if len(both) else pd.Series(dtype="str")
    change = is_new.map({True: "added", False: "removed"})
    return both[["household_id"]].assign(
        table="events", change=change, **places, field=fields[0], before=told.mask(is_new, ""), after=told.where(is_new, "")
    )


def _texts(frame: pd.DataFrame, key: str | None) -> pd.DataFrame:
    """All values as text, days without hours, whole numbers without decimals; missing as ""."""
    columns = {}
    for column in map(str, frame.columns):
        values = frame[column]
        if pd.api.types.is_datetime64_any_dtype(values):
            text = values.dt.strftime("%Y-%m-%d")
        elif pd.api.types.is_float_dtype(values):
            text = values.map(lambda value: f"{value:.10g}", na_action="ignore")
        else:
            text = values.astype("object").map(str, na_action="ignore")
        columns[column] = text.astype("object").where(values.notna(), "").astype("str")
    found = pd.DataFrame(columns, index=frame.index)
    return found.set_index(key) if key else found

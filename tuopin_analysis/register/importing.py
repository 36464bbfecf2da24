"""From an office's files to a register: read, find the county, check, protect, store."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from dataclasses import replace as changed
from datetime import date
from pathlib import Path
from typing import TypeVar

import pandas as pd

from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.register import (
    accepted,
    checks,
    dictionary,
    gather,
    layouts,
    masks,
    places,
    protect,
    store,
    validate,
)
from tuopin_analysis.register import county as county_of
from tuopin_analysis.register.about import CHANGES_FROM, About, Snapshot, about
from tuopin_analysis.register.read import Source

_KINDS: dict[str, protect.Kind] = {"household_id": "household", "other_household_id": "household", "person_id": "person"}

_Told = TypeVar("_Told", gather.Note, Fault)


@dataclass(frozen=True, repr=False)
class Imported:
    """What an import did: the register as it is now, the day, what reading had to tell, and the rows of each table."""

    about: About
    day: date
    gathered: gather.Gathered
    account: pd.DataFrame
    findings: pd.DataFrame


def import_files(
    files: Sequence[Path],
    into: Path,
    day: date,
    *,
    key: Path,
    county: str | None = None,
    layout: layouts.Layout | None = None,
    titles: Mapping[str, str] | None = None,
    synthetic: bool = False,
    replace: bool = False,
    progress: Callable[[str], None] = lambda step: None,
) -> Imported:
    """Make or extend the register in `into` with one snapshot; InputError, and nothing written, when that can't be.

    The first import of a register fixes its county, its titles and its key; a later one must be of the same county and key.
    """
    _refuse_input(files, day)
    store.refuse_strangers(into)
    before = about(str(into)) if (into / "register.yaml").is_file() else None
    if before is not None:
        _refuse(before, day, county, replace, any((titles or {}).values()) or synthetic > before.synthetic)
    progress("reading")
    read = _gathered(files, _of_year(layout or layouts.Layout(), day), progress)
    _refuse_incomplete(read.sources)
    code = before.county_code if before else county_of.told_by(read.sources["households"], county)
    secret = _key(key, before)
    told = before or _new(into, code, day, hashlib.sha256(secret).hexdigest(), titles or {}, synthetic)
    progress("checking")
    checking = told.model_copy(update={"baseline": day, "until": day, "changes_from": CHANGES_FROM})
    checked = validate.check(checking, read.sources)
    kept = accepted.accepted(checked, code, "the files given")
    read.notes.extend(_unlisted(kept.tables["households"]))
    read.notes.extend(_warnings(kept.checked["account"], kept.checked["findings"]))
    progress("protecting and storing")
    frames = _frames(kept, read.sources, secret)
    after = store.save(into, told, day, frames, {path.name: _sha256(path) for path in files})
    told_safely = changed(read, notes=[_without_numbers(note) for note in read.notes])
    return Imported(after, day, told_safely, kept.checked["account"], kept.checked["findings"])


def _gathered(files: Sequence[Path], layout: layouts.Layout, progress: Callable[[str], None]) -> gather.Gathered:
    """The files as they are read; what is said of those that can't be shows no number of a person either."""
    try:
        return gather.gather(files, layout, progress)
    except InputError as error:
        raise InputError(*map(_without_numbers, error.faults)) from None


def _without_numbers(told: _Told) -> _Told:
    """A note or a fault as it may be printed: headers and names of sheets are typed by somebody, and may hold such numbers."""
    return changed(told, **{name: masks.without_numbers(text) for name, text in asdict(told).items()})


def _unlisted(households: pd.DataFrame) -> list[gather.Note]:
    """What to say of villages that the list of 2016 lacks: they are counted under the names that the files give them."""
    unlisted = households["village_code"].fillna("").str.contains("x")
    own = households.loc[unlisted, ["township", "village"]].drop_duplicates()
    if own.empty:
        return []
    names = ", ".join((own["township"] + own["village"]).head(8)) + (", …" if len(own) > 8 else "")
    en = f"{len(own)} villages are not in the list of 2016 and are counted under the names given: {names}"
    zh = f"2016年区划名单中没有的村{len(own)}个，按文件中的名称统计：{names}"
    return [gather.Note("villages", "", "village_unlisted", en, zh)]


def _warnings(account: pd.DataFrame, findings: pd.DataFrame) -> list[gather.Note]:
    """What must not be overlooked: numbers that Excel has rounded, and more rows set aside than a register in use may have."""
    notes = []
    if lost := int((findings["code"] == "value.rounded").sum()):
        en = f"warning: {lost:,} long numbers were refused, because Excel has rounded them: export again with the column as text"
        zh = f"注意：长号码{lost:,}个已被Excel舍入，未采用：请将该列设置为文本格式后重新导出"
        notes.append(gather.Note("numbers", "", "warning", en, zh))
    read = account[account["rows_read"] > 0].set_index("table")
    shares = dict(zip(read.index, read["rows_set_aside"] / read["rows_read"], strict=True))
    for limit in (limit for limit in checks.usable() if limit.measure == "share_set_aside" and limit.table in shares):
        if (share := shares[limit.table]) > limit.most:
            most, table = f"{100 * limit.most:g}%", dictionary.value_label("table", limit.table, "en").lower()
            digits = next((n for n in range(9) if f"{share:.{n}%}" != f"{limit.most:.{n}%}"), 9)  # never "5% (at most 5%)"
            told = f"{share:.{digits}%}"
            en = f"warning: {told} of the {table} were set aside (at most {most} may be): see tuopin check"
            zh = f"注意：{limit.wording_zh}为{told}（不应超过{most}）：运行 tuopin check 查看"
            notes.append(gather.Note(limit.table, "", "warning", en, zh))
    return notes


def _of_year(layout: layouts.Layout, day: date) -> layouts.Layout:
    """A layout that doesn't say of which year its forms are: of the snapshot's, since some codes changed their meaning."""
    return layout if layout.year or not 2013 <= day.year <= 2030 else layout.model_copy(update={"year": day.year})


def _refuse_input(files: Sequence[Path], day: date) -> None:
    mend = "name the files in it, as in FOLDER/*.xlsx"
    faults = [Fault("a folder, not a file", str(path), "files", mend) for path in files if path.is_dir()]
    if day > date.today():
        faults.append(Fault(f"{day} lies in the future", "--snapshot", "the day that the export shows"))
    if faults:
        raise InputError(*faults)


def _refuse(before: About, day: date, county: str | None, replace: bool, renamed: bool) -> None:
    faults = []
    if renamed:
        what = "the register has its titles already, and says whether it is synthetic"
        mend = "leave them out; they count for a new register"
        faults.append(Fault(what, "--title, --title-en, --county-en, --synthetic", mend=mend))
    if not before.store:
        what = "the folder holds a register of workbooks"
        faults.append(Fault(what, f"--into {before.folder}", "a new or an imported register", "choose another folder"))
    if before.region:
        what, mend = "a store of many counties is not extended by an import", "choose a folder for the county's own register"
        raise InputError(Fault(what, f"--into {before.folder}", "a register of one county", mend))
    if county is not None and county != before.county_code:
        what = f"the register is of county {before.county_code}"
        faults.append(Fault(what, f"--county {county}", "the register's county", "leave --county out, or choose another folder"))
    if day in before.snapshots and not replace:
        mend = "choose the day of the new export, or --replace to put it in the place of the old one"
        faults.append(Fault(f"the register has a snapshot of {day}", f"--snapshot {day}", "a day not yet imported", mend))
    if faults:
        raise InputError(*faults)


def _refuse_incomplete(sources: Mapping[str, Source]) -> None:
    missing = [table for table in ("households", "persons") if table not in sources]
    if missing:
        named = " and ".join(f"{dictionary.value_label('table', table, 'en').lower()} ({table})" for table in missing)
        mend = "give the export of households and that of persons together; see `tuopin import … --explain` for an unknown layout"
        raise InputError(Fault(f"no sheet with {named} among the files", "the files given", "households and persons", mend))


def _key(path: Path, before: About | None) -> bytes:
    """The key of the file, made when there is none and the register is new; InputError for another key than the register's."""
    if before and not path.exists():
        mend = "restore it from its copy; if it is lost, make a new key by importing every day again into a new folder"
        raise InputError(Fault("the key of this register is not there", f"--key {path}", "the key with which it was begun", mend))
    secret = protect.read_key(path) if path.exists() else protect.make_key(path)
    if before and hashlib.sha256(secret).hexdigest() != before.key_sha256:
        expected = "the key with which the register was begun, so that households are known again"
        raise InputError(Fault("not the key of this register", f"--key {path}", expected, "give that key's file with --key"))
    return secret


def _new(into: Path, code: str, day: date, key: str, titles: Mapping[str, str], synthetic: bool) -> About:
    named = places.county(code)
    place = f"{named['province']}{named['prefecture']}{named['county']}"
    english = titles.get("county_en") or f"{named['county']} ({code})"
    return About(
        title_zh=titles.get("title_zh") or f"{named['county']}建档立卡贫困户登记册",
        title_en=titles.get("title_en") or f"Poverty register of {english}",
        county_code=code,
        county_zh=named["county"],
        county_en=english,
        baseline=day,
        until=day,
        synthetic=synthetic,
        source_zh=f"{place}建档立卡信息导出表",
        source_en=f"export of the poverty register of {english}",
        store=1,
        key_sha256=key,
        snapshots={day: Snapshot(inputs={}, parts={})},
        folder=into.resolve(),
    )


def _frames(kept: accepted.Accepted, sources: Mapping[str, Source], key: bytes) -> dict[str, pd.DataFrame]:
    """All frames of a snapshot by the name of their part: numbers of households and persons only among the protected ones."""
    frames: dict[str, pd.DataFrame] = {}
    for table in kept.tables:
        public, hidden = kept.tables[table], kept.protected[table]
        numbers = [column for column in _KINDS if column in public]
        ids = {column: protect.pseudonyms(public[column], key, _KINDS[column]) for column in numbers}
        whole = public.assign(**ids)
        order = whole.sort_values([*(c for c in accepted.PLACE if c in whole), *accepted.ORDER[table]], kind="stable").index
        frames[table] = whole.loc[order].reset_index(drop=True)
        frames[f"{store.PROTECTED}/{table}"] = hidden.assign(**ids).loc[order].reset_index(drop=True)
    found = kept.checked | {"set_aside": accepted.as_read(kept.checked["set_aside"], sources)}
    return frames | {f"{store.PROTECTED}/{name}": frame for name, frame in found.items()}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

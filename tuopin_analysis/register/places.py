"""Official names and codes of townships and villages, and which of them a register's rows mean."""

import re
import unicodedata
import zlib
from collections.abc import Iterable
from functools import cache

import pandas as pd

from tuopin_analysis import paths
from tuopin_analysis.register import masks

LONGEST = 20  # signs of a village's name; of the 667,910 in the list of 2016 few have more
_LONG_FORMS = (("村民委员会", "村委会"), ("居民委员会", "居委会"))
_VILLAGE_ENDINGS = ("社区居委会", "居委会", "村委会", "委会")


@cache
def _list(name: str, column: str, county_code: str) -> pd.DataFrame:
    """The rows of a national list that belong to one county; only its part of the file is read."""
    import pyarrow.parquet as pq

    digits = 9 if name == "townships_2016" else 12
    low, high = county_code.ljust(digits, "0"), county_code.ljust(digits, "9")
    bounds = (low, high) if name == "townships_2016" else (int(low), int(high))
    rows = pq.read_table(paths.PLACES / f"{name}.parquet", filters=[(column, ">=", bounds[0]), (column, "<=", bounds[1])])
    return rows.to_pandas().astype("str")


@cache
def _own(file: str) -> pd.DataFrame:
    return pd.read_csv(paths.PLACES / file, dtype=str, keep_default_na=False)


@cache
def townships(county_code: str) -> pd.DataFrame:
    """One row per township of a county, in code order: township_code, township, name_en (the Chinese name where none is known).

    Without rows for a code that is no county's.

    >>> townships("130123")["township"].to_list()[:4]
    ['诸福屯街道办事处', '三里屯街道办事处', '正定镇', '新城铺镇']
    """
    english = _own("townships.csv").set_index("code")["name_en"]
    found = _list("townships_2016", "township_code", county_code)[["township_code", "township"]]
    return found.assign(name_en=found["township_code"].map(english).fillna(found["township"]))


@cache
def villages(county_code: str) -> pd.DataFrame:
    """One row per village or community, in code order: village_code, village (short name), name (official), township_code.

    Short names drop the committee, and differ within a township: 大众街村委会 is 大众街村, 大众街居委会 is 大众街.

    >>> villages("130123").query("village == '大众街村'")["village_code"].to_list()
    ['130123100210']
    """
    found = _list("villages_2016", "village_code", county_code)
    found["township_code"] = found["village_code"].str.slice(0, 9)
    found["village"] = _distinct(found)
    return found[["village_code", "village", "name", "township_code"]]


def _distinct(listed: pd.DataFrame) -> pd.Series:
    """Short names, but the official one where two villages of a township have the same short name."""
    short = listed["name"].map(short_name)
    return short.mask(pd.DataFrame({"t": listed["township_code"], "s": short}).duplicated(keep=False), listed["name"])


def of_county(county_code: str) -> pd.DataFrame:
    """`villages` for whoever reads many counties: nothing is kept in memory, and villages alike in name stay alike.

    >>> of_county("130123")["village"].to_list()[:2] == villages("130123")["village"].to_list()[:2]
    True
    """
    found = _list.__wrapped__("villages_2016", "village_code", county_code)
    names = [short_name(name) for name in found["name"]]
    return found.assign(township_code=found["village_code"].str.slice(0, 9), village=names)


@cache
def county(county_code: str) -> dict[str, str]:
    """What a county is called: county, prefecture, province; empty when the code is no county's.

    >>> county("130123")
    {'county': '正定县', 'prefecture': '石家庄市', 'province': '河北省'}
    """
    found = _list("townships_2016", "township_code", county_code)
    return {} if found.empty else {name: str(found[name].iloc[0]) for name in ("county", "prefecture", "province")}


def known_townships(county_code: str) -> set[str]:
    """All names under which a county's townships are matched, and their codes."""
    return set(_indexes(county_code)[0])


def counties_of(written: Iterable[str], named: str = "") -> list[str]:
    """The codes of the counties that have all of the townships, and bear the name if one is given; in code order.

    >>> counties_of(["正定镇", "新安镇", "南牛乡"]), counties_of(["正定镇"], "正定县"), counties_of(["柏树沟乡"])
    (['130123'], ['130123'], [])
    """
    import pyarrow.parquet as pq

    columns = ["township_code", "township", "county"]
    known = pq.read_table(paths.PLACES / "townships_2016.parquet", columns=columns).to_pandas()
    known["county_code"] = known["township_code"].str.slice(0, 6)
    if named:
        known = known[known["county"] == _folded(named)]
    aliases = _own("aliases.csv").set_index("alias")["name_2016"].to_dict()
    wanted = {aliases.get(name, name) for name in map(_folded, written)}
    known["written"] = known["township"].map(_folded)
    streets = known.assign(written=known["written"].str.removesuffix("办事处"))
    hits = pd.concat([known, streets]).drop_duplicates(["county_code", "written"])
    counted = hits[hits["written"].isin(wanted)].groupby("county_code").size()
    return sorted(counted[counted == len(wanted)].index) if wanted else sorted(known["county_code"].unique() if named else [])


def _folded(name: str) -> str:
    text = "".join(unicodedata.normalize("NFKC", name).split())
    for long, short in _LONG_FORMS:
        text = text.replace(long, short)
    return text


def short_name(name: str) -> str:
    """A village's name without its committee.

    >>> [short_name(name) for name in ("西关村委会", "北贾村村委会", "固营村社区居民委员会", "解放街居委会")]
    ['西关村', '北贾村', '固营村社区', '解放街']
    """
    return re.sub(r"村村$", "村", re.sub(r"(居)?委会$", "", _folded(name)))


def forms(name: str) -> set[str]:
    """The ways in which registers write a village's name.

    >>> sorted(forms("西关村委会"))
    ['西关', '西关村', '西关村委会']
    """
    folded = _folded(name)
    return {folded, short_name(name), *(folded.removesuffix(end) for end in _VILLAGE_ENDINGS)} - {""}


def _township_index(county_code: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in townships(county_code).itertuples():
        for form in (row.township_code, _folded(str(row.township)), _folded(str(row.township)).removesuffix("办事处")):
            found[str(form)] = str(row.township_code)
    for alias in _own("aliases.csv").itertuples():
        if str(alias.code_2016).startswith(county_code):
            found.setdefault(str(alias.alias), str(alias.code_2016))
            found.setdefault(str(alias.code_alias), str(alias.code_2016))
    return found


def _village_index(county_code: str) -> dict[tuple[str, str], str | None]:
    """By township and written form: the village's code; None where two villages share the form."""
    found: dict[tuple[str, str], str | None] = {}
    listed = villages(county_code)
    keys = zip(listed["township_code"].astype(str), listed["name"].map(_folded), strict=True)
    official: dict[tuple[str, str], str | None] = dict(zip(keys, listed["village_code"].astype(str), strict=True))
    later = dict(zip(_own("aliases.csv")["code_2016"], _own("aliases.csv")["code_alias"], strict=True))
    for (township, name), code in official.items():
        renumbered = {later[township] + str(code)[9:]} if township in later else set()
        for form in (forms(name) | {str(code)} | renumbered) - {name}:
            found[township, form] = None if found.get((township, form), code) != code or (township, form) in official else code
    return {**found, **official}


@cache
def _indexes(county_code: str) -> tuple[dict[str, str], dict[tuple[str, str], str | None]]:
    return _township_index(county_code), _village_index(county_code)


def match(written: pd.DataFrame, county_code: str) -> pd.DataFrame:
    """The places meant by the columns `township` and `village`, same index: township_code, village_code, problem.

    `problem` is missing, "township" or "village" (not in the county's list), or "ambiguous" (two villages of the township are
    written so). A row without a village is matched by its township alone. Of a county whose list of villages nobody has checked
    against its register, a village that the list of 2016 lacks is no fault: it gets a code of its own, made from its name, if it
    can be a name (`is_name`).

    >>> rows = pd.DataFrame({"township": ["正定镇", "正定镇", "正定镇"], "village": ["西关村", "大众街", "上水屯村"]})
    >>> match(rows, "130123")["problem"].to_list()
    [nan, 'ambiguous', 'village']
    """
    towns, by_name = _indexes(county_code)
    checked = county_code in _own("villages.csv")["code"].str.slice(0, 6).to_numpy()
    names = list(zip(written["township"], written["village"], strict=True))
    pairs = {pair: _match(pair, towns, by_name, checked) for pair in set(names)}
    found = [pairs[pair] for pair in names]
    return pd.DataFrame(found, columns=["township_code", "village_code", "problem"], index=written.index, dtype="str")


def is_name(written: str) -> bool:
    """Whether a text can be a village's name: no number of a person in it, at most two digits in a row, and not too long.

    >>> [is_name(text) for text in ("东村", "12队", "130199196002290117", "东村 138 1234 5678", "456村", "村" * 30)]
    [True, True, False, False, False, False]
    """
    folded = _folded(written)
    return len(folded) <= LONGEST and not re.search(r"\d{3}|\*", folded) and not masks.holds_number(written)


def own_code(township_code: str, village: str) -> str:
    """A code for a village that is in no list: its township's, "x", and eight signs made from its name.

    >>> own_code("130624100", "东村") == own_code("130624100", " 东 村 "), len(own_code("130624100", "东村"))
    (True, 18)
    """
    return f"{township_code}x{zlib.crc32(_folded(village).encode('utf-8')):08x}"


def _match(pair: tuple[object, object], towns: dict[str, str], by_name: dict[tuple[str, str], str | None],
           checked: bool) -> tuple[str | None, str | None, str | None]:  # fmt: skip
    township, village = (_folded(part) if isinstance(part, str) else "" for part in pair)
    code = towns.get(township)
    if code is None:
        return None, None, "township" if township else None
    if not village:
        return code, None, None
    if (code, village) not in by_name:
        return (code, None, "village") if checked or not is_name(village) else (code, own_code(code, village), None)
    found = by_name[code, village]
    return code, found, None if found else "ambiguous"

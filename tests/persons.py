"""What the demonstration register's workbooks hold of persons, and where any of it stands in the files of a folder."""

import re
from functools import cache
from pathlib import Path

from python_calamine import CalamineWorkbook
from written import written

from tuopin_analysis import paths
from tuopin_analysis.register import load

PERSONAL = {"证件号码", "出生日期", "户主证件号码", "帮扶责任人"}
CHINESE = re.compile(r"[^\x00-\x7f]+")


@cache
def personal() -> dict[str, set[str]]:
    """Names, numbers, days of birth and telephones by the header of their column."""
    found: dict[str, set[str]] = {}
    for path in sorted(paths.DEMO.glob("*.xlsx")):
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
        head = next(at for at, row in enumerate(rows) if sum(bool(str(cell).strip()) for cell in row) > 3)
        for column, header in enumerate(rows[head]):
            if str(header) in PERSONAL or "姓名" in str(header) or "电话" in str(header):
                values = {str(row[column]).strip() for row in rows[head + 1 :] if column < len(row)}
                found.setdefault(str(header), set()).update(value for value in values if len(value) > 1)
    return found


def leaked(folder: Path, *own: str) -> list[tuple[str, list[str]]]:
    """The files, of whatever kind, in which a person's text stands; `own` are days that pages have their own reasons for."""
    told, held = load.about("demo"), personal()
    assert {"姓名", "证件号码", "出生日期"} <= set(held)
    assert sum(map(len, held.values())) > 3000
    kept = {told.baseline.isoformat(), told.until.isoformat(), *own}
    dates = {value[:10] for value in held["出生日期"]} - kept
    days = {value for iso in dates if re.fullmatch(r"\d{4}-\d\d-\d\d", iso) for value in (iso, iso.replace("-", ""))}
    words = {value for header, values in held.items() if header != "出生日期" for value in values}
    names, mixed = ({word for word in words if pure == bool(CHINESE.fullmatch(word))} for pure in (True, False))
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        text = re.sub(r"base64,[A-Za-z0-9+/=]+|\"image/png\": \"[^\"]*\"", "", written(path))
        here = words & set(re.findall(r"\d{17}[\dXx]|\d{11,22}", text))
        runs = "\n".join(set(CHINESE.findall(text)))  # each once: a page says the same words many times
        here |= {word for word in names if word in runs} | {word for word in mixed if not word.isascii() and word in text}
        here |= days & set(re.findall(r"(?<![\d.])\d{8}(?!\d)|\d{4}-\d\d-\d\d", text))
        if here:
            found.append((path.relative_to(folder).as_posix(), sorted(here)[:3]))
    return found

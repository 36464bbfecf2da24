"""What the demonstration register's workbooks hold of persons, and where any of it stands in the files of a folder."""

import re
from functools import cache
from pathlib import Path

from python_calamine import CalamineWorkbook
from written import written

from tuopin_analysis import paths
from tuopin_analysis.register import dictionary, load

CHINESE = re.compile(r"[^\x00-\x7f]+")


@cache
def personal() -> dict[str, set[str]]:
    """What the protected columns hold, by the column's name in the dictionary: names, numbers, telephones, days of birth."""
    found: dict[str, set[str]] = {}
    for table, file in load.about("demo").tables.items():
        protected = set(dictionary.columns(table).query("protected == 'yes'").index)
        rows = CalamineWorkbook.from_path(str(paths.DEMO / file)).get_sheet_by_index(0).to_python()
        head = next(at for at, row in enumerate(rows) if sum(bool(str(cell).strip()) for cell in row) > 3)
        headers = [dictionary.headers(table).get(dictionary.normalise_header(str(cell))) for cell in rows[head]]
        for column in sorted(protected & set(headers)):
            values = {str(row[headers.index(column)]).strip() for row in rows[head + 1 :]}
            found.setdefault(column, set()).update(value for value in values if len(value) > 1)
    return found


def leaked(folder: Path, *own: str) -> list[tuple[str, list[str]]]:
    """The files, of whatever kind, in which a person's text stands; `own` are days that pages have their own reasons for."""
    told, held = load.about("demo"), personal()
    assert {"head_name", "name", "id_number", "birth_date", "helper_name", "liaison_name"} <= set(held)
    assert sum(map(len, held.values())) > 3000
    kept = {told.baseline.isoformat(), told.until.isoformat(), *own}
    dates = {value[:10] for value in held["birth_date"]} - kept
    days = {value for iso in dates if re.fullmatch(r"\d{4}-\d\d-\d\d", iso) for value in (iso, iso.replace("-", ""))}
    words = {value for column, values in held.items() if column != "birth_date" for value in values}
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

"""Damaged files: whatever is done to them, an import ends in success or in InputError, soon, and leaves a register or nothing.

`python tests/fuzz_import.py 2000` imports that many (each is made from its number alone) and prints what came of them;
`python tests/fuzz_import.py 2000 gathered` only reads them.
"""

import random
import sys
import tempfile
import time
import zipfile
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import import_files
import import_shapes

from tuopin_analysis.errors import InputError

KINDS = (".xlsx", ".xls", ".ods", ".xlsb", ".csv")
SECONDS = 20
_CELLS = ["", " ", "合计", "注：", "=1+1", '="1"', "\0", "\x0b", "�", "🙂", "𠮷", "1e999", "-0", "NaN", "9" * 400,
    "长" * 3000, "是", "01", "户编号",
          "姓名", 0, -1, 1e300, 1e15, 1.30123e17, 2.5, True, False, date(1900, 1, 1), date(9999, 12, 31), None, "2016-02-30",
          "#REF!"]  # fmt: skip
_PIECES = [b"", b"\0", b"\xff\xfe", b"<", b"&", b"]]>", b'r="XFD1048576"', b'r="A99999999999"', b'r="ZZZZZZ1"',
    b"99999999999999999999",
           b"-1", b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]>", b"</row>", b"</sheetData>", b't="s"', b"1e400", b'"', b",,,,,,",
               b"\r", b"\xd5"]  # fmt: skip
_REPEATS = b'table:number-columns-repeated="90000000"'


@cache
def _base(kind):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{kind}"
        grid = import_shapes.table(import_shapes.people(3, 5), list(import_shapes.FLAT))
        return import_files.write(path, {"表": [import_shapes.TITLE, *grid, ["合计", 3]]}).read_bytes()


def _bytes(rng, data):
    """Bytes changed, cut, doubled or put in."""
    data = bytearray(data)
    for _ in range(rng.choice((1, 1, 3, 20))):
        at = rng.randrange(len(data) + 1)
        match rng.randrange(5):
            case 0 if at < len(data):
                data[at] = rng.randrange(256)
            case 1:
                del data[at : at + rng.choice((1, 8, 500))]
            case 2:
                data[at:at] = rng.choice(_PIECES)
            case 3:
                data[at:at] = data[at : at + rng.choice((4, 64, 1000))]
            case _ if rng.random() < 0.3:
                del data[at:]
    return bytes(data)


def _member(rng, data, folder):
    """One part of a zipped workbook changed, and the whole zipped again, so that its checksums are right."""
    old, new = folder / "old.zip", folder / "new.zip"
    old.write_bytes(data)
    with zipfile.ZipFile(old) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    name = rng.choice([part for part in parts if part.endswith((".xml", ".bin", ".rels"))])
    part = parts[name]
    if rng.random() < 0.3 and b"table-cell" in part:
        part = part.replace(b"<table:table-cell ", b"<table:table-cell " + _REPEATS + b" ", rng.randint(1, 3))
    elif rng.random() < 0.4 and b'r="' in part:
        places = [at for at in range(len(part)) if part.startswith(b'r="', at)]
        at = rng.choice(places)
        part = (
            part[:at] + rng.choice([piece for piece in _PIECES if piece.startswith(b"r=")]) + part[part.find(b'"', at + 3) + 1 :]
        )
    else:
        part = _bytes(rng, part)
    parts[name] = part
    if rng.random() < 0.1:
        del parts[name]
    with zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as packed:
        for member, text in parts.items():
            packed.writestr(member, text)
    return new.read_bytes()


def _cells(rng, path):
    """A sound file with strange cells in strange places."""
    grid = import_shapes.table(import_shapes.people(rng.randint(0, 4), rng.randrange(99)), list(import_shapes.FLAT))
    for _ in range(rng.randint(1, 40)):
        row = rng.choice(grid)
        cell = rng.choice(_CELLS)
        if path.suffix in (".xlsx", ".ods", ".xls", ".xlsb") and isinstance(cell, str):
            cell = "".join(sign for sign in cell if sign >= " " and sign not in "�")
        row[rng.randrange(len(row))] = (
            cell if not (isinstance(cell, date) and cell.year == 9999) or path.suffix != ".xls" else None
        )
    if rng.random() < 0.3:
        rng.shuffle(grid)
    if rng.random() < 0.2:
        grid = [row[: rng.randrange(len(row) + 1)] for row in grid]
    options = (
        {"encoding": rng.choice(("utf-8", "gb18030", "utf-16")), "delimiter": rng.choice(",;\t")} if path.suffix == ".csv" else {}
    )
    import_files.write(path, {"表": grid}, **options)


def make(case, folder):
    """The damaged file of a case."""
    rng = random.Random(case)
    kind = KINDS[case % len(KINDS)]
    path = folder / f"a{kind}"
    way = rng.randrange(3)
    if way == 0:
        _cells(rng, path)
    elif way == 1 and kind in (".xlsx", ".ods", ".xlsb"):
        path.write_bytes(_member(rng, _base(kind), folder))
    else:
        path.write_bytes(_bytes(rng, _base(kind)))
    if rng.random() < 0.05:
        path = path.rename(path.with_suffix(rng.choice((*KINDS, ".txt", ".doc"))))
    return path


def run(case, target):
    """Give the damaged file of a case to `target(path)`: "read", "refused" (InputError), or the failure in words."""
    with tempfile.TemporaryDirectory() as folder:
        path = make(case, Path(folder))
        start = time.monotonic()
        try:
            target(path)
            outcome = "read"
        except InputError as error:
            outcome = "refused" if str(error).strip() else "an InputError that says nothing"
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            outcome = f"{type(error).__name__}: {error}"[:300]
        took = time.monotonic() - start
    return outcome if took < SECONDS else f"{took:.0f} seconds"


def gathered(path):
    """The reading of one file as far as typed frames."""
    from tuopin_analysis.register import validate
    from tuopin_analysis.register.gather import gather

    for source in gather([path]).sources.values():
        validate.typed(source)


def imported(path):
    """The whole import of one file: a register that can be read, or nothing at all."""
    from tuopin_analysis.register import importing, load

    into = path.parent / "store"
    try:
        importing.import_files([path], into, date(2016, 12, 31), key=path.parent / "keys" / "key", county="130123")
    except InputError:
        assert not into.exists(), f"left behind: {sorted(into.rglob('*'))}"
        raise
    account = load.account(str(into))
    assert (account["rows_read"] == account["rows_accepted"] + account["rows_set_aside"]).all()
    assert len(load.households(str(into))) == account.set_index("table").loc["households", "rows_accepted"]
    assert len(load.persons(str(into))) == account.set_index("table").loc["persons", "rows_accepted"]


def main(cases, target=imported):
    """Run the cases, print the tally and what failed."""
    start = time.monotonic()
    outcomes = {}
    for case in range(cases):
        print(f"\r{case}", end="", file=sys.stderr, flush=True)
        outcomes[case] = run(case, target)
    failed = {case: said for case, said in outcomes.items() if said not in ("read", "refused")}
    tally = Counter("failed" if case in failed else said for case, said in outcomes.items())
    print(f"\n{cases} cases in {time.monotonic() - start:.0f} s: {dict(tally)}")
    for case, said in failed.items():
        print(case, said)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000, gathered if sys.argv[2:] == ["gathered"] else imported))

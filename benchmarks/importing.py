"""Import one workbook of 100,000 persons, as `tuopin import` does it: seconds and peak memory. `make bench-import`.

The workbook is a flat person export (28 columns) made from the demonstration register's persons, copied under new numbers into
the villages they come from. Only the import is measured, in a process of its own.
"""

import csv
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import xlsxwriter

from tuopin_analysis import paths
from tuopin_analysis.register import demo_family, demo_write, gather, values

PERSONS = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
LIMIT_SECONDS, LIMIT_MIB = 15, 1024
MEASURED = """
import json, resource, sys, time
from tuopin_analysis import cli
result, started = sys.argv.pop(), time.perf_counter()
try:
    cli.main()
finally:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": time.perf_counter() - started, "mib": peak}), file=open(result, "w"))
"""


def write(path: Path) -> int:
    """Write the workbook; the number of persons in it."""
    aside = {int(row["row"]) for row in planted("persons") if row["severity"] == "error"}
    source = gather.gather([paths.DEMO / "persons.xlsx"]).sources["persons"]
    headers = list(demo_write.PERSONS)[1:27]
    rng, taken, written = random.Random(1), set(), 0
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        page = book.add_worksheet("人员信息")
        page.write_row(0, 0, ["序号", *headers])
        lines = [line for line, row in enumerate(source.origin["row"]) if row not in aside]
        for copy in range(1 + PERSONS // len(lines)):
            for line in lines:
                if written == PERSONS:
                    return written
                written += 1
                page.write_row(written, 0, [written, *row_of(source, line, copy, headers, rng, taken)])
    return written


def planted(table: str) -> list[dict[str, str]]:
    with open(paths.DEMO / "planted.csv", encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["table"] == table]


def row_of(source, line: int, copy: int, headers: list[str], rng: random.Random, taken: set[str]) -> list[object]:
    """One person's cells under new numbers; household values that the persons' table lacks are filled in alike for all."""
    filled = {"county": "正定县", "attribute": "一般贫困户", "cause_main": "因病", "poverty_status": "未脱贫",
              "is_dilapidated": "否", "has_safe_water": "是", "has_water_difficulty": "否", "income_per_person_yuan": 2500,
              "phone": ""}  # fmt: skip
    found = filled | {column: values.text(cells[line]) for column, cells in source.cells.items()}
    number = found["id_number"]
    if len(number) == 18 and copy:
        birth = values.day(number[6:14])
        sex = "male" if int(number[16]) % 2 else "female"
        found["id_number"] = demo_family.id_number(rng, birth, sex, taken) if birth else ""
    for column in ("household_id", "person_id"):
        found[column] = f"{found[column]}{copy:03d}"
    return [found.get(demo_write.PERSONS[header], "") for header in headers]


def main() -> None:
    """Write, import, and say how long it took and how much memory."""
    with tempfile.TemporaryDirectory() as folder:
        book, result = Path(folder) / "persons.xlsx", Path(folder) / "result.json"
        started = time.perf_counter()
        persons = write(book)
        print(f"{persons:,} persons, {book.stat().st_size / 1e6:.1f} MB, written in {time.perf_counter() - started:.0f} s")
        words = ["import", str(book), "--into", f"{folder}/register", "--snapshot", "2016-12-31", "--key", f"{folder}/key"]
        command = [sys.executable, "-c", MEASURED, *words, str(result)]
        done = subprocess.run(command, check=False)
        told = json.loads(result.read_text())
    seconds, mib = told["seconds"], told["mib"]
    print(f"imported and checked in {seconds:.1f} s (at most {LIMIT_SECONDS}), peak {mib:.0f} MiB (at most {LIMIT_MIB})")
    sys.exit(done.returncode or seconds > LIMIT_SECONDS or mib > LIMIT_MIB)


if __name__ == "__main__":
    main()

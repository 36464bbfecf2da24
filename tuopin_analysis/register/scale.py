"""Write a synthetic store of a county, a province or the nation, with the townships of 2016, in bounded memory.

The store is written beside its folder and moved there whole. Every part is complete before the list of parts names it, and
register.yaml, which names the lists by their checksums, comes last.
"""

import hashlib
import multiprocessing
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tuopin_analysis import paths
from tuopin_analysis.errors import Fault, InputError, nearest
from tuopin_analysis.register import parts_list, scale_course, scale_draw, scale_tables
from tuopin_analysis.register.about import NATION, About, Snapshot
from tuopin_analysis.register.scale_draw import County

SCALES = {"county": 6, "province": 2, "nation": 0}
PLACES = {"county": "130123", "province": "13", "nation": ""}
DAYS = (date(2016, 1, 1), date(2016, 12, 31), date(2017, 12, 31))
PIECE = 32_768  # households drawn, sorted and written at a time: what a process holds in memory, whatever the store's size
Tell = Callable[[int], object]


@dataclass(frozen=True)
class Wanted:
    """What is to be made: the code below which counties lie, how many households at first, on which days, from which seed."""

    scale: str
    place: str
    households: int
    days: tuple[date, ...]
    seed: int


def wanted(scale: str, place: str | None, households: int | None, snapshots: int, seed: int) -> Wanted:
    """Check what is asked for; InputError lists every fault. Without `households`: the place's share of the nation's."""
    if scale not in SCALES:
        raise InputError(Fault(f"unknown scale '{scale}'", "--scale", "county, province or nation", nearest(scale, SCALES)))
    code = PLACES[scale] if place is None else place
    known = len(code) == SCALES[scale] and (code.isdigit() or not code) and len(scale_draw.townships(code)) > 0
    faults = []
    if not known:
        digits = {6: "the six digits of a county, such as 130123", 2: "the two digits of a province, such as 13", 0: "no place"}
        faults.append(Fault(f"no {scale} has the code '{code}'", "--place", digits[SCALES[scale]]))
    given = scale_draw.assumed()
    if households is None and known:
        households = round(given["households"] * len(scale_draw.townships(code)) / len(scale_draw.townships("")))
    if households is not None and not 1 <= households <= 10 * given["households"]:
        expected = f"1 to {10 * given['households']:,}"
        faults.append(Fault(f"{households} households", "--households", expected))
    if not 1 <= snapshots <= len(DAYS):
        faults.append(Fault(f"{snapshots} snapshots", "--snapshots", f"1 to {len(DAYS)}"))
    if faults:
        raise InputError(*faults)
    return Wanted(scale, code, households or 0, DAYS[:snapshots], seed)


def build(folder: Path, asked: Wanted, *, workers: int = 1, piece: int = PIECE, tell: Tell = lambda _: None) -> About:
    """Write the store, whole or not at all; the same `asked` gives the same bytes, whatever the number of workers.

    `tell` hears how many households are written. InputError when the folder exists and is not empty, or cannot be written.
    """
    folder = Path(folder).resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        what = "the folder is there already"
        raise InputError(
            Fault(what, f"--into {paths.shown(folder)}", "a new or empty folder", "choose another one, or remove it")
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as beside:  # 0700
            made = Path(beside) / "new"
            made.mkdir(mode=0o700)
            about = _write(made, asked, workers, piece, tell)
            if folder.exists():
                folder.rmdir()
            os.replace(made, folder)
    except OSError as error:
        told = f"cannot write the store: {error.strerror or error}"
        expected = "a folder that can be written, with room for the store"
        raise InputError(Fault(told, f"--into {paths.shown(folder)}", expected, "choose another folder, or make room")) from None
    return about.model_copy(update={"folder": folder})


def _write(folder: Path, asked: Wanted, workers: int, piece: int, tell: Tell) -> About:
    rows: list[parts_list.Row] = []
    counties = scale_draw.counties(asked.place, asked.households, asked.seed)
    job = partial(_county, folder, asked, piece)
    with ExitStack() as stack:
        done: Iterator[tuple[int, list[parts_list.Row]]]
        if workers > 1:
            pool = stack.enter_context(multiprocessing.get_context("spawn").Pool(workers))
            done = pool.imap(job, counties)
        else:
            done = map(job, counties)
        for households, made in done:
            rows += made
            tell(households)
    if hasattr(os, "sync"):
        os.sync()  # once for thousands of parts, before anything names them
    snapshots = {day: Snapshot(inputs={}, index=parts_list.write(folder, day, rows)) for day in asked.days}
    about = _described(folder, asked, snapshots)
    parts_list.describe(folder, about)
    return about


def _described(folder: Path, asked: Wanted, snapshots: dict[date, Snapshot]) -> About:
    name, english = parts_list.region_name(asked.place)
    given = scale_draw.assumed()
    how = f"{asked.households:,} households, seed {asked.seed}"
    return About(
        title_zh=f"{name}建档立卡模拟数据（模拟）", title_en=f"Synthetic register of {english} (SYNTHETIC)", county_code="",
        region=asked.place or NATION, county_zh=name, county_en=english, baseline=asked.days[0], until=asked.days[-1],
        synthetic=True, store=2, snapshots=snapshots, folder=folder,
        source_zh=f"模拟数据：{how}；致贫原因、家庭规模等构成均为假设，乡镇为2016年代码，不涉及真实个人",
        source_en=f"SYNTHETIC: {how}; causes (illness {given['causes']['illness'] / 10:g} % of households), sizes and all else "
                  "are assumed, township codes are those of 2016, and no row is a real person",
    )  # fmt: skip


def _county(folder: Path, asked: Wanted, piece: int, county: County) -> tuple[int, list[parts_list.Row]]:
    """Write a county's parts, piece by piece; one file a table and snapshot."""
    sizes = scale_draw.pieces(county, piece)
    pool, rng = scale_draw.Pools(dict(county.holds)), scale_course.rng_of(asked.seed, 1, county.order)
    where, days = scale_tables.Places(county), [day.toordinal() for day in asked.days]
    with ExitStack() as stack:
        writers = _Writers(folder, county.code, stack)
        for part, number in enumerate(sizes):
            drawn = scale_course.draw(rng, pool.counts(rng, number), part, len(sizes), days)
            members = scale_course.members(rng, drawn)
            for at, day in enumerate(asked.days):
                writers.add("households", day, scale_tables.households(drawn, county, where, at, day))
                years = day.year - asked.days[0].year
                writers.add("persons", day, scale_tables.persons(drawn, members, county, where, at, years))
                if at:
                    writers.add("events", day, scale_tables.events(drawn, county, day))
            writers.add("exit_plans", asked.days[0], scale_tables.exit_plans(drawn, county))
    return county.households, writers.finished()


class _Writers:
    """The open parts of one county; a finished one gets its checksum as its name."""

    def __init__(self, folder: Path, county: str, stack: ExitStack) -> None:
        self.folder, self.county, self.stack = folder, county, stack
        self.open: dict[tuple[str, date], tuple[Path, pq.ParquetWriter]] = {}
        self.rows: dict[tuple[str, date], int] = {}

    def add(self, table: str, day: date, rows: pa.Table) -> None:
        """Write the rows as a row group."""
        if (table, day) not in self.open:
            below = self.folder / parts_list.place(table, day, self.county)
            for above in (below.parent.parent, below.parent, below):
                above.mkdir(exist_ok=True, mode=0o700)
            keys = [name for name in rows.column_names if name not in scale_tables.PLAIN]
            writer = pq.ParquetWriter(
                below / "part", rows.schema, compression="zstd", compression_level=1, use_dictionary=keys, store_schema=False
            )
            self.open[table, day] = below, self.stack.enter_context(writer)
        self.open[table, day][1].write_table(rows)
        self.rows[table, day] = self.rows.get((table, day), 0) + len(rows)

    def finished(self) -> list[parts_list.Row]:
        """The parts as the list names them; all writers are closed by now."""
        found = []
        for (table, day), (below, _) in self.open.items():
            half = below / "part"
            with open(half, "rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            named = below / f"{sha256[:16]}.parquet"
            half.chmod(0o600)
            half.rename(named)
            file_name = named.relative_to(self.folder).as_posix()
            found.append(parts_list.Row(table, day, self.county, file_name, self.rows[table, day], named.stat().st_size, sha256))
        return found


def free_bytes(folder: Path) -> int:
    """Room on the disk of a folder that may not exist yet."""
    there = next(above for above in [folder.resolve(), *folder.resolve().parents] if above.exists())
    return shutil.disk_usage(there).free

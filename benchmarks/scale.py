"""Results of a whole store against the same results written by hand in pandas, Polars and DuckDB: time, memory, ratios, equality.

`make bench-scale`. `--households 1e6 5e6 30e6` chooses sizes, `--engines`, `--results` and `--hands` what is measured, `--repeat`
how often; `--stores FOLDER` keeps the stores for the next time. Every measurement is a process of its own; those of a result are
interleaved, and medians are told. Times begin when libraries are imported and end with a small pandas frame.
"""

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

RESULTS = ("causes by county", "townships", "targets", "flows", "poverty")
SIZES, ENGINES, HANDS = ["1e6", "5e6", "30e6"], ["polars", "duckdb", "pandas"], ["polars", "duckdb", "pandas"]
DAY, BASE, LINE = "2016-12-31", "2016-01-01", 2855.0
COUNTS = ["households", "persons", "remaining_households", "remaining_persons"]
PANDAS_MOST = 6_000_000  # hand-written pandas needs more memory than there is beyond


def ours(store: str, engine: str, result: str, cluster: str | None) -> pd.DataFrame:
    """A result by the functions of analysis/."""
    from tuopin_analysis import rules
    from tuopin_analysis.analysis import causes, flows, poverty, targets, townships
    from tuopin_analysis.register import opened

    register = opened.open_register(store, engine=engine, cluster=cluster)
    if result == "causes by county":
        needs = ["household_id", "county_code", "cause_main", "size"]
        return causes.by_county(register.households(DAY, needs)).sort_values(["county_code", "cause_main"], ignore_index=True)
    if result == "townships":
        return townships.distribution(register.households(DAY, ["household_id", "township_code", "township", "size"]))
    if result == "poverty":
        needs = ["household_id", "county_code", "size", "income_per_person_yuan"]
        return poverty.measures(register.listed(BASE, needs), line_yuan=LINE, by=["county_code"])
    if result == "flows":
        needs = ["household_id", "county_code", "size"]
        parts = register.by_part()
        return pd.concat([flows.by_place(p.listed(BASE, needs), p.listed(DAY, needs), by="county_code") for p in parts],
                         ignore_index=True)  # fmt: skip
    rule_set = rules.read("hebei-2016")
    households = register.listed(BASE, ["household_id", "size"])
    return targets.progress(
        households, register.exit_plans(), register.events(DAY), baseline=BASE, as_of=DAY, targets=rule_set.targets,
        settings=rule_set.progress, rounding="up",
    )  # fmt: skip


def compared(result: str, frame: pd.DataFrame) -> pd.DataFrame:
    """What the hand-written versions have, too: counts and the measures; shares follow from them."""
    columns = {
        "causes by county": ["county_code", "cause_main", *COUNTS], "townships": ["township_code", "township", *COUNTS],
        "targets": ["period", "planned_households", "planned_persons", "actual_households", "actual_persons"],
    }.get(result, list(frame.columns))  # fmt: skip
    kept = frame[columns].sort_values(columns[:2], ignore_index=True)
    if "cause_main" in kept:  # ours lists every cause, also where no household has it
        kept = kept[kept["households"] > 0].reset_index(drop=True)
    numbers = kept.select_dtypes("number").columns
    return kept.assign(**{name: kept[name].astype("float64") for name in numbers})


def measure(arguments: list[str]) -> None:
    """One measurement, in this process: the result as Parquet, seconds and peak memory as JSON."""
    store, how, engine, result, out, cluster = arguments
    if how == "ours":
        import narwhals  # noqa: F401

        from tuopin_analysis.analysis import flows, poverty, targets  # noqa: F401
        from tuopin_analysis.register import engines, opened  # noqa: F401

        if engine == "pyspark":
            engines.spark(cluster or None)
        elif engine == "dask":
            from dask import dataframe  # noqa: F401
    else:
        import by_hand
    started, before = time.perf_counter(), sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    found = ours(store, engine, result, cluster or None) if how == "ours" else by_hand.run(store, engine, result)
    seconds = time.perf_counter() - started
    cpu = sum(resource.getrusage(resource.RUSAGE_SELF)[:2]) - before
    compared(result, found).to_parquet(out)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    Path(out).with_suffix(".json").write_text(json.dumps({"seconds": seconds, "cpu": cpu, "gib": peak}))


def child(store: Path, how: str, engine: str, result: str, out: Path, cluster: str) -> dict[str, float]:
    """A measurement in a process of its own."""
    words = [sys.executable, "-W", "ignore", __file__, "--measure", str(store), how, engine, result, str(out), cluster]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"seconds": float("nan"), "cpu": float("nan"), "gib": float("nan"), "error": done.stderr.strip()[-400:]}  # type: ignore[dict-item]
    found: dict[str, float] = json.loads(out.with_suffix(".json").read_text())
    return found


def agree(one: Path, other: Path) -> bool:
    """Whether two results are equal: whole numbers exactly, others to 1e-9."""
    try:
        pd.testing.assert_frame_equal(pd.read_parquet(one), pd.read_parquet(other), check_dtype=False, rtol=1e-12, atol=1e-9)
    except (AssertionError, OSError):
        return False
    return True


def store_of(folder: Path, size: int) -> Path:
    """The store of a size, made if it isn't there."""
    from tuopin_analysis.register import scale

    store = folder / f"nation-{size}"
    if not store.exists():
        started = time.perf_counter()
        scale.build(store, scale.wanted("nation", None, size, 2, 2016), workers=2)
        took = sum(path.stat().st_size for path in store.rglob("*.parquet")) / 2**30
        print(f"store of {size:,} households written in {time.perf_counter() - started:.0f} s, {took:.2f} GiB", flush=True)
    return store


def ways(args: argparse.Namespace, size: int) -> list[tuple[str, str]]:
    """What is measured: hand-written versions, then ours."""
    small = [(how, engine) for how, named in (("hand", args.hands), ("ours", args.engines)) for engine in named]
    return [(how, engine) for how, engine in small if engine != "pandas" or size <= PANDAS_MOST]


def of_size(args: argparse.Namespace, size: int, folder: Path, out: Path) -> list[dict[str, object]]:
    """All results of one size: a row for each way."""
    store = store_of(folder, size)
    rows = []
    for result in args.results:
        runs: dict[tuple[str, str], list[dict[str, float]]] = {way: [] for way in ways(args, size)}
        for _ in range(args.repeat):
            for how, engine in runs:
                runs[how, engine].append(child(store, how, engine, result, out / f"{how}-{engine}.parquet", args.cluster))
        medians = {way: statistics.median(run["seconds"] for run in found) for way, found in runs.items()}
        reference = next((out / f"{how}-{engine}.parquet" for how, engine in runs), None)
        for (how, engine), found in runs.items():
            errors = [run["error"] for run in found if "error" in run]
            same = reference is not None and agree(reference, out / f"{how}-{engine}.parquet")
            row: dict[str, object] = {"households": size, "result": result, "way": how, "engine": engine}
            row |= {"seconds": medians[how, engine], "gib": max(run["gib"] for run in found), "equal": same and not errors}
            cpu = {way: statistics.median(run["cpu"] for run in found) for way, found in runs.items()}
            row["cpu"] = cpu[how, engine]
            row["cpu_to_hand"] = cpu[how, engine] / cpu["hand", engine] if how == "ours" and ("hand", engine) in cpu else None
            hand, slow = medians.get(("hand", engine)), medians.get(("hand", "pandas"))
            row["to_hand"] = medians[how, engine] / hand if how == "ours" and hand else None
            row["times_pandas"] = slow / medians[how, engine] if slow else None
            rows.append(row)
            ratio = f"{row['to_hand']:5.2f} x hand ({row['cpu_to_hand']:.2f} of CPU)" if row["to_hand"] else " " * 26
            faster = f"{row['times_pandas']:6.1f} x pandas" if row["times_pandas"] else ""
            told = f"{medians[how, engine]:8.2f} s {row['cpu']:8.2f} s CPU {row['gib']:6.2f} GiB {ratio} {faster}"
            print(f"{size:>11,} {result:<17} {how} {engine:<8}{told}  "
                  f"{'equal' if row['equal'] else 'DIFFERS ' + str(errors[:1])}", flush=True)  # fmt: skip
    return rows


def main() -> None:
    """Measure and print; the rows stay in benchmarks/results/scale.csv."""
    if sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[2:])
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--households", nargs="+", default=SIZES)
    parser.add_argument("--engines", nargs="+", default=ENGINES)
    parser.add_argument("--hands", nargs="*", default=HANDS)
    parser.add_argument("--results", nargs="+", default=list(RESULTS), choices=RESULTS)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--cluster", default="", help="address of a Dask scheduler or Spark master")
    parser.add_argument("--stores", type=Path)
    args = parser.parse_args()
    made = Path(tempfile.mkdtemp(prefix="tuopin-scale-"))
    try:
        rows = [row for size in args.households for row in of_size(args, int(float(size)), args.stores or made, made)]
    finally:
        shutil.rmtree(made)
    kept = Path(__file__).parent / "results" / "scale.csv"
    kept.parent.mkdir(exist_ok=True)
    pd.DataFrame(rows).to_csv(kept, index=False)
    print(f"rows: {kept}")


if __name__ == "__main__":
    main()

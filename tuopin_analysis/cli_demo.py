"""The command `tuopin demo`: the demonstration register, or a synthetic store of any size."""

import os
from pathlib import Path
from typing import Annotated

import typer

from tuopin_analysis import paths
from tuopin_analysis.errors import Fault, InputError

BYTES_A_HOUSEHOLD = 60  # on the disk, a snapshot: measured


def demo(
    into: Annotated[
        Path | None,
        typer.Option(help="Folder to write; must be new, empty or a demonstration register.", show_default="data/demo"),
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed draws other households with the same totals.")] = 2016,
    scale: Annotated[
        str | None, typer.Option(help="county, province or nation: a synthetic Parquet store of that size.", show_default=False)
    ] = None,
    place: Annotated[
        str | None, typer.Option(help="Code of the county or province for --scale.", show_default="130123 or 13")
    ] = None,
    households: Annotated[
        int | None, typer.Option(help="Households for --scale.", show_default="the place's part of 29.48 million")
    ] = None,
    snapshots: Annotated[int | None, typer.Option(help="Snapshots for --scale, a year apart.", show_default="2")] = None,
) -> None:
    """Make the demonstration register: synthetic workbooks in the layout of a real export; with --scale a store of any size."""
    if scale is None:
        _workbooks(into or paths.DEMO, seed, {"--place": place, "--households": households, "--snapshots": snapshots})
        return
    from tuopin_analysis.register import scale as maker

    if into is None:
        raise InputError(Fault("--into is missing", "--scale", "a new folder for the store", "such as --into data/raw/nation"))
    days_asked = 2 if snapshots is None else snapshots
    asked = maker.wanted(scale, place, households, days_asked, seed)
    needed, free = asked.households * days_asked * BYTES_A_HOUSEHOLD, maker.free_bytes(into)
    if needed > free:
        what = f"about {needed / 2**30:.1f} GiB are needed, and {free / 2**30:.1f} GiB are free"
        raise InputError(Fault(what, f"--into {into}", "room for the store", "choose another folder, or fewer --households"))
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("Households", total=asked.households)
        workers = os.cpu_count() or 1
        told = maker.build(into, asked, workers=workers if scale != "county" else 1, tell=lambda n: bar.advance(task, n))
    days = ", ".join(map(str, told.snapshots))
    typer.echo(f"{told.title_en}: {asked.households:,} households, snapshots of {days}")
    typer.echo(f"Store: {into}    next: docs/engines.md; for one county tuopin report --register {into}/county=CODE --scope all")


def _workbooks(into: Path, seed: int, of_scale: dict[str, str | int | None]) -> None:
    from tuopin_analysis.register import demo as maker

    given = [name for name, value in of_scale.items() if value is not None]
    if given:
        raise InputError(*(Fault(f"{name} goes with --scale", name, "--scale county, province or nation") for name in given))
    maker.build(into, seed=seed)
    typer.echo(f"Demonstration register: {into}")

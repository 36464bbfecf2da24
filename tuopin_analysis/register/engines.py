"""The engines that can hold a register: each opens Parquet files, or takes over a pandas frame, as its own lazy frame."""

import importlib.util
import os
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import pandas as pd

from tuopin_analysis.errors import Fault, InputError, nearest

NEEDS = {"pandas": "pandas", "polars": "polars", "duckdb": "duckdb", "dask": "dask", "pyspark": "pyspark"}
CLUSTERED = {"dask": "the address of a Dask scheduler, such as tcp://host:8786",
             "pyspark": "the address of a Spark master, such as spark://host:7077, or local[2]"}  # fmt: skip

# Dask shuffles the groups of more than fifteen parts, and then fails where a later step drops one of the sums (dask 2026.8).
DASK_PARTS = 15


def check(engine: str, cluster: str | None = None) -> None:
    """InputError for an engine that is unknown or not installed, and for a cluster that the engine can't use."""
    if engine not in NEEDS:
        raise InputError(Fault(f"unknown engine '{engine}'", "engine", ", ".join(NEEDS), nearest(engine, NEEDS)))
    if importlib.util.find_spec(NEEDS[engine]) is None:
        what, mend = f"{engine} is not installed", "pip install 'tuopin-analysis[engines]'"
        raise InputError(Fault(what, "engine", "an engine that is installed", mend))
    if cluster is not None and engine not in CLUSTERED:
        raise InputError(Fault(f"{engine} runs on this machine alone", "cluster", "none, or engine dask or pyspark"))


def from_files(engine: str, files: Sequence[str], columns: Sequence[str] | None = None, cluster: str | None = None) -> Any:
    """Parquet files of one schema as a frame of the engine; only pandas reads them now, and `columns` only."""
    opened: Any = _FILES[engine](list(files), list(columns) if columns else None, cluster)
    return opened


def from_pandas(engine: str, frame: pd.DataFrame, cluster: str | None = None) -> Any:
    """A pandas frame as a frame of the engine."""
    taken: Any = _PANDAS[engine](frame, cluster)
    return taken


def _pandas_files(files: list[str], columns: list[str] | None, _cluster: str | None) -> pd.DataFrame:
    import pyarrow.dataset as ds

    return ds.dataset(files, format="parquet").to_table(columns=columns).to_pandas()


def _polars_files(files: list[str], columns: list[str] | None, _cluster: str | None) -> Any:
    import polars as pl

    found = pl.scan_parquet(files, hive_partitioning=False)
    return found.select(columns) if columns else found


def _polars(frame: pd.DataFrame, _cluster: str | None) -> Any:
    import polars as pl

    return pl.from_pandas(frame).lazy()


@cache
def duckdb() -> Any:
    """This process's connection to DuckDB: in memory, with room to spill to the disk."""
    import duckdb as module

    return module.connect()


def _duckdb_files(files: list[str], columns: list[str] | None, _cluster: str | None) -> Any:
    found = duckdb().read_parquet(files, hive_partitioning=False)
    return found.select(*columns) if columns else found


def _duckdb(frame: pd.DataFrame, _cluster: str | None) -> Any:
    return duckdb().from_df(frame)


@cache
def _dask_client(cluster: str) -> Any:
    from distributed import Client

    try:
        return Client(cluster, timeout="10s")
    except (OSError, ValueError) as error:
        told = " ".join(str(error).split())[:200]
        raise InputError(Fault(f"no Dask scheduler answers: {told}", f"cluster {cluster}", CLUSTERED["dask"])) from None


def _dask_files(files: list[str], columns: list[str] | None, cluster: str | None) -> Any:
    from dask import dataframe

    if cluster:
        _dask_client(cluster)
    found = dataframe.read_parquet(files, columns=columns)
    return found.repartition(npartitions=DASK_PARTS) if found.npartitions > DASK_PARTS else found


def _dask(frame: pd.DataFrame, cluster: str | None) -> Any:
    from dask import dataframe

    if cluster:
        _dask_client(cluster)
    return dataframe.from_pandas(frame, npartitions=os.cpu_count() or 1, sort=False)


def spark(cluster: str | None = None) -> Any:
    """The running Spark session, or a new one on the master `cluster` (this machine's cores where none is named)."""
    from pyspark.sql import SparkSession

    found = SparkSession.getActiveSession()
    if found is not None and cluster in (None, found.sparkContext.master):
        return found
    builder = SparkSession.builder.appName("tuopin-analysis").master(cluster or "local[*]")
    quiet = {"spark.ui.showConsoleProgress": "false", "spark.sql.execution.arrow.pyspark.enabled": "true",
             "spark.sql.session.timeZone": "UTC"}  # fmt: skip
    for name, value in quiet.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def _spark_files(files: list[str], columns: list[str] | None, cluster: str | None) -> Any:
    found = spark(cluster).read.parquet(*(f"file://{file}" for file in files))  # as_uri would escape the "=" of folders
    return found.select(*columns) if columns else found


def _spark(frame: pd.DataFrame, cluster: str | None) -> Any:
    import pyarrow as pa

    return spark(cluster).createDataFrame(pa.Table.from_pandas(frame, preserve_index=False))


_FILES: dict[str, Callable[[list[str], list[str] | None, str | None], Any]] = {
    "pandas": _pandas_files, "polars": _polars_files, "duckdb": _duckdb_files, "dask": _dask_files, "pyspark": _spark_files,
}  # fmt: skip
_PANDAS: dict[str, Callable[[pd.DataFrame, str | None], Any]] = {
    "pandas": lambda frame, _: frame, "polars": _polars, "duckdb": _duckdb, "dask": _dask, "pyspark": _spark,
}  # fmt: skip

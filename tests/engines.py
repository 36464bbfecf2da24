"""The engines that every analysis function takes frames of, each as what makes such a frame from a pandas one."""

import os
from collections.abc import Callable
from functools import cache
from typing import Any

import duckdb
import pandas as pd
import polars as pl


@cache
def spark():
    """One Spark session for all tests of a process: one core, one shuffle partition, nothing compiled, quiet."""
    from pyspark.sql import SparkSession

    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    quick = {
        "spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "1", "spark.default.parallelism": "1",
        "spark.sql.execution.arrow.pyspark.enabled": "true", "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN", "spark.sql.adaptive.enabled": "false",
        "spark.ui.showConsoleProgress": "false", "spark.driver.memory": "768m",
    }  # fmt: skip
    builder = SparkSession.builder.master("local[1]").appName("tests")
    for name, value in quick.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    return session


def _dask(frame: pd.DataFrame):
    from dask import dataframe

    return dataframe.from_pandas(frame, npartitions=2)


def _spark(frame: pd.DataFrame):
    """Two partitions, so that a sum over parts is one; an empty pandas frame tells Spark no types but by Arrow."""
    import pyarrow as pa

    return spark().createDataFrame(pa.Table.from_pandas(frame, preserve_index=False)).repartition(2).cache()


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


ENGINES: dict[str, Callable[[pd.DataFrame], Any]] = {
    "pandas": lambda frame: frame,
    "polars": pl.from_pandas,
    "polars_lazy": lambda frame: pl.from_pandas(frame).lazy(),
    "duckdb": lambda frame: _connection().from_df(frame),
    "dask": _dask,
    "pyspark": _spark,
}

"""A register opened by every engine: the same rows whichever holds them, and only what a scope needs is read."""

import datetime

import narwhals as nw
import pandas as pd
import pytest
from engines import spark
from hypothesis import given, settings
from hypothesis import strategies as st

from tuopin_analysis.analysis import causes, counts, flows, poverty, targets
from tuopin_analysis.errors import InputError
from tuopin_analysis.register import engines, load, opened, parts_list, scale, state
from tuopin_analysis.rules import read

RULES = read("hebei-2016")
DAY, BASE = "2016-12-31", "2016-01-01"
COLUMNS = ["household_id", "township_code", "cause_main", "size", "exit_date", "n_relapses", "is_remaining"]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A province of a few counties' worth of rows: 海南."""
    folder = tmp_path_factory.mktemp("opened") / "store"
    scale.build(folder, scale.wanted("province", "46", 600, 3, 1))
    return str(folder)


def pandas_of(frame) -> pd.DataFrame:
    return counts.collect(nw.from_native(frame).lazy())


def results(register: opened.Opened) -> dict[str, pd.DataFrame]:
    households = register.households(DAY)
    few = {"causes": causes.by_county(households), "poverty": poverty.measures(households, line_yuan=2855, by=["county_code"])}
    if register.engine == "pyspark":  # where every query takes its time; test_engines.py tries all functions
        return few
    return few | {
        "targets": targets.by_place(
            households, register.exit_plans(), register.events(DAY), baseline=BASE, as_of=DAY, targets=RULES.targets,
            settings=RULES.progress, rounding="up"),
        "flows": flows.by_place(register.listed(BASE), register.listed("2017-12-31"), by="county_code"),
        "composition": causes.composition(register.persons(DAY), 60),
    }  # fmt: skip


@pytest.fixture(scope="module")
def expected(store):
    return results(opened.open_register(store))


@pytest.mark.parametrize("engine", sorted(set(engines.NEEDS) - {"pandas"}))
@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning", "ignore::UserWarning")
def test_results_of_a_store_agree(store, expected, engine):
    if engine == "pyspark":  # every file is a task of Spark's, and a task takes its time: one county is enough
        spark()
    scope = "460105" if engine == "pyspark" else opened.WHOLE
    expected = results(opened.open_register(store, scope)) if engine == "pyspark" else expected
    cluster = "local[1]" if engine == "pyspark" else None
    for name, found in results(opened.open_register(store, scope, engine, cluster)).items():
        pd.testing.assert_frame_equal(found, expected[name], rtol=0, atol=1e-9, obj=f"{name} by {engine}")


@pytest.mark.parametrize("engine", ["polars", "duckdb", "dask"])
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_a_register_of_one_county_is_handed_to_the_engine(engine):
    register = opened.open_register("demo", "130123103", engine)
    found = pandas_of(register.households("2017-03-31"))[COLUMNS].sort_values("household_id", ignore_index=True)
    told = load.households("demo", "130123103", "2017-03-31")[COLUMNS]
    pd.testing.assert_frame_equal(found, told, check_dtype=False)
    assert len(pandas_of(register.persons())) == len(load.persons("demo", "130123103"))
    assert len(pandas_of(register.events())) == len(load.events("demo", "130123103"))
    assert len(pandas_of(register.exit_plans())) == len(load.exit_plans("demo", "130123103"))


def test_a_scope_reads_its_own_parts_only(store, monkeypatch):
    read_files = []
    real = engines.from_files
    monkeypatch.setattr(
        engines, "from_files", lambda engine, files, *rest: read_files.extend(files) or real(engine, files, *rest)
    )
    frame = opened.open_register(store, "460105").households(DAY)
    assert set(frame["county_code"]) == {"460105"}
    assert read_files
    assert all("/county=460105/" in file for file in read_files)
    town = frame["township_code"].iloc[0]
    one = opened.open_register(store, town).households(DAY)
    assert set(one["township_code"]) == {town}
    village = one["village_code"].dropna().iloc[0]
    assert set(opened.open_register(store, village, "polars").households(DAY).collect()["village_code"]) == {village}
    assert set(opened.open_register(store, town).persons(DAY)["township_code"]) == {town}


@pytest.mark.parametrize("digits", [2, 4, 6])
def test_flows_part_by_part_are_those_of_the_whole(store, expected, digits):
    parts = opened.open_register(store, engine="polars").by_part(digits)
    found = [flows.by_place(part.listed(BASE), part.listed("2017-12-31"), by="county_code") for part in parts]
    assert len(found) == expected["flows"]["county_code"].str.slice(0, digits).nunique()
    pd.testing.assert_frame_equal(pd.concat(found, ignore_index=True), expected["flows"])


def test_columns_leave_the_rest_unread(store):
    register = opened.open_register(store)
    assert list(register.households(DAY, ["household_id", "size"])) == [
        "household_id", "size", "exit_date", "n_relapses", "is_remaining",
    ]  # fmt: skip
    assert list(register.listed(DAY, ["size"])) == ["size", "poverty_status", "is_remaining"]


def test_a_frozen_baseline_on_its_own_day_has_nobody_out(store):
    frame = opened.open_register(store, engine="polars").households(BASE).collect()
    assert frame["is_remaining"].all()
    assert frame["exit_date"].null_count() == len(frame)


def test_a_store_of_one_snapshot_has_no_events(tmp_path):
    scale.build(tmp_path / "s", scale.wanted("county", None, 20, 1, 1))
    register = opened.open_register(str(tmp_path / "s"), engine="duckdb")
    assert pandas_of(register.households(BASE))["is_remaining"].all()
    assert len(pandas_of(register.events())) == 0


MOVES = st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 9), st.sampled_from(["exit", "relapse"])), max_size=8)


@settings(max_examples=60)
@given(MOVES, st.integers(0, 9))
def test_the_last_change_up_to_the_day_decides(moves, until):
    moves = list({(home, day): (home, day, event) for home, day, event in moves}.values())
    first = datetime.datetime(2016, 1, 1)
    rows = [(home, event, first + datetime.timedelta(days=day)) for home, day, event in moves]
    events = pd.DataFrame(rows, columns=["household_id", "event", "event_date"])
    events = events.astype({"household_id": "str", "event": "str", "event_date": "datetime64[us]"})
    homes = pd.DataFrame({"household_id": ["a", "b", "c"]}, dtype="str")
    lazy = [nw.from_native(frame).lazy() for frame in (homes, events)]
    found = state.on_day(*lazy, first + datetime.timedelta(days=until)).collect().to_pandas()
    for home in "abc":
        own = sorted((day, event) for one, day, event in moves if one == home and day <= until)
        row = found.set_index("household_id").loc[home]
        out = bool(own) and own[-1][1] == "exit"
        assert row["is_remaining"] == (not out)
        assert pd.isna(row["exit_date"]) if not out else row["exit_date"] == pd.Timestamp(first) + pd.Timedelta(days=own[-1][0])
        assert row["n_relapses"] == sum(event == "relapse" for _, event in own)


@pytest.mark.parametrize(("options", "said"), [
    ({"engine": "pands"}, "did you mean 'pandas'"), ({"engine": "polars", "cluster": "tcp://x:1"}, "on this machine alone"),
    ({"scope": "13"}, "unknown scope '13'"), ({"scope": "x"}, "unknown scope 'x'"), ({"scope": "460105999"}, "unknown scope"),
    ({"register": "/nowhere"}, "no such register"),
])  # fmt: skip
def test_what_cannot_be_opened_is_told(store, options, said):
    with pytest.raises(InputError, match=said):
        opened.open_register(**{"register": store, **options})


def test_an_engine_that_is_not_installed_is_told(monkeypatch, store):
    monkeypatch.setattr(engines.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InputError, match="polars is not installed"):
        opened.open_register(store, engine="polars")


def test_a_day_without_a_list_is_told(store):
    with pytest.raises(InputError, match="no snapshot of 2016-06-30"):
        opened.open_register(store).listed("2016-06-30")
    with pytest.raises(InputError, match="a day from 2016-01-01"):
        opened.open_register(store).households("2030-01-01")


def test_a_scheduler_that_does_not_answer_is_told(store, monkeypatch):
    import distributed

    def refuse(*_, **__):
        raise OSError("Timed out trying to connect")

    monkeypatch.setattr(distributed, "Client", refuse)
    with pytest.raises(InputError, match="no Dask scheduler answers: Timed out"):
        opened.open_register(store, engine="dask", cluster="tcp://127.0.0.1:1").households(DAY)


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::UserWarning")
def test_a_running_scheduler_is_used(store):
    """A real scheduler at a TCP address with one worker: the result is computed there, and is the same."""
    from distributed import LocalCluster

    engines._dask_client.cache_clear()
    options = {"n_workers": 1, "threads_per_worker": 1, "processes": False, "protocol": "tcp", "dashboard_address": None}
    with LocalCluster(host="127.0.0.1", **options) as cluster:
        register = opened.open_register(store, "460105", "dask", cluster=cluster.scheduler_address)
        found = poverty.measures(register.listed(BASE), line_yuan=2855)
        client = engines._dask_client(cluster.scheduler_address)
        assert client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.task_prefixes)) > 0
        client.close()
    engines._dask_client.cache_clear()
    pd.testing.assert_frame_equal(found, poverty.measures(opened.open_register(store, "460105").listed(BASE), line_yuan=2855))


def test_parts_of_a_list_can_be_told_by_county(store):
    told = opened.open_register(store).about
    assert set(parts_list.parts(told, told.baseline, "households", "4601")["county"].str.slice(0, 4)) == {"4601"}

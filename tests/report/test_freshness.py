"""Only what changed is made again: same notebook, parameters, rules, register, package and environment, and files that stand."""

import nbformat
import pytest
from small_notebooks import PAGE, TABLE, finished, write_notebook

from tuopin_analysis.report import batch, folder, manifest, provenance


@pytest.fixture
def out(notebooks, tmp_path):
    out = tmp_path / "out"
    finished(out, list(batch.run(planned(), out, workers=2)))
    return out


def planned(register="", **given):
    return batch.plan(["01_first", "02_second"], ["001"], given, register=register)


def same(out, jobs):
    return [result.job.notebook for result in batch.unchanged(jobs, batch.entries(out), out)]


def test_nothing_changed(out):
    assert same(out, planned()) == ["01_first", "02_second"]


@pytest.mark.parametrize("jobs", [{"times": 2}, {"lang": "en"}, {"share": 0.25}, {"register": "other"}])
def test_another_parameter_or_register_makes_both_again(out, jobs):
    assert same(out, planned(**jobs)) == []


def test_another_notebook_makes_its_own_again(out, notebooks):
    write_notebook(notebooks, "02_second", PAGE, TABLE.replace("KEY", "second.table"), "1")
    assert same(out, planned()) == ["01_first"]


@pytest.mark.parametrize("what", ["package_sha256", "environment_sha256"])
def test_another_package_or_environment_makes_all_again(out, monkeypatch, what):
    monkeypatch.setattr(provenance, what, lambda: "0" * 64)
    assert same(out, planned()) == []


@pytest.mark.parametrize("change", ["edit", "same length", "remove"])
def test_a_file_changed_by_hand_is_made_again(out, change):
    page = out / "001/01_first.html"
    data = page.read_bytes()
    {
        "edit": lambda: page.write_bytes(data + b" "),
        "same length": lambda: page.write_bytes(data.replace(b"001", b"002", 1)),
        "remove": page.unlink,
    }[change]()
    assert same(out, planned()) == ["02_second"]


def test_a_failed_report_is_made_again(out, notebooks):
    write_notebook(notebooks, "01_first", PAGE, "1 / 0")
    finished(out, list(batch.run(planned()[:1], out, workers=1)))
    assert same(out, planned()) == ["02_second"]


def test_the_index_says_which_pages_are_of_an_earlier_run_and_a_third_run_writes_nothing(out):
    standing = batch.unchanged(planned(), batch.entries(out), out)
    assert not folder.nothing_changed(standing, batch.entries(out))
    finished(out, standing)
    assert (out / "index.html").read_text().count("未变，沿用以前生成的页面") == 2
    assert [(entry.state, entry.run != entry.attempt) for entry in manifest.must_read(out).reports] == [("made", True)] * 2
    assert folder.nothing_changed(batch.unchanged(planned(), batch.entries(out), out), batch.entries(out))


def test_the_key_is_of_what_the_notebook_file_holds_not_of_when_it_was_written(out, notebooks):
    source = notebooks / "01_first.ipynb"
    nbformat.write(nbformat.read(source, as_version=4), source)
    assert same(out, planned()) == ["01_first", "02_second"]

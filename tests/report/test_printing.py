"""Pages printed to PDF: by a real browser, the same bytes for the same page, and everything else made where that cannot be."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from small_notebooks import finished

from tuopin_analysis.errors import InputError
from tuopin_analysis.report import batch, manifest, paper_typst, paper_word, printing, verifying

PAGE = '<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><title>贫困户</title><h1>为什么贫困？</h1><p>{}</p></html>'


def planned(formats=("html", "pdf"), **given):
    return batch.plan(["01_first"], ["001"], given, formats=formats)


def program(folder, text):
    """A program in place of the browser."""
    path = folder / "browser"
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_the_formats_that_are_asked_for():
    assert printing.wanted("html") == printing.wanted("") == ("html",)
    assert printing.wanted(" PDF , html") == ("html", "pdf")
    with pytest.raises(InputError) as caught:
        printing.wanted("pdff,odt")
    assert ["did you mean 'pdf'" in str(fault) for fault in caught.value.faults] == [True, False]
    assert len(caught.value.faults) == 2


@pytest.mark.browser
def test_the_same_page_gives_the_same_bytes_and_tells_no_time(tmp_path):
    found = []
    for name, more in (("one", "1,695"), ("other", "1,695"), ("third", "1,696")):
        page = tmp_path / name / "page.html"
        page.parent.mkdir()
        page.write_text(PAGE.format(more), encoding="utf-8")
        made = printing.pdf(page)
        assert made == page.with_suffix(".pdf")
        assert sorted(path.name for path in page.parent.iterdir()) == ["page.html", "page.pdf"]
        found.append(made.read_bytes())
    assert found[0].startswith(b"%PDF")
    assert found[0] == found[1] != found[2]
    assert b"Date" not in found[0]


@pytest.mark.browser
def test_a_batch_prints_its_pages_and_knows_them_again(notebooks, tmp_path):
    out = tmp_path / "out"
    [result] = batch.run(planned(), out)
    assert result.warnings == []
    assert "001/01_first.pdf" in result.outputs
    finished(out, [result])
    standing = manifest.entries(out)
    assert [job.state for job in batch.unchanged(planned(), standing, out)] == ["unchanged"]
    assert 'href="001/01_first.pdf"' in (out / "index.html").read_text(encoding="utf-8")
    again = verifying.jobs(manifest.must_read(out), {"demo": ""})
    assert [job.formats for job in again] == [("html", "pdf")]
    assert verifying.hashes(out, manifest.must_read(out))[1] == []

    [changed] = batch.run(planned(("html",), times=2), out)  # the page is another now, and is not printed
    assert changed.state == "made"
    assert not (out / "001/01_first.pdf").exists()


@pytest.mark.browser
def test_a_page_that_was_not_printed_is_no_unchanged_one_when_paper_is_asked_for(notebooks, tmp_path):
    out = tmp_path / "out"
    finished(out, list(batch.run(planned(("html",)), out)))
    standing = manifest.entries(out)
    assert len(batch.unchanged(planned(("html",)), standing, out)) == 1
    assert batch.unchanged(planned(), standing, out) == []


@pytest.mark.skipif(os.name != "posix", reason="a shell script stands for the browser")
@pytest.mark.parametrize(
    ("text", "said"),
    [("echo 'no display' >&2; exit 3", "the browser said: no display"), ("exit 0", "the browser said: nothing")],
)
def test_a_browser_that_prints_nothing_is_told_and_the_page_is_made(notebooks, tmp_path, monkeypatch, text, said):
    monkeypatch.setenv(printing.CHOSEN, program(tmp_path, text))
    [result] = batch.run(planned(), tmp_path / "out")
    assert result.state == "made"
    assert [said in warning for warning in result.warnings] == [True]
    assert sorted(result.outputs) == ["001/01_first.html", "001/01_first.ipynb", *(
        f"001/tables/first.table.{ending}" for ending in ("csv", "xlsx")
    )]  # fmt: skip


def test_without_a_browser_the_pages_are_made_and_the_status_is_1(tmp_path):
    words = ["report", "--notebook", "02_causes", "--format", "pdf", "--out", str(tmp_path / "out"), "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "tuopin_analysis.cli", *words], capture_output=True, text=True, check=False,
        env={**os.environ, printing.CHOSEN: str(tmp_path / "nothing")},
    )  # fmt: skip
    assert done.returncode == 1
    assert "no browser to print with: TUOPIN_BROWSER=" in done.stderr
    assert [report["state"] for report in json.loads(done.stdout)["reports"]] == ["made"]
    assert (tmp_path / "out/county/02_causes.html").is_file()


def test_the_browser_that_the_environment_names_wins(monkeypatch):
    monkeypatch.setenv(printing.CHOSEN, sys.executable)
    assert printing.browser() == sys.executable
    monkeypatch.delenv(printing.CHOSEN)
    monkeypatch.setattr(shutil, "which", lambda name: name if name == "msedge" else None)
    assert printing.browser() == "msedge"
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert printing.browser() is None
    assert printing.possible(("html", "pdf")) == ("html", "pdf")  # by Typst
    monkeypatch.setattr(paper_typst, "there", lambda: False)
    monkeypatch.setattr(paper_word, "pandoc", lambda: None)
    assert printing.possible(printing.FORMATS) == ("html",)
    assert "no browser and no Typst" in str(printing.lacking())
    assert "the extra `docx` installed" in str(printing.lacking("docx"))


def test_without_a_browser_typst_prints_and_pandoc_writes_for_word(notebooks, tmp_path, monkeypatch):
    monkeypatch.setenv(printing.CHOSEN, "typst")
    assert printing.possible(printing.FORMATS) == printing.FORMATS
    out = tmp_path / "out"
    [result] = batch.run(planned(printing.FORMATS), out)
    assert result.warnings == []
    assert (out / "001/01_first.pdf").read_bytes().startswith(b"%PDF")
    assert (out / "001/01_first.docx").read_bytes().startswith(b"PK")
    finished(out, [result])
    assert [job.state for job in batch.unchanged(planned(printing.FORMATS), manifest.entries(out), out)] == ["unchanged"]
    told = manifest.must_read(out)
    assert [job.formats for job in verifying.jobs(told, {"demo": ""})] == [printing.FORMATS]
    again = list(batch.run(planned(printing.FORMATS), tmp_path / "again"))
    verifying.linked(told, again, tmp_path / "again")
    assert verifying.compared(told, again) == []


def test_a_page_that_cannot_be_written_for_word_is_told_and_the_rest_is_made(notebooks, tmp_path, monkeypatch):
    monkeypatch.setenv(printing.CHOSEN, "typst")
    monkeypatch.setattr(paper_word, "pandoc", lambda: program(tmp_path, "echo 'out of ink' >&2; exit 3"))
    [result] = batch.run(planned(printing.FORMATS), tmp_path / "out")
    assert result.state == "made"
    assert ["pandoc said: out of ink" in warning for warning in result.warnings] == [True]
    assert "001/01_first.pdf" in result.outputs
    assert "001/01_first.docx" not in result.outputs

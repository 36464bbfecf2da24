"""Where a register lies is told by no page; what is published does not tell it at all."""

import json

import pytest
from small_notebooks import PAGE, write_notebook

from tuopin_analysis.report import batch, folder


@pytest.mark.parametrize("edition", ["internal", "public"])
def test_the_folders_above_a_register_are_on_no_page(notebooks, tmp_path, monkeypatch, edition):
    source = (notebooks / "01_first.ipynb").read_text()
    write_notebook(notebooks, "01_first", PAGE)
    text = (notebooks / "01_first.ipynb").read_text()
    assert source != text
    more = f'register: str = \\"demo\\"  # register\\nedition: str = \\"{edition}\\"  # e\\n'
    (notebooks / "01_first.ipynb").write_text(text.replace("lang: str", f"{more}lang: str", 1))
    register, out = "/home/wanglihua/registers/2016", tmp_path / "out"
    monkeypatch.setattr("sys.argv", ["tuopin", "report", "--register", register, "--out", "/home/wanglihua/out"])
    results = list(batch.run(batch.plan(["01_first"], ["001"], {"register": register}), out, workers=1))
    assert [result.state for result in results] == ["made"], results
    folder.finish(out, folder.Batch(register, {}, ["county", "001"], "warm", 1), results, "zh")
    named = {path.name for path in out.rglob("*") if path.is_file() and b"wanglihua" in path.read_bytes()}
    assert named == ({"manifest.json"} if edition == "internal" else set())
    told = json.loads((out / "manifest.json").read_text())
    assert told["reports"][0]["parameters"]["register"] == (register if edition == "internal" else "2016")
    assert all("wanglihua" not in run["command"] for run in told["runs"].values())
    assert 'register = \\"2016\\"' in (out / "001/01_first.ipynb").read_text()

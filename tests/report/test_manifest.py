"""The manifest: what it tells of a folder, that its schema is the published one, that it is whole; and the RO-Crate beside it."""

import hashlib
import json
import os

import jsonschema
import pytest
from small_notebooks import PAGE, TABLE, finished, write_notebook

from tuopin_analysis.errors import InputError
from tuopin_analysis.report import batch, crate, manifest


def made(notebooks, out, *, scopes=("001",), **given):
    results = list(batch.run(batch.plan(["01_first", "02_second"], scopes, given), out, workers=2))
    finished(out, results)
    return manifest.must_read(out)


def test_every_file_has_its_checksum_and_size(notebooks, tmp_path):
    told = made(notebooks, tmp_path / "out")
    listed = {**told.files, **{name: output for entry in told.reports for name, output in entry.outputs.items()}}
    there = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert there == {*listed, "manifest.json"}
    for name, output in listed.items():
        data = (tmp_path / "out" / name).read_bytes()
        assert (output.sha256, output.bytes) == (hashlib.sha256(data).hexdigest(), len(data)), name


def test_the_published_schema_is_the_models_and_takes_a_manifest(notebooks, tmp_path):
    published = json.loads(manifest.SCHEMA.read_text(encoding="utf-8"))
    assert published == manifest.schema(), "write it anew: python -m tuopin_analysis.report.manifest > docs/manifest.schema.json"
    made(notebooks, tmp_path / "out")
    found = json.loads((tmp_path / "out/manifest.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(published).validate(found)
    found["reports"][0]["outputs"]["001/01_first.html"]["sha256"] = "short"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(published).validate(found)


def test_a_run_tells_code_environment_and_seeds(notebooks, tmp_path):
    [run] = made(notebooks, tmp_path / "out").runs.values()
    assert len(run.code.package_sha256) == 64
    assert run.seeds == {"random": 2016, "numpy": 2016}
    assert run.python.startswith("3.")
    assert run.versions["pandas"]
    assert len(run.lock_sha256) == 64
    assert run.started <= run.ended
    assert (run.code.commit is None) == (run.code.clean is None)


def test_the_manifest_names_neither_the_machine_nor_its_user(notebooks, tmp_path):
    made(notebooks, tmp_path / "out")
    text = (tmp_path / "out/manifest.json").read_text(encoding="utf-8")
    assert os.uname().nodename not in text
    assert os.path.expanduser("~") not in json.dumps(json.loads(text)["runs"]["2016-12-31T00:00:00Z-1"]["versions"])


def test_a_later_run_stands_beside_the_first_and_unused_runs_go(notebooks, tmp_path):
    out = tmp_path / "out"
    made(notebooks, out)
    second = list(batch.run(batch.plan(["01_first"], ["001"], {}), out, workers=1))
    finished(out, second)
    told = manifest.must_read(out)
    assert [entry.run for entry in told.reports] == ["2016-12-31T00:00:00Z-2", "2016-12-31T00:00:00Z-1"]
    finished(out, list(batch.run(batch.plan(["01_first", "02_second"], ["001"], {}), out, workers=1)))
    assert len(manifest.must_read(out).runs) == 1


def test_a_failure_keeps_what_is_told_of_the_page_before_it(notebooks, tmp_path):
    out = tmp_path / "out"
    before = made(notebooks, out).reports[0]
    write_notebook(notebooks, "01_first", PAGE, "1 / 0")
    finished(out, list(batch.run(batch.plan(["01_first"], ["001"], {}), out, workers=1)))
    after = manifest.must_read(out).reports[0]
    assert (after.state, after.run, after.attempt) == ("failed", before.run, "2016-12-31T00:00:00Z-2")
    assert (after.outputs, after.inputs, after.key) == (before.outputs, before.inputs, before.key)
    assert "ZeroDivisionError" in after.error


@pytest.mark.parametrize(
    ("text", "said"),
    [("[1]", "not a manifest of reports: Input"), ("{", "not a manifest"), ("[" * 100_000, "not a manifest"),
     ('{"reports": []}', "earlier version"),
     ('{"manifest_version": 2, "made_by": "x", "reports": [{}]}', "scope"),
     ('{"manifest_version": 3, "made_by": "x"}', "version")],
)  # fmt: skip
def test_what_is_no_manifest_is_refused(tmp_path, text, said):
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(InputError, match=said):
        manifest.read(tmp_path)


def test_a_manifest_that_cannot_be_written_leaves_the_former(notebooks, tmp_path, monkeypatch):
    out = tmp_path / "out"
    made(notebooks, out)
    before = (out / "manifest.json").read_bytes()
    monkeypatch.setattr(manifest.os, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space"):
        manifest.write(out, manifest.must_read(out))
    assert (out / "manifest.json").read_bytes() == before
    assert not list(out.glob(".manifest*"))


def test_the_crate_is_read_by_another_tool_and_lists_every_file(notebooks, tmp_path):
    from rocrate.rocrate import ROCrate

    out = tmp_path / "out"
    told = made(notebooks, out, scopes=("001", "002"))
    found = ROCrate(str(out))
    files = {entity.id for entity in found.data_entities if entity.type == "File"}
    assert files == {name for entry in told.reports for name in entry.outputs} | {"index.html", "checks.html", "manifest.json"}
    assert found.get("001/01_first.html")["sha256"] == told.reports[0].outputs["001/01_first.html"].sha256
    [action] = [entity for entity in found.contextual_entities if entity.type == "CreateAction"]
    assert action["instrument"]["name"] == "tuopin-analysis"
    assert len(action["result"]) == len(files) - 3
    assert found.license["name"] == "Internal edition"


def test_the_crate_says_where_it_is_public(notebooks, tmp_path):
    told = made(notebooks, tmp_path / "out")
    entries = [entry.model_copy(update={"parameters": {**entry.parameters, "edition": "public"}}) for entry in told.reports]
    graph = crate.metadata(told.model_copy(update={"reports": entries}))["@graph"]
    assert {"@id": "#public"} in [entity.get("license") for entity in graph]


def test_a_table_key_cannot_lead_a_file_out_of_the_folder(notebooks, tmp_path):
    write_notebook(notebooks, "01_first", PAGE, TABLE.replace("KEY", "../up"))
    [result] = batch.run(batch.plan(["01_first"], ["001"], {}), tmp_path / "out", workers=1)
    assert result.state == "failed"
    assert not result.outputs

"""A folder is held against its manifest: what was changed, taken away or put there is found; made again, it is the same."""

import json
import shutil
import subprocess

import pytest
from small_notebooks import PAGE, TABLE, finished, write_notebook
from typer.testing import CliRunner

from tuopin_analysis import cli
from tuopin_analysis.errors import InputError
from tuopin_analysis.report import batch, manifest, signing, verifying


@pytest.fixture
def out(notebooks, tmp_path):
    out = tmp_path / "out"
    finished(out, list(batch.run(batch.plan(["01_first", "02_second"], ["001", "002"], {}), out, workers=2)))
    return out


def faults(out):
    compared, found = verifying.hashes(out, manifest.must_read(out))
    assert compared == 19
    return [(fault.state, fault.file) for fault in found]


def test_a_folder_as_it_was_made_has_no_fault(out):
    assert faults(out) == []


@pytest.mark.parametrize(
    "name", ["001/01_first.html", "002/tables/first.table.csv", "001/02_second.ipynb", "index.html", "checks.html"]
)
def test_one_changed_sign_is_found(out, name):
    data = bytearray((out / name).read_bytes())
    data[len(data) // 2] ^= 1
    (out / name).write_bytes(data)
    assert faults(out) == [("changed", name)]


def test_a_file_taken_away_is_found(out):
    (out / "001/01_first.html").unlink()
    assert faults(out) == [("missing", "001/01_first.html")]


@pytest.mark.parametrize("name", ["001/03_third.html", "extra.html", "001/tables/first.extra.csv", "002/x.ipynb"])
def test_a_page_or_table_that_no_run_made_is_found(out, name):
    (out / name).write_text("x")
    assert faults(out) == [("unlisted", name)]


def test_a_made_report_without_checksums_is_a_fault(out):
    told = manifest.must_read(out)
    bare = told.model_copy(update={"reports": [told.reports[0].model_copy(update={"outputs": {}}), *told.reports[1:]]})
    assert ("missing", "001/01_first.html") in [(fault.state, fault.file) for fault in verifying.hashes(out, bare)[1]]


def again(out, tmp_path):
    told = manifest.must_read(out)
    results = list(batch.run(verifying.jobs(told, {}), tmp_path / "again", workers=2))
    verifying.linked(told, results, tmp_path / "again")
    return verifying.compared(told, results)


def test_made_again_the_bytes_are_the_same(out, tmp_path):
    assert again(out, tmp_path) == []


def test_what_differs_is_told_with_its_cause(out, notebooks, tmp_path):
    write_notebook(notebooks, "01_first", PAGE, TABLE.replace("KEY", "first.table").replace("{times}", "{times + 1}"))
    found = again(out, tmp_path)
    assert {fault.file for fault in found} == {
        f"{scope}/{name}"
        for scope in ("001", "002")
        for name in ("01_first.html", "01_first.ipynb", "tables/first.table.csv", "tables/first.table.xlsx")
    }
    assert {fault.why for fault in found} == {"other than then: notebook"}


def test_what_cannot_be_made_again_is_told(out, notebooks, tmp_path):
    write_notebook(notebooks, "02_second", PAGE, "raise RuntimeError('gone')")
    assert [fault.file for fault in again(out, tmp_path)] == ["001/02_second.html", "002/02_second.html"]
    assert all("gone" in fault.why for fault in again(out, tmp_path))


needs_ssh = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="OpenSSH is not installed")


@pytest.fixture
def keys(tmp_path):
    for name in ("mine", "theirs"):
        words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(tmp_path / name)]
        subprocess.run(words, check=True)
    public = (tmp_path / "mine.pub").read_text()
    (tmp_path / "signers").write_text(f"office@county {public}")
    return tmp_path


@needs_ssh
def test_a_signature_says_who_vouches(out, keys):
    assert signing.check(out, keys / "signers", None) == (False, "there is no signature")
    signing.sign(out, keys / "mine")
    assert signing.check(out, keys / "signers", "office@county")[0]
    assert signing.check(out, keys / "signers", None)[0]
    assert signing.check(out, None, None)[0]
    assert not signing.check(out, keys / "signers", "somebody@else")[0]


@needs_ssh
def test_a_signature_of_another_key_or_another_manifest_does_not_hold(out, keys):
    signing.sign(out, keys / "theirs")
    assert not signing.check(out, keys / "signers", None)[0]
    signing.sign(out, keys / "mine")
    text = (out / "manifest.json").read_text()
    (out / "manifest.json").write_text(text.replace('"times": 1', '"times": 2', 1))
    assert not signing.check(out, keys / "signers", "office@county")[0]
    assert not signing.check(out, None, None)[0]


@needs_ssh
def test_an_empty_name_is_nobodys(out, keys):
    """A script whose variable is not set must not take anybody's signature for the office's."""
    signing.sign(out, keys / "mine")
    asked = ["verify", str(out), "--signers", str(keys / "signers"), "--identity"]
    assert CliRunner().invoke(cli.app, [*asked, "office@county"]).exit_code == 0
    done = CliRunner().invoke(cli.app, [*asked, ""])
    assert done.exit_code == 2
    assert "name who must have signed" in " ".join(done.output.replace("│", " ").split())


@needs_ssh
def test_figures_changed_by_hand_are_not_signed(out, keys):
    told = json.loads((out / "manifest.json").read_text())
    told["figures"].append({"scope": "county", "figure": "left", "value": "1", "as_of": "", "register": "", "page": "x"})
    (out / "manifest.json").write_text(json.dumps(told))
    done = CliRunner().invoke(cli.app, ["sign", str(out), "--key", str(keys / "mine")])
    assert done.exit_code == 1
    assert "its figures are not those of the tables" in done.output
    assert not (out / "manifest.json.sig").exists()
    told["figures"] = []
    (out / "manifest.json").write_text(json.dumps(told))
    assert CliRunner().invoke(cli.app, ["sign", str(out), "--key", str(keys / "mine")]).exit_code == 0


@needs_ssh
def test_a_new_batch_takes_the_old_signature_away(out, keys):
    signing.sign(out, keys / "mine")
    finished(out, list(batch.run(batch.plan(["01_first"], ["001"], {}), out, workers=1)))
    assert not (out / "manifest.json.sig").exists()


@needs_ssh
@pytest.mark.parametrize("key", ["nobody", "signers"])
def test_what_is_no_key_is_refused(out, keys, key):
    with pytest.raises(InputError):
        signing.sign(out, keys / key)
    assert not (out / "manifest.json.sig").exists()


@pytest.mark.parametrize("name", ["130123999/02_causes.html", "001/sub/a.html", "001/page.pdf", "evil.js", "001/01_first.HTML"])
def test_whatever_no_run_put_there_is_found_wherever_it_lies(out, name):
    (out / name).parent.mkdir(exist_ok=True)
    (out / name).write_text("x")
    assert faults(out) == [("unlisted", name)]


def test_a_link_in_place_of_a_page_is_found(out, tmp_path):
    page = out / "001/01_first.html"
    (tmp_path / "elsewhere.html").write_bytes(page.read_bytes())
    page.unlink()
    page.symlink_to(tmp_path / "elsewhere.html")
    assert faults(out) == [("missing", "001/01_first.html")]


@pytest.mark.parametrize(
    ("field", "value"), [("notebook", "../../evil"), ("scope", "../../etc"), ("scope", "/etc"), ("tables", ["../x"])]
)
def test_a_manifest_that_leads_out_of_its_folder_is_refused(out, field, value):
    told = json.loads((out / "manifest.json").read_text())
    told["reports"][0][field] = value
    (out / "manifest.json").write_text(json.dumps(told))
    with pytest.raises(InputError, match="not a manifest"):
        manifest.must_read(out)


def test_only_notebooks_of_the_project_are_made_again(out):
    told = manifest.must_read(out)
    gone = told.model_copy(update={"reports": [told.reports[0].model_copy(update={"notebook": "09_gone"})]})
    assert verifying.jobs(gone, {}) == []
    assert [fault.why for fault in verifying.compared(gone, [])] == ["there is no such notebook any more"]


def test_checks_and_description_that_the_folder_does_not_bear_out_are_found(out):
    told = manifest.must_read(out)
    assert verifying.told_otherwise(out, told) == []
    assert [f.file for f in verifying.told_otherwise(out, told.model_copy(update={"checks": []}))] == ["manifest.json"]
    figure = manifest.Figure(scope="county", figure="left", value="1", as_of="", register="", page="x")
    [fault] = verifying.told_otherwise(out, told.model_copy(update={"figures": [figure]}))
    assert (fault.file, fault.why) == ("manifest.json", "its figures are not those of the tables")
    (out / "ro-crate-metadata.json").write_text("{}")
    assert [f.file for f in verifying.told_otherwise(out, told)] == ["ro-crate-metadata.json"]

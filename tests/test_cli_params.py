"""`tuopin params`: what every notebook takes, for people and for programs."""

import json

import pytest

from tuopin_analysis import cli_params
from tuopin_analysis.report import parameters
from tuopin_analysis.report.signature import Allowed


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("notebook", parameters.notebooks())
def test_every_parameter_is_listed_with_its_help(run, notebook, lang):
    status, out, _ = run("params", notebook, "--lang", lang)
    rows = {line.split("\t")[0]: line.split("\t") for line in out.splitlines()[1:]}
    assert status == 0
    assert list(rows) == list(parameters.declared(notebook))
    for parameter in parameters.of(notebook):
        assert rows[parameter.name][2] == str(parameter.default)
        assert rows[parameter.name][4] == parameter.help(lang)


def test_many_values_are_counted_and_a_range_is_told(run):
    out = run("params", "02_causes", "--lang", "en")[1]
    assert "county, 130123100, 130123102, 130123103, 130123200, 130123201, … 9 in all" in out
    assert "2016-01-01 to 2017-12-31" in out
    assert cli_params._allowed(Allowed("times", least=1), "en") == "1 to "
    assert cli_params._allowed(None, "en") == ""


def test_a_program_gets_a_json_schema(run):
    schema = json.loads(run("params", "02_causes", "--json", "--lang", "en")[1])
    assert schema["additionalProperties"] is False
    assert len(schema["properties"]["scope"]["enum"]) == 9
    assert schema["properties"]["as_of"]["formatMaximum"] == "2017-12-31"
    assert schema["properties"]["lang"] | {"title": "", "description": ""} == {
        "type": "string", "default": "zh", "enum": ["zh", "en"], "title": "", "description": ""
    }  # fmt: skip
    assert set(json.loads(run("params", "--json")[1])) == set(parameters.notebooks())


def test_without_a_notebook_all_are_listed(run):
    status, out, _ = run("params", "--lang", "en")
    assert status == 0
    assert [line.split("\t")[0] for line in out.splitlines()[1:]] == parameters.notebooks()
    assert "Why are they poor?" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["02_cause"], "did you mean '02_causes'"),
        (["--lang", "fr"], "unknown language"),
        (["--register", "/x"], "no such register"),
    ],
)
def test_what_cannot_be_is_refused(run, words, said):
    status, _, err = run("params", *words)
    assert status == 2
    assert said in err


def test_on_a_terminal_it_is_a_table(monkeypatch, capsys):
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    cli_params._table(("name", "help"), [("scope", "[red]x[/]")])
    out = capsys.readouterr().out
    assert "┃" in out
    assert "[red]x[/]" in out

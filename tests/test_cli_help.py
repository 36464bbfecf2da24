"""What the command line says of itself: groups, examples that work, exit statuses; and JSON where a script wants it."""

import json
import os
import shlex
import subprocess
import sys

import pytest
import typer

from tuopin_analysis import cli, cli_help
from tuopin_analysis.register import load

COMMANDS = typer.main.get_command(cli.app).commands
EXAMPLES = [words for told in cli_help.COMMANDS.values() for words in told.examples]


def test_every_command_has_examples_and_says_what_its_exit_status_means():
    assert set(cli_help.COMMANDS) == set(COMMANDS)
    for name, command in COMMANDS.items():
        assert "Examples:" in command.epilog, name
        assert "Exit status: 0" in command.epilog, name
        assert command.rich_help_panel in {"Registers", "Reports", "Trust and comparison", "Examples and new work"}


@pytest.mark.parametrize("words", EXAMPLES)
def test_an_example_is_one_that_the_command_line_takes(words):
    program, name, *rest = shlex.split(words)
    command = COMMANDS[name]
    assert program == "tuopin"
    if hasattr(command, "commands"):
        command, rest = command.commands[rest[0]], rest[1:]
    context = command.make_context(name, rest)
    assert not context.args, "words that no option or argument takes"


def test_the_household_of_an_example_is_of_the_demonstration_register():
    known = set(load.households("demo")["household_id"])
    assert {shlex.split(words)[2] for words in cli_help.COMMANDS["why"].examples} <= known


def test_help_in_a_pipe_has_no_colours_and_names_every_group():
    done = subprocess.run([sys.executable, "-m", "tuopin_analysis.cli", "--help"], capture_output=True, text=True, check=True)
    assert "\x1b" not in done.stdout
    assert all(panel in done.stdout for panel in ("Registers", "Reports", "Trust and comparison"))


def test_errors_in_a_pipe_have_no_colours():
    words = [sys.executable, "-m", "tuopin_analysis.cli", "report", "--scope", "13012310", "--dry-run"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("error: unknown scope '13012310'")
    assert "\x1b" not in done.stdout + done.stderr


def completed(*words: str, shell: str = "bash") -> list[str]:
    """What the shell is offered for the last of the words."""
    asked = {"_TUOPIN_COMPLETE": f"complete_{shell}", "COMP_WORDS": " ".join(("tuopin", *words)), "COMP_CWORD": str(len(words))}
    code = "import sys; sys.argv = ['tuopin']; from tuopin_analysis import cli; cli.app(prog_name='tuopin')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env={**os.environ, **asked})
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("repo",), ["report"]),
        (("report", "--scope", "13012310"), ["130123100", "130123102", "130123103"]),
        (("report", "--register", "no/such", "--scope", "c"), []),
        (("report", "--notebook", "04"), ["04_targets"]),
        (("params", "04"), ["04_targets"]),
        (("report", "--lang", "e"), ["en"]),
        (("wall", "--scope", "c"), ["county"]),
        (("wall", "--scope", "a"), []),
        (("wall", "--edition", ""), ["internal", "public"]),
        (("wall", "--rules", "heb"), ["hebei-2016"]),
        (("brief", "--scope", "13012310"), ["130123100", "130123102", "130123103"]),
        (("brief", "--lang", "z"), ["zh"]),
    ],
)
def test_the_shell_completes_commands_places_and_notebooks(words, offered):
    assert completed(*words) == offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_every_shell_gets_its_script(shell):
    code = "import sys; sys.argv = ['tuopin']; from tuopin_analysis import cli; cli.app(prog_name='tuopin')"
    asked = {"_TUOPIN_COMPLETE": f"source_{shell}"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, **asked})
    assert "_TUOPIN_COMPLETE" in done.stdout


def test_a_plan_as_json_names_pages_and_parameters(run, tmp_path):
    status, out, _ = run("report", "--scope", "county", "--notebook", "02_causes", "--out", tmp_path / "r", "--dry-run", "--json")
    [page] = json.loads(out)
    assert status == 0
    assert page["page"].endswith("county/02_causes.html")
    assert page["to_make"] is True
    assert page["parameters"]["scope"] == "county"


def test_a_report_as_json_says_what_was_made(run, tmp_path):
    status, out, _ = run("report", "--scope", "county", "--notebook", "02_causes", "--out", tmp_path / "r", "--json")
    told = json.loads(out)
    assert status == 0
    assert [(one["scope"], one["notebook"], one["state"]) for one in told["reports"]] == [("county", "02_causes", "made")]
    assert {check["check"] for check in told["checks"]}


def test_a_check_as_json_holds_the_account_and_the_verdict(run, tmp_path):
    status, out, _ = run("check", "demo", "--out", tmp_path / "c", "--json")
    told = json.loads(out)
    homes = next(row for row in told["account"] if row["table"] == "households")
    assert (status == 0) is told["usable"]
    assert homes["rows_accepted"] == 1695
    assert homes["rows_accepted"] + homes["rows_set_aside"] == homes["rows_read"]
    assert all(row["verdict"] != "not_usable" for row in told["criteria"]) is told["usable"]


def on_a_terminal(words: list[str], **settings: str) -> str:
    """What a command shows on a terminal, a real one made for it."""
    pty = pytest.importorskip("pty", reason="no terminals to be made here")
    shown, side = pty.openpty()
    env = {**os.environ, "TERM": "xterm", **settings}
    command = [sys.executable, "-m", "tuopin_analysis.cli", *words]
    done = subprocess.run(command, stdout=side, stderr=side, stdin=side, check=False, env=env)
    os.close(side)
    assert done.returncode == 2
    with os.fdopen(shown, "rb") as reader:
        return reader.read1(65536).decode()


def test_errors_are_red_on_a_terminal_unless_no_colour_is_asked_for():
    words = ["report", "--scope", "13012310", "--dry-run"]
    assert on_a_terminal(words, NO_COLOR="").startswith("\x1b[31merror: unknown scope")
    assert on_a_terminal(words, NO_COLOR="1").startswith("error: unknown scope")
    assert "\x1b" not in on_a_terminal(words, NO_COLOR="1")

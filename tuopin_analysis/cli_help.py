"""What `tuopin --help` says beside each command's own text: its group, examples, and what its exit status means."""

from typing import Any, NamedTuple

EXIT = "Exit status: 0 all made · 1 a report failed · 2 the input cannot be used · 130 stopped by Ctrl-C"
_REGISTERS, _REPORTS, _TRUST, _EXAMPLE = "Registers", "Reports", "Trust and comparison", "Examples and new work"


class Help(NamedTuple):
    """The group of a command, commands to copy, and its exit statuses where they differ from the common ones."""

    group: str
    examples: tuple[str, ...]
    exit: str = "0 done · 2 the input cannot be used"


COMMANDS = {
    "import": Help(
        _REGISTERS,
        ("tuopin import 导出/*.xlsx --into data/raw/register --snapshot 2016-12-31", "tuopin import 导出/*.xlsx --explain"),
    ),
    "check": Help(
        _REGISTERS,
        ("tuopin check data/raw/register", "tuopin check data/raw/register --json"),
        "0 it may be used · 1 it should be mended first · 2 it cannot be read",
    ),
    "ledger": Help(_REGISTERS, ("tuopin ledger data/raw/register --edition notice --out ledger.xlsx",)),
    "correct": Help(
        _REGISTERS,
        ("tuopin correct list data/raw/register",),
    ),
    "report": Help(
        _REPORTS,
        (
            "tuopin report --scope all",
            "tuopin report --scope county --format html,pdf,docx",
            "tuopin report --scope 130123103 --notebook 02_causes --lang en -p as_of=2017-06-30",
            "tuopin report --register data/raw/register --scope all -p edition=public --out reports/public",
        ),
        "0 all made · 1 a report failed or was not printed, a font is lacking, or a check fails · 2 the input cannot be used · "
        "130 stopped by Ctrl-C",
    ),
    "brief": Help(
        _REPORTS,
        (
            "tuopin brief reports --number 3 --date 2017-01-05",
            "tuopin brief reports --scope 130123103 --lang en --format docx --office 'Office of the county'",
        ),
        "0 all made · 1 a format could not be made, or a font is lacking · 2 the folder cannot be used",
    ),
    "wall": Help(
        _REPORTS,
        ("tuopin wall --as-of 2016-12-31", "tuopin wall --register data/raw/register --scope 130123103 --out wall"),
        "0 done · 1 a font is lacking · 2 the input cannot be used",
    ),
    "params": Help(_REPORTS, ("tuopin params", "tuopin params 04_targets --lang en", "tuopin params 04_targets --json")),
    "verify": Help(
        _TRUST,
        ("tuopin verify reports --rerun", "tuopin verify reports --signers allowed_signers --identity office@county"),
        "0 all is as it was made · 1 something is not · 2 the folder cannot be verified",
    ),
    "sign": Help(_TRUST, ("tuopin sign reports --key ~/.ssh/id_ed25519",)),
    "diff": Help(
        _TRUST,
        ("tuopin diff reports-2016 reports-2017 --out reports/diff", "tuopin diff OLD_REGISTER NEW_REGISTER --json"),
        "0 no difference · 1 differences · 2 the input cannot be used",
    ),
    "trace": Help(
        _TRUST,
        ("tuopin trace reports/county causes.shares cause_main=因病 persons",),
        "0 page and register agree · 1 they do not · 2 the question cannot be answered",
    ),
    "why": Help(
        _TRUST,
        ("tuopin why 1301231022010003 --as-of 2016-12-31 --lang en",),
        "0 told · 2 there is no such household",
    ),
    "demo": Help(
        _EXAMPLE,
        ("tuopin demo --into my-demo --seed 7", "tuopin demo --scale province --place 13 --into data/raw/hebei"),
    ),
    "new-question": Help(
        _EXAMPLE,
        ("tuopin new-question housing --zh 住房安全吗？ --en 'Are their homes safe?'",),
        "0 laid out · 2 the word is taken, or this is no working copy of the project",
    ),
}


def of(name: str) -> dict[str, Any]:
    """What typer is told of a command: its panel in the list, and the text below its help.

    >>> of("sign")["rich_help_panel"]
    'Trust and comparison'
    """
    told = COMMANDS[name]
    examples = "\n\n".join(f"  {words}" for words in told.examples)
    return {"rich_help_panel": told.group, "epilog": f"Examples:\n\n{examples}\n\nExit status: {told.exit}"}

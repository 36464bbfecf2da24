"""The contract of a report: what its notebook takes, and what the register and the rules there are allow.

One road for the command line, a file of parameters and a script: whatever cannot be is refused before a process starts,
all faults at once, each with the nearest value that can be.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tuopin_analysis import rules
from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.register.about import About, about
from tuopin_analysis.report import parameters
from tuopin_analysis.report.signature import Allowed

DEMO = "demo"


def drawn(register: str = DEMO, known: Sequence[str] | None = None) -> dict[str, Allowed]:
    """What the register and the rules allow, by where a parameter is drawn from: scopes (unless `known`), days, rules.

    The register is not checked for it, so that this takes a moment. InputError for a register that is none.

    >>> drawn()["scopes"].values[:2], str(drawn()["days"].most)
    (('county', '130123100'), '2017-12-31')
    """
    told = about(register)
    scopes = tuple(known) if known else ("county", *_townships(told))
    return {
        "scopes": Allowed("scope", scopes, expected="county, all or a township's code"),
        "days": Allowed("day", least=told.baseline, most=told.until),
        **_of_rules(),
    }


def _townships(told: About) -> list[str]:
    from tuopin_analysis.register import reach  # it takes longer to load than all else of a batch in which nothing has changed

    return reach.townships(told)


def _of_rules() -> dict[str, Allowed]:
    return {"rules": Allowed("rule set", tuple(rules.names()), expected="a file of params/rules/")}


def check(notebook: str, given: Mapping[str, Any], where: parameters.Where = "given") -> dict[str, Any]:
    """All parameters of a report, the given ones as the notebook takes them, the others as it declares them.

    Without a day, a register other than the demonstration is counted up to its last one. InputError lists every fault: unknown
    names, wrong types, and whatever register, rules or the notebook itself do not allow.

    >>> check("02_causes", {"scope": "130123103", "lang": "en"})["as_of"]
    '2016-12-31'
    >>> check("02_causes", {"scope": "13012310"})  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    tuopin_analysis.errors.InputError: unknown scope '13012310' (given); ... did you mean '130123103' or '130123102'?
    """
    allowed, faults = _allowed(given.get("register", DEMO))
    return _checked(notebook, given, where, allowed, faults)


def _allowed(register: Any, known: Sequence[str] | None = None) -> tuple[dict[str, Allowed], tuple[Fault, ...]]:
    """What is allowed as far as that can be told, and why no more can."""
    try:
        return (drawn(register, known) if isinstance(register, str) else _of_rules()), ()
    except InputError as error:
        return _of_rules(), error.faults


def _checked(
    notebook: str, given: Mapping[str, Any], where: parameters.Where, allowed: Mapping[str, Allowed], faults: Sequence[Fault]
) -> dict[str, Any]:
    declared = {parameter.name: parameter.default for parameter in parameters.of(notebook)}
    settled = dict(given)
    if settled.get("register", DEMO) != DEMO and "as_of" in declared and "days" in allowed:
        settled.setdefault("as_of", str(allowed["days"].most))
        if "since" in declared:
            settled.setdefault("since", str(allowed["days"].least))
    try:
        values = {**declared, **parameters.check(notebook, settled, where, allowed)}
        _in_order(values, where)
        if "rules" in values:
            rules.read(values["rules"])
    except InputError as error:
        raise InputError(*faults, *error.faults) from None
    if faults:
        raise InputError(*faults)
    return values


def _in_order(values: Mapping[str, Any], where: parameters.Where) -> None:
    """An account goes from one day to a later one, or to the same."""
    since, as_of = values.get("since"), values["as_of"]
    if since is not None and since > as_of:
        at = where if isinstance(where, str) else where.get("since", where.get("as_of", "default"))
        raise InputError(Fault(f"since {since} lies after as_of {as_of}", at, f"a day up to {as_of}", "choose an earlier day"))


def given(
    files: Sequence[Path], words: Sequence[str], options: Mapping[str, Sequence[str] | None]
) -> tuple[dict[str, Any], dict[str, str]]:
    """What a command line gives: the parameters of the file, the -p words and the options, and where each was given.

    What is typed wins over the file. InputError for a name that is typed twice: in two words, in two options, or in both.
    """
    if len(files) > 1:
        raise InputError(Fault("more than one file of parameters", "--params", "one file", "write them into one"))
    of_file = parameters.read_file(files[0]) if files else {}
    of_words = parameters.from_words(list(words))
    of_options = {name: values for name, values in options.items() if values}
    faults = [
        Fault(f"parameter '{name}' is given twice", f"-p and --{name}" if name in of_words else f"--{name}", "one of them")
        for name, values in of_options.items()
        if name in of_words or len(values) > 1
    ]
    if faults:
        raise InputError(*faults)
    where = {**dict.fromkeys(of_file, str(*files)), **dict.fromkeys(of_words, "-p"), **{name: f"--{name}" for name in of_options}}
    return {**of_file, **{name: values[0] for name, values in of_options.items()}, **of_words}, where


def settle(
    notebooks: Sequence[str],
    scopes: Sequence[str],
    asked: Mapping[str, Any],
    where: Mapping[str, str] | None = None,
    known: Sequence[str] | None = None,
) -> tuple[list[str], dict[str, Any]]:
    """The scopes and the parameters of a batch, once every report of it has been found to be possible.

    `scopes` may hold `all`; without any it is the one that `asked` names, or the county. First, at once, the parameters of every
    report are checked; then the register is read, to tell whether every scope has households that count, unless they are `known`
    from an earlier batch of the very same register. InputError with all faults.
    """
    if scopes and "scope" in asked:
        raise InputError(Fault("the scope is given twice", "--scope and the parameters", "one of them"))
    where = {"scope": "--scope", **(where or {})}
    rest = {name: value for name, value in asked.items() if name != "scope"}
    wanted = list(dict.fromkeys(scopes)) or [asked.get("scope", "county")]
    allowed, found = _allowed(rest.get("register", DEMO), known)
    faults = list(found)
    days: dict[str, Any] = {}
    for notebook in dict.fromkeys(notebooks):
        for scope in wanted:
            try:
                own = parameters.own(notebook, notebooks, rest) | ({} if scope == "all" else {"scope": scope})
                checked = _checked(notebook, own, where, allowed, ())
                days |= {name: checked[name] for name in ("since",) if name in checked}
            except InputError as error:
                said = [(fault.what, fault.where) for fault in faults]
                faults += [fault for fault in error.faults if (fault.what, fault.where) not in said]
    if faults:
        raise InputError(*faults)
    standing = _standing(wanted, checked) if known is None else list(known) if "all" in wanted else wanted
    return standing, {**rest, **days, "as_of": checked["as_of"]}


def _standing(scopes: list[str], settings: Mapping[str, Any]) -> list[str]:
    """The scopes once the register is read and checked: `all` are the county and each township with households that count."""
    from tuopin_analysis.register import load

    register = str(settings["register"])
    found = list(load.scopes(register)["scope"]) if "all" in scopes else scopes
    for scope in found:
        load.households(register, scope=scope, as_of=str(settings["as_of"]))
    return found

"""The command `tuopin wall`: sheets for the wall, of the county and of its townships."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tuopin_analysis import cli_complete, cli_folder, cli_words, harmless, paths
from tuopin_analysis.errors import Fault, InputError

if TYPE_CHECKING:
    from tuopin_analysis.report.wall import Head


def wall(
    register: Annotated[str, typer.Option(help="demo, or the folder of a register.",
                                           autocompletion=cli_complete.registers)] = "demo",
    scope: Annotated[str, typer.Option(help="county (with a sheet for each township), or a township's code.",
                                        autocompletion=cli_complete.places)] = "county",
    as_of: Annotated[str | None, typer.Option(help="The day.", show_default="that of the pages")] = None,
    rules: Annotated[
        str, typer.Option(help="Rule set: targets, and from how few households on figures are suppressed.",
                          autocompletion=cli_complete.rule_sets)
    ] = "hebei-2016",
    lang: Annotated[str, typer.Option(help="zh or en.", autocompletion=cli_complete.langs)] = "zh",
    edition: Annotated[str, typer.Option(help="internal; or public: the county's sheet alone, on tiles.",
                                          autocompletion=cli_complete.editions)] = "internal",
    out: Annotated[Path | None, typer.Option(help="Folder for the sheets.", show_default="reports/wall")] = None,
    in_charge: Annotated[
        Path | None, typer.Option(help="Who answers for each place: a CSV file, code and name.", show_default="blanks to fill in")
    ] = None,
    map_crs: Annotated[str, typer.Option(help="Reference system of townships.geojson: GCJ-02, EPSG:4547 …")] = "",
) -> None:
    """Make sheets for the wall (挂图), A3 as PDF and PNG: what is left and done; households crossed off."""
    from tuopin_analysis import contract
    from tuopin_analysis.register import load
    from tuopin_analysis.report import faces, page

    faces.need()
    page.check_edition(edition)
    if edition == "public" and scope != "county":
        what = "a township's sheet shows every household, which the public edition never does"
        raise InputError(Fault(what, f"--scope {scope}", "--scope county", "or make the internal edition"))
    if edition == "public" and in_charge:
        raise InputError(Fault("a public sheet names nobody", "--in-charge", "no list", "or make the internal edition"))
    told, name = load.about(register), load.scope_name(register, scope, lang)
    if scope != "county" and len(scope) != 9:
        raise InputError(Fault(f"no sheet of '{scope}'", "--scope", "county or the nine-digit code of a township"))
    day = as_of or str(contract.check("03_townships", {"register": register})["as_of"])  # as the pages count
    target = out or paths.REPORTS / ("public" if edition == "public" else "") / "wall"
    private = in_charge is not None or cli_folder.is_private({"edition": edition, "register": register})
    cli_folder.writable(target, private)
    facts = _facts(register, day, rules, edition)
    head = _head(told, name, day, edition, facts["rules"], lang)
    head = replace(head, in_charge=_in_charge(in_charge, facts["households"]) if in_charge else {})
    for line in _made(register, scope, facts, head, target, private, map_crs):
        typer.echo(line)
    if cli_folder.fonts_lack():
        raise typer.Exit(1)


def _facts(register: str, day: str, rules: str, edition: str) -> dict[str, Any]:
    from tuopin_analysis import rules as rulebook
    from tuopin_analysis.analysis import withholding
    from tuopin_analysis.register import load, published

    told, rule_set, how = load.about(register), rulebook.read(rules), {"as_of": day}
    households = load.households(register, **how)
    code = told.published_code
    guard = withholding.guard(households, rule_set, scope="county", as_of=day, edition=edition,
                              townships=published.townships(code), causes=published.causes(code))  # fmt: skip
    return {
        "rules": rule_set, "households": households, "plans": load.exit_plans(register, **how), "guard": guard, "day": day,
        "events": load.events(register, **how), "measures": load.measures(register, **how), "baseline": told.baseline,
        "responsible": load.responsible(register, **how), "edition": edition,
    }  # fmt: skip


def _in_charge(path: Path, households: Any) -> dict[str, str]:
    """Who answers for the places of a register; InputError also for signs that would be boxes on a sheet."""
    from tuopin_analysis.register import in_charge
    from tuopin_analysis.report import faces

    known = [*households["township_code"].dropna().unique(), *households["village_code"].dropna().unique()]
    names = in_charge.read(path, sorted(map(str, known)))
    faults = [Fault(f"the sheet's font has no shape for '{signs}'", f"{paths.shown(path)}, {code}", "other signs",
                    "leave the row out and write the name in by hand")
              for code, name in names.items() if (signs := faces.undrawn(name))]  # fmt: skip
    if faults:
        raise InputError(*faults)
    return names


def _work(facts: dict[str, Any], by: str) -> Any:
    """`tasks.by_place` of the county's townships or villages."""
    from tuopin_analysis.analysis import targets, tasks

    rules, homes = facts["rules"], facts["households"]
    homes = homes if by == "township_code" else homes[homes["village_code"].notna()]
    progress = targets.by_place(homes, facts["plans"], facts["events"], by=by, baseline=facts["baseline"], as_of=facts["day"],
                                targets=rules.targets, settings=rules.progress, rounding=rules.target_rounding)  # fmt: skip
    return tasks.by_place(progress, homes, facts["measures"], facts["responsible"], as_of=facts["day"], by=by)


def _head(told: Any, place: str, day: str, edition: str, rules: Any, lang: str) -> "Head":
    from tuopin_analysis.report import language, page, style
    from tuopin_analysis.report.wall import Head

    style.use_style(lang)
    note = page.edition_text(edition, rules.small_cells, lang)
    if told.synthetic:
        warning = language.translator(lang).gettext("SYNTHETIC: the households of this register are invented.")
        note = f"{note}{'。' if lang == 'zh' else '. '}{warning}"
    return Head(place, day, language.begun(note, lang), lang)


def _made(register: str, scope: str, facts: dict[str, Any], head: "Head", out: Path, private: bool, crs: str) -> Any:
    """Make the sheets one place after the other, and tell of each."""
    from tuopin_analysis.register import load, outlines
    from tuopin_analysis.report import maps, wall, wall_files, wall_village

    homes = facts["households"]
    if scope == "county":
        shapes = outlines.of(register, facts["edition"], crs)
        if said := maps.notes(shapes, "en"):
            cli_words.complain(said, "yellow")
        sheet = wall.county(facts["guard"].protect(_work(facts, "township_code")), shapes, head)
        yield _told(wall_files.write([sheet], out, "wall-county", head.place, private))
    if facts["edition"] == "public":
        return
    work = _work(facts, "village_code")
    for code in sorted(homes["township_code"].unique()) if scope == "county" else [scope]:
        own = replace(head, place=load.scope_name(register, code, head.lang))
        sheets = wall_village.township(homes[homes["township_code"] == code], work[work["village_code"].str[:9] == code], own)
        yield _told(wall_files.write(sheets, out, f"wall-{harmless.stem(code)}", own.place, private))


def _told(files: list[Path]) -> str:
    return f"{files[0]} and {len(files) - 1} PNG"

"""Who may import whom, and other rules of the house."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
import yaml

from tuopin_analysis import paths

PACKAGE = paths.ROOT / "tuopin_analysis"
MODULES = sorted(path.relative_to(PACKAGE).with_suffix("").as_posix() for path in PACKAGE.rglob("*.py"))
COMMON = {"__init__", "paths", "errors"}
# A module (or the first pattern that fits it) -> the modules of the package that it may import.
ALLOWED = [
    (r"(__init__|paths|errors|harmless|\w+/__init__)", r"(paths|errors)"),
    (r"rules_sections", r""),
    (r"rules", r"(paths|errors|rules_sections)"),
    (r"register/.*", r"(__init__|paths|errors|harmless|rules|register/.*)"),
    (r"analysis/.*", r"(errors|rules|rules_sections|register/dictionary|analysis/.*)"),
    (r"report/(signature|parameters)", r"(paths|errors|report/(signature|parameters))"),
    (r"report/asked", r"(errors|register/dictionary|report/(signature|parameters|language))"),
    (r"report/page", r"(errors|harmless|report/(asked|language|mime|seeds|style))"),
    (r"report/(workbook|lists|sheets)", r"(harmless|report/(language|cells|excel)|register/dictionary)"),
    (
        r"report/(style|language|mime|cells|telling|drawing|figures\w*|sentences\w*|tables|maps\w*|wall\w*|excel)",
        r"(__init__|paths|errors|harmless|report/(faces|style|language|mime|cells|narrow|telling|drawing|figures\w*|sentences\w*|tables|maps\w*|wall\w*)|"
        r"register/dictionary)",
    ),
    (r"report/comparing\w*", r"(__init__|harmless|report/(comparing_words|render|language|narrow|cells)|register/dictionary)"),
    (r"report/paper\w*", r"(errors|harmless|report/(faces|language|narrow|paper))"),
    (r"report/faces", r"errors"),
    (r"report/narrow", r"harmless"),
    (
        r"report/brief(_\w+)?",
        r"(errors|harmless|report/(language|telling|cells|tables|sentences|manifest|provenance|paper|paper_read|brief\w*))",
    ),
    (r"report/warm", r"report/.*"),
    (r"report/seeds", r""),
    (
        r"report/.*",
        r"(paths|errors|harmless|__init__|report/(render|engine|parameters|job|batch|running|language|mime|manifest|"
        r"provenance|seeds|printing|paper|paper_\w+|briefs|checking|crosschecks|index|crate|verifying|signing|limits|home|cluster|"
        r"links|sheets|cards|tiles|faces|narrow))",
    ),
    # What notebooks take, and what register and rules allow: the one road of the command line and of scripts.
    (r"contract", r"(errors|rules|register/(about|reach|load)|report/(parameters|signature))"),
    # The analysts' workbench, where the floors meet as in a notebook; it runs no batch.
    (
        r"explore\w*",
        r"(__init__|paths|errors|harmless|rules|contract|explore_\w+|explore|register/(dictionary|goals|load)|"
        r"report/(language|style|cells|drawing|parameters|sentences))",
    ),
    (r"(cli|cli_\w+)", r".*"),
]
NO_FILES = re.compile(r"^(pathlib|os|io|open|csv|json|yaml|matplotlib|seaborn|great_tables|openpyxl|python_calamine)(\.|$)")


def imports(module: str) -> set[str]:
    """The names a module imports, dotted, wherever the import stands."""
    tree = ast.parse((PACKAGE / f"{module}.py").read_text(encoding="utf-8"))
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def own(names: set[str]) -> set[str]:
    """The modules of the package among imported names."""
    found = set()
    for name in names:
        if not name.startswith("tuopin_analysis"):
            continue
        parts = name.split(".")[1:]
        while parts and "/".join(parts) not in MODULES:
            parts = parts[:-1]
        found.add("/".join(parts) if parts else "__init__")
    return found


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_what_it_may(module):
    allowed = next(pattern for fits, pattern in ALLOWED if re.fullmatch(fits, module))
    forbidden = {name for name in own(imports(module)) if not re.fullmatch(allowed, name)}
    assert not forbidden, f"{module} imports {sorted(forbidden)}"


@pytest.mark.parametrize("module", [module for module in MODULES if module.startswith("analysis/")])
def test_analysis_reads_no_files_and_draws_nothing(module):
    assert not [name for name in imports(module) if NO_FILES.match(name)]
    assert "open(" not in (PACKAGE / f"{module}.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("module", MODULES)
def test_a_module_stays_small(module):
    assert len((PACKAGE / f"{module}.py").read_text(encoding="utf-8").splitlines()) <= 250


def test_every_notebook_has_its_analysis_or_says_why_not():
    composed = {"overview"}  # draws on several questions and has none of its own
    words = {path.stem.split("_", 1)[1] for path in paths.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb")}
    assert words
    for word in words - composed:
        assert (PACKAGE / "analysis" / f"{word}.py").exists(), word
        assert (paths.ROOT / "tests" / "analysis" / f"test_{word}.py").exists(), word


def test_environment_yml_keeps_in_step_with_pyproject():
    environment = yaml.safe_load((paths.ROOT / "environment.yml").read_text())
    project = tomllib.loads((paths.ROOT / "pyproject.toml").read_text())["project"]
    python = next(line for line in environment["dependencies"] if isinstance(line, str) and line.startswith("python"))
    assert python == f"python{project['requires-python']}"
    [pip] = [line["pip"] for line in environment["dependencies"] if isinstance(line, dict)]
    extras = re.fullmatch(r"-e \.\[([\w,]+)\]", pip[0]).group(1).split(",")
    assert environment["name"] == project["name"]
    assert set(extras) == set(project["optional-dependencies"]) - {"build"}


def test_the_lock_holds_every_dependency_with_hashes_and_no_address():
    lock = "\n".join((paths.ROOT / name).read_text().strip() for name in ("requirements.lock", "requirements-engines.lock"))
    project = tomllib.loads((paths.ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *(d for extra in project["optional-dependencies"].values() for d in extra)]
    locked = set(re.findall(r"^([a-z0-9._-]+)==", lock, re.M))
    assert {re.match(r"[\w-]+", line).group().lower() for line in wanted} <= locked
    assert "://" not in lock
    entries = re.split(r"\n(?=[a-z0-9])", lock.strip())
    assert all("--hash=sha256:" in entry for entry in entries)


@pytest.mark.parametrize(
    "path",
    [Path("params/county.yaml"), *sorted(p.relative_to(paths.ROOT) for p in paths.PARAMS.glob("townships/*.yaml"))],
    ids=str,
)
def test_every_params_key_is_a_parameter_of_every_notebook(path):
    from tuopin_analysis.report import parameters

    given = parameters.read_file(paths.ROOT / path)
    for notebook in parameters.notebooks():
        assert parameters.check(notebook, given, str(path)) == given
    assert given["scope"] == ("county" if path.stem == "county" else path.stem)

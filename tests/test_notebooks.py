"""Notebooks stay thin: a question, sentence, call, sentence; no computing of their own."""

import ast

import nbformat
import pytest

from tuopin_analysis import paths
from tuopin_analysis.report import mime, parameters
from tuopin_analysis.report.render import title

NOTEBOOKS = parameters.notebooks()
BASE = {"register": "str", "scope": "str", "as_of": "str", "rules": "str", "lang": "str", "edition": "str"}
OWN = {"04_targets": {"denominator": "str"}, "08_dynamics": {"since": "str"}}  # what some notebooks take besides


def read(name):
    return nbformat.read(paths.NOTEBOOKS / f"{name}.ipynb", as_version=4)


def code(name):
    return [cell for cell in read(name).cells if cell.cell_type == "code"]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_takes_the_base_parameters_with_help(name):
    declared = parameters.declared(name)
    assert {key: p["inferred_type_name"] for key, p in declared.items()} == BASE | OWN.get(name, {})
    assert all(p["help"] for p in declared.values())


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_has_a_title_and_text_in_both_languages(name):
    texts = {
        lang: [cell for cell in read(name).cells if f"lang-{lang}" in cell.metadata.get("tags", [])] for lang in ("zh", "en")
    }
    assert title(read(name), "zh") != title(read(name), "en")
    assert len(texts["zh"]) == len(texts["en"]) > 2
    untagged = [cell.source for cell in read(name).cells if cell.cell_type == "markdown" and not cell.metadata.get("tags")]
    assert untagged == []


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_is_thin(name):
    source = "\n".join("\n".join(line for line in cell.source.splitlines() if not line.startswith("%")) for cell in code(name))
    lines = [line for line in source.splitlines() if line.strip() and not line.strip().startswith("#")]
    assert len(lines) <= 60
    forbidden = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.Lambda, ast.Try)
    assert not [node for node in ast.walk(ast.parse(source)) if isinstance(node, forbidden)]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_imports_neither_the_runner_nor_other_libraries(name):
    source = "\n".join(cell.source for cell in code(name))
    tree = ast.parse(source)
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Import)]
    assert modules <= {"tuopin_analysis", "tuopin_analysis.register", "tuopin_analysis.analysis", "tuopin_analysis.report"}
    assert not names & {"batch", "cli", "render", "index", "engine"}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_what_nbval_compares_holds_an_output_and_other_cells_hold_none(name):
    tagged = [cell for cell in code(name) if "nbval-check-output" in cell.metadata.get("tags", [])]
    assert tagged
    assert all(cell.outputs for cell in tagged)
    assert not [cell for cell in code(name) if cell not in tagged and cell.outputs]
    assert any(mime.TABLE in output.get("data", {}) for cell in tagged for output in cell.outputs)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_its_numbers_come_from_variables(name):
    prose = "\n".join(cell.source for cell in read(name).cells if cell.cell_type == "markdown")
    assert not [word for word in prose.split() if word.strip("，。、；：%（）()").replace(",", "").isdigit() and len(word) > 2]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_chinese_paragraph_is_one_line(name):
    """A line's end within a paragraph is shown as a space, which Chinese has not."""
    texts = [cell.source for cell in read(name).cells if "lang-zh" in cell.metadata.get("tags", [])]
    assert not [text for text in texts for paragraph in text.split("\n\n") if "\n" in paragraph]

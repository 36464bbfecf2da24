"""A new question is laid out whole: its tests pass, its page is made in both languages; what cannot be is refused."""

import re
import shutil
import subprocess
import sys

import pytest

from tuopin_analysis import cli_question, paths
from tuopin_analysis.errors import InputError

TITLES = {"zh": "住房安全吗？", "en": "Are their homes safe?"}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project with a new question in it."""
    root = tmp_path_factory.mktemp("project")
    for name in ("tuopin_analysis", "notebooks", "data", "params", "tests"):
        shutil.copytree(paths.ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "raw", ".ipynb_checkpoints"))
    for name in ("pyproject.toml", "environment.yml", "requirements.lock", "requirements-engines.lock", "Makefile"):
        shutil.copy(paths.ROOT / name, root)
    cli_question.put(cli_question.laid_out(root, "housing", TITLES))
    return root


def ran(project, *words):
    done = subprocess.run([sys.executable, *words], cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def test_its_own_tests_pass_and_so_do_those_of_the_house(project):
    ran(project, "-m", "ruff", "check", "--quiet", ".")
    tests = [
        "tests/analysis/test_housing.py",
        "tests/report/test_language.py",
        "tests/test_architecture.py",
        "tuopin_analysis/analysis/housing.py",
        "tests/analysis/test_engines.py",
    ]
    of_engines = "not test_engines or housing or every_function"  # of that file, what a new question concerns
    told = ran(project, "-m", "pytest", "-v", "-p", "no:cacheprovider", "-k", of_engines, *tests)
    passed = {file for file in tests if re.search(rf"(?m)^{re.escape(file)}::.* PASSED", told)}
    assert passed == set(tests)
    assert "every_function" in told


def test_its_page_is_made_and_its_figures_are_traced(project):
    [notebook] = project.glob("notebooks/*_housing.ipynb")
    for lang, title in TITLES.items():
        out = project / f"out-{lang}"
        ran(project, "-m", "tuopin_analysis.cli", "report", "--notebook", notebook.stem, "--lang", lang, "--out", str(out))
        page = (out / "county" / f"{notebook.stem}.html").read_text(encoding="utf-8")
        assert title in page
        assert {"zh": "在册3,654人，其中", "en": "Of 3,654 persons registered, "}[lang] in page
    figure = ["housing.by_township", "township_code=130123103", "persons"]
    assert "655" in ran(project, "-m", "tuopin_analysis.cli", "trace", "out-en/county", *figure, "--lang", "en")


def test_the_public_page_is_made(project):
    [notebook] = project.glob("notebooks/*_housing.ipynb")
    words = ["report", "--notebook", notebook.stem, "-p", "edition=public", "--out", "public"]
    assert "1 report made" in ran(project, "-m", "tuopin_analysis.cli", *words)


def test_what_cannot_be_is_refused_all_at_once_and_nothing_is_written(project):
    before = sorted(path for path in project.rglob("*.py*") if "__pycache__" not in path.parts)
    with pytest.raises(InputError) as caught:
        cli_question.laid_out(project, "Cau ses", {"zh": "", "en": 'a "b"'})
    assert [fault.where for fault in caught.value.faults] == ["WORD", "--zh", "--en"]
    with pytest.raises(InputError) as caught:
        cli_question.laid_out(project, "causes", TITLES)
    assert len(caught.value.faults) == 2  # module and notebook
    with pytest.raises(InputError, match="not a working copy"):
        cli_question.laid_out(project / "data", "water", TITLES)
    assert before == sorted(path for path in project.rglob("*.py*") if "__pycache__" not in path.parts)


def test_a_second_question_takes_the_next_number_and_the_translation_that_is_there(project):
    found = cli_question.laid_out(project, "water", {"zh": "有水喝吗？", "en": "Is there water?"})
    names = sorted(path.name for path in found)
    [housing] = project.glob("notebooks/*_housing.ipynb")
    assert f"{int(housing.name[:2]) + 1:02d}_water.ipynb" in names
    assert "tuopin.po" not in names

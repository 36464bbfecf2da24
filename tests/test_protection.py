"""What docs/protection.md promises of the Makefile, git and the rule set."""

import re
import subprocess

import pytest

from tuopin_analysis import paths
from tuopin_analysis import rules as rulebook


def test_the_lab_listens_on_this_machine_only_and_keeps_its_token():
    recipe = re.search(r"(?m)^lab:.*\n((?:\t.*\n)+)", (paths.ROOT / "Makefile").read_text(encoding="utf-8")).group(1)
    assert "--ip=127.0.0.1" in recipe
    assert not re.search(r"(?i)token|password|allow_origin|0\.0\.0\.0|allow-root|disable_check_xsrf", recipe)


@pytest.mark.parametrize("path", ["data/raw/persons.xlsx", "reports/county/02_causes.html"])
def test_git_ignores_registers_and_reports(path):
    done = subprocess.run(["git", "check-ignore", "-q", path], cwd=paths.ROOT, check=False)
    if done.returncode == 128:
        pytest.skip("not a git working tree")
    assert done.returncode == 0


@pytest.mark.parametrize("name", rulebook.names())
def test_every_rule_set_hides_at_least_single_households(name):
    assert rulebook.read(name).small_cells >= 2

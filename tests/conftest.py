"""What all tests share: property tests draw anew at every run of ours, the same cases at every run of CI, few under mutation."""

import os
import sys

import pytest
from hypothesis import HealthCheck, Phase, settings

from tuopin_analysis import cli

settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("here", deadline=None)
settings.register_profile(
    "mutation", derandomize=True, deadline=None, database=None, max_examples=10,
    phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck),
)  # fmt: skip
settings.load_profile(os.environ.get("TUOPIN_TESTS") or ("ci" if os.environ.get("CI") else "here"))


@pytest.fixture
def run(monkeypatch, capsys):
    """Run the command line in this process; its exit status, and what it printed and complained."""

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["tuopin", *map(str, words)])
        status = 0
        try:
            cli.main()
        except SystemExit as stop:
            status = stop.code or 0
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return call

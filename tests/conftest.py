"""What all tests share: property tests draw anew at every run of ours, and the same cases at every run of CI."""

import os
import sys

import pytest
from hypothesis import settings

from tuopin_analysis import cli

settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("here", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "here")


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

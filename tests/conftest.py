"""What all tests share: property tests draw anew at every run of ours, the same cases at every run of CI, few under mutation."""

import os
import sys
from pathlib import Path

import pytest
import shared_batches
from hypothesis import HealthCheck, Phase, settings

from tuopin_analysis import cli

settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("here", deadline=None)
settings.register_profile(
    "mutation", derandomize=True, deadline=None, database=None, max_examples=10,
    phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck),
)  # fmt: skip
settings.load_profile(os.environ.get("TUOPIN_TESTS") or ("ci" if os.environ.get("CI") else "here"))


@pytest.fixture(scope="session")
def shared(tmp_path_factory) -> Path:
    """A folder that all processes of this run of pytest see."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def whole_batch(shared) -> Path:
    """The batch of all notebooks for all places of the demonstration register, to be read only."""
    return shared_batches.once(shared / "whole-batch", shared_batches.whole)


@pytest.fixture(scope="session")
def township_alone(shared) -> Path:
    """The batch of one township alone, made elsewhere, to be read only."""
    return shared_batches.once(shared / "township-alone", shared_batches.alone)


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

"""`tuopin report --cluster`: the cluster that makes the reports, asked first whether it has the same code and register."""

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuopin_analysis.report.batch import Engine, Maker
    from tuopin_analysis.report.limits import Limits


@contextlib.contextmanager
def maker(
    address: str | None, register: str, workers: int, warm: Callable[[], object], engine: "Engine", allowed: "Limits"
) -> Iterator["Maker | None"]:
    """What makes reports on the cluster at `address`; None without an address. Its workers end with it if it is local."""
    if address is None:
        yield None
        return
    from tuopin_analysis.report import cluster

    with cluster.connected(address, workers) as client:
        cluster.agree(client, functools.partial(fingerprint, register), register)
        yield cluster.maker(client, warm, engine=engine, allowed=allowed)


def fingerprint(register: str) -> str:
    """A checksum of a register's files; InputError or OSError where they cannot be read."""
    from tuopin_analysis.register import inputs
    from tuopin_analysis.report import provenance

    return provenance.combined(inputs.files(register))

"""`tuopin report --cluster`: the cluster that makes the reports, asked first whether it has the same code and register."""

import contextlib
import functools
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from tuopin_analysis.errors import Fault, InputError

if TYPE_CHECKING:
    from tuopin_analysis.report.batch import Engine, Maker
    from tuopin_analysis.report.limits import Limits


ADDRESS = re.compile(r"((tcp|tls|ws|wss|ucx)://)?([^\s/:]+|\[[0-9A-Fa-f:.%]+\]):\d{1,5}")


def check(address: str | None) -> None:
    """InputError for what is no address at all; whether a scheduler answers there is known once reports are made.

    >>> check("local"), check("tcp://10.0.0.1:8786"), check(None)
    (None, None, None)
    """
    if address is not None and address != "local" and not ADDRESS.fullmatch(address):
        raise InputError(Fault(f"'{address}' is no address of a cluster", "--cluster", "local or tcp://HOST:PORT"))


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

"""`tuopin report --cluster`: the cluster that makes the reports, asked first whether it has the same code and register."""

import contextlib
import functools
import hashlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from tuopin_analysis.errors import Fault, InputError

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
    """A checksum of what a register holds; InputError or OSError where it cannot be read.

    A store names the checksums of its parts in register.yaml, so that these need only be there.
    """
    from tuopin_analysis.register.about import about

    told = about(register)
    parts = [told.folder / part.file for snapshot in told.snapshots.values() for part in snapshot.parts.values()]
    missing = next((part for part in parts if not part.is_file()), None)
    if missing:
        raise InputError(Fault("a part of the register is missing", str(missing)))
    whole = hashlib.sha256()
    for path in [told.folder / "register.yaml", *(told.folder / name for name in told.tables.values())]:
        whole.update(path.read_bytes())
    return whole.hexdigest()

"""What a report may take, and the ending of a report's process with everything it started."""

import contextlib
import ctypes
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

DEATH_SIGNAL, SUBREAPER = 1, 36  # of Linux's prctl
MEGABYTE = 1_000_000
KILLED = "killed by somebody or by the system, out of memory; to mend: fewer reports at the same time (--jobs), or more memory"


@dataclass(frozen=True)
class Limits:
    """Seconds and megabytes of private memory that one report may take, with all processes it starts; 0 is no limit."""

    seconds: float = 0
    megabytes: int = 0

    def broken(self, pid: int, started: float) -> str:
        """What a running report broke, in words for its reader; empty while it keeps to the limits. `started` is monotonic."""
        if self.seconds and time.monotonic() - started > self.seconds:
            return (
                f"took longer than the time allowed ({self.seconds:g} s) and was ended; "
                "to mend: allow more with --timeout, or look for a loop that never ends"
            )
        if self.megabytes and private_megabytes(pid) > self.megabytes:
            return f"ran out of the memory allowed ({self.megabytes} MB) and was ended; to mend: allow more with --memory"
        return ""


UNLIMITED = Limits()


def _family(pid: int) -> list[psutil.Process]:
    """A process and all that descend from it; none when it is no more."""
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def private_megabytes(pid: int) -> float:
    """Memory that would come free if a process and its descendants ended: pages shared with the warm process don't count."""
    pages = 0
    for member in _family(pid):
        with contextlib.suppress(psutil.Error):
            pages += member.memory_full_info().uss
    return pages / MEGABYTE


def lead() -> None:
    """Called first in a report's process: what it starts can be ended with it, and it doesn't outlive who started it."""
    if hasattr(os, "setsid"):
        os.setsid()  # Ctrl-C reaches the batch alone, which ends its reports
    if sys.platform == "linux":
        system = ctypes.CDLL(None)
        system.prctl(DEATH_SIGNAL, signal.SIGKILL)
        system.prctl(SUBREAPER, 1)  # what loses its parent stays in the family
        with contextlib.suppress(OSError):  # when memory runs out the system takes a report, never the batch
            Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")


def end(pid: int, *, itself: bool = True) -> None:
    """Kill a report's process and all it started, also what left its group (kernels do) or lost its parent."""
    family = _family(pid)
    if itself and hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
    for member in family if itself else family[1:]:
        with contextlib.suppress(psutil.Error):
            member.kill()


def ended(exitcode: int | None) -> str:
    """How a process ended that left no result, in words.

    >>> ended(-9).split(";")[0]
    'its process ended by itself: SIGKILL, killed by somebody or by the system, out of memory'
    >>> ended(3)
    'its process ended by itself (exit status 3): a cell or a library called for the end'
    """
    if exitcode is None or exitcode >= 0:
        return f"its process ended by itself (exit status {exitcode}): a cell or a library called for the end"
    with contextlib.suppress(ValueError):
        name = signal.Signals(-exitcode).name
        why = KILLED if name in ("SIGKILL", "SIGTERM") else "a library that it uses crashed"
        return f"its process ended by itself: {name}, {why}"
    return f"its process ended by itself (signal {-exitcode})"

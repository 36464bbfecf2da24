"""What made the reports: the code, the locked environment, the files read; each told by a checksum."""

import hashlib
import json
import platform
import re
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tuopin_analysis import __version__, paths
from tuopin_analysis.report import seeds

PACKAGE = Path(__file__).parents[1]
# What pages are made with beside the register, the rules and the notebook, which count as inputs of their own.
SHIPPED = ("*.csv", "goals/*", "places/*", "published/*")


def sha256(path: Path) -> str:
    """The SHA-256 of a file, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def output(path: Path) -> dict[str, Any]:
    """A file as the manifest lists it: checksum and size."""
    return {"sha256": sha256(path), "bytes": path.stat().st_size}


def combined(sums: Mapping[str, str]) -> str:
    """One checksum for several files: of their names and checksums, in the order of the names.

    >>> combined({"b": "2", "a": "1"}) == combined({"a": "1", "b": "2"}) != combined({"a": "2", "b": "1"})
    True
    """
    return hashlib.sha256("".join(f"{name} {sums[name]}\n" for name in sorted(sums)).encode()).hexdigest()


def register_name(register: str) -> str:
    """A register as pages name it: without the folders above it, which may name a person, unless it lies in this project.

    >>> register_name("demo"), register_name("/home/li/registers/2016"), register_name("/data/nation/county=130123")
    ('demo', '2016', 'nation/county=130123')
    """
    path = Path(register).expanduser()
    shown = paths.shown(path)
    if not Path(shown).is_absolute() and ".." not in path.parts:
        return shown
    return "/".join(path.parts[-2:] if path.name.startswith("county=") else path.parts[-1:])


@cache
def package_sha256() -> str:
    """The checksum of the package: its modules, templates, fonts, catalogues, and the data it ships."""
    files = [path for path in PACKAGE.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    files += [path for pattern in SHIPPED for path in paths.DATA.glob(pattern) if path.is_file()]
    files += [path for path in paths.PARAMS.glob("layouts/*") if path.is_file()]
    return combined({path.relative_to(paths.ROOT).as_posix(): sha256(path) for path in files})


@cache
def environment_sha256() -> str:
    """The checksum of the Python version and of the names and versions of all packages installed."""
    found = {path.name for place in sys.path if place for path in Path(place).glob("*.dist-info")}
    return hashlib.sha256("\n".join([sys.version, *sorted(found)]).encode()).hexdigest()


def code() -> dict[str, Any]:
    """The code: version, git commit and whether the tree was clean (None where there is no git), checksum."""
    commit, changes = _git("rev-parse", "HEAD"), _git("status", "--porcelain")
    clean = None if commit is None or changes is None else not changes
    return {"version": __version__, "commit": commit, "clean": clean, "package_sha256": package_sha256()}


def environment() -> dict[str, Any]:
    """The environment: lock file and installed packages as checksums, Python, platform, versions of the direct dependencies."""
    lock = paths.ROOT / "requirements.lock"
    return {
        "lock_sha256": sha256(lock) if lock.is_file() else None,
        "environment_sha256": environment_sha256(),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "versions": _versions(),
        "seeds": {"random": seeds.SEED, "numpy": seeds.SEED},
    }


def _versions() -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, requires, version

    try:
        wanted = [line for line in requires("tuopin-analysis") or () if "extra ==" not in line]
    except PackageNotFoundError:  # run from a source tree that is not installed
        return {}
    names = sorted(re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in wanted)
    return {name: version(name) for name in names}


def _git(*words: str) -> str | None:
    if not (paths.ROOT / ".git").exists():
        return None
    try:
        done = subprocess.run(["git", *words], cwd=paths.ROOT, capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def key(inputs: Mapping[str, str], parameters: Mapping[str, Any]) -> str:
    """What a report's bytes depend on, as one checksum: inputs, parameters, package and environment.

    >>> key({"register": "1"}, {"lang": "zh"}) == key({"register": "1"}, {"lang": "en"})
    False
    """
    parts = [dict(inputs), dict(parameters), package_sha256(), environment_sha256()]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

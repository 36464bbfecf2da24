"""What must not leave the office: keys, pseudonyms in place of numbers, masks in place of names, and files for one user only."""

import base64
import contextlib
import hashlib
import hmac
import os
import re
import secrets
import stat
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Literal

import pandas as pd

from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.paths import shown

Kind = Literal["household", "person"]
KEY_BYTES = 32
# Published, so worth nothing: for the synthetic demonstration register alone, whose ids are then the same everywhere.
DEMO_KEY = hashlib.sha256(b"tuopin-analysis: the demonstration register is synthetic").digest()
MODES_COUNT = os.name == "posix"  # on Windows the bits of a mode say nothing about who may read a file


def read_key(path: Path | str) -> bytes:
    """The key of a file that `make_key` wrote: 32 bytes.

    InputError when the file is missing, can be read by others, is no regular file or is not 64 hexadecimal digits; the
    message never holds anything of its content.
    """
    path = Path(path)
    with _guarded_read(path, "key file") as file:
        text = file.read(4096).strip()
    if not re.fullmatch(rb"[0-9a-fA-F]{%d}" % (2 * KEY_BYTES), text):
        raise InputError(
            Fault(
                "not a key",
                shown(path),
                f"{2 * KEY_BYTES} hexadecimal digits",
                "restore the file from its backup, or make a new one",
            )
        )
    return bytes.fromhex(text.decode("ascii"))


def make_key(path: Path | str) -> bytes:
    """Make a key file (0600, in a folder 0700) and give the key back; InputError when the file is there already.

    Who loses the key can't tell any more which new row belongs to which old one: keep a copy apart from the register.
    """
    path = Path(path)
    private_folder(path.parent)
    key = secrets.token_bytes(KEY_BYTES)
    try:
        _write_new(path, key.hex().encode("ascii") + b"\n")
    except FileExistsError:
        raise InputError(
            Fault("a key is there already", shown(path), "a new file", "use it, or choose another name; a key is never replaced")
        ) from None
    return key


def pseudonyms(values: pd.Series, key: bytes, kind: Kind) -> pd.Series:
    """Ids in place of household or person numbers: "h" or "p" and 16 letters or digits; missing stays missing.

    The first 80 bits of HMAC-SHA256 (RFC 2104), under a key derived for the kind, of the text in Unicode's form NFKC without
    spaces at its ends: full-width digits give the same id, and the same number of the two kinds unrelated ids. Same index as
    `values`; text. InputError for an unknown kind, a short key, and two values with one id (never seen: one chance in 10^12
    for a million values).

    >>> pseudonyms(pd.Series(["130123001", "１３０１２３００１", None]), DEMO_KEY, "household").tolist()
    ['hj2h2eszik3u2l3u2', 'hj2h2eszik3u2l3u2', nan]
    """
    if kind not in ("household", "person"):
        raise InputError(Fault(f"unknown kind '{kind}'", "kind", "household or person"))
    if len(key) < KEY_BYTES:
        raise InputError(Fault("the key is too short", "key", f"{KEY_BYTES} bytes, as make_key writes them"))
    codes, uniques = pd.factorize(values.astype("object"))
    texts = [_same(str(value)) for value in uniques]
    different = list(dict.fromkeys(texts))
    # Ten bytes make sixteen signs of base32 and no padding, so that all are written at once.
    written = base64.b32encode(b"".join(_digests(different, key, kind))).decode("ascii").lower()
    ids = {text: kind[0] + written[16 * place : 16 * place + 16] for place, text in enumerate(different)}
    if len(set(ids.values())) < len(ids):
        raise InputError(Fault("two different numbers have the same pseudonym", kind, "one id each", "make a new key"))
    listed = [*(ids[text] for text in texts), None]  # the code of a missing value is -1, the last
    return pd.Series([listed[code] for code in codes], index=values.index, dtype="str", name=values.name)


def _digests(texts: list[str], key: bytes, kind: str) -> Iterator[bytes]:
    """Eighty bits for each text, under a key of the kind's own: the same number is another id as a household's and a person's."""
    keyed = hmac.new(hmac.digest(key, b"tuopin-analysis/1/" + kind.encode("ascii"), "sha256"), digestmod="sha256")
    for text in texts:
        one = keyed.copy()
        one.update(text.encode("utf-8", "surrogatepass"))
        yield one.digest()[:10]


def _same(text: str) -> str:
    return text if text.isascii() and text.isalnum() else unicodedata.normalize("NFKC", text).strip()


def private_folder(path: Path | str) -> Path:
    """A folder that only its owner may enter (0700), made where it is missing; InputError when others may and it isn't ours."""
    path = Path(path)
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    if MODES_COUNT and stat.S_IMODE(path.stat().st_mode) & 0o077:
        try:
            path.chmod(0o700)
        except PermissionError:
            raise InputError(
                Fault("others may enter this folder, and it belongs to another user", shown(path), "a folder of your own")
            ) from None
    return path


@contextlib.contextmanager
def private_open(path: Path | str) -> Iterator[BinaryIO]:
    """Open a private file for reading; InputError when it is missing, no regular file, or can be read by others."""
    with _guarded_read(Path(path), "private file") as file:
        yield file


def write_private(path: Path | str, content: bytes) -> None:
    """Write a file whole or not at all, readable by its owner only (0600, in a folder 0700).

    The half-written file lies in the same folder and is 0600 from its first byte; it is on the disk before it takes the place of
    an earlier one.
    """
    path = Path(path)
    private_folder(path.parent)
    half = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        _write_new(half, content)
        os.replace(half, path)
    finally:
        half.unlink(missing_ok=True)


def _write_new(path: Path, content: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@contextlib.contextmanager
def _guarded_read(path: Path, what: str) -> Iterator[BinaryIO]:
    """Check the file that was opened, not the name: between a check by name and the opening another could be put there."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise InputError(
            Fault(f"cannot read the {what}: {error.strerror}", shown(path), f"the {what} of this register")
        ) from None
    with file:
        mode = os.fstat(file.fileno()).st_mode
        if not stat.S_ISREG(mode):
            raise InputError(Fault(f"the {what} is not a file", shown(path), "a regular file"))
        if MODES_COUNT and stat.S_IMODE(mode) & 0o077:
            raise InputError(
                Fault(f"others may read the {what}", shown(path), "a file for its owner only", f"run: chmod 600 {path}")
            )
        yield file

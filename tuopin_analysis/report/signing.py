"""A signature of a manifest by OpenSSH (`ssh-keygen -Y`): who vouches for a folder of reports, and whether it still holds.

The manifest lists the checksum of every file, so that a signature of it covers the folder.
"""

import re
import shutil
import subprocess
from pathlib import Path

from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.report.manifest import NAME, SIGNATURE

NAMESPACE = "tuopin-reports"  # a signature for another purpose by the same key is not taken for one of reports


def sign(out: Path, key: Path) -> Path:
    """Sign the folder's manifest with an SSH key; return the signature's path. A key with a passphrase asks for it."""
    if not (out / NAME).is_file():
        raise InputError(Fault("nothing to sign", str(out / NAME), "the manifest that `tuopin report` writes"))
    if not key.is_file():
        raise InputError(Fault("no such key", f"--key {key}", "a private SSH key, as ~/.ssh/id_ed25519", "ssh-keygen -t ed25519"))
    done = _keygen(["-Y", "sign", "-f", str(key), "-n", NAMESPACE], (out / NAME).read_bytes())
    if done.returncode or b"BEGIN SSH SIGNATURE" not in done.stdout:
        raise InputError(Fault(f"ssh-keygen could not sign: {_said(done)}", f"--key {key}", "a private SSH key that opens"))
    (out / SIGNATURE).write_bytes(done.stdout)
    return out / SIGNATURE


def check(out: Path, signers: Path | None, identity: str | None) -> tuple[bool, str]:
    """Whether the folder's signature holds, and what can be said of it.

    Without `signers` (an allowed_signers file of OpenSSH) only that it is whole and by which key; nobody vouches for whose that
    is. With it the key must be that of `identity`, or of anybody listed.
    """
    signature = out / SIGNATURE
    if not signature.is_file():
        return False, "there is no signature"
    data = (out / NAME).read_bytes()
    if signers is None:
        done = _keygen(["-Y", "check-novalidate", "-n", NAMESPACE, "-s", str(signature)], data)
        return done.returncode == 0, _said(done)
    if not signers.is_file():
        raise InputError(Fault("no such file", f"--signers {signers}", "an allowed_signers file (man ssh-keygen)"))
    named = [identity] if identity else _principals(signers, signature)
    for name in named:
        done = _keygen(["-Y", "verify", "-f", str(signers), "-I", name, "-n", NAMESPACE, "-s", str(signature)], data)
        if done.returncode == 0:
            return True, _said(done)
    whose = f"by {identity}" if identity else "by anybody listed"
    return False, f"the signature is not {whose}, or the manifest was changed after it"


def _principals(signers: Path, signature: Path) -> list[str]:
    done = _keygen(["-Y", "find-principals", "-f", str(signers), "-s", str(signature)], b"")
    return done.stdout.decode("utf-8", "replace").split() if done.returncode == 0 else []


def _keygen(words: list[str], data: bytes) -> "subprocess.CompletedProcess[bytes]":
    program = shutil.which("ssh-keygen")
    if program is None:
        raise InputError(Fault("there is no ssh-keygen", "PATH", "OpenSSH 8.1 or later", "install openssh-client"))
    return subprocess.run([program, *words], input=data, capture_output=True, check=False)


def _said(done: "subprocess.CompletedProcess[bytes]") -> str:
    return re.sub(r"\s+", " ", (done.stdout + done.stderr).decode("utf-8", "replace")).strip()

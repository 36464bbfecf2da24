"""Start JupyterLab for tests and pictures: on this machine alone, with settings of its own, on a copy of a notebook.

A copy, because JupyterLab saves what is run, and a notebook of the project holds no outputs beyond those that tests compare.
"""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 60


@contextmanager
def started(notebook: str, folder: Path) -> Iterator[str]:
    """The address at which JupyterLab shows a copy of `notebooks/<notebook>` in `folder`; it is ended afterwards."""
    work = folder / "notebooks"
    work.mkdir(parents=True)
    shutil.copy(ROOT / "notebooks" / notebook, work)
    port, token = free_port(), secrets.token_hex(16)
    folders = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    own = {name: str(folder / name.lower()) for name in folders}
    quiet = folder / "jupyter_config_dir" / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
    quiet.mkdir(parents=True)
    (quiet / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')  # no question about news
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    command = [sys.executable, "-m", "jupyterlab", "--ip=127.0.0.1", f"--port={port}", "--no-browser", "--allow-root",
               "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}",
               "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
               *(option.replace("=tuopin_", f"={ROOT}/tuopin_") for option in font()), notebook]  # fmt: skip
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            command, cwd=work, env={**os.environ, **own, "PYTHONPATH": path}, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        answers(f"http://127.0.0.1:{port}/api?token={token}", server, folder / "log")
        yield f"http://127.0.0.1:{port}/lab/tree/{notebook}?token={token}"
    finally:
        server.terminate()  # it ends its kernels
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def font() -> list[str]:
    """How `make lab` gives JupyterLab our font, taken from there."""
    [line] = [line for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines() if line.startswith("LAB_FONT")]
    return line.partition(":=")[2].split()


def free_port() -> int:
    """A port of this machine that nobody uses."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


def answers(address: str, server: subprocess.Popen, log: Path) -> None:
    """Wait until the server answers; RuntimeError with what it said where it ends or takes too long."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


def run_all(page) -> None:
    """Choose Run > Run All Cells, as a user does, once the kernel is there."""
    page.wait_for_selector(".jp-NotebookPanel .jp-Cell", timeout=SECONDS * 1000)
    page.get_by_text("| Idle").wait_for(timeout=SECONDS * 1000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()

"""A papermill engine that executes a notebook in this process, where everything is already loaded.

A kernel takes seconds to start and to import pandas, matplotlib and seaborn; a process forked from a warm one takes
milliseconds. The batch forks a process for each report and executes the notebook inside it with this engine, so no
state passes between reports. It is registered with papermill as `tuopin-warm`; outputs equal those of the stock engine.
"""

import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast

import nbformat
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from papermill.engines import Engine, NBClientEngine
from papermill.log import logger
from traitlets.config import Config

INLINE = "module://matplotlib_inline.backend_inline"
TRACEBACK_LINES = 40
ONLY_STOCK = ("execution_timeout", "log_output", "stdout_file", "stderr_file")  # options of papermill that need a kernel


class _Publisher(DisplayPublisher):
    """Takes what `display` shows; as a kernel's client does, it sends an update to the output with the same display id."""

    def publish(self, data, metadata=None, source=None, *, transient=None, update=False, **kwargs) -> None:
        display_id = (transient or {}).get("display_id")
        shell = cast(WarmShell, self.shell)
        if update:
            for output in shell.displayed.get(display_id, []):
                output.update(data=dict(data), metadata=dict(metadata or {}))
            return
        output = nbformat.v4.new_output("display_data", data=dict(data), metadata=dict(metadata or {}))
        shell.outputs.append(output)
        shell.displayed.setdefault(display_id, []).append(output)

    def clear_output(self, wait: bool = False) -> None:
        cast(WarmShell, self.shell).outputs.clear()


class _Hook(DisplayHook):
    """Takes the value of a cell's last expression."""

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict, md_dict=None) -> None:
        shell = cast(WarmShell, self.shell)
        shell.outputs.append(
            nbformat.v4.new_output(
                "execute_result", data=dict(format_dict), metadata=dict(md_dict or {}), execution_count=self.prompt_count
            )
        )

    def finish_displayhook(self) -> None:
        pass


class _Stream:
    """stdout or stderr of a cell: adjoining writes make one output, in order with what is displayed."""

    def __init__(self, shell: "WarmShell", name: str) -> None:
        self.shell, self.name, self.encoding = shell, name, "utf-8"

    def write(self, text: str) -> int:
        last = self.shell.outputs[-1] if self.shell.outputs else None
        if text and last and last.output_type == "stream" and last.name == self.name:
            last.text += text
        elif text:
            self.shell.outputs.append(nbformat.v4.new_output("stream", name=self.name, text=text))
        return len(text)

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return False


class WarmShell(InteractiveShell):
    """An IPython shell whose outputs are collected as notebook outputs."""

    def __init__(self, **kwargs: Any) -> None:
        self.outputs: list[nbformat.NotebookNode] = []
        self.displayed: dict[str | None, list[nbformat.NotebookNode]] = {}
        super().__init__(**kwargs)

    def _showtraceback(self, etype, evalue, stb) -> None:
        self.outputs.append(
            nbformat.v4.new_output("error", ename=etype.__name__, evalue=str(evalue), traceback=list(stb)[-TRACEBACK_LINES:])
        )

    def enable_gui(self, gui: str | None = None) -> None:
        pass


@contextmanager
def _shell() -> Iterator[WarmShell]:
    """A fresh shell as the one that `get_ipython` and `display` find; the process's own is put back afterwards."""
    before = InteractiveShell._instance
    streams = sys.stdout, sys.stderr, os.environ.get("MPLBACKEND")
    InteractiveShell.clear_instance()
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    shell = WarmShell.instance(
        config=config, user_ns={"__name__": "__main__"}, display_pub_class=_Publisher, displayhook_class=_Hook
    )
    # Kernels set the inline backend in the environment. A pyplot that is loaded already must be told, and put back to its
    # own style; the backend, once imported, keeps the shell it found then, so it is imported anew for this one.
    os.environ["MPLBACKEND"] = INLINE
    sys.modules.pop(INLINE.removeprefix("module://"), None)
    if "matplotlib.pyplot" in sys.modules:
        from IPython.core.pylabtools import activate_matplotlib

        sys.modules["matplotlib.pyplot"].close("all")
        sys.modules["matplotlib"].rc_file_defaults()
        activate_matplotlib(INLINE)
        importlib.import_module(INLINE.removeprefix("module://")).configure_inline_support(shell, INLINE)
    sys.stdout, sys.stderr = (cast(TextIO, _Stream(shell, name)) for name in ("stdout", "stderr"))
    try:
        yield shell
    finally:
        sys.stdout, sys.stderr = streams[:2]
        os.environ.pop("MPLBACKEND") if streams[2] is None else os.environ.update(MPLBACKEND=streams[2])
        WarmShell.clear_instance()
        InteractiveShell._instance = before


class WarmEngine(Engine):
    """Executes the cells in this process; stops at the first error, as papermill's own engine does.

    A notebook that asks for another kernel than `python3`, and options of papermill that need a kernel, get papermill's own
    engine; a warning says so, and the notebook's metadata as `papermill.stock_engine`.
    """

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, **kwargs) -> None:
        options = [name for name in ONLY_STOCK if kwargs.get(name)]
        if kernel_name != "python3" or options:
            asked = f"the option {', '.join(options)}" if options else f"the kernel '{kernel_name}'"
            told = f"{asked} is asked for: made with the stock engine, which takes longer"
            logger.warning(told)
            nb_man.nb.metadata.papermill["stock_engine"] = told
            NBClientEngine.execute_managed_notebook(nb_man, kernel_name, **kwargs)
            return
        with _shell() as shell:
            for index, cell in enumerate(nb_man.nb.cells):
                nb_man.cell_start(cell, index)
                if cell.cell_type == "code" and cell.source.strip():
                    cell.execution_count = shell.execution_count
                    shell.outputs = []
                    result = shell.run_cell(cell.source, store_history=True)
                    cell.outputs = shell.outputs
                    if not result.success and "raises-exception" not in cell.metadata.get("tags", []):
                        nb_man.cell_exception(cell, index)
                        nb_man.cell_complete(cell, index)
                        return
                nb_man.cell_complete(cell, index)

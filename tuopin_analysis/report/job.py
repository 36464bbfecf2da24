"""One report: execute its notebook, and write its page, its notebook and its tables into a folder."""

import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.report import printing, provenance, render

Engine = Literal["warm", "stock"]
TABLES = "tables"


@dataclass(frozen=True)
class Job:
    """One report to make: a notebook (its name, and its file `source`) with its parameters, among them the scope."""

    notebook: str
    scope: str
    source: Path
    parameters: dict[str, Any] = field(hash=False)
    inputs: dict[str, str] = field(default_factory=dict, hash=False)  # checksums of register, rules and notebook
    formats: tuple[str, ...] = ("html",)  # of its page; the HTML page is always made

    @property
    def name(self) -> str:
        return f"{self.scope}/{self.notebook}"

    def files(self) -> list[str]:
        """Where its page and its notebook go, relative to the output folder."""
        return [f"{self.name}.{ending}" for ending in ("html", "ipynb", *(one for one in self.formats if one != "html"))]


@dataclass
class Result:
    """What became of a job: `made`, `failed` or `unchanged` (the page of an earlier run stands), with the notebook's own error,
    its tables, its warnings and its files (`outputs`: checksum and size by path below the output folder)."""

    job: Job
    state: Literal["made", "failed", "unchanged"]
    error: str = ""
    tables: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    subject: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    seconds: float = 0.0

    def entry(self) -> dict[str, Any]:
        """The result as the manifest keeps it, but for the run."""
        flat = asdict(self)
        job = flat.pop("job")
        key = provenance.key(job["inputs"], job["parameters"]) if self.state == "made" else ""
        if job["parameters"].get("edition") == "public":  # what is published does not say where an office keeps its register
            job["parameters"] = {**job["parameters"], "register": provenance.register_name(str(job["parameters"]["register"]))}
        return {**{name: job[name] for name in ("scope", "notebook", "parameters", "inputs")}, **flat, "key": key}


def make(job: Job, folder: Path, engine: Engine) -> Result:
    """Execute one report and write its files into `folder`; a failure is a result, not an exception."""
    started = time.perf_counter()
    try:
        result = _make(job, folder, engine)
    except InputError as error:
        result = Result(job, "failed", str(error))
    except OSError as error:
        result = Result(job, "failed", f"cannot write the report: {error.strerror or error}")
    except Exception as error:  # whatever a notebook or a library raises must not stop the other reports
        result = Result(job, "failed", _own_error(error))
    result.seconds = round(time.perf_counter() - started, 3)
    return result


def _make(job: Job, folder: Path, engine: Engine) -> Result:
    import nbformat
    import papermill

    from tuopin_analysis.report import sheets  # here: a batch in which nothing has changed needs no frames

    if engine == "warm":
        from papermill.engines import papermill_engines

        from tuopin_analysis.report.engine import WarmEngine

        papermill_engines.register("tuopin-warm", WarmEngine)
    executed = papermill.execute_notebook(
        str(job.source),
        None,
        job.parameters,
        progress_bar=False,
        engine_name="tuopin-warm" if engine == "warm" else None,
        kernel_name=nbformat.read(job.source, as_version=4).metadata.get("kernelspec", {}).get("name") or "python3",
    )
    warnings = render.warnings(executed)
    warnings += [executed.metadata.papermill["stock_engine"]] if "stock_engine" in executed.metadata.papermill else []
    notebook = render.normalised(executed, job.parameters)
    about = render.subject(notebook)
    if about["scope"] != job.scope:
        raise InputError(Fault(f"the page is about '{about['scope']}', asked for was '{job.scope}'", job.name))
    found = render.tables(notebook)
    html = render.page(notebook, about["lang"])
    (folder / TABLES).mkdir(parents=True, exist_ok=True)
    for key, csv in found.items():
        (folder / TABLES / f"{render.tagged(key)}.csv").write_text(csv, encoding="utf-8", newline="\n")
        (folder / TABLES / f"{key}.xlsx").write_bytes(sheets.workbook(key, csv, about["lang"]))
    text = nbformat.writes(render.without_pictures(notebook)) + "\n"
    (folder / f"{job.notebook}.ipynb").write_text(text, encoding="utf-8", newline="\n")
    (folder / f"{job.notebook}.html").write_text(html, encoding="utf-8", newline="\n")
    for one in job.formats:
        try:
            if one != "html":
                printing.made(folder / f"{job.notebook}.html", one)
        except InputError as error:  # the page itself is made
            warnings.append(str(error))
    files = sorted(folder.rglob("*.*"))
    outputs = {f"{job.scope}/{path.relative_to(folder).as_posix()}": provenance.output(path) for path in files}
    return Result(job, "made", tables=sorted(found), warnings=warnings, subject=about, outputs=outputs)


def _own_error(error: Exception) -> str:
    """The notebook's own error without the frames around it; papermill hands it over as name and value."""
    name, value = getattr(error, "ename", type(error).__name__), getattr(error, "evalue", str(error))
    if name == "DeadKernelError":
        return "its kernel ended by itself: killed by somebody or by the system, out of memory, or crashed in a library"
    return value if name == "InputError" else f"{name}: {value}"

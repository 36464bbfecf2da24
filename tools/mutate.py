"""Mutation testing of analysis/ and register/: mutmut makes the mutants, this program runs the tests that reach each of them.

    python tools/mutate.py run [MODULE …] [--budget 5] [--limit N] [--again]
    python tools/mutate.py table [MODULE …]
    python tools/mutate.py survivors [MODULE …]

mutmut's own loop starts with every test that reaches a function, and nearly every test here loads a register. So each mutant
gets a process forked from one that has collected all tests, and in it the tests which reach the mutated function: those first
that killed its neighbours, then those of its own test file, then the quickest, until `--budget` seconds are spent. What this
calls a survivor may therefore still be killed by the whole suite, never the other way round.

Mutants are taken in an order drawn from a fixed seed: a run that stops early has tested a random sample of every module.
Results stay in build/mutation/results/ by module and are kept as long as the mutated function is unchanged; `--again` runs
survivors anew.
"""

import argparse
import gc
import hashlib
import json
import os
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TREE = ROOT / "build" / "mutation" / f"tree-{os.getpid()}"
RESULTS = ROOT / "build" / "mutation" / "results"
REACHED = ROOT / "build" / "mutation" / "reached.json"
FLOORS = ("analysis", "register")
COPIED = ("tuopin_analysis", "tests", "data", "params", "notebooks", "docs", "pyproject.toml")
SEED = "2016"
WALL = 600  # seconds after which a mutant is given up, however little of the processor it got


def modules(wanted: list[str]) -> list[str]:
    """Names like `register/values`; all of both floors, register first, unless some are asked for."""
    names = [f"{floor}/{path.stem}" for floor in FLOORS[::-1] for path in sorted((ROOT / "tuopin_analysis" / floor).glob("*.py"))]
    return [name for name in names if not wanted or any(name == word or name.split("/")[1] == word for word in wanted)]


def mutants(module: str) -> dict:
    """The mutants of a module by function, written into the tree; made anew when the source has changed."""
    from mutmut.mutation.file_mutation import mutate_file_contents
    from mutmut.utils.format_utils import mangled_name_from_mutant_name

    source = (ROOT / "tuopin_analysis" / f"{module}.py").read_text(encoding="utf-8")
    kept = TREE.parent / "mutants" / f"{module}.json"
    target = TREE / "tuopin_analysis" / f"{module}.py"
    stamp = hashlib.sha256(source.encode()).hexdigest()
    if kept.exists() and (found := json.loads(kept.read_text(encoding="utf-8")))["stamp"] == stamp:
        if target.parent.exists():
            target.write_text(found["code"], encoding="utf-8")
        return found
    made = mutate_file_contents(f"tuopin_analysis/{module}.py", source)
    spans = {name: [span.start, span.end] for name, span in made.line_span_by_function_name.items()}
    functions = {name: mangled_name_from_mutant_name(name) for name in made.mutant_names}
    found = {
        "stamp": stamp,
        "code": made.code,
        "functions": functions,
        "hashes": dict(made.hash_by_function_name),
        "spans": spans,
    }
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    if target.parent.exists():
        target.write_text(made.code, encoding="utf-8")
    return found


def plant(chosen: list[str]) -> None:
    """Copy the project into the tree, where the mutants replace the chosen modules."""
    TREE.mkdir(parents=True, exist_ok=True)
    for name in COPIED:
        source, target = ROOT / name, TREE / name
        if source.is_dir():
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "raw"))
        elif source.exists():
            shutil.copy(source, target)
    for module in chosen:
        mutants(module)


def results(module: str) -> dict[str, dict]:
    path = RESULTS / f"{module}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def current(module: str) -> tuple[dict, dict[str, dict]]:
    """The mutants of a module and those results that still hold: of functions that have not changed since."""
    made = mutants(module)
    fit = {
        n: r for n, r in results(module).items() if n in made["functions"] and r["hash"] == made["hashes"][made["functions"][n]]
    }
    return made, fit


def save(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_suffix(".part").write_text(json.dumps(value, ensure_ascii=False, indent=0), encoding="utf-8")
    path.with_suffix(".part").replace(path)


def drawn() -> None:
    """Tests of what plants faults find the register drawn; those of what draws it draw it themselves."""
    import demo_rows

    demo_rows.drawn()


def libraries() -> None:
    """What the register's code loads when it first needs it, so that not every mutant waits for it."""
    import opencc
    import pointblank
    import pyarrow.parquet
    import rapidfuzz.process

    print("loaded", *(library.__name__ for library in (opencc, pointblank, pyarrow.parquet, rapidfuzz.process)), flush=True)


PLANTERS = "acceptance|changes|doubts|errors|faults|further|measures|more|persons|plant|reports|standings|untrue"
WARM = {r"register/.*": libraries, rf"register/demo_({PLANTERS})": drawn}


class Loop:
    """Replaces pytest's loop over tests by one over mutants, each in a process of its own."""

    def __init__(self, words: argparse.Namespace) -> None:
        self.words = words
        self.kills: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.running: dict[int, tuple] = {}
        self.found: dict[str, dict[str, dict]] = {}

    def pytest_collection_modifyitems(self, items: list) -> None:
        """Of the doctests in mutants' copied docstrings only the original's is a test."""
        items[:] = [item for item in items if "__mutmut_" not in item.name or item.name.endswith("__mutmut_orig")]

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.items = {item.nodeid: item for item in session.items}
        known = json.loads(REACHED.read_text(encoding="utf-8")) if REACHED.exists() else {"files": {}, "tests": {}}
        files = {path: hashlib.sha256((ROOT / path).read_bytes()).hexdigest() for path in {n.split("::")[0] for n in self.items}}
        new = [node for node in self.items if known["files"].get(node.split("::")[0]) != files[node.split("::")[0]]]
        if self.words.measure or not known["tests"]:
            new = list(self.items)
        if self.words.known:
            floors = {module.split("/")[0] for module in modules(self.words.module)}
            new = [node for node in new if set(node.split("::")[0].split("/")[:-1]) & floors]
        if new:
            print(f"measuring which functions {len(new)} tests reach", flush=True)
            if not self.words.known:
                known["tests"] = {n: row for n, row in known["tests"].items() if n in self.items}
            self.measure(new, files, known)
        self.tests = known["tests"]
        self.of: dict[str, list[str]] = defaultdict(list)
        for node, row in self.tests.items():
            if row["passed"] and node in self.items:
                for function in row["reached"]:
                    self.of[function].append(node)
        gc.collect()
        gc.freeze()
        for module in modules(self.words.module):
            for pattern, warm in WARM.items():
                if re.match(pattern, module):
                    self.wait()
                    warm()
            self.module(module)
        self.wait()
        return True

    def wait(self) -> None:
        while self.running:
            self.reap()

    def measure(self, nodes: list[str], files: dict[str, str], known: dict) -> None:
        """Seconds and reached functions of every test; a child for each file, kept as soon as it is done."""
        left = list(dict.fromkeys(node.split("::")[0] for node in nodes))
        children: dict[int, tuple[str, int]] = {}
        while left or children:
            while left and len(children) < self.words.processes:
                path = left.pop(0)
                of_file = [node for node in nodes if node.split("::")[0] == path]
                pid, pipe = self.fork(lambda of_file=of_file: self.reach(of_file), 3600)
                children[pid] = (path, pipe)
            pid, (path, pipe) = next(iter(children.items()))
            with open(pipe, encoding="utf-8") as told:
                rows = json.load(told)
            os.waitpid(pid, 0)
            del children[pid]
            known["tests"] |= rows
            if not self.words.known:  # only the chosen modules tell when they are reached
                known["files"][path] = files[path]
                save(REACHED, known)
            failed = [node for node, row in rows.items() if not row["passed"]]
            print(f"{path}: {sum(row['seconds'] for row in rows.values()):.1f} s", *failed, sep="\n  fails: ", flush=True)

    def reach(self, nodes: list[str]) -> dict[str, dict]:
        """Run tests one after the other and note the functions that each calls."""
        from mutmut.mutation.trampoline import set_mutant_under_test
        from mutmut.state import state

        set_mutant_under_test("stats")
        rows = {}
        for node in nodes:  # each with the fixtures of its module, as if it ran alone
            state()._stats.clear()
            start = time.process_time()
            passed = self.passes(node, None)
            rows[node] = {"seconds": time.process_time() - start, "passed": passed, "reached": sorted(state()._stats)}
        return rows

    def passes(self, node: str, following: str | None) -> bool:
        from _pytest.runner import runtestprotocol

        reports = runtestprotocol(self.items[node], log=False, nextitem=self.items[following] if following else None)
        return not any(report.failed for report in reports)

    def fork(self, work, seconds: int) -> tuple[int, int]:
        """Run in a child, which writes what it found into a pipe."""
        reader, writer = os.pipe()
        if pid := os.fork():
            os.close(writer)
            return pid, reader
        try:
            os.close(reader)
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
            sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - the child's last file
            folder = tempfile.mkdtemp(prefix="mutant-")
            factory = next(iter(self.items.values())).config._tmp_path_factory
            factory._basetemp = Path(folder)
            found = work()
            os.write(writer, json.dumps(found, ensure_ascii=False).encode()) if len(str(found)) < 60000 else _long(writer, found)
            shutil.rmtree(folder, ignore_errors=True)
            os._exit(0)
        except BaseException as stop:
            os.write(writer, json.dumps(f"stopped by {type(stop).__name__}").encode())
            os._exit(3)

    def plan(self, function: str, module: str) -> list[str]:
        """The tests of a function, the likeliest to kill first, as many as the budget allows."""
        own = (f"tests/{module.split('/')[0]}/test_{module.split('/')[1]}", f"tuopin_analysis/{module}.py")
        hits = self.kills[function]
        given = {path: at for at, path in enumerate(self.words.tests)}  # files named first are run first
        order = sorted(
            self.of[function],
            key=lambda n: (-hits[n], not n.startswith(own), given.get(n.split("::")[0], 0), self.tests[n]["seconds"]),
        )
        left, chosen = self.words.budget, []
        for node in order:
            if self.tests[node]["seconds"] <= left or not chosen:
                chosen.append(node)
                left -= self.tests[node]["seconds"]
        return chosen

    def module(self, module: str) -> None:
        made, self.found[module] = current(module)
        todo = [
            n
            for n in made["functions"]
            if n not in self.found[module] or (self.words.again and self.found[module][n]["status"] in ("survived", "no tests"))
        ]
        todo.sort(key=lambda name: hashlib.sha256(f"{SEED}{name}".encode()).digest())
        if self.words.limit:
            todo = todo[: max(0, self.words.limit - (0 if self.words.again else len(self.found[module])))]
        for name in todo:
            function = made["functions"][name]
            dotted = f"tuopin_analysis.{module.replace('/', '.')}"
            nodes = self.plan(f"{dotted}.{function}", module)
            row = {"hash": made["hashes"][function], "status": "no tests"}
            if not nodes:
                self.found[module][name] = row
                continue
            while len(self.running) >= self.words.processes:
                self.reap()
            seconds = int(3 * sum(self.tests[node]["seconds"] for node in nodes)) + 10
            pid, pipe = self.fork(lambda d=dotted, n=name, t=nodes: self.trial(f"{d}.{n}", t), seconds)
            self.running[pid] = (module, name, f"{dotted}.{function}", row, pipe)
        save(RESULTS / f"{module}.json", self.found[module])

    def trial(self, mutant: str, nodes: list[str]) -> str:
        """The first test that fails with the mutant in place; an empty text if none does."""
        from mutmut.mutation.trampoline import set_mutant_under_test

        signal.alarm(WALL)
        set_mutant_under_test(mutant)
        for node, following in zip(nodes, [*nodes[1:], None], strict=True):
            if not self.passes(node, following):
                return node
        return ""

    def reap(self) -> None:
        pid, status, used = os.wait4(-1, 0)
        module, name, function, row, pipe = self.running.pop(pid)
        with open(pipe, encoding="utf-8") as told:
            text = told.read()
        killer = json.loads(text) if text else ""
        if os.WIFSIGNALED(status):
            slow = os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGALRM, signal.SIGKILL)
            row["status"] = "timed out" if slow else "killed"
        else:
            row["status"] = "killed" if killer else "survived"
        row |= {"by": killer, "seconds": round(used.ru_utime + used.ru_stime, 2)}
        if killer:
            self.kills[function][killer] += 1
        self.found[module][name] = row
        if len(self.found[module]) % 50 == 0:
            save(RESULTS / f"{module}.json", self.found[module])
        if not any(entry[0] == module for entry in self.running.values()):
            save(RESULTS / f"{module}.json", self.found[module])


def _long(writer: int, found: object) -> None:
    with open(writer, "w", encoding="utf-8") as told:
        json.dump(found, told, ensure_ascii=False)


def run(words: argparse.Namespace) -> None:
    plant(modules(words.module if words.known else []))
    os.chdir(TREE)
    sys.path[:0] = [str(TREE)]
    os.environ |= {"PYTHONPATH": str(TREE), "TUOPIN_TESTS": "mutation", "MUTANT_UNDER_TEST": ""}
    from mutmut.configuration import config

    options = ["-s", "-q", "-n0", "--assert=plain", "--tb=no", "-p", "no:cacheprovider", "--rootdir", str(TREE)]
    settings = config()
    chosen = [*settings.pytest_add_cli_args, *(words.tests or settings.pytest_add_cli_args_test_selection)]
    try:
        status = pytest.main([*options, *chosen], plugins=[Loop(words)])
    finally:
        shutil.rmtree(TREE, ignore_errors=True)
    sys.stdout.flush()
    os._exit(status)  # libraries that were forked complain on the way out


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("act", choices=["run", "table", "survivors", "slow"])
    parser.add_argument("module", nargs="*")
    parser.add_argument("--budget", type=float, default=5)
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--tests", nargs="+", help="files of tests to use in place of all", default=[])
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--measure", action="store_true", help="measure all tests anew")
    parser.add_argument("--known", action="store_true", help="mutate the chosen modules alone: starts sooner")
    words = parser.parse_intermixed_args()
    os.chdir(ROOT)
    if words.act == "run":
        run(words)
    else:
        import mutation_report

        getattr(mutation_report, words.act)(words.module)

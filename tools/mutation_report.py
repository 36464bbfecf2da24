"""What a mutation run found: a table by module, and the mutants that no test noticed."""

import difflib
import json
from collections import Counter
from math import sqrt

from mutate import RESULTS, current, modules

STATES = ("killed", "timed out", "survived", "no tests")


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The interval of 95 % for a share, after Wilson.

    >>> [round(end, 3) for end in wilson(85, 100)]
    [0.767, 0.907]
    """
    z = 1.959964
    middle, half = hits / n + z * z / (2 * n), z * sqrt(hits * (n - hits) / n**3 + z * z / (4 * n * n))
    return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)


def line(name: str, all_: int, counts: Counter) -> str:
    """One row of the table in Markdown; the interval only where a sample was tested."""
    tested = sum(counts.values())
    caught = counts["killed"] + counts["timed out"]
    if not tested:
        return f"| {name} | {all_} | 0 | | | | | | |"
    low, high = wilson(caught, tested)
    interval = "" if tested == all_ else f"{low:.1%} to {high:.1%}"
    return f"| {name} | {all_} | {tested} | {' | '.join(str(counts[s]) for s in STATES)} | {caught / tested:.1%} | {interval} |"


def table(wanted: list[str]) -> None:
    """Print mutants by module: how many there are, were tested, and ended in which way; then the floors and the whole."""
    print("| module | mutants | tested | killed | timed out | survived | no tests | caught | 95 % interval |")
    print("| --- " + "| ---: " * 8 + "|")
    sums: dict[str, list] = {}
    for module in modules(wanted):
        made, found = current(module)
        if not made["functions"]:
            continue
        counts = Counter(row["status"] for row in found.values())
        print(line(f"`{module}`", len(made["functions"]), counts))
        for name in (f"all of {module.split('/')[0]}/", "both"):
            whole = sums.setdefault(name, [0, Counter(), 0.0, 0.0, 0])
            n, tested = len(made["functions"]), sum(counts.values())
            whole[0] += n
            whole[1] += counts
            if tested:  # the sample of each module stands for all of its mutants; modules without one are left out
                whole[4] += n
                share = (counts["killed"] + counts["timed out"]) / tested
                whole[2] += n * share
                whole[3] += n * n * share * (1 - share) / tested * (1 - tested / n)
    for name, (n, counts, caught, variance, of) in sorted(sums.items()):
        print(line(f"**{name}**", n, counts))
        if of:
            weighed = f"{caught / of:.1%} | ± {1.96 * sqrt(variance) / of:.1%} |"
            print(f"| {name}: tested modules, weighed by their mutants | {of} | | | | | | {weighed}")


def change(code: list[str], spans: dict, name: str) -> str:
    """The lines that the mutant has instead of the original's."""
    start, end = spans[name]
    first, last = spans[name.rpartition("__mutmut_")[0] + "__mutmut_orig"]  # the first line, its name, differs in any case
    lines = list(difflib.unified_diff(code[first:last], code[start:end], n=0, lineterm=""))[2:]
    old, new = ([text[1:].strip() for text in lines if text.startswith(sign)] for sign in "-+")
    if not lines:  # the head of the function
        old, new = [code[first - 1].split("__mutmut_orig")[1]], [code[start - 1].split("__mutmut_")[1]]
    return f"{' '.join(old)}  →  {' '.join(new)}"


def survivors(wanted: list[str]) -> None:
    """Print the mutants that survived or that no test reaches: module, function, number, what changed."""
    for module in modules(wanted):
        made, found = current(module)
        code = made["code"].splitlines()
        for name, row in sorted(found.items(), key=lambda item: list(made["functions"]).index(item[0])):
            if row["status"] in ("survived", "no tests"):
                function, _, number = name.partition("__mutmut_")
                function = function.removeprefix("x_").replace("xǁ", "").replace("ǁ", ".")
                mark = " (no tests)" if row["status"] == "no tests" else ""
                print(f"{module}:{function} #{number}{mark}: {change(code, made['spans'], name)}")


def slow(wanted: list[str]) -> None:
    """Print the seconds that each module took."""
    for module in modules(wanted):
        path = RESULTS / f"{module}.json"
        rows = json.loads(path.read_text(encoding="utf-8")).values() if path.exists() else []
        print(module, len(rows), round(sum(row.get("seconds", 0) for row in rows)))

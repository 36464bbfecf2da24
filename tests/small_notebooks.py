"""Small notebooks that answer at once, so that the runner is tested apart from the register."""

from pathlib import Path

import nbformat

from tuopin_analysis.report import folder

PARAMETERS = """\
scope: str = "county"  # place
lang: str = "zh"  # zh or en
times: int = 1  # how often
share: float = 0.5  # a share
loud: bool = False  # or not"""

PAGE = """\
from IPython.display import display
display({"text/plain": scope, "text/html": f"<p>{scope}</p>",
         "application/vnd.tuopin.page.v1+json": {"scope": scope, "scope_name": "镇" + scope, "as_of": "2016-12-31", "lang": lang,
          "baseline": "2016-01-01", "register": "小册", "synthetic": True, "rules": "r", "edition": "internal"}}, raw=True)"""

TABLE = """\
display({"text/plain": "t", "text/html": "<table><tr><td>甲</td></tr></table>",
         "application/vnd.tuopin.table.v1+json": {"key": "KEY", "csv": f"scope,times\\n{scope},{times}\\n"}}, raw=True)"""


def write_notebook(folder: Path, name: str, *cells: str) -> None:
    """A notebook with both titles, the parameters above and these code cells."""
    titles = [
        nbformat.v4.new_markdown_cell(f"# {title}", metadata={"tags": [f"lang-{lang}"]}, id=f"title-{lang}")
        for lang, title in (("zh", "问题"), ("en", "Question"))
    ]
    codes = [nbformat.v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}, id="parameters")]
    codes += [nbformat.v4.new_code_cell(cell, id=f"cell-{number}") for number, cell in enumerate(cells)]
    kernel = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
    }
    nbformat.write(nbformat.v4.new_notebook(cells=titles + codes, metadata=kernel), folder / f"{name}.ipynb")


def finished(out: Path, results, lang: str = "zh", scopes=("county", "001", "002")):
    """Record a batch of these notebooks in its folder; the results of the cross-checks."""
    return folder.finish(out, folder.Batch("demo", {}, scopes, "warm", 1, started="2016-12-31T00:00:00Z"), results, lang)

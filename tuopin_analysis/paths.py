"""Where the project's files are."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
PUBLISHED = DATA / "published"
PLACES = DATA / "places"
DEMO = DATA / "demo"
SCALE = DATA / "scale"
PARAMS = ROOT / "params"
RULES = PARAMS / "rules"
NOTEBOOKS = ROOT / "notebooks"
REPORTS = ROOT / "reports"


def shown(path: Path | str) -> str:
    """A path as a message shows it: relative to the project where it lies inside it.

    >>> shown(DATA / "dictionary.csv")
    'data/dictionary.csv'
    """
    path = Path(path)
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)

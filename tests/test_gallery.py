"""The pictures of README and gallery: all that the script makes are there, in both languages, small, and shown."""

import ast
import re

import pytest

from tuopin_analysis import paths

PICTURES = paths.ROOT / "docs" / "pictures"
SOURCE = ast.parse((paths.ROOT / "tools" / "pictures.py").read_text(encoding="utf-8"))
[SHOWN] = [
    [key.value for key in node.value.keys]
    for node in SOURCE.body
    if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "SHOWN"
]
NAMES = [*SHOWN, "workbench"]


@pytest.mark.parametrize(("page", "lang"), [("gallery.md", "en"), ("gallery.zh-CN.md", "zh")])
def test_the_gallery_shows_every_picture_of_its_language(page, lang):
    shown = re.findall(r"\(pictures/([\w-]+)\.png\)", (paths.ROOT / "docs" / page).read_text(encoding="utf-8"))
    assert shown == [f"{name}-{lang}" for name in NAMES]


def test_pictures_are_all_there_and_small():
    sizes = {path.stem: path.stat().st_size for path in PICTURES.glob("*.png")}
    assert set(sizes) == {f"{name}-{lang}" for name in NAMES for lang in ("zh", "en")}
    assert {name for name, size in sizes.items() if size > 150_000} == set()

"""A font that was removed or is damaged: told, and the rest still made; boxes for Chinese are drawn by nobody."""

import shutil

import pytest
from typer.testing import CliRunner

from tuopin_analysis import cli, cli_wall
from tuopin_analysis.errors import InputError
from tuopin_analysis.report import drawing, faces, paper_typst, render, style

PAGE = "<style>/*fonts*/</style><h1>乡镇</h1><p>正定县</p>"


@pytest.fixture
def fonts(tmp_path, monkeypatch):
    """A folder with both fonts in place of the project's own, to be spoilt."""
    folder = shutil.copytree(faces.FOLDER, tmp_path / "fonts")
    monkeypatch.setattr(faces, "FOLDER", folder)
    for kept in (faces._wrongs, style._add_fonts, render._subset):
        kept.cache_clear()
    yield folder
    for kept in (faces._wrongs, style._add_fonts, render._subset):
        kept.cache_clear()


def said() -> list[str]:
    return [fault.what for fault in faces.faults()]


def test_whole_fonts_are_nothing_to_speak_of(fonts):
    assert (said(), len(faces.usable())) == ([], 2)
    assert faces.serving("Bold") == fonts / "TuopinSans-Bold.ttf"
    faces.need()


@pytest.mark.parametrize(("lost", "other"), [("Bold", "Regular"), ("Regular", "Bold")])
def test_of_two_weights_the_one_that_is_left_serves_for_both(fonts, lost, other):
    (fonts / f"TuopinSans-{lost}.ttf").unlink()
    assert said() == ["a font is missing"]
    assert faces.serving(lost) == fonts / f"TuopinSans-{other}.ttf"
    style.use_style("zh")
    rules = render.font_faces(PAGE)
    assert rules.count("@font-face") == 2
    assert "font-weight:400" in rules
    assert "font-weight:700" in rules


def test_a_damaged_font_is_not_taken_for_one(fonts):
    with (fonts / "TuopinSans-Bold.ttf").open("r+b") as file:
        file.truncate(100_000)
    assert said() == ["a font is damaged"]
    assert faces.usable() == (fonts / "TuopinSans-Regular.ttf",)
    assert "the other weight stands in its place" in str(faces.faults()[0])


def test_without_any_font_a_figure_is_told_in_words_and_pages_have_none(fonts, monkeypatch):
    for font in fonts.glob("*.ttf"):
        font.unlink()
    shown = []
    monkeypatch.setattr(drawing, "display", lambda data, **_: shown.append(data))
    style.use_style("zh")
    ax = drawing.titled(drawing.sheet(None, 3, "zh"), "新安镇<最多>", "zh")
    drawing.show(ax)
    assert shown == [{"text/plain": "新安镇<最多>", "text/html": "<p>新安镇&lt;最多&gt;</p>"}]
    assert "@font-face" not in render.font_faces(PAGE)
    assert render.font_faces(PAGE).startswith("/*glyphs")
    with pytest.raises(InputError, match="a font is missing"):
        faces.need()
    with pytest.raises(InputError, match="a font is missing"):
        paper_typst.pdf(None)
    with pytest.raises(InputError, match="a font is missing"):
        cli_wall.wall()


def test_the_commands_say_so_and_end_with_status_1(fonts, tmp_path):
    (fonts / "TuopinSans-Bold.ttf").unlink()
    done = CliRunner().invoke(cli.app, ["wall", "--scope", "130123202", "--out", str(tmp_path / "wall")])
    assert done.exit_code == 1, done.output
    assert "font: a font is missing" in done.output
    assert (tmp_path / "wall" / "wall-130123202.pdf").read_bytes().startswith(b"%PDF")

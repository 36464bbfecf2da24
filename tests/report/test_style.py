"""The shipped fonts: their names, their characters, their checksums; and the one call that sets them."""

import csv
import hashlib
import logging

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
import seaborn as sns
import yaml
from fontTools.ttLib import TTFont

from tuopin_analysis import paths
from tuopin_analysis.errors import InputError
from tuopin_analysis.report import style

FONTS = sorted(style.FONTS.glob("*.ttf"))


def test_there_are_two_weights_and_the_licence() -> None:
    assert [path.name for path in FONTS] == ["TuopinSans-Bold.ttf", "TuopinSans-Regular.ttf"]
    assert "SIL Open Font License" in (style.FONTS / "OFL.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FONTS, ids=lambda path: path.stem)
def test_a_font_has_its_own_name_its_characters_and_its_checksum(path) -> None:
    font = TTFont(path, lazy=True)
    assert font["name"].getDebugName(1) == style.FAMILY
    assert "Source" not in style.FAMILY
    text = {bytes([a, b]).decode("gb2312", "ignore") for a in range(0xA1, 0xF8) for b in range(0xA1, 0xFF)} - {""}
    text |= set("￥¥㎡㎏℃‰—…“”‘’×÷±−≤≥→↑↓aZ09%,.")
    for file in paths.PLACES.glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as lines:
            text |= {char for row in csv.reader(lines) for cell in row for char in cell if char.isprintable()}
    extra = (paths.ROOT / "tools" / "charset_extra.txt").read_text(encoding="utf-8").splitlines()
    text |= set("".join(line for line in extra if not line.startswith("#")))
    assert {char for char in text if ord(char) not in font.getBestCmap()} == set()
    stated = yaml.safe_load(path.with_suffix(".source.yaml").read_text(encoding="utf-8"))
    assert stated["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_figures_have_one_width() -> None:
    """Digits of one width stand under each other in tables."""
    for path in FONTS:
        font = TTFont(path, lazy=True)
        assert len({font["hmtx"][font.getBestCmap()[ord(digit)]][0] for digit in "0123456789"}) == 1


def test_use_style_after_another_theme_draws_chinese_without_a_warning(caplog, recwarn) -> None:
    sns.set_theme()
    style.use_style("zh")
    assert mpl.rcParams["font.family"] == [style.FAMILY]
    figure, ax = plt.subplots()
    ax.set_title("正定县：因病致贫，占57.8%（曲阳桥乡）−0.3", fontweight="bold")
    with caplog.at_level(logging.WARNING):
        figure.canvas.draw()
    plt.close(figure)
    assert not caplog.records
    assert not [w for w in recwarn if "Glyph" in str(w.message)]


def test_units_have_their_colours_and_causes_have_others() -> None:
    assert style.UNITS["households"] != style.UNITS["persons"]
    assert not {*style.CAUSES} & {*style.UNITS.values()}
    assert len(set(style.CAUSES)) == len(style.CAUSES)


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(InputError):
        style.use_style("xx")

"""Suppressed figures in tables, charts and sentences."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest
import result_frames as frames

from tuopin_analysis.analysis import withholding
from tuopin_analysis.analysis.disclosure import Cube, Pattern
from tuopin_analysis.errors import InputError
from tuopin_analysis.report import cells, figures, mime, sentences, style, tables


@pytest.fixture
def guard() -> withholding.Guard:
    """The county's page, in which 新安镇 is suppressed in all layers."""
    import numpy as np

    codes = [code for code, *_ in frames.TOWNSHIPS]
    mask = np.zeros((len(codes) + 1, 4), dtype=bool)
    mask[2] = True
    cube = Cube([*codes, "*"], ["illness", "disability", "other", "*"], {}, mask)
    return withholding.Guard("county", Pattern(cube, mask, mask), "2016-12-31")


def test_the_internal_edition_is_the_frame_itself():
    frame = frames.distribution()
    assert withholding.Guard("county").protect(frame) is frame
    assert not withholding.Guard("county").public


def test_a_suppressed_figure_is_missing_with_all_that_is_computed_from_it(guard):
    shown = guard.protect(frames.distribution())
    row = shown[shown["township_code"] == "130123103"].iloc[0]
    assert row[["households", "persons", "share_households", "persons_per_household"]].isna().all()
    assert shown["rank_persons"].isna().all(), "a rank would tell between which others the suppressed one lies"
    assert "households;persons" in row["suppressed"]
    other = shown[shown["township_code"] == "130123200"].iloc[0]
    assert other["households"] == 299


def test_villages_unknown_cells_and_strange_columns_do_not_come_through(guard):
    with pytest.raises(InputError, match="villages"):
        guard.protect(frames.distribution().assign(village_code="1"))
    with pytest.raises(InputError, match="no cell of the public tables"):
        guard.protect(frames.shares().assign(cause_main="lack_of_water"))
    assert "anything_else" not in guard.protect(frames.distribution().assign(anything_else=1))


def test_tables_show_a_sign_of_its_own_and_csv_files_name_the_columns(guard, monkeypatch):
    found = []
    monkeypatch.setattr(tables, "display", lambda bundle, raw: found.append(bundle))
    tables.show(guard.protect(frames.distribution()), key="a.b", lang="en", hide=["township_code"], total=True)
    lines = found[0]["text/plain"].splitlines()
    assert lines[3].startswith("Xin'an | × | ×")
    assert lines[9].startswith("Total | × | ×")
    assert "Suppressed" not in lines[0]
    assert "not the same as missing" in found[0]["text/html"]
    header, *rows = found[0][mime.TABLE]["csv"].splitlines()
    assert header.endswith(",suppressed")
    assert rows[2].startswith("130123103,新安镇,,,")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_charts_leave_suppressed_places_out_and_say_so(guard, lang):
    style.use_style(lang)
    shown = guard.protect(frames.distribution())
    for draw in (figures.township_bars, figures.township_units, figures.township_remaining):
        ax = draw(shown, lang=lang)
        names = [label.get_text() for label in ax.get_yticklabels()]
        assert len(names) == 7
        assert not {"新安镇", "Xin'an"} & set(names)
        assert str(ax.get_label()).startswith("已隐去" if lang == "zh" else "Suppressed")
        ax.get_figure().canvas.draw()
        plt.close(ax.get_figure())


def test_no_sentence_is_made_from_suppressed_figures(guard):
    shown = guard.protect(frames.distribution())
    assert sentences.overview(shown, "正定县", "2016-01-01", "2016-12-31") == ""
    assert cells.written(shown, "zh")["households"].tolist().count("—") == 1


def test_a_frame_without_suppressed_figures_keeps_its_types(guard):
    open_guard = withholding.Guard(
        "county", Pattern(guard.pattern.cube, guard.pattern.registered & False, guard.pattern.split & False)
    )
    shown = open_guard.protect(frames.distribution())
    pd.testing.assert_frame_equal(shown.drop(columns="suppressed"), frames.distribution()[shown.columns[:-1]])

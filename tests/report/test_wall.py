"""Sheets for the wall: every household a square, once; figures of the table; nothing cut; public ones show no household."""

import os

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.transforms import Bbox
from typer.testing import CliRunner

from tuopin_analysis import cli, cli_wall, contract
from tuopin_analysis.errors import Fault, InputError
from tuopin_analysis.register import outlines
from tuopin_analysis.report import style, wall, wall_files, wall_village

mpl.use("agg")
DAY = "2016-12-31"


@pytest.fixture(scope="module")
def facts():
    return cli_wall._facts("demo", DAY, "hebei-2016", "internal")


@pytest.fixture(autouse=True)
def closed():
    style.use_style("zh")
    yield
    plt.close("all")


def head(lang="zh", in_charge=None):
    place, note = ("正定县", "内部资料") if lang == "zh" else ("Zhengding county", "internal")
    return wall.Head(place, DAY, note, lang, in_charge or {})


def township(facts, code, lang="zh", in_charge=None):
    homes = facts["households"]
    work = cli_wall._work(facts, "village_code")
    own = homes[homes["township_code"] == code]
    return own, wall_village.township(own, work[work["village_code"].str[:9] == code], head(lang, in_charge))


def everybody(facts, name):
    """A list that names somebody for every place."""
    homes = facts["households"]
    return dict.fromkeys([*homes["township_code"].unique(), *homes["village_code"].dropna().unique()], name)


def squares(sheets, kind=None):
    return [
        patch for sheet in sheets for patch in sheet.axes[0].patches if patch.get_gid() in ([kind] if kind else ["left", "out"])
    ]


def texts(sheet):
    return [text for text in [*sheet.texts, *(text for ax in sheet.axes for text in ax.texts)] if text.get_text()]


@pytest.mark.parametrize("code", ["130123100", "130123103"])
def test_every_household_is_a_square_and_crossed_off_when_it_is_out(facts, code):
    own, sheets = township(facts, code)
    assert len(squares(sheets)) == len(own)
    assert len(squares(sheets, "out")) == (~own["is_remaining"]).sum()
    crosses = sum(len(lines.get_segments()) for sheet in sheets for lines in sheet.axes[0].collections)
    assert crosses == 2 * (~own["is_remaining"]).sum()
    inside = [int(text.get_text()) for sheet in sheets for text in sheet.axes[0].texts if text.get_text().isdecimal()]
    assert sum(inside) == own.loc[own["is_remaining"], "size"].sum()


def test_a_village_tells_how_many_are_left(facts):
    own, [sheet] = township(facts, "130123103")
    village = own[own["village"] == "吴兴村"]
    left = village[village["is_remaining"]]
    words = f"未脱贫{len(left)}户{left['size'].sum()}人，共{len(village)}户"
    assert words in [text.get_text() for text in sheet.axes[0].texts]


def test_households_keep_their_square_when_others_leave(facts):
    own, [before] = township(facts, "130123202")
    gone = own.assign(is_remaining=False)
    work = cli_wall._work(facts, "village_code")
    [after] = wall_village.township(gone, work[work["village_code"].str[:9] == "130123202"], head())
    assert [patch.get_xy() for patch in squares([before])] == [patch.get_xy() for patch in squares([after])]
    assert not squares([after], "left")


def test_a_household_without_a_village_has_its_square(facts):
    own, _ = township(facts, "130123202")
    own = own.assign(village_code=own["village_code"].where(own.index != own.index[0]))
    work = cli_wall._work(facts, "village_code")
    sheets = wall_village.township(own, work[work["village_code"].str[:9] == "130123202"], head())
    assert len(squares(sheets)) == len(own)
    assert "未注明村" in [text.get_text() for text in sheets[0].axes[0].texts]


@given(st.lists(st.integers(1, 900), min_size=1, max_size=80), st.integers(wall_village.FEWEST, wall_village.MOST))
@settings(max_examples=60, deadline=None)
def test_all_rows_of_all_villages_find_a_place_and_none_covers_another(numbers, columns):
    blocks = wall_village.arrange(numbers, columns)
    high = wall_village.height_of(columns)
    for village, number in enumerate(numbers):
        rows = [at for block in blocks if block.village == village for at in range(block.first, block.first + block.rows)]
        assert rows == list(range(-(-number // wall_village.ACROSS)))
    ends = {}
    for block in blocks:
        assert block.y >= ends.get((block.page, block.x), 0.0)
        ends[block.page, block.x] = block.y + wall_village.HEADER + block.rows
        assert ends[block.page, block.x] <= high + 1e-9


def covering(boxes):
    """The pairs of texts that cover one another by more than a pixel."""
    x0, y0, x1, y1 = np.array([box.padded(-1).extents for _, box in boxes]).T
    over = (x0[:, None] < x1) & (x1[:, None] > x0) & (y0[:, None] < y1) & (y1[:, None] > y0)
    return [(boxes[one][0], boxes[other][0]) for one, other in np.argwhere(np.triu(over, 1))]


def test_the_search_for_covered_texts_finds_them():
    corners = {"a": [[0, 0], [9, 9]], "b": [[8, 0], [20, 9]], "c": [[4, 6], [8, 12]]}
    boxes = [(name, Bbox(ends)) for name, ends in corners.items()]
    assert covering(boxes) == [("a", "c")]  # b touches a by a pixel, c by three


@pytest.mark.parametrize(
    ("lang", "name"), [("zh", ""), ("en", ""), ("zh", "新城铺镇党委书记欧阳某某甲"), ("en", "Ouyang Moumou, town mayor")]
)
@pytest.mark.parametrize("code", ["county", "130123100", "130123103"])
def test_nothing_is_cut_and_no_text_covers_another(facts, code, lang, name):
    style.use_style(lang)
    names = everybody(facts, name) if name else {}
    if code == "county":
        sheets = [wall.county(cli_wall._work(facts, "township_code"), outlines.of("demo"), head(lang, names))]
    else:
        sheets = township(facts, code, lang, names)[1]
    for sheet in sheets:
        sheet.canvas.draw()
        boxes = [(text.get_text(), text.get_window_extent()) for text in texts(sheet)]
        for text, box in boxes:
            assert sheet.bbox.x0 <= box.x0 < box.x1 <= sheet.bbox.x1, text
            assert sheet.bbox.y0 <= box.y0 < box.y1 <= sheet.bbox.y1, text
        assert covering(boxes) == []


def test_the_countys_sheet_tells_the_figures_of_its_table(facts):
    work = cli_wall._work(facts, "township_code")
    sheet = wall.county(work, outlines.of("demo"), head())
    said = [text.get_text() for text in texts(sheet)]
    row = work.set_index("township").loc["新安镇"]
    assert f"新安镇\n未脱贫{row['remaining_persons']}人\n{row['remaining_households']}户\n已脱贫{row['share_actual']:.1%}" in said
    for column in ("remaining_households", "remaining_persons", "actual_persons"):
        assert f"{work[column].sum():,}" in said
    assert f"{work['actual_persons'].sum() / work['target_persons'].sum():.1%}" in said
    assert "责任人" in said
    assert "内部资料" in said


def test_suppressed_figures_are_crosses_also_in_the_sums(facts):
    work = cli_wall._work(facts, "township_code")[["township_code", "township", "persons", "remaining_households",
                                                   "remaining_persons", "actual_persons", "share_actual"]]  # fmt: skip
    hidden = ["remaining_persons;share_actual"] + [""] * (len(work) - 1)
    work = work.astype({"remaining_persons": "Int64"}).assign(suppressed=hidden)
    work.loc[0, ["remaining_persons", "share_actual"]] = pd.NA, float("nan")
    said = [text.get_text() for text in texts(wall.county(work, outlines.of("demo", "public"), head()))]
    assert said.count("×") == 3  # in the row twice, and in the sum; the share of the sum would give nothing away
    assert "责任人" not in said


def test_who_answers_for_a_place_stands_on_its_sheets_and_a_blank_for_the_others(facts):
    names = {"130123103": "书记王某", "130123103202": "李某"}
    county = wall.county(cli_wall._work(facts, "township_code"), outlines.of("demo"), head(in_charge=names))
    assert [text.get_text() for text in texts(county)].count("书记王某") == 1
    blanks = [line for line in county.axes[0].lines if line.get_linewidth() == 0.8 and len(set(line.get_ydata())) == 1]
    assert sum(line.get_xdata()[0] > 8 for line in blanks) == 7  # a line to write on for each of the other townships
    [sheet] = township(facts, "130123103", in_charge=names)[1]
    said = [text.get_text() for text in texts(sheet)]
    assert sum(text.startswith("李某") for text in said) == 1
    assert next(text for text in said if "责任人：" in text).endswith("责任人：书记王某")
    [other] = township(facts, "130123202", in_charge=names)[1]
    said = [text.get_text() for text in texts(other)]
    assert next(text for text in said if "责任人：" in text).endswith("责任人：____________")


def test_the_command_takes_the_list_and_refuses_what_it_cannot_draw_or_make_public(tmp_path):
    listed = tmp_path / "who.csv"
    listed.write_text("code,name\n130123202,镇长赵某\n", encoding="utf-8")
    words = ["wall", "--scope", "130123202", "--as-of", DAY, "--in-charge", str(listed)]
    done = CliRunner().invoke(cli.app, [*words, "--out", str(tmp_path / "wall")])
    assert done.exit_code == 0, done.output
    assert "赵某" not in done.output
    if os.name == "posix":
        assert all(path.stat().st_mode & 0o077 == 0 for path in [tmp_path / "wall", *(tmp_path / "wall").iterdir()])
    listed.write_text("code,name\n130123202,\U00020000某\n", encoding="utf-8")
    with pytest.raises(InputError, match="no shape for '\U00020000'"):
        cli_wall.wall(scope="130123202", out=tmp_path, in_charge=listed)
    with pytest.raises(InputError, match="a public sheet names nobody"):
        cli_wall.wall(edition="public", out=tmp_path / "new", in_charge=listed)
    assert not (tmp_path / "new").exists()


def test_equal_sheets_give_equal_bytes_with_no_time_and_the_font_in_them(facts):
    def made():
        return township(facts, "130123202")[1]

    first = wall_files.pdf(made(), "西平乐乡")
    assert first == wall_files.pdf(made(), "西平乐乡")
    assert b"CreationDate" not in first
    assert b"/FontFile2" in first
    assert b"/MediaBox [0 0 1190" in first.replace(b"[ 0", b"[0")
    assert wall_files.png(made()[0]) == wall_files.png(made()[0])


def test_the_command_writes_the_sheets_of_a_township(tmp_path):
    done = CliRunner().invoke(cli.app, ["wall", "--scope", "130123202", "--as-of", DAY, "--out", str(tmp_path / "wall")])
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in (tmp_path / "wall").iterdir()) == ["wall-130123202.pdf", "wall-130123202.png"]


def test_the_public_edition_has_the_countys_sheet_alone(tmp_path):
    done = CliRunner().invoke(cli.app, ["wall", "--edition", "public", "--as-of", DAY, "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["wall-county.pdf", "wall-county.png"]
    with pytest.raises(InputError, match="shows every household"):
        cli_wall.wall(scope="130123202", edition="public", out=tmp_path)
    with pytest.raises(InputError, match="no sheet of '130123100202'"):
        cli_wall.wall(scope="130123100202", out=tmp_path)


def test_sheets_and_pages_count_to_the_same_day_unless_told_otherwise(monkeypatch, tmp_path):
    days = []

    def stop(register, day, *_):
        days.append(day)
        raise InputError(Fault("enough"))

    monkeypatch.setattr(cli_wall, "_facts", stop)
    for as_of in (None, "2017-03-31"):
        with pytest.raises(InputError, match="enough"):
            cli_wall.wall(as_of=as_of, out=tmp_path)
    assert days == [contract.check("01_overview", {})["as_of"], "2017-03-31"]
    assert days[0] == "2016-12-31"

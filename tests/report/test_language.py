"""Every text of the reports is in the Chinese catalogue, and numbers and days are written by one rule."""

import csv
import re
from pathlib import Path

import pytest
from babel.messages import extract, pofile
from hypothesis import given
from hypothesis import strategies as st

from tuopin_analysis import paths
from tuopin_analysis.errors import InputError
from tuopin_analysis.register import dictionary
from tuopin_analysis.report import language

REPORT = Path(language.__file__).parent


def used() -> set[object]:
    """The msgids in the sources: a text, or a pair of singular and plural."""
    found: set[object] = set()
    for path in [*sorted(REPORT.glob("*.py")), *sorted(REPORT.parent.glob("explore*.py"))]:
        with path.open("rb") as file:
            for _, message, _, _ in extract.extract("python", file, keywords=extract.DEFAULT_KEYWORDS):
                found.add(message)
    return found


@pytest.fixture(scope="module")
def catalogue():
    path = language.LOCALE / "zh" / "LC_MESSAGES" / "tuopin.po"
    with path.open("rb") as file:
        return pofile.read_po(file, locale="zh")


def test_every_text_is_translated_and_none_is_obsolete(catalogue) -> None:
    translated = {m.id if isinstance(m.id, str) else tuple(m.id) for m in catalogue if m.id and m.string and all(m.string)}
    assert used() - translated == set(), "add these to locale/zh/LC_MESSAGES/tuopin.po"
    assert translated - used() == set(), "these are used no more"


def test_translations_keep_their_placeholders(catalogue) -> None:
    for message in catalogue:
        source = message.id if isinstance(message.id, str) else message.id[-1]
        target = message.string if isinstance(message.string, str) else message.string[0]
        assert set(re.findall(r"{(\w+)}", target)) <= set(re.findall(r"{(\w+)}", source)), source


def test_chinese_has_full_width_punctuation_and_no_spaces(catalogue) -> None:
    for message in catalogue:
        text = message.string if isinstance(message.string, str) else message.string[0]
        if not message.id:
            continue
        bare = re.sub(r"{\w+}", "数", text)
        assert not re.search(r"[,;:!?()]", bare), text
        assert not re.search(r"[\u4e00-\u9fff] | [\u4e00-\u9fff]", bare), text


@pytest.mark.parametrize("name", ["dictionary.csv", "codes.csv", "parameters.csv", "tables.csv"])
def test_chinese_labels_have_full_width_punctuation_and_no_spaces(name) -> None:
    """But for the values of a register's export, which are written as its system writes them."""
    with (paths.DATA / name).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row.get("source") != "register export code list, to 2017"]
    texts = [row[column] for row in rows for column in row if column.endswith("_zh")]
    assert [text for text in texts if re.search(r"[\u4e00-\u9fff][,;:!?() ]|[,;:!?() ][\u4e00-\u9fff]", text)] == []


def test_numbers_round_halves_away_from_nought() -> None:
    assert language.share(0.0005) == "0.1%"
    assert language.number(-0.25, digits=1) == "−0.3"
    assert language.number(2.5) == "3"
    assert language.share(1332 / 3654) == "36.5%"
    assert language.share(0.364) == "36.4%"


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_a_count_can_be_read_back(number: int) -> None:
    assert int(language.count(number).replace(",", "").replace("−", "-")) == number


@given(st.floats(min_value=0, max_value=1))
def test_a_share_is_never_off_by_more_than_half_its_last_digit(share: float) -> None:
    assert abs(float(language.share(share).rstrip("%")) - share * 100) <= 0.05 + 1e-9


@pytest.mark.parametrize("value", [None, float("nan"), "", "NaT"])
def test_missing_is_never_nought(value: object) -> None:
    import pandas as pd

    value = pd.NaT if value == "NaT" else value
    assert language.count(value) == language.share(value) == "—"


@pytest.mark.parametrize(("label", "told"), [
    ("Illness", "illness"), ("Lack of land", "lack of land"), ("Villagers' review", "villagers' review"),
    ("Re-check of an exit", "re-check of an exit"), ("A member seriously ill", "a member seriously ill"),
    ("Household on the allowance, out", "household on the allowance, out"),
    ("Surface water of class III or better", "surface water of class III or better"), ("Grade C", "grade C"),
    ("ID number", "ID number"), ("PM2.5", "PM2.5"), ("Gini coefficient", "Gini coefficient"), ("% a year", "% a year"),
    ("Zhengding", "Zhengding"), ("Xin'an", "Xin'an"), ("Zhufutun Subdistrict", "Zhufutun Subdistrict"),
    ("p value", "p value"), ("beds", "beds"), ("西杨庄村", "西杨庄村"), ("", ""), ("—", "—"), ("57.8%", "57.8%"),
])  # fmt: skip
def test_a_label_inside_an_english_sentence_begins_with_a_small_letter(label: str, told: str) -> None:
    assert language.inside(label, "en") == told
    assert language.inside(label, "zh") == label
    assert language.begun(told, "zh") == told


def test_every_label_but_names_and_abbreviations_is_made_small() -> None:
    """Whoever adds a label that begins with a name sees it here, and adds the name to `language.NAMES`."""
    labels = {*dictionary.CODES["label_en"], *dictionary.COLUMNS["label_en"]}
    kept = {label for label in labels if label[:1].isupper() and language.inside(label, "en") == label}
    names = {"Chinese", "English", "English name", "Gini coefficient", "Herfindahl index"}
    assert kept == {"ID number", "ID number of the head", *names}


def test_a_sentence_begins_with_a_capital() -> None:
    assert language.begun("illness and disability", "en") == "Illness and disability"
    assert language.begun("Xin'an", "en") == "Xin'an"
    assert language.begun("704 of 1,695 households", "en") == "704 of 1,695 households"
    assert language.begun("", "en") == ""


def test_plurals() -> None:
    assert language.counted(1, "households", "en") == "1 household"
    assert language.counted(0, "households", "en") == "0 households"
    assert language.counted(1, "households", "zh") == "1户"


def test_an_unknown_language_is_refused_with_the_known_ones() -> None:
    for call in (language.translator, lambda lang: language.share(0.1, lang), lambda lang: language.day("2016-12-31", lang)):
        with pytest.raises(InputError, match=r"unknown language 'fr'.*zh or en"):
            call("fr")

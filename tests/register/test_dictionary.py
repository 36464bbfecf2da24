import hashlib

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tuopin_analysis import paths
from tuopin_analysis.errors import InputError
from tuopin_analysis.register import dictionary

REGISTER_TABLES = ["households", "persons", "responsible", "units", "exit_plans", "events"]


def test_every_code_list_named_is_there():
    named = {name for name in dictionary.COLUMNS["codes"] if name}
    assert named <= set(dictionary.CODES["list"])


def test_a_column_stands_once_in_its_table():
    assert not dictionary.COLUMNS.duplicated(["table", "column"]).any()


def test_every_column_and_value_has_both_labels():
    for frame in (dictionary.COLUMNS, dictionary.CODES):
        assert (frame[["label_zh", "label_en"]] != "").all(axis=None)


@pytest.mark.parametrize("table", REGISTER_TABLES)
def test_headers_of_a_table_stand_for_one_column_each(table):
    found = dictionary.headers(table)
    assert set(found.values()) == set(dictionary.columns(table).index)


@pytest.mark.parametrize("name", ["dictionary", "codes"])
def test_source_file_has_the_checksum(name):
    source = yaml.safe_load((paths.DATA / f"{name}.source.yaml").read_text(encoding="utf-8"))
    assert source["sha256"] == hashlib.sha256((paths.DATA / f"{name}.csv").read_bytes()).hexdigest()


@pytest.mark.parametrize(
    "header", ["人均纯收入(元)", "人均纯收入（元）", "人均纯收入\n（元）", " 人均 纯收入(元)\u200b", "AAC082", "ＡＡＣ０８２"]
)
def test_spellings_of_a_header_are_one(header):
    assert dictionary.headers("households")[dictionary.normalise_header(header)] == "income_per_person_yuan"


@given(st.text())
def test_normalising_a_header_twice_changes_nothing_more(text):
    once = dictionary.normalise_header(text)
    assert dictionary.normalise_header(once) == once
    assert not any(sign.isspace() for sign in once)


@given(st.text(), st.text(alphabet=" \t\n\u3000\u200b", max_size=3))
def test_spaces_and_breaks_in_a_header_do_not_count(text, space):
    middle = len(text) // 2
    assert dictionary.normalise_header(text[:middle] + space + text[middle:]) == dictionary.normalise_header(
        dictionary.normalise_header(text[:middle]) + dictionary.normalise_header(text[middle:])
    )


@pytest.mark.parametrize("name", sorted(set(dictionary.CODES["list"])))
def test_every_code_label_and_identifier_decodes_to_its_value(name):
    for row in dictionary.CODES[dictionary.CODES["list"] == name].itertuples():
        for text in (row.code, row.label_zh, row.value, *filter(None, row.aliases.split("|"))):
            assert dictionary.decode(name, text) == row.value, text


def test_control_signs_in_a_header_do_not_count():
    assert dictionary.normalise_header("户\x00编\x1f号\u200d\ufeff") == "户编号"


def test_codes_are_decoded_without_a_leading_nought_and_in_any_case():
    assert dictionary.decode("truth", "TRUE") == "True"
    assert dictionary.decode("cause", "ILLNESS") == dictionary.decode("cause", " ０１ ") == "illness"
    assert dictionary.decode("cause", "") is None


def test_a_column_without_codes_and_a_value_in_no_list_are_named_by_themselves():
    assert dictionary.value_label("size", 3) == "3"
    assert dictionary.value_label("health", "disabled;odd", "en") == f"{dictionary.value_label('health', 'disabled', 'en')}, odd"
    assert dictionary.code_lists_of("has_power") == ["truth"]


def test_a_header_that_stands_for_two_columns_of_a_table_is_told(monkeypatch):
    twice = dictionary.COLUMNS.copy()
    at = twice.index[(twice["table"] == "events") & (twice["column"] == "event")][0]
    twice.loc[at, "source_headers"] += "|户编号"
    monkeypatch.setattr(dictionary, "COLUMNS", twice)
    dictionary.columns.cache_clear()
    try:
        with pytest.raises(InputError) as caught:
            dictionary.headers.__wrapped__("events")
    finally:
        dictionary.columns.cache_clear()
    assert str(caught.value) == "header '户编号' stands for two columns of events (data/dictionary.csv)"


def test_a_label_of_a_result_table_goes_before_one_of_the_register():
    assert dictionary.label("unit", "en") == "Unit"
    assert dictionary.label("unit", "en", table="responsible") == "Helping unit"


def test_the_value_of_a_group_is_named_after_the_registers_own_causes():
    assert dictionary.value_label("cause_main", "illness", "zh") == "因病"
    assert dictionary.value_label("cause_main", "other", "zh") == "因求学、缺乏劳动力等"
    assert dictionary.value_label("cause_main", "not in the list", "en") == "not in the list"


@pytest.mark.parametrize("call", [
    lambda: dictionary.label("size", "de"), lambda: dictionary.value_label("sex", "male", "fr"),
    lambda: dictionary.columns("household"), lambda: dictionary.decode("causes", "01"),
])  # fmt: skip
def test_unknown_names_are_refused(call):
    with pytest.raises(InputError, match="unknown"):
        call()


@pytest.mark.parametrize(("identifier", "words"), [
    ("out_supported", "脱贫户 已脱贫户 正常脱贫 正常脱贫户 稳定脱贫 稳定脱贫户"), ("out_unstable", "脱贫不稳定户 脱贫监测户"),
    ("monitored", "边缘易致贫户 边缘户 突发严重困难户 监测对象"), ("ordinary", "一般农户"),
])  # fmt: skip
def test_the_kinds_of_household_of_the_later_forms_are_states_and_none_of_them_is_poor(identifier, words):
    assert {dictionary.decode("poverty_status", word) for word in words.split()} == {identifier}


@pytest.mark.parametrize(("relation", "words"), [
    ("spouse", "妻子 妻 丈夫 老伴"), ("son", "长子 次子 三子"), ("daughter", "长女 次女"), ("daughter_in_law", "儿媳"),
    ("son_in_law", "女婿"), ("grandson", "孙子"), ("granddaughter", "孙女"), ("father", "父亲 父"), ("mother", "母亲 母"),
    ("siblings", "兄 弟 姐 妹 哥哥 之兄弟姐妹 之兄"), ("other_relation", "其他 非亲属"), ("head", "户主 本人"),
])  # fmt: skip
def test_relations_are_known_in_the_words_that_villages_write(relation, words):
    assert {dictionary.decode("relation", word) for word in words.split()} == {relation}

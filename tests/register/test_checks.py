"""Files of rules that are misspelt: every message whole, all of them at once."""

import pytest
import yaml

from tuopin_analysis.errors import InputError
from tuopin_analysis.register import checks

UNIQUE = {
    "code": "x", "tables": ["households"], "severity": "error", "kind": "unique", "arguments": {"column": "household_id"},
    "message_zh": "错", "message_en": "wrong", "mend_zh": "改", "mend_en": "mend", "source": "a test",
}  # fmt: skip
ASIDE = {"code": "u", "measure": "share_set_aside", "table": "households", "most": 0.5, "wording_zh": "户", "wording_en": "homes"}


def put(tmp_path, text):
    path = tmp_path / "checks.yaml"
    path.write_text(text if isinstance(text, str) else yaml.safe_dump(text, allow_unicode=True), encoding="utf-8")
    return path


def said(tmp_path, content, read=checks.read):
    path = put(tmp_path, content)
    with pytest.raises(InputError) as caught:
        read(path)
    return [str(fault).replace(str(tmp_path), "HERE") for fault in caught.value.faults]


def of_one(tmp_path, **change):
    return said(tmp_path, {"checks": [UNIQUE | change]})


def test_rules_and_criteria_are_read_in_their_order(tmp_path):
    path = put(
        tmp_path, {"checks": [UNIQUE, UNIQUE | {"code": "y", "severity": "warning"}], "usable": [ASIDE, ASIDE | {"most": 1}]}
    )
    assert [(rule.code, rule.severity, rule.tables, rule.arguments) for rule in checks.read(path)] == [
        ("x", "error", ["households"], {"column": "household_id"}),
        ("y", "warning", ["households"], {"column": "household_id"}),
    ]
    assert [criterion.model_dump() for criterion in checks.usable(path)] == [
        ASIDE | {"codes": []},
        ASIDE | {"codes": [], "most": 1.0},
    ]


def test_a_file_may_have_no_criteria(tmp_path):
    assert checks.usable(put(tmp_path, {"checks": [UNIQUE]})) == ()
    assert checks.read(put(tmp_path, {"checks": [], "usable": []})) == ()


FLOW = "while parsing a flow node did not find expected node content in "
KEYS = "no list of checks (HERE/checks.yaml); expected: the keys checks: and usable:, each with a list below it"


@pytest.mark.parametrize(
    "text", ["", "a", "checks: 3", "usable: []", "checks: []\nrules: []", "checks: []\nusable: x", "- checks"]
)
def test_a_file_that_is_no_list_of_checks(tmp_path, text):
    assert said(tmp_path, text) == said(tmp_path, text, checks.usable) == [KEYS]


def test_a_file_that_is_not_there_or_cannot_be_read(tmp_path):
    said_of_it = [line.split('in "')[0] for line in said(tmp_path, "a: [")]
    assert said_of_it == [f"not readable as YAML (HERE/checks.yaml); expected: a list of checks; to mend: {FLOW[:-3]}"]
    with pytest.raises(
        InputError, match=r"^not readable as YAML \(.*none.yaml\); expected: a list of checks; to mend: \[Errno 2\]"
    ):
        checks.read(tmp_path / "none.yaml")
    (tmp_path / "gbk.yaml").write_bytes("错".encode("gbk"))
    with pytest.raises(
        InputError, match=r"^not readable as YAML \(.*gbk.yaml\); expected: a list of checks; to mend: 'utf-8' codec"
    ):
        checks.read(tmp_path / "gbk.yaml")


AT = "(HERE/checks.yaml, check 1 (x))"
MISUSES = {
    "kind": ({"kind": "uniqe"}, [f"unknown kind 'uniqe' {AT}; to mend: did you mean 'unique'?"]),
    "argument": ({"arguments": {"colum": "size", "where": {}}},
        [f"unknown argument 'colum' of kind unique {AT}; to mend: did you mean 'column' or 'columns'?",
         f"unknown argument 'where' of kind unique {AT}; to mend: known: column, columns",
         f"argument 'column' of kind unique missing {AT}; to mend: add it"]),
    "missing": ({"arguments": {}}, [f"argument 'column' of kind unique missing {AT}; to mend: add it"]),
    "column": ({"arguments": {"column": "siz"}}, [f"unknown column 'siz' of households {AT}; to mend: did you mean 'size'?"]),
    "of two tables": ({"tables": ["households", "events"], "arguments": {"column": "event"}},
        [f"unknown column 'event' of households {AT}; to mend: known: county, township, village, hamlet, household_id, "
         "head_name, head_id_number, phone, standard, identified_date, attribute, poverty_status, …"]),
    "conditions": ({"kind": "condition", "arguments": {"column": "size", "where": {"size": {"abve": 1}, "cause_main": {"x": 0}}}},
        [f"unknown condition 'x' {AT}; to mend: known: is, not, has, has_not, above, at_least, at_most, below, is_empty, "
         "is_nought_or_empty",
         f"unknown condition 'abve' {AT}; to mend: did you mean 'above'?"]),
    "key": ({"severty": "error", "mesage_en": "x"},
        [f"mesage_en: Extra inputs are not permitted {AT}; to mend: did you mean 'message_en' or 'message_zh'?",
         f"severty: Extra inputs are not permitted {AT}; to mend: did you mean 'severity'?"]),
    "severity": ({"severity": "fatal"}, [f"severity: Input should be 'error' or 'warning' {AT}"]),
    "no table": ({"tables": []}, [f"tables: List should have at least 1 item after validation, not 0 {AT}"]),
}  # fmt: skip


@pytest.mark.parametrize("case", MISUSES)
def test_what_is_misspelt_in_a_rule(tmp_path, case):
    change, messages = MISUSES[case]
    assert of_one(tmp_path, **change) == messages


@pytest.mark.parametrize("column", ["township_code", "place_problem", "age_years"])
def test_what_reading_finds_may_be_looked_at(tmp_path, column):
    assert len(checks.read(put(tmp_path, {"checks": [UNIQUE | {"tables": ["persons"], "arguments": {"column": column}}]}))) == 1


def test_all_rules_are_told_of_with_their_number_and_code(tmp_path):
    rules = [UNIQUE, 3, {"severity": "error"}, UNIQUE | {"code": "late", "kind": "uniqe"}]
    lacking = [name for name in UNIQUE if name != "severity"]
    assert said(tmp_path, {"checks": rules}) == [
        "Input should be a valid dictionary or instance of Check (HERE/checks.yaml, check 2 (no mapping))",
        *(f"{name}: Field required (HERE/checks.yaml, check 3 (no code))" for name in lacking),
        "unknown kind 'uniqe' (HERE/checks.yaml, check 4 (late)); to mend: did you mean 'unique'?",
    ]


def test_criteria_that_are_misspelt_are_told_of_all_at_once(tmp_path):
    found = said(tmp_path, {"checks": [], "usable": [ASIDE | {"most": 2}, ASIDE, ASIDE | {"mesure": 1}]}, checks.usable)
    assert found == [
        "most: Input should be less than or equal to 1 (HERE/checks.yaml, usable 1)",
        "mesure: Extra inputs are not permitted (HERE/checks.yaml, usable 3); to mend: did you mean 'measure'?",
    ]

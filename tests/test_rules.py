"""Rule sets: read strictly, every fault told, lines by year."""

import pytest
import yaml

from tuopin_analysis import paths, rules, rules_sections
from tuopin_analysis.errors import InputError


@pytest.fixture
def rule_file(tmp_path, monkeypatch):
    """Write a changed copy of the shipped rule set and read it."""
    monkeypatch.setattr(paths, "RULES", tmp_path)
    content = yaml.safe_load((paths.ROOT / "params/rules/hebei-2016.yaml").read_text(encoding="utf-8"))

    def write(**changes):
        (tmp_path / "other.yaml").write_text(yaml.safe_dump(content | {"name": "other"} | changes), encoding="utf-8")
        rules.read.cache_clear()
        return rules.read("other")

    yield write
    rules.read.cache_clear()


def test_a_line_stays_in_force_until_the_next_one(rule_file):
    read = rule_file(poverty_line_yuan={2016: 2855, 2018: 2995})
    assert [read.line("poverty", year) for year in (2016, 2017, 2018, 2020)] == [
        (2855, 2016),
        (2855, 2016),
        (2995, 2018),
        (2995, 2018),
    ]


def test_a_year_before_the_first_line_is_an_error(rule_file):
    with pytest.raises(InputError, match="no poverty line for 2015"):
        rule_file().line("poverty", 2015)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"unknown_key": 1}, "unknown_key"),
        ({"targets": [{"by": "2016-12-31", "share": "1.4"}]}, "at most at 1"),
        ({"targets": [{"by": "2017-12-31", "share": "1"}, {"by": "2016-12-31", "share": "0.4"}]}, "in order"),
        ({"cause_groups": {"a": ["illness"], "b": ["illness"]}}, "in more than one group: illness"),
        ({"target_rounding": "sideways"}, "target_rounding"),
        ({"poverty_line_yuan": {"2016": "much"}}, "poverty_line_yuan"),
    ],
)
def test_a_faulty_rule_set_is_refused(rule_file, changes, said):
    with pytest.raises(InputError, match=said):
        rule_file(**changes)


def test_all_faults_of_a_file_are_told_at_once(rule_file):
    with pytest.raises(InputError) as caught:
        rule_file(unknown_key=1, target_rounding="sideways")
    assert len(caught.value.faults) == 2


def test_an_unknown_rule_set_names_the_nearest():
    with pytest.raises(InputError, match="did you mean 'hebei-2016'"):
        rules.read("hebei-2061")


def test_a_file_that_is_not_yaml_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "RULES", tmp_path)
    (tmp_path / "broken.yaml").write_text("a: [")
    with pytest.raises(InputError, match="not YAML"):
        rules.read("broken")


def test_a_rule_set_without_a_section_says_so():
    found = rules.read("hebei-2016").model_copy(update={"timetable": None})
    with pytest.raises(InputError, match="no section 'timetable'"):
        found.part(rules_sections.Timetable)
    assert isinstance(found.part(rules_sections.Dynamics), rules_sections.Dynamics)

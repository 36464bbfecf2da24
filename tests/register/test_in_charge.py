"""The list of those who answer for a place: read whole, every fault by line and column, and no name in a message."""

import pytest

from tuopin_analysis.errors import InputError
from tuopin_analysis.register import in_charge

KNOWN = ["130123100", "130123103", "130123103202"]


def written(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "who.csv"
    path.write_text(text, encoding=encoding)
    return path


def test_names_by_code_also_with_the_mark_that_excel_writes(tmp_path):
    path = written(tmp_path, 'code,name\n130123103,书记王某\n\n130123103202,"李某, 主任"\n', "utf-8-sig")
    assert in_charge.read(path, KNOWN) == {"130123103": "书记王某", "130123103202": "李某, 主任"}


def test_every_fault_is_told_at_once_by_line_and_column_and_no_name(tmp_path):
    rows = [
        "130123103,王某",
        "130123130,赵某",
        "130123103,钱某",
        "130123100,",
        "130123103202," + "长" * 15,
        "130123100,孙某,镇长",
    ]
    with pytest.raises(InputError) as told:
        in_charge.read(written(tmp_path, "\n".join(["code,name", *rows])), KNOWN)
    said = [str(fault) for fault in told.value.faults]
    assert len(said) == 5
    assert any("3 cells" in text and "line 7" in text for text in said)
    assert any("unknown code '130123130'" in text and "line 3, column code" in text and "130123103" in text for text in said)
    assert any("stands on line 2 already" in text and "line 4, column code" in text for text in said)
    assert any("no name" in text and "line 5, column name" in text for text in said)
    assert any("too long" in text and "line 6, column name" in text for text in said)
    assert not [text for text in said if any(name in text for name in "王赵钱孙长")]


@pytest.mark.parametrize("name", ["长" * 14, "x" * 28, "长" * 7 + "x" * 14])
def test_the_longest_names(tmp_path, name):
    assert in_charge.read(written(tmp_path, f"code,name\n130123100,{name}\n"), KNOWN) == {"130123100": name}
    with pytest.raises(InputError, match="too long"):
        in_charge.read(written(tmp_path, f"code,name\n130123100,{name}x\n"), KNOWN)


@pytest.mark.parametrize(
    ("text", "encoding", "said"),
    [
        ("code,name\n130123100,王某\n", "gb18030", "not UTF-8"),
        ("代码,姓名\n130123100,王某\n", "utf-8", "lacking or unknown: code, name"),
        ("", "utf-8", "lacking"),
    ],
)
def test_another_file_is_refused_with_what_was_expected(tmp_path, text, encoding, said):
    with pytest.raises(InputError, match=said) as told:
        in_charge.read(written(tmp_path, text, encoding), KNOWN)
    assert "a CSV file in UTF-8 with the columns code, name" in str(told.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="cannot read who is in charge: No such file"):
        in_charge.read(tmp_path / "none.csv", KNOWN)

"""Keys, pseudonyms, masks and private files."""

import os
import re
import stat
import unicodedata

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuopin_analysis.errors import InputError
from tuopin_analysis.register import masks, protect

HAN = st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=6)
DIGITS = st.text(alphabet="0123456789", min_size=1, max_size=24)
posix = pytest.mark.skipif(os.name != "posix", reason="modes mean nothing here")


def mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@posix
def test_a_key_is_made_once_for_its_owner_alone(tmp_path):
    path = tmp_path / "keys" / "register.key"
    key = protect.make_key(path)
    assert protect.read_key(path) == key
    assert len(key) == 32
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)
    with pytest.raises(InputError, match="there already"):
        protect.make_key(path)
    assert protect.read_key(path) == key


@posix
def test_a_key_that_others_may_read_is_refused_with_the_command_to_run(tmp_path):
    path = tmp_path / "register.key"
    protect.make_key(path)
    path.chmod(0o640)
    with pytest.raises(InputError, match=f"chmod 600 {path}"):
        protect.read_key(path)


@pytest.mark.parametrize("content", [b"", b"abc", b"g" * 64, b"a" * 63, b"a" * 66, b"\xff" * 64])
def test_what_is_no_key_is_refused_and_not_quoted(tmp_path, content):
    path = tmp_path / "register.key"
    protect.write_private(path, content)
    with pytest.raises(InputError, match="not a key") as error:
        protect.read_key(path)
    assert content.decode("latin-1") not in str(error.value) or not content


def test_a_missing_key_is_told(tmp_path):
    with pytest.raises(InputError, match="cannot read the key file"):
        protect.read_key(tmp_path / "none.key")


def test_pseudonyms_are_stable_apart_by_kind_and_key_and_never_numbers():
    numbers = pd.Series(["1", "２", "2", None, " 1 "], index=[5, 3, 1, 0, 9], name="household_id")
    made = protect.pseudonyms(numbers, protect.DEMO_KEY, "household")
    assert made.index.equals(numbers.index)
    assert made.name == "household_id"
    assert made[5] == made[9]
    assert made[3] == made[1] != made[5]
    assert pd.isna(made[0])
    assert made.dropna().str.fullmatch("h[a-z2-7]{16}").all()
    assert not set(protect.pseudonyms(numbers, protect.DEMO_KEY, "person").dropna().str[1:]) & set(made.dropna().str[1:])
    assert protect.pseudonyms(numbers, bytes(32), "household")[5] != made[5]


@given(st.lists(st.text(alphabet=st.characters(codec="utf-8"), max_size=20), max_size=30))
def test_equal_ids_mean_equal_numbers(texts):
    made = protect.pseudonyms(pd.Series(texts, dtype="object"), protect.DEMO_KEY, "person").tolist()
    same = [unicodedata.normalize("NFKC", text).strip() for text in texts]
    assert [[a == b for b in same] for a in same] == [[a == b for b in made] for a in made]


def test_a_collision_is_refused(monkeypatch):
    monkeypatch.setattr(protect, "_digests", lambda texts, key, kind: [bytes(10)] * len(texts))
    with pytest.raises(InputError, match="same pseudonym"):
        protect.pseudonyms(pd.Series(["1", "2"]), protect.DEMO_KEY, "household")


@pytest.mark.parametrize(("key", "kind"), [(b"short", "person"), (bytes(32), "helper")])
def test_a_short_key_and_an_unknown_kind_are_refused(key, kind):
    with pytest.raises(InputError):
        protect.pseudonyms(pd.Series(["1"]), key, kind)


@given(HAN)
def test_a_masked_name_keeps_its_length_and_hides_something(name):
    masked = masks.mask_name(name)
    assert len(masked) == len(name)
    assert "*" in masked
    assert all(a in ("*", b) for a, b in zip(masked, name, strict=True))


@given(HAN, HAN)
def test_what_a_mask_hides_leaves_no_trace(name, other):
    """Names that differ only where the mask has stars have the same mask."""
    masked = masks.mask_name(name)
    changed = "".join((other * 6)[place] if sign == "*" else sign for place, sign in enumerate(masked))
    if changed[:2] not in masks.COMPOUND and name[:2] not in masks.COMPOUND:
        assert masks.mask_name(changed) == masked


@given(DIGITS, DIGITS)
def test_hidden_digits_leave_no_trace(number, other):
    for mask in (masks.mask_id, masks.mask_phone):
        masked = mask(number)
        assert len(masked) == len(number)
        filled = "".join((other * 24)[place] if sign == "*" else sign for place, sign in enumerate(masked))
        if mask(filled).count("*") == masked.count("*"):
            assert mask(filled) == masked


@given(st.text(max_size=30))
def test_nothing_unknown_comes_through_a_mask(text):
    text = unicodedata.normalize("NFKC", text).strip()
    if not re.fullmatch(r"[0-9Xx-]*", text):
        assert set(masks.mask_id(text)) <= {"*"}
        assert set(masks.mask_phone(text)) <= {"*"}


def test_the_birth_date_is_hidden():
    assert "19600229" not in masks.mask_id("130199196002290117")
    assert "600229" not in masks.mask_id("130199600229011")


@posix
def test_a_private_file_is_whole_private_and_leaves_nothing_behind(tmp_path):
    path = tmp_path / "store" / "protected.bin"
    old = os.umask(0)
    try:
        protect.write_private(path, b"one")
        protect.write_private(path, b"two")
    finally:
        os.umask(old)
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)
    assert [p.name for p in path.parent.iterdir()] == ["protected.bin"]
    with protect.private_open(path) as file:
        assert file.read() == b"two"
    path.chmod(0o604)
    with pytest.raises(InputError, match="others may read"), protect.private_open(path):
        pass


@posix
def test_a_failed_writing_keeps_the_earlier_file(tmp_path, monkeypatch):
    path = tmp_path / "protected.bin"
    protect.write_private(path, b"one")

    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        protect.write_private(path, b"two")
    assert [p.name for p in tmp_path.iterdir()] == ["protected.bin"]
    assert path.read_bytes() == b"one"


@posix
def test_the_half_written_file_is_private_and_beside_the_whole_one(tmp_path, monkeypatch):
    seen = []
    replace = os.replace
    monkeypatch.setattr(os, "replace", lambda a, b: (seen.append((a, mode(a))), replace(a, b)))
    protect.write_private(tmp_path / "x.bin", b"x")
    [(half, bits)] = seen
    assert half.parent == tmp_path
    assert bits == 0o600


NUMBERS = st.sampled_from(["130199196002290117", "130199600229011", "13812345678", "0311-88021234", "13019919600229011743",
                           "130123********1234", "138****5678", "１３８１２３４５６７８", "130199 1960 0229 0117",
                           "13812\u200b345678"])  # fmt: skip


@given(HAN, NUMBERS, HAN)
def test_a_number_of_a_person_is_found_and_hidden_wherever_it_stands(before, number, behind):
    text = before + number + behind
    assert masks.holds_number(text)
    told = masks.without_numbers(text)
    assert "•••" in told
    assert not masks.holds_number(told)
    assert not re.search(r"[0-9]{4}", unicodedata.normalize("NFKC", told))


@given(st.text(alphabet="0123456789 -.*xX年王•", max_size=60))
def test_no_number_is_left_in_any_text(text):
    told = masks.without_numbers(text)
    assert not masks.holds_number(told)
    assert masks.holds_number(text) or told == text

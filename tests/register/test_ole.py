"""Old workbooks by hand: compound files whose parts do not fit together are refused with what is wrong, sound ones are not."""

import struct

import pytest

from tuopin_analysis.errors import InputError
from tuopin_analysis.register import ole

END, FREE, TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def entry(name, kind, start=END, length=0):
    told = bytearray(128)
    told[: 2 * len(name)] = name.encode("utf-16-le")
    struct.pack_into("<H", told, 64, 2 * len(name) + 2)
    told[66] = kind
    struct.pack_into("<II", told, 116, start, length)
    return bytes(told)


def record(kind, data=b""):
    return struct.pack("<HH", kind, len(data)) + data


def book(*first, cells=b""):
    """The stream of a workbook: the records before its sheets, and the records of one sheet."""
    head = b"".join(first) + record(0x85, struct.pack("<I", 0)) + record(0x0A)
    at = len(head)
    return head.replace(record(0x85, struct.pack("<I", 0)), record(0x85, struct.pack("<I", at))) + cells + record(0x0A)


def pad(data, to):
    return data + b"\0" * (-len(data) % to)


def compound(stream, name="Workbook", size=512, shift=9, before=()):
    """A compound file: header, directory, a short stream's table and container of small sectors or a long stream, the table."""
    minis, container, long, own = b"", b"", b"", (0, len(stream))
    if len(stream) < 4096:
        count = -(-len(stream) // 64)
        minis = struct.pack(f"<{count}I", *range(1, count), END).ljust(size, b"\xff")
        container = pad(stream, size)
    else:
        long = pad(stream, size)
    starts, chains = [], []
    for part in (minis, container, long):  # behind the directory, which is sector 0
        first, number = len(chains) + 1, len(part) // size
        starts.append(first if number else END)
        chains += [*range(first + 1, first + number), END] if number else []
    own = own if minis else (starts[2], len(stream))
    directory = entry("Root Entry", 5, starts[1], len(container)) + b"".join(before) + entry(name, 2, *own)
    table = struct.pack(f"<{size // 4}I", END, *chains, TABLE, *[FREE] * (size // 4 - len(chains) - 2))
    head = bytearray(512)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HH", head, 30, shift, 6)
    struct.pack_into("<IIIIIIII", head, 44, 1, 0, 0, 4096, starts[0], 1 if minis else 0, END, 0)
    struct.pack_into("<109I", head, 76, len(chains) + 1, *[FREE] * 108)
    return pad(bytes(head), size) + pad(directory, size) + minis + container + long + table


def refused(data):
    with pytest.raises(InputError) as caught:
        ole.check(bytes(data), "a.xls")
    return str(caught.value)


def damaged(what):
    return (
        "not a readable Excel workbook (a.xls); expected: an .xlsx, .xls, .xlsb or .ods file without a password; to mend: open "
        f"it in Excel and save it as .xlsx; if it was copied, copy it again (damaged: {what})"
    )


PASSWORD = (
    "the workbook is protected by a password (a.xls); expected: a workbook without one; to mend: open it in Excel, remove the "
    "password (File, Info, Protect Workbook) and save it"
)
LOCKED = record(0x2F, b"\0" * 6)
FAR = record(0x203, struct.pack("<HHHd", 0, 256, 0, 1.0))
NEAR = record(0x203, struct.pack("<HHHd", 0, 255, 0, 1.0))
LONG = record(0x3C, b"\0" * 5000)  # makes the stream longer than a small one may be
SHAPES = {
    "small": {}, "named Book": {"name": "BOOK"}, "large sectors": {"size": 4096, "shift": 12},
    "behind an empty one": {"before": [entry("Other", 2)]}, "behind a storage": {"before": [entry("Store", 1, 77, 9)]},
}  # fmt: skip


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_sound_workbook_passes_and_a_locked_or_overwide_one_is_refused(shape, long):
    def made(*first, cells=b""):
        return compound(book(*first, *([LONG] if long else []), cells=cells), **SHAPES[shape])

    ole.check(made(cells=NEAR), "a.xls")
    assert refused(made(LOCKED)) == PASSWORD
    assert refused(made(cells=NEAR + FAR)) == damaged("a cell right of the last column")


def test_a_package_that_is_encrypted_as_a_whole_is_locked():
    assert refused(compound(book(), before=[entry("EncryptedPackage", 2)])) == PASSWORD


def test_streams_of_other_names_are_not_the_workbooks():
    ole.check(compound(book(LOCKED), name="Summary"), "a.xls")


@pytest.mark.parametrize("kind", [0x06, 0x201, 0x203, 0x204, 0x205, 0xD6, 0xFD, 0x27E, 0xBD, 0xBE])
def test_every_kind_of_cell_may_not_stand_right_of_the_last_column(kind):
    cells = [record(kind, struct.pack("<HH", 0, column)) for column in (255, 256)]
    ole.check(compound(book(cells=cells[0])), "a.xls")
    assert refused(compound(book(cells=cells[1]))) == damaged("a cell right of the last column")
    ole.check(compound(book(cells=record(0x55, struct.pack("<HH", 0, 256)))), "a.xls")  # no cell


@pytest.mark.parametrize("counts", [(104_857_601, 0), (0, 104_857_601)])
def test_more_texts_than_cells_could_hold_are_refused(counts):
    assert refused(compound(book(record(0xFC, struct.pack("<II", *counts))))) == damaged("too many texts")
    ole.check(compound(book(record(0xFC, struct.pack("<II", 104_857_600, 104_857_600)))), "a.xls")


def test_what_stands_behind_the_end_of_a_sheet_is_no_cell_of_it():
    ole.check(compound(book(cells=NEAR + record(0x0A) + FAR)), "a.xls")


def changed(data, *numbers, kind="<I"):
    found = bytearray(data)
    for at, number in numbers:
        struct.pack_into(kind, found, at, number)
    return found


SOUND = compound(book(cells=NEAR))
WITH_LONG = compound(book(LONG, cells=NEAR))


def test_sectors_of_an_odd_size():
    assert refused(changed(SOUND, (30, 10), kind="<H")) == damaged("odd sector size")
    assert refused(changed(SOUND, (32, 7), kind="<H")) == damaged("odd sector size")
    assert refused(changed(SOUND, (30, 60_000), kind="<H")) != damaged("odd sector size")  # read as 4096


@pytest.mark.parametrize("at", [48, 60])  # where the directory starts, and the small sectors' table
@pytest.mark.parametrize("to", [4, 999])
def test_a_start_outside_of_the_file(at, to):
    assert refused(changed(SOUND, (at, to))) == damaged("a chain of sectors leads nowhere")


def test_a_stream_or_the_container_of_small_ones_outside_of_the_file():
    for data, name, number in ((WITH_LONG, "Workbook", 1), (SOUND, "Workbook", 1), (SOUND, "Root Entry", 0)):
        at = 512 + 128 * number
        assert data[at : at + 2 * len(name)].decode("utf-16-le") == name
        assert refused(changed(data, (at + 116, 500))) == damaged("a chain of sectors leads nowhere")


def test_a_circle_of_sectors():
    table = len(SOUND) - 512
    assert refused(changed(SOUND, (table, 0))) == damaged("a chain of sectors leads nowhere")
    mini = 1024
    assert refused(changed(SOUND, (mini, 0))) == damaged("a chain of sectors leads nowhere")


def test_a_table_outside_of_the_file():
    assert refused(changed(SOUND, (76, 4))) == damaged("the list of sectors leads out of the file")
    assert refused(changed(SOUND, (68, 4))) == damaged("the list of sectors leads nowhere")


def test_a_file_cut_short_says_where():
    assert refused(SOUND[:40]).startswith(damaged("unpack_from requires a buffer of at least")[:-1])
    assert refused(SOUND[:700]) == damaged("the list of sectors leads out of the file")


def test_a_table_listed_outside_of_the_header():
    """Of a large file the list of the table's sectors goes on in sectors of its own, one leading to the next."""
    at = len(SOUND) // 512 - 1  # the first sector behind the table
    listed = struct.pack("<128I", at - 1, *[FREE] * 126, END)
    far = changed(SOUND + listed, (76, FREE), (68, at))
    ole.check(bytes(far), "a.xls")
    two = SOUND + struct.pack("<128I", *[FREE] * 127, at + 1) + listed
    ole.check(bytes(changed(two, (76, FREE), (68, at))), "a.xls")
    assert refused(changed(compound(book(LOCKED)) + listed, (76, FREE), (68, at))) == PASSWORD
    circle = SOUND + struct.pack("<128I", *[FREE] * 127, at)
    assert refused(changed(circle, (68, at))) == damaged("the list of sectors leads nowhere")
    ole.check(bytes(changed(SOUND, (68, FREE))), "a.xls")

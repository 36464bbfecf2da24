"""Text from a register is text, never code: how it is written where something might execute or obey it, and what room it takes.

Names, titles and unreadable values are typed by somebody else. On a page, in a table, on a terminal and as a name of a file they
must stay what they are.
"""

import re
import unicodedata
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

# Signs that turn the direction of writing, or that nobody sees: what is read is then not what is written
# (Unicode TR36; CVE-2021-42574).
UNSEEN = re.compile(
    "[\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
ESCAPE_SEQUENCE = re.compile(
    "\x1b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\x07\x1b]*(?:\x07|\x1b\\\\)?|[PX^_][^\x1b]*(?:\x1b\\\\)?|[@-Z\\\\-_])"
)
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?%?")
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?")
# For xlsxwriter.Workbook: text is never taken for a formula, a link or a number.
EXCEL = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def plain(text: str) -> str:
    """Text without control signs, escape sequences and what turns the direction of writing or is not seen; breaks and tabs stay.

    >>> plain("甲\\u202e乙\\u200b丙\\x1b[31m丁")
    '甲乙丙丁'
    """
    return UNSEEN.sub("", CONTROL.sub("", ESCAPE_SEQUENCE.sub("", text)))


def html(text: str) -> str:
    """Text for a page: plain, and escaped, also for the inside of an attribute.

    >>> html('<b onclick="x">\\u202e')
    '&lt;b onclick=&quot;x&quot;&gt;'
    """
    return escape(plain(text), quote=True)


def line(text: str) -> str:
    """Text for one line of a terminal: plain, breaks and tabs as spaces.

    >>> line("a\\n\\x1b]0;title\\x07b")
    'a b'
    """
    return re.sub(r"[\t\n\r\u2028\u2029]+", " ", plain(text))


def rich(text: str) -> str:
    """`line`, with Rich's markup escaped.

    >>> rich("[red]a[/]")
    '\\\\[red]a\\\\[/]'
    """
    from rich.markup import escape as escaped

    return escaped(line(text))


def markdown(text: str) -> str:
    """Text for Markdown: plain, and every sign that Markdown, HTML or MathJax would read is shown as it is.

    >>> markdown("<i>*a*</i> $x$")
    '\\\\<i\\\\>\\\\*a\\\\*\\\\</i\\\\> \\\\$x\\\\$'
    """
    return re.sub(r"([\\`*_\[\]<>#$|~&])", r"\\\1", plain(text))


def csv_cell(value: object) -> object:
    """A value for a CSV file that a spreadsheet opens: text that it would take for a formula gets an apostrophe before it.

    Such text begins with = + - @, a full-width form of these, a tab or a carriage return, also behind spaces (OWASP).
    A number, also written as text ("-5", "+2.5%"), stays as it is. Text that begins with an apostrophe gets a second one, so
    that `from_csv_cell` gives back every plain text.

    >>> [csv_cell(value) for value in ("=1+1", "-5", "-a", "甲", "'x", -5, None)]
    ["'=1+1", '-5', "'-a", '甲', "''x", -5, None]
    """
    if not isinstance(value, str):
        return value
    text = plain(value)
    first = unicodedata.normalize("NFKC", text.lstrip(" \u3000\xa0")[:1])
    risky = first in {"=", "+", "-", "@", "−"} or text[:1] in {"\t", "\r", "\n"}
    return "'" + text if text.startswith("'") or (risky and not NUMBER.fullmatch(text)) else text


def from_csv_cell(text: str) -> str:
    """What `csv_cell` was given, for plain text.

    >>> from_csv_cell("'=1+1"), from_csv_cell("-5")
    ('=1+1', '-5')
    """
    return text.removeprefix("'")


def csv_frame(frame: "pd.DataFrame") -> "pd.DataFrame":
    """A table whose text columns and column names went through `csv_cell`; other columns as they are."""
    texts = [column for column in frame.columns if _holds_text(frame[column])]
    safe = frame.assign(**{column: frame[column].map(csv_cell, na_action="ignore") for column in texts})
    return safe.rename(columns={column: str(csv_cell(str(column))) for column in frame.columns})


def _holds_text(values: "pd.Series") -> bool:
    import pandas as pd

    return pd.api.types.is_string_dtype(values) or values.dtype == "object"


def width(text: str, chinese: float = 2, latin: float = 1) -> float:
    """About how much room a text takes: Chinese characters, with their signs of punctuation, and all others.

    >>> width("南牛乡 1"), width("南牛乡 1", 1, 0.5)
    (8, 4.0)
    """
    return sum(chinese if ord(sign) > 0x2E7F else latin for sign in text)


def stem(text: str, longest: int = 80) -> str:
    """A name for a file, without its ending: letters, digits and -_. only, no way out of the folder, none that Windows reserves.

    At most `longest` bytes as UTF-8. A text of which nothing is left becomes "file".

    >>> [stem(text) for text in ("../../x", "正定镇 2016", "CON", "$(reboot)", "..")]
    ['x', '正定镇_2016', 'CON_', 'reboot', 'file']
    """
    words = re.sub(r"[^\w.-]+", "_", unicodedata.normalize("NFC", plain(text))).strip("._- ")
    cut = words.encode("utf-8")[:longest].decode("utf-8", "ignore").strip("._- ") or "file"
    return f"{cut}_" if RESERVED.fullmatch(cut) else cut

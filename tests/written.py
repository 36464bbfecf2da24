"""What a file says, whatever its kind: of a workbook what its parts say."""

import zipfile
from pathlib import Path


def written(path: Path) -> str:
    if path.suffix != ".xlsx":
        return path.read_bytes().decode("utf-8")
    with zipfile.ZipFile(path) as book:
        return "\n".join(book.read(name).decode("utf-8") for name in book.namelist())

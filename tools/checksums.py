"""After editing data by hand: write every file's SHA-256 anew into the `.source.yaml` beside it, and say which changed."""

import hashlib
import re

from tuopin_analysis import paths

SUM = re.compile(r"^sha256: .*$\n?", re.MULTILINE)


def main() -> None:
    """Go through data/."""
    for source in sorted(paths.DATA.rglob("*.source.yaml")):
        stem = source.name.removesuffix(".source.yaml")
        files = [path for path in source.parent.glob(f"{stem}.*") if path != source]
        if len(files) != 1:
            print(f"{paths.shown(source)}: {len(files)} files named {stem} beside it, so left as it is")
            continue
        told = source.read_text(encoding="utf-8")
        line = f"sha256: {hashlib.sha256(files[0].read_bytes()).hexdigest()}\n"
        mended = SUM.sub("", told).rstrip("\n") + "\n" + line
        if line not in told or len(SUM.findall(told)) != 1:
            source.write_text(mended, encoding="utf-8")
            print(f"{paths.shown(source)}: new checksum")


if __name__ == "__main__":
    main()

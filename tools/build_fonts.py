"""Build the two fonts of charts and pages: Tuopin Sans, a subset of Noto Sans SC (SIL Open Font License 1.1).

    npm pack @expo-google-fonts/noto-sans-sc@0.4.3
    python tools/build_fonts.py expo-google-fonts-noto-sans-sc-0.4.3.tgz

Takes the npm package as its .tgz or as the unpacked folder. Equal inputs and an equal fontTools give equal bytes.
The family has a name of its own, so that no installed font is taken instead of it, and does not use the reserved name.
"""

import csv
import hashlib
import io
import sys
import tarfile
from pathlib import Path

import yaml
from fontTools import __version__ as fonttools_version
from fontTools import subset
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "tuopin_analysis" / "report" / "fonts"
FAMILY = "Tuopin Sans"
WEIGHTS = {"Regular": "400Regular/NotoSansSC_400Regular.ttf", "Bold": "700Bold/NotoSansSC_700Bold.ttf"}
LICENCE = "LICENSE_FONT"
SYMBOLS = "￥¥㎡㎏℃‰—–…“”‘’·•×÷±−≤≥≈≠→←↑↓、。《》〈〉【】（）：；，！？％○●▲▼"
SPACES = "\u00a0\u3000"
# Tables that neither a chart nor a page needs: vertical setting, layout features and the description of the variable font.
DROPPED = ["GSUB", "GPOS", "GDEF", "BASE", "STAT", "vhea", "vmtx", "VORG"]


def characters() -> str:
    """All of GB2312, ASCII, Latin-1, the symbols, the names of data/places and the extra characters of national place names."""
    rows = (bytes([row, cell]) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    found = set("".join(pair.decode("gb2312", "ignore") for pair in rows)) | set(SPACES)
    found |= {chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0x100))} | set(SYMBOLS)
    for path in sorted((ROOT / "data" / "places").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found |= {char for row in csv.reader(file) for cell in row for char in cell}
    extra = (ROOT / "tools" / "charset_extra.txt").read_text(encoding="utf-8").splitlines()
    found |= set("".join(line for line in extra if not line.startswith("#")))
    return "".join(sorted(char for char in found if char.isprintable() or char in SPACES))


def member(package: Path, name: str) -> bytes:
    """One file of the npm package, from its folder or its .tgz."""
    if package.is_dir():
        return (package / name).read_bytes()
    with tarfile.open(package) as archive:
        file = archive.extractfile(f"package/{name}")
        if file is None:
            raise FileNotFoundError(name)
        return file.read()


def rename(font: TTFont, style: str) -> None:
    """Give the family its own name; copyright and licence stay as they are."""
    names = font["name"]
    postscript = f"{FAMILY.replace(' ', '')}-{style}"
    for name_id, text in {1: FAMILY, 2: style, 3: f"{postscript};subset", 4: f"{FAMILY} {style}", 6: postscript}.items():
        names.setName(text, name_id, 3, 1, 0x409)
    kept = {0, 1, 2, 3, 4, 5, 6, 13, 14}
    names.names = [entry for entry in names.names if entry.nameID in kept and entry.platformID == 3 and entry.langID == 0x409]


def build(source: bytes, style: str, text: str) -> bytes:
    """The subset of one weight as TTF."""
    font = TTFont(io.BytesIO(source), recalcTimestamp=False)
    missing = sorted(set(text) - {chr(code) for code in font.getBestCmap()})
    if missing:
        raise SystemExit(f"{style}: the font has no glyph for {''.join(missing)}")
    options = subset.Options(layout_features=[], hinting=False, glyph_names=False, notdef_outline=True, name_IDs=["*"])
    options.drop_tables += DROPPED
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=text)
    subsetter.subset(font)
    rename(font, style)
    made = io.BytesIO()
    font.save(made)
    return made.getvalue()


def describe(path: Path, style: str, package: str, data: bytes, text: str) -> None:
    """The source file beside a font."""
    facts = {
        "title": f"{FAMILY} {style}",
        "publisher": "Noto Sans SC 2.004, copyright 2014-2021 Adobe, subset and renamed by tools/build_fonts.py",
        "origin": f"npm package {package}, file {WEIGHTS[style]}",
        "unit": f"{len(text)} characters: GB2312, ASCII, Latin-1, names of data/places, tools/charset_extra.txt, symbols",
        "licence": "SIL Open Font License 1.1 (OFL.txt)",
        "made_with": f"fontTools {fonttools_version}",
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    sidecar = yaml.safe_dump(facts, sort_keys=False, allow_unicode=True, width=200)
    path.with_suffix(".source.yaml").write_text(sidecar, encoding="utf-8")


def main(package: Path) -> None:
    """Write both weights, their source files and the licence."""
    OUT.mkdir(parents=True, exist_ok=True)
    text = characters()
    version = yaml.safe_load(member(package, "package.json"))
    (OUT / "OFL.txt").write_bytes(member(package, LICENCE))
    for style, name in WEIGHTS.items():
        data = build(member(package, name), style, text)
        path = OUT / f"TuopinSans-{style}.ttf"
        path.write_bytes(data)
        describe(path, style, f"{version['name']} {version['version']}", data, text)
        print(f"{path.relative_to(ROOT)}: {len(text)} characters, {len(data) / 1e6:.2f} MB")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))

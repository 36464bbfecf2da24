"""Writes sheets as the kinds of files that offices have; .ods and .xlsb by hand, as the project needs no library for them."""

import csv
import io
import struct
import zipfile
from datetime import date
from xml.sax.saxutils import escape

import xlsxwriter
import xlwt

EPOCH = date(1899, 12, 30)
_ODS = "urn:oasis:names:tc:opendocument:xmlns"
_ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def write(path, sheets, merges=(), **options):
    """Sheets by name, each a list of rows of cells; `merges`: (sheet, first row, first column, last row, last column) from 0."""
    kind = path.suffix.lower()
    path.parent.mkdir(parents=True, exist_ok=True)
    {".xlsx": _xlsx, ".xls": _xls, ".ods": _ods, ".xlsb": _xlsb}.get(kind, _csv)(path, sheets, merges, **options)
    return path


def _xlsx(path, sheets, merges):
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, str):
                        page.write_string(at, column, cell)
                    elif cell is not None:
                        page.write(at, column, cell)
            for _, *span in [merge for merge in merges if merge[0] == name]:
                page.merge_range(*span, rows[span[0]][span[1]])


def _xls(path, sheets, merges):
    book = xlwt.Workbook()
    for name, rows in sheets.items():
        page = book.add_sheet(name)
        day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
        spans = {tuple(merge[1:3]): merge for merge in merges if merge[0] == name}
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if (at, column) in spans:
                    _, top, left, bottom, right = spans[at, column]
                    page.write_merge(top, bottom, left, right, cell)
                elif cell is not None and cell != "":
                    page.write(at, column, cell, day if isinstance(cell, date) else xlwt.Style.default_style)
    book.save(str(path))


def _ods(path, sheets, merges):
    spaces = " ".join(f'xmlns:{name}="{_ODS}:{name}:1.0"' for name in ("office", "table", "text"))
    out = [f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body><office:spreadsheet>']
    for name, rows in sheets.items():
        out.append(f'<table:table table:name="{escape(name)}">')
        for row in rows:
            out.append("<table:table-row>" + "".join(map(_ods_cell, row)) + "</table:table-row>")
        # As LibreOffice ends a sheet: all the rows that are left, empty.
        out.append('<table:table-row table:number-rows-repeated="1000000">')
        out.append('<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>')
    out.append("</office:spreadsheet></office:body></office:document-content>")
    entry = f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS_TYPE}"/>'
    manifest = f'<manifest:manifest xmlns:manifest="{_ODS}:manifest:1.0">{entry}</manifest:manifest>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(zipfile.ZipInfo("mimetype"), _ODS_TYPE)
        packed.writestr("content.xml", "".join(out))
        packed.writestr("META-INF/manifest.xml", manifest)


def _ods_cell(cell):
    if cell is None or cell == "":
        return "<table:table-cell/>"
    if isinstance(cell, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{cell}"><text:p>{cell}</text:p></table:table-cell>'
    if isinstance(cell, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{cell}"><text:p>{cell}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'


def record(kind, data=b""):
    """One record of an .xlsb part."""
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length, size = b"", len(data)
    while True:
        length += bytes([size & 0x7F | (0x80 if size > 0x7F else 0)])
        size >>= 7
        if not size:
            return head + length + data


def _wide(text):
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _xlsb(path, sheets, merges):
    parts = {}
    relations = []
    bundle = b""
    for at, (name, rows) in enumerate(sheets.items(), start=1):
        bundle += record(0x9C, struct.pack("<II", 0, at) + _wide(f"rId{at}") + _wide(name))
        relations.append(f'<Relationship Id="rId{at}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{at}.bin"/>')
        width = max(map(len, rows), default=1)
        body = record(0x81) + record(0x94, struct.pack("<IIII", 0, max(len(rows) - 1, 0), 0, max(width - 1, 0))) + record(0x91)
        for number, row in enumerate(rows):
            body += record(0x00, struct.pack("<I", number) + b"\0" * 13)
            for column, cell in enumerate(row):
                body += _xlsb_cell(column, (cell - EPOCH).days if isinstance(cell, date) else cell)
        parts[f"xl/worksheets/sheet{at}.bin"] = body + record(0x92) + record(0x82)
    parts["xl/workbook.bin"] = record(0x83) + record(0x8F) + bundle + record(0x90) + record(0x84)
    space = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    parts["xl/_rels/workbook.bin.rels"] = f"<Relationships {space}>{''.join(relations)}</Relationships>".encode()
    parts["[Content_Types].xml"] = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for part, data in parts.items():
            packed.writestr(part, data)


def _xlsb_cell(column, cell):
    head = struct.pack("<II", column, 0)
    if cell is None or cell == "":
        return b""
    if isinstance(cell, int | float):
        return record(0x05, head + struct.pack("<d", cell))
    return record(0x06, head + _wide(cell))


def _csv(path, sheets, merges, encoding="utf-8", delimiter=","):
    [rows] = sheets.values()
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([["" if cell is None else cell for cell in row] for row in rows])
    path.write_bytes(text.getvalue().encode(encoding))

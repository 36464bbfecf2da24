"""One small register in the many shapes in which offices keep it; every shape says the same."""

from datetime import date
from random import Random

import import_files
import opencc
from register.conftest import id_number

from tuopin_analysis.register import validate

# The flat person export of 2016 to 2018, in its order.
FLAT = {
    "county": "县(市、区、旗)", "township": "乡(镇)", "village": "行政村", "hamlet": "自然村", "household_id": "户编号",
    "person_id": "人编号", "name": "姓名", "id_number": "证件号码", "size": "人数", "relation": "与户主关系", "nation": "民族",
    "education": "文化程度", "school_status": "在校生状况", "health": "健康状况", "labour_skill": "劳动技能",
    "work_place": "务工状况",
    "work_months": "务工时间（月）", "has_serious_illness_insurance": "参加大病医疗", "poverty_status": "脱贫属性",
    "exit_year": "脱贫年度", "attribute": "贫困户属性", "cause_main": "主要致贫原因", "is_dilapidated": "危房户",
    "has_safe_water": "饮水安全", "has_water_difficulty": "饮水困难", "income_per_person_yuan": "人均纯收入", "phone": "联系电话",
    "birth_date": "出生日期",
}  # fmt: skip
PLACE = ["county", "township", "village", "hamlet", "household_id"]
HOUSEHOLD = [*PLACE, "size", "poverty_status", "exit_year", "attribute", "cause_main",
             "is_dilapidated", "has_safe_water", "has_water_difficulty", "income_per_person_yuan", "phone"]  # fmt: skip
PERSON = [column for column in FLAT if column not in HOUSEHOLD or column in PLACE]
CODES = {
    "county": "AAR004", "township": "AAR005", "village": "AAR006", "household_id": "AAC001", "person_id": "AAB001",
    "name": "AAB002", "id_number": "AAB004", "size": "AAC017", "relation": "AAB006", "nation": "AAB007", "education": "AAB008",
    "school_status": "AAB009", "health": "AAB017", "labour_skill": "AAB010", "work_months": "AAB012",
    "has_serious_illness_insurance": "AAB022", "poverty_status": "AAR010", "exit_year": "AAC016", "attribute": "AAC006",
    "cause_main": "AAC007", "is_dilapidated": "AAC318", "has_safe_water": "AAC312", "has_water_difficulty": "AAC311",
    "income_per_person_yuan": "AAC082", "phone": "AAR012", "birth_date": "AAB005",
}  # fmt: skip
LATER = {"household_id": "户编号", "person_id": "人口编号", "id_number": "身份证号码", "size": "家庭成员数", "township": "乡镇",
         "village": "村",
         "poverty_status": "户脱贫属性", "cause_main": "致贫原因1", "has_serious_illness_insurance": "是否参加大病保险",
         "has_safe_water": "饮水是否安全", "has_water_difficulty": "饮水是否困难", "income_per_person_yuan": "年人均纯收入(元)",
         "phone": "户联系电话", "labour_skill": "劳动能力", "is_dilapidated": "是否危房户", "county": "市区旗"}  # fmt: skip
VILLAGES = {"正定镇": ("西关村", "西门里村"), "新安镇": ("新安村", "吴兴村"), "南牛乡": ("南牛村", "东洋村")}
TITLE = ["正定县建档立卡贫困人口信息表"]


def people(households=7, seed=1):
    """Flat rows, one a person, by column; a household's values are on all its rows, and its head need not be first."""
    rng = Random(seed)
    rows = []
    for h in range(households):
        size = rng.randint(1, 4)
        town = ("正定镇", "新安镇", "南牛乡")[h * 3 // max(households, 3)]
        shared = {
            "county": "正定县", "township": town, "village": VILLAGES[town][h % 2],
            "hamlet": rng.choice(["", "东庄"]), "household_id": f"1301990{h:05d}", "size": size,
            "poverty_status": rng.choice(["未脱贫", "返贫"]), "exit_year": rng.choice([None, 2016]),
            "attribute": rng.choice(["一般贫困户", "低保贫困户"]), "cause_main": rng.choice(["因病", "因残", "缺劳动力"]),
            "is_dilapidated": rng.choice(["是", "否"]), "has_safe_water": "是", "has_water_difficulty": rng.choice(["否", "是"]),
            "income_per_person_yuan": rng.choice([2855, 1999.5, 0]), "phone": f"1380000{h:04d}",
        }  # fmt: skip
        members = [
            {
                "person_id": f"1301991{h:05d}{m:02d}", "name": f"张{h}{m}", "relation": "户主" if m == 0 else "之子",
                "id_number": id_number(f"19{rng.randint(30, 99)}-{rng.randint(1, 12):02d}-11", 10 * h + m),
                "nation": "汉族", "education": "小学", "school_status": "非在校生",
                "health": rng.choice(["健康", "长期慢性病,残疾"]),
                "labour_skill": "普通劳动力", "work_place": rng.choice(["", "省外务工"]), "work_months": rng.choice([0, 6, 10.5]),
                "has_serious_illness_insurance": rng.choice(["是", "否"]), "birth_date": date(rng.randint(1930, 2010), 5, 17),
            }
            for m in range(size)
        ]  # fmt: skip
        rng.shuffle(members)
        rows += [shared | member for member in members]
    return rows


def heads(rows):
    """One row a household."""
    return list({row["household_id"]: row for row in rows}.values())


def table(rows, columns, headers=FLAT):
    """A header and rows."""
    return [[headers.get(column, FLAT[column]) for column in columns], *([row[column] for column in columns] for row in rows)]


def frames(gathered):
    """What a gathered register says of households and persons, in the order of their keys."""
    found = {}
    for name, key, columns in (("households", "household_id", HOUSEHOLD), ("persons", "person_id", PERSON)):
        frame, unreadable = validate.typed(gathered.sources[name])
        assert unreadable[unreadable["problem"] != "missing"].empty, unreadable
        found[name] = frame[columns].sort_values(key, ignore_index=True)
    return found


def _flat(rows, headers=FLAT, columns=tuple(FLAT)):
    return table(rows, columns, headers)


def plain(folder, rows):
    return [import_files.write(folder / "flat.xlsx", {"Sheet1": _flat(rows)})]


def titles(folder, rows):
    top = [TITLE, [], ["填报单位：正定县", None, None, "单位：元"]]
    sheets = {"说明": [["填表说明"], ["一、本表由村填写"]], "贫困人口": [*top, *_flat(rows)]}
    return [import_files.write(folder / "flat.xlsx", sheets)]


def old_excel(folder, rows):
    return [import_files.write(folder / "flat.xls", {"Sheet1": [TITLE, *_flat(rows)]})]


def open_document(folder, rows):
    return [import_files.write(folder / "flat.ods", {"表": _flat(rows)})]


def binary_excel(folder, rows):
    return [import_files.write(folder / "flat.xlsb", {"表": [TITLE, *_flat(rows)]})]  # days as Excel's numbers, without a format


def csv_utf8(folder, rows):
    return [import_files.write(folder / "a.csv", {"": _flat(rows)})]


def csv_bom(folder, rows):
    return [import_files.write(folder / "a.csv", {"": _flat(rows)}, encoding="utf-8-sig")]


def csv_gbk_quoted(folder, rows):
    wrapped = [row | {column: f'="{row[column]}"' for column in ("id_number", "household_id", "person_id")} for row in rows]
    return [import_files.write(folder / "a.csv", {"": [TITLE, *_flat(wrapped)]}, encoding="gb18030")]


def tsv_utf16(folder, rows):
    return [import_files.write(folder / "a.tsv", {"": _flat(rows)}, encoding="utf-16", delimiter="\t")]


def csv_semicolon(folder, rows):
    return [import_files.write(folder / "a.txt", {"": _flat(rows)}, encoding="gbk", delimiter=";")]


GROUPS = {"has_safe_water": ("饮水", "是否安全"), "has_water_difficulty": ("", "是否困难"),
          "county": ("行政区划", "县(市、区、旗)"), "township": ("", "乡（镇）"), "village": ("", "行政村"), "hamlet": ("",
          "自然村")}  # fmt: skip


def _two_rows(rows):
    upper = [GROUPS.get(column, (header, ""))[0] for column, header in FLAT.items()]
    lower = [GROUPS.get(column, (header, ""))[1] for column, header in FLAT.items()]
    return [TITLE, [""], upper, lower, *_flat(rows)[1:]]


def two_row_header(folder, rows):
    return [import_files.write(folder / "flat.xlsx", {"Sheet1": _two_rows(rows)})]


def merged_header(folder, rows):
    grid = _two_rows(rows)
    singles = [("表", 2, at, 3, at) for at, column in enumerate(FLAT) if column not in GROUPS]
    water = list(FLAT).index("has_safe_water")
    merges = [("表", 0, 0, 0, 20), ("表", 2, 0, 2, 3), ("表", 2, water, 2, water + 1), *singles]
    return [import_files.write(folder / f"flat.{kind}", {"表": grid}, merges) for kind in ("xlsx",)]


def merged_households(folder, rows):
    """Household cells merged over the rows of the household's persons."""
    grid = _flat(rows)
    merges = []
    starts = [at for at, row in enumerate(rows, start=1) if at == 1 or row["household_id"] != rows[at - 2]["household_id"]]
    for start, end in zip(starts, [*starts[1:], len(grid)], strict=True):
        for column in [at for at, name in enumerate(FLAT) if name in HOUSEHOLD]:
            for row in range(start + 1, end):
                grid[row][column] = None
            merges += [("表", start, column, end - 1, column)] if end - start > 1 else []
    return [import_files.write(folder / "flat.xlsx", {"表": grid}, merges)]


def file_per_township(folder, rows):
    towns = list(dict.fromkeys(row["township"] for row in rows))
    return [import_files.write(folder / town / "贫困人口.xlsx", {"表": _flat([row for row in rows if row["township"] == town])})
            for town in towns]  # fmt: skip


def sheet_per_village(folder, rows):
    villages = sorted({row["village"] for row in rows})
    sheets = {village: [TITLE, *_flat([row for row in rows if row["village"] == village])] for village in villages}
    return [import_files.write(folder / "flat.xlsx", sheets)]


def totals_and_notes(folder, rows):
    grid = [TITLE, *_flat(rows)]
    end = [["合 计", None, None, None, None, None, None, f"{len(rows)}人", None, 99],
           ["填表人：李四", None, None, "审核人：王五"], [], ["注：本表一式三份"],
               ["以上情况属实，经村民代表大会评议通过"]]  # fmt: skip
    part = ["小计", *[""] * 8, 3]
    return [import_files.write(folder / "flat.xlsx", {"表": [*grid[:4], part, *grid[4:], *end]})]


def repeated_headers(folder, rows):
    header, *body = _flat(rows)
    numbers = [str(at) for at in range(1, len(header) + 1)]
    grid = [TITLE, header, numbers, *body[:3], ["第1页 共2页"], TITLE, header, *body[3:]]
    return [import_files.write(folder / "flat.xls", {"表": grid})]


def traditional(folder, rows):
    convert = opencc.OpenCC("s2t").convert
    words = ("relation", "cause_main", "health", "attribute", "poverty_status", "education", "work_place", "labour_skill")
    told = [row | {column: convert(row[column]) for column in words} for row in rows]
    headers = {column: convert(text) for column, text in FLAT.items()}
    return [import_files.write(folder / "flat.xlsx", {"表": _flat(told, headers)})]


def system_codes(folder, rows):
    return [import_files.write(folder / "flat.csv", {"": _flat(rows, FLAT | CODES)})]


def later_headers(folder, rows):
    return [import_files.write(folder / "flat.xlsx", {"表": _flat(rows, FLAT | LATER)})]


def two_sheets(folder, rows):
    sheets = {"户": table(heads(rows), HOUSEHOLD), "人": table(rows, PERSON)}
    return [import_files.write(folder / "register.xlsx", sheets)]


def households_beside_flat(folder, rows):
    wrong = [row | {"cause_main": "因灾"} for row in rows]  # the sheet of households goes before the flat one
    return [import_files.write(folder / "flat.xlsx", {"表": _flat(wrong)}),
            import_files.write(folder / "h.xls", {"户": table(heads(rows), HOUSEHOLD)})]  # fmt: skip


def any_order_blank_columns(folder, rows):
    columns = list(FLAT)
    Random(3).shuffle(columns)
    grid = [[None, None, *row[:9], None, *row[9:], None] for row in _flat(rows, columns=columns)]
    grid[0][11] = None
    return [import_files.write(folder / "flat.xlsx", {"表": [[], *grid[:3], [], *grid[3:]]})]


def full_width(folder, rows):
    wide = {ord(narrow): ord(narrow) + 0xFEE0 for narrow in "0123456789X(),."}
    kept = ("name", "village", "phone", "birth_date")
    told = [{column: cell if cell is None or column in kept else str(cell).translate(wide) for column, cell in row.items()}
            for row in rows]  # fmt: skip
    headers = {column: "　" + text[:1] + "\n " + text[1:].translate(wide) for column, text in FLAT.items()}
    return [import_files.write(folder / "flat.xlsx", {"表": _flat(told, headers)})]


def units_and_codes(folder, rows):
    codes = {"未脱贫": "0", "返贫": "3", "一般贫困户": "01", "低保贫困户": 4, "因病": 1, "因残": "02", "缺劳动力": "8", "是": 1,
             "否": "0"}  # fmt: skip
    told = []
    for row in rows:
        told.append({column: codes.get(cell, cell) if isinstance(cell, str) else cell for column, cell in row.items()})
        told[-1] |= {
            "income_per_person_yuan": f"{row['income_per_person_yuan']:,} 元", "size": f"{row['size']}人",
            "work_months": f"{row['work_months']}个月", "birth_date": row["birth_date"].strftime("%Y年%m月%d日"),
        }  # fmt: skip
    return [import_files.write(folder / "flat.xlsx", {"表": _flat(told)})]


SHAPES = [plain, titles, old_excel, open_document, binary_excel, csv_utf8, csv_bom, csv_gbk_quoted, tsv_utf16, csv_semicolon,
          two_row_header, merged_header, merged_households, file_per_township, sheet_per_village, totals_and_notes,
          repeated_headers, traditional, system_codes, later_headers, two_sheets, households_beside_flat,
          any_order_blank_columns, full_width, units_and_codes]  # fmt: skip

"""Reads one workbook of 100,000 persons in the layout of the flat export; prints the seconds and the peak memory of the process.

`python benchmarks/import_speed.py [persons]`. The workbook is written first, by another process, into a temporary folder.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HEADERS = [
    "序号", "县(市、区、旗)", "乡(镇)", "行政村", "自然村", "户编号", "人编号", "姓名", "证件号码", "人数", "与户主关系", "民族",
    "文化程度", "在校生状况", "健康状况", "劳动技能", "务工状况", "务工时间（月）", "参加大病医疗", "脱贫属性", "脱贫年度",
    "贫困户属性", "主要致贫原因", "危房户", "饮水安全", "饮水困难", "人均纯收入", "联系电话",
]  # fmt: skip


def write(path: Path, persons: int) -> None:
    """The workbook: households of three, every number its own."""
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("贫困人口")
        sheet.write(0, 0, "建档立卡贫困人口信息（模拟）")
        sheet.write_row(2, 0, HEADERS)
        for at in range(persons):
            household = at // 3
            place = ["正定县", "正定镇", "西关村", "", f"1301990{household:06d}", f"1301991{at:07d}", f"张{at}"]
            own = [f"130199{1930 + at % 80}{1 + at % 12:02d}11{at % 1000:03d}X", 3, "户主" if at % 3 == 0 else "之子",
                "汉族", "小学"]
            work = ["非在校生", "健康", "普通劳动力", "省外务工", at % 13, "是"]
            state = ["未脱贫", "", "一般贫困户", "因病", "否", "是", "否", 2000 + household % 999, f"138{household:08d}"]
            sheet.write_row(3 + at, 0, [at + 1, *place, *own, *work, *state])


def main(persons: int = 100_000) -> None:
    """Write, read, print."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "persons.xlsx"
        subprocess.run([sys.executable, __file__, "--write", str(path), str(persons)], check=True)
        from tuopin_analysis.register.gather import gather

        start, busy = time.perf_counter(), time.process_time()
        found = gather([path])
        seconds = time.perf_counter() - start
        own = time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows = {table: len(source.origin) for table, source in found.sources.items()}
    print(f"{rows}: {seconds:.1f} s ({own:.1f} s of processor time), peak {peak:.0f} MB")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        write(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main(*map(int, sys.argv[1:2]))

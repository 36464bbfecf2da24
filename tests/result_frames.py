"""Result tables with the published figures, as the analysis hands them over."""

import pandas as pd

TOWNSHIPS = [
    ("130123100", "正定镇", 217, 334), ("130123102", "新城铺镇", 156, 394), ("130123103", "新安镇", 394, 655),
    ("130123200", "南牛乡", 299, 694), ("130123201", "南楼乡", 194, 385), ("130123202", "西平乐乡", 132, 380),
    ("130123203", "北早现乡", 206, 517), ("130123204", "曲阳桥乡", 97, 295),
]  # fmt: skip
UNITS = ("households", "persons")


def with_shares(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(**{f"share_{unit}": frame[unit] / frame[unit].sum() for unit in UNITS})


def shares(households: tuple[int, ...] = (947, 662, 86), persons: tuple[int, ...] = (2112, 1332, 210)) -> pd.DataFrame:
    causes = ["illness", "disability", "other"][: len(households)]
    return with_shares(pd.DataFrame({"cause_main": causes, "households": households, "persons": persons}))


def distribution() -> pd.DataFrame:
    frame = with_shares(pd.DataFrame(TOWNSHIPS, columns=["township_code", "township", *UNITS]))
    frame["persons_per_household"] = frame["persons"] / frame["households"]
    for unit in UNITS:
        frame[f"rank_{unit}"] = frame[unit].rank(method="min", ascending=False).astype("int64")
        frame[f"remaining_{unit}"] = frame[unit] - frame[unit] * 2 // 5
    return frame


def by_township() -> pd.DataFrame:
    """The county's shares in every township, but illness 10 points more in Xin'an at the cost of disability."""
    rows = []
    for code, name, households, persons in TOWNSHIPS:
        more = 0.1 if name == "新安镇" else 0.0
        for cause, share in (("illness", 0.58 + more), ("disability", 0.36 - more), ("other", 0.06)):
            rows.append((code, name, cause, round(households * share), round(persons * share), share, share))
    return pd.DataFrame(rows, columns=["township_code", "township", "cause_main", *UNITS, "share_households", "share_persons"])


def compare() -> pd.DataFrame:
    whole = shares()[["cause_main", "share_households", "share_persons"]]
    frame = whole.rename(columns={f"share_{unit}": f"whole_share_{unit}" for unit in UNITS})
    frame["share_households"], frame["share_persons"] = [0.6, 0.35, 0.05], [0.65, 0.3, 0.05]
    return frame.assign(difference_points=(frame["share_persons"] - frame["whole_share_persons"]) * 100)


def by_size() -> pd.DataFrame:
    rows = [("illness", "1", 300, 300), ("illness", "2", 400, 800), ("illness", "6+", 10, 65)]
    rows += [("other", "1", 50, 50), ("other", "2", 20, 40), ("other", "6+", 0, 0)]
    return pd.DataFrame(rows, columns=["cause_main", "size_class", *UNITS])


def progress(actual: int = 1462, households: int = 678) -> pd.DataFrame:
    """Two years by month; on the last day of 2016 `actual` persons are out, 2017 is not known yet."""
    periods = [f"{year}-{month:02d}" for year in (2016, 2017) for month in range(1, 13)]
    planned = [122 * n for n in range(1, 12)] + [1470] + [1470 + 182 * n for n in range(1, 12)] + [3654]
    out = [100 * n for n in range(1, 12)] + [actual]
    empty = [None] * 12
    frame = pd.DataFrame({"period": periods, "planned_persons": planned, "actual_persons": pd.array(out + empty, dtype="Int64")})
    frame["planned_households"] = [n * 1695 // 3654 for n in planned]
    frame["actual_households"] = pd.array([40 * n for n in range(1, 12)] + [households] + empty, dtype="Int64")
    frame["share_actual"] = frame["actual_persons"].astype("float64") / 3654
    frame["share_actual_households"] = frame["actual_households"].astype("float64") / 1695
    frame["target_persons"] = pd.array([None] * 11 + [1462] + [None] * 11 + [3654], dtype="Int64")
    frame["target_households"] = pd.array([None] * 11 + [678] + [None] * 11 + [1695], dtype="Int64")
    frame["is_met"] = pd.array([None] * 11 + [actual >= 1462] + [None] * 12, dtype="boolean")
    return frame


def by_place() -> pd.DataFrame:
    frame = distribution()[["township_code", "township", "households", "persons"]]
    frame["target_persons"] = [134, 158, 262, 277, 154, 152, 207, 118]
    frame["share_planned"] = [0.42] * 8
    frame["share_actual"] = [0.41, 0.62, 0.41, 0.31, 0.43, 0.32, 0.42, 0.42]
    status = ["on_course", "ahead", "on_course", "behind", "on_course", "behind", "on_course", "on_course"]
    return frame.assign(status=status, is_rash=[False, True] + [False] * 6)


def audit() -> pd.DataFrame:
    rows = [
        ("townships.households", 1695, 1695, "agrees", None, "1695"),
        ("causes.illness.share_households", 0.559, 947 / 1695, "agrees", 1, "55.9 %"),
        ("causes.illness.share_persons", 0.58, 2112 / 3654, "coarser", 0, "57.8 %"),
        ("causes.disability.share_persons", 0.364, 1332 / 3654, "inconsistent", 1, "36.5 %"),
        ("causes.other.share_persons", 0.056, 210 / 3654, "inconsistent", 1, "5.7 %"),
        ("register.share_of_population", None, None, "missing", None, None),
    ]
    frame = pd.DataFrame(rows, columns=["item", "stated", "computed", "verdict", "digits", "right"])
    return frame.astype({"digits": "Int64", "item": "str", "verdict": "str", "right": "str"})

"""The demonstration register's helping units and responsible persons. Names are invented; telephone numbers begin with 000."""

from datetime import date
from random import Random

from tuopin_analysis.register.demo_course import by_township
from tuopin_analysis.register.demo_draw import Row, published
from tuopin_analysis.register.demo_family import invented_name

_KINDS = ("县直部门", "乡镇站所", "学校", "医疗机构", "金融机构", "国有企业")
_POSITIONS = ("科员", "股长", "副主任", "主任", "教师", "工程师")
_MOST = 5  # households a person is responsible for


def _shared_out(total: int, weights: list[int]) -> list[int]:
    """Whole numbers of at least 1 near the weights' shares that add up to `total`."""
    parts = [max(1, total * weight // sum(weights)) for weight in weights]
    for at in sorted(range(len(parts)), key=lambda at: -(total * weights[at] % sum(weights)))[: total - sum(parts)]:
        parts[at] += 1
    return parts


def units_and_helpers(rng: Random, households: list[Row]) -> tuple[list[Row], list[Row]]:
    """As many units as published, each with neighbouring households; one responsible person for every household."""
    number = next(int(row["value"]) for row in published("register") if row["item"] == "helping_units")
    towns = by_township(households)
    units: list[Row] = []
    helpers: list[Row] = []
    for (_code, rows), count in zip(towns.items(), _shared_out(number, [len(rows) for rows in towns.values()]), strict=True):
        for at in range(count):
            helped = rows[len(rows) * at // count : len(rows) * (at + 1) // count]
            units.append(_unit(rng, len(units) + 1, helped))
            for start in range(0, len(helped), _MOST):
                helper = _helper(rng, units[-1]["unit"], len(helpers) + 1)
                helpers += [helper | {"household_id": row["household_id"]} for row in helped[start : start + _MOST]]
    return units, helpers


def _unit(rng: Random, number: int, helped: list[Row]) -> Row:
    return {"unit": f"示例帮扶单位{number:02d}", "unit_kind": rng.choice(_KINDS), "township": helped[0]["township"],
            "village": helped[len(helped) // 2]["village"], "liaison_name": invented_name(rng, rng.choice(("male", "female"))),
            "liaison_phone": f"0009{number:07d}"}  # fmt: skip


def _helper(rng: Random, unit: str, number: int) -> Row:
    sex = "male" if rng.random() < 0.6 else "female"
    return {"helper_name": invented_name(rng, sex), "helper_sex": sex, "unit": unit, "position": rng.choice(_POSITIONS),
            "political_status": rng.choices(("party_member", "probationary", "masses"), (0.7, 0.05, 0.25))[0],
            "helper_phone": f"0008{number:07d}", "start_date": date(2016, rng.randint(1, 3), rng.randint(4, 28)),
            "end_date": None}  # fmt: skip

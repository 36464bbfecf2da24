"""The demonstration register's families: relations, ages, sexes, names and ID numbers that fit one another."""

from datetime import date, timedelta
from random import Random

from tuopin_analysis.register.demo_draw import Row

BASELINE = date(2016, 1, 1)
DISTRICT = "130199"  # an unassigned division code: no number made here can be a real person's
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_GIVEN = {
    "male": ["建国", "志强", "明远", "树林", "长河", "保田", "文生", "立新", "春山", "永年",
             "海涛", "国栋", "振华", "双喜", "满仓"],
    "female": ["秀兰", "桂英", "玉珍", "淑芳", "春梅", "秋菊", "凤霞", "红梅",
               "丽华", "雪莲", "翠平", "金枝", "银环", "彩云", "晓月"],
}  # fmt: skip
_MALE = {"son", "grandson", "father"}


def check_digit(first_17: str) -> str:
    """The check digit of an ID number (GB 11643-1999).

    >>> check_digit("11010519491231002")  # the example of the standard
    'X'
    """
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(first_17, weights, strict=True)) % 11]


def id_number(rng: Random, birth_date: date, sex: str, taken: set[str]) -> str:
    """An ID number that no one holds: unassigned district, right birth date, sex and check digit, not in `taken`."""
    while True:
        order = 2 * rng.randrange(1, 499) + (sex == "male")
        first_17 = f"{DISTRICT}{birth_date:%Y%m%d}{order:03d}"
        found = first_17 + check_digit(first_17)
        if found not in taken:
            taken.add(found)
            return found


def invented_name(rng: Random, sex: str, surname: str = "") -> str:
    """A surname and a given name, put together by chance."""
    return (surname or rng.choice(_SURNAMES)) + rng.choice(_GIVEN[sex])


def _member(relation: str, age: int, sex: str = "") -> Row:
    return {"relation": relation, "_age": age, "sex": sex or ("male" if relation in _MALE else "female")}


def _descendants(rng: Random, kind: str, number: int, parent_age: int, with_pupil: bool = False) -> list[Row]:
    """Children ("son", "daughter") or son's children of a parent who was 19 to 38 at their births."""
    male, female = ("son", "daughter") if kind == "child" else ("grandson", "granddaughter")
    ages = rng.sample(range(max(0, parent_age - 38), parent_age - 18), number)
    if with_pupil and not any(7 <= age <= 17 for age in ages):
        ages[0] = rng.choice([age for age in range(7, 18) if age not in ages])
    return [_member(male if age > 24 or rng.random() < 0.55 else female, age) for age in sorted(ages, reverse=True)]


def _young(rng: Random, size: int, with_pupil: bool) -> list[Row]:
    """A household whose head is of working age: spouse, children, parents."""
    age, sex = rng.randint(36, 52), "male" if rng.random() < 0.82 else "female"
    members = [_member("head", age, sex)]
    if size > 2 or (size == 2 and not with_pupil and rng.random() < 0.35):
        members.append(_member("spouse", age + rng.randint(-3, 2), "female" if sex == "male" else "male"))
    left = size - len(members)
    parents = min(2, max(0, left - 3) or int(left > int(with_pupil) and rng.random() < 0.3))
    members += _descendants(rng, "child", left - parents, min(member["_age"] for member in members), with_pupil)
    older = age + rng.randint(21, 30)
    return members + [_member("mother", older), _member("father", older + rng.randint(0, 3))][:parents]


def _elderly(rng: Random, size: int) -> list[Row]:
    """A household whose head is old: spouse, a grown son, his wife, their children."""
    age, sex = rng.randint(58, 85), "male" if rng.random() < 0.7 else "female"
    members = [_member("head", age, sex)]
    if size > 1 and rng.random() < 0.65:
        members.append(_member("spouse", max(55, age + rng.randint(-5, 3)), "female" if sex == "male" else "male"))
    left = size - len(members)
    if left:
        son_age = min(member["_age"] for member in members) - rng.randint(22, 30)
        wife = int(left > 2 or (left == 2 and rng.random() < 0.5))
        members += [_member("son", son_age), *([_member("daughter_in_law", son_age - rng.randint(0, 3))] if wife else [])]
        members += _descendants(rng, "grandchild", left - 1 - wife, son_age - 3)
    return members


def family(rng: Random, size: int, cause: str) -> list[Row]:
    """The members of one household, head first: relation, sex, age on the baseline day, name.

    >>> [member["relation"] for member in family(Random(5), 3, "schooling")]
    ['head', 'spouse', 'daughter']
    """
    few_hands = cause == "lack_of_labour"
    young = cause == "schooling" or (not few_hands and rng.random() < (0.18 if size <= 2 else 0.6))
    members = _young(rng, size, cause == "schooling") if young else _elderly(rng, size)
    surname = rng.choice(_SURNAMES)
    married_in = {"spouse", "daughter_in_law", "mother"}
    for member in members:
        member["name"] = invented_name(rng, member["sex"], "" if member["relation"] in married_in else surname)
    return members


def identify(rng: Random, household_id: str, members: list[Row], taken: set[str]) -> None:
    """Give the members their person number, birth date (in the year that makes them `_age` on the baseline day) and ID number."""
    for number, member in enumerate(members, start=1):
        birth_date = date(BASELINE.year - 1 - member["_age"], 1, 2) + timedelta(days=rng.randrange(363))
        member.update(
            household_id=household_id,
            person_id=f"{household_id}{number:02d}",
            birth_date=birth_date,
            id_number=id_number(rng, birth_date, member["sex"], taken),
        )

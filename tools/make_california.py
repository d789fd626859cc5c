"""Derive the tables and caveats of data/us-era1-california from two files of the US Treasury.

Usage: python tools/make_california.py ERA1.csv REALLOCATION.csv [data/us-era1-california]

The folder's ``datapackage.json`` is kept by hand; only its caveats are written here.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

STATE = "06"  # FIPS code of California
YEAR = "2021"
QUARTERS = [f"{year}Q{quarter}" for year in (2021, 2022) for quarter in (1, 2, 3, 4)]
LAST_YEAR = "2022"
# The two files may differ by a rounding, not by another amount.
TOLERANCE_USD = 1
# Equal counts of at least this many in two quarters are hardly chance.
HARDLY_CHANCE = 100
# Name in the ERA1 file; in Chinese; in the reallocation file.
UNITS = (
    ("State of California", "加利福尼亚州", "CA Department of Housing and Community Development"),
    ("Alameda County", "阿拉米达县", "Alameda County, California"),
    ("City and County of San Francisco", "旧金山市县", "City and County of San Francisco"),
    ("City of Anaheim", "阿纳海姆市", "Anaheim city, California"),
    ("City of Bakersfield", "贝克斯菲尔德市", "City of Bakersfield"),
    ("City of Chula Vista", "丘拉维斯塔市", "City of Chula Vista"),
    ("City of Fremont", "弗里蒙特市", "City of Fremont, California"),
    ("City of Fresno", "弗雷斯诺市", "City of Fresno"),
    ("City of Irvine", "尔湾市", "City of Irvine"),
    ("City of Long Beach", "长滩市", "City of Long Beach"),
    ("City of Los Angeles", "洛杉矶市", "City of Los Angeles"),
    ("City of Modesto", "莫德斯托市", "Modesto, City of"),
    ("City of Moreno Valley", "莫雷诺谷市", "CITY OF MORENO VALLEY"),
    ("City of Oakland", "奥克兰市", "Oakland City, California"),
    ("City of Riverside", "里弗赛德市", "Riverside city, California"),
    ("City of Sacramento", "萨克拉门托市", "City of Sacramento"),
    ("City of San Bernardino", "圣贝纳迪诺市", "San Bernardino city, California"),
    ("City of San Diego", "圣迭戈市", "City of San Diego"),
    ("City of San Jose", "圣何塞市", "City of San Jose"),
    ("City of Santa Ana", "圣安娜市", "City of Santa Ana"),
    ("City of Santa Clarita", "圣克拉丽塔市", "Santa Clarita City, California"),
    ("City of Stockton", "斯托克顿市", "City of Stockton"),
    ("Fresno County", "弗雷斯诺县", "Fresno County, California"),
    ("Kern County", "克恩县", "Kern County, California"),
    ("Marin County", "马林县", "County of Marin"),
    ("Merced County", "默塞德县", "County of Merced"),
    ("Monterey County", "蒙特雷县", "COUNTY OF MONTEREY"),
    ("Orange County", "奥兰治县", "County of Orange"),
    ("Placer County", "普莱瑟县", "Placer County"),
    ("Riverside County", "里弗赛德县", "COUNTY OF RIVERSIDE"),
    ("Sacramento County", "萨克拉门托县", "Sacramento County"),
    ("San Bernardino County", "圣贝纳迪诺县", "County of San Bernardino"),
    ("San Diego County", "圣迭戈县", "County of San Diego, California"),
    ("San Joaquin County", "圣华金县", "San Joaquin County, California"),
    ("Santa Barbara County", "圣巴巴拉县", "Santa Barbara County"),
    ("Santa Clara County", "圣克拉拉县", "County of Santa Clara"),
    ("Solano County", "索拉诺县", "County of Solano"),
    ("Sonoma County", "索诺马县", "Sonoma County, California"),
    ("Stanislaus County", "斯坦尼斯劳斯县", "County of Stanislaus"),
)
# Need group; the ERA1 file's columns; in Chinese; in English.
GROUPS = (
    (
        "aided_households",
        "first_time_assisted",
        "首次受助家庭",
        "households assisted for the first time",
    ),
    ("applicant_households", "applications", "申请家庭", "households that applied"),
)
COUNTS = "Q1 2021-Q4 2022 ERA Demographic Data"
MONEY = "ERA1 & ERA2 Allocations as of 06.21.2024"

Row = dict[str, str]
Line = tuple[object, ...]


def main(era1: Path, reallocation: Path, folder: Path) -> None:
    """Write the tables, and the caveats into the package's description."""
    counts = {row["recipient"]: row for row in read(era1)}
    money = {row["recipient"]: row for row in read(reallocation)}
    check(counts, money)
    head = "unit_code name_zh name_en aliases kind subgroup_zh subgroup_en"
    write(folder / "units.csv", head, units())
    head = "unit_code amount_wan tranche source fund_tag document_no fiscal_year"
    write(folder / "allocation.csv", head, allocation(money))
    head = "unit_code amount_wan kind fiscal_year document_no status source source_en"
    write(folder / "earlier_allocation.csv", head, earlier(money))
    head = "unit_code group persons low high year status source source_en"
    write(folder / "population.csv", head, population(counts))
    head = "unit_code programme month months amount_wan status source source_en"
    write(folder / "spending.csv", head, spending(counts))
    path = folder / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    told = list(caveats(counts, money))
    package["caveats"] = {"zh": [zh for zh, _ in told], "en": [en for _, en in told]}
    text = json.dumps(package, ensure_ascii=False, indent=2)
    path.write_text(text + "\n", encoding="utf-8")


def read(path: Path) -> list[Row]:
    """Return the rows of a file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, head: str, lines: Iterable[Line]) -> None:
    """Write a table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head.split())
        writer.writerows(lines)


def check(counts: dict[str, Row], money: dict[str, Row]) -> None:
    """Refuse files that have other recipients or amounts than those known here."""
    if counts.keys() != {name for name, _, _ in UNITS}:
        sys.exit(f"Other recipients: {sorted(counts.keys() ^ {name for name, _, _ in UNITS})}")
    if missing := {alias for _, _, alias in UNITS} - money.keys():
        sys.exit(f"No reallocation of: {sorted(missing)}")
    for name in left_out(money):
        if Decimal(money[name]["updated_allocation_usd"]):
            sys.exit(f"{name} has money, but no counts")
    for name, _, alias in UNITS:
        old = Decimal(counts[name]["allocation_usd"])
        new = Decimal(money[alias]["updated_allocation_usd"])
        if abs(new - old) > TOLERANCE_USD:
            sys.exit(f"{name}: {old} in the ERA1 file, {new} in the reallocation file")
        if new != old:
            print(f"{name}: {old} in the ERA1 file; {new} is written")


def left_out(money: dict[str, Row]) -> list[str]:
    """Return the recipients of the reallocation file that are no units."""
    return [name for name in money if name not in {alias for _, _, alias in UNITS}]


def code(name: str) -> str:
    """Return a recipient's unit code."""
    return f"{STATE}-{re.sub('[^a-z]+', '-', name.lower())}"


def units() -> Iterator[Line]:
    """Yield the lines of the recipients."""
    for name, name_zh, alias in UNITS:
        yield code(name), name_zh, name, alias if alias != name else "", "county", *subgroup(name)


def subgroup(name: str) -> tuple[str, str]:
    """Return the kind of a recipient, in Chinese and in English."""
    if name.startswith("State"):
        return "州", "State"
    # San Francisco is both a city and a county: it is named as a city first.
    return ("市", "Cities") if name.startswith("City") else ("县", "Counties")


def allocation(money: dict[str, Row]) -> Iterator[Line]:
    """Yield the lines of the updated allocation."""
    for name, _, alias in UNITS:
        amount = wan(money[alias]["updated_allocation_usd"])
        yield code(name), amount, "updated", "central", "", "", YEAR


def earlier(money: dict[str, Row]) -> Iterator[Line]:
    """Yield the lines of the original allocation."""
    origin = ("official", f"美国财政部“{MONEY}”（原分配）", f"US Treasury, “{MONEY}” (original)")
    for name, _, alias in UNITS:
        amount = wan(money[alias]["original_allocation_usd"])
        yield code(name), amount, "original", YEAR, "", *origin


def wan(dollars: str) -> str:
    """Return dollars in 10,000 dollars, exactly."""
    return f"{(Decimal(dollars) / 10_000).normalize():f}"


def population(counts: dict[str, Row]) -> Iterator[Line]:
    """Yield the lines of the households."""
    for name, _, _ in UNITS:
        for group, column, _, _ in GROUPS:
            known = reported(counts[name], column)
            count = sum(known.values())
            zh, en = of_quarters(len(known))
            origin = (
                "official",
                f"美国财政部“{COUNTS}”（{zh}）",
                f"US Treasury, “{COUNTS}” ({en})",
            )
            yield code(name), group, count, count, count, LAST_YEAR, *origin


def spending(counts: dict[str, Row]) -> Iterator[Line]:
    """Yield the lines of the assistance paid, a quarter reported each."""
    origin = (
        "official",
        f"美国财政部“{COUNTS}”（该季度支付的援助）",
        f"US Treasury, “{COUNTS}” (assistance paid in the quarter)",
    )
    for name, _, _ in UNITS:
        for place, quarter in enumerate(QUARTERS, start=1):
            paid = counts[name][f"assist_exp_{quarter}"]
            if paid:
                yield code(name), "", 3 * place, 3, wan(paid), *origin


def reported(row: Row, column: str) -> dict[str, int]:
    """Return the counts of the quarters that a recipient reported."""
    cells = {quarter: row[f"{column}_{quarter}"] for quarter in QUARTERS}
    known = {quarter: Decimal(cell) for quarter, cell in cells.items() if cell}
    if not known or any(count < 0 or count % 1 for count in known.values()):
        sys.exit(f"{row['recipient']}: {column} is no series of counts: {cells}")
    return {quarter: int(count) for quarter, count in known.items()}


def of_quarters(known: int) -> tuple[str, str]:
    """Say how many quarters a sum is of, in Chinese and in English."""
    if known == len(QUARTERS):
        return "8个季度之和", "sum of all 8 quarters"
    return f"8个季度报了{known}个，是下限", f"{known} of 8 quarters: a lower bound"


def caveats(counts: dict[str, Row], money: dict[str, Row]) -> Iterator[tuple[str, str]]:
    """Yield what a reader must know, in Chinese and in English."""
    yield (
        "需求按家庭计，不是人数：受助家庭是2021年一季度至2022年四季度首次受助的家庭，其多少本身也"
        "取决于资金；申请数按季相加，同一家庭可能在几个季度都计入。",
        "Need is counted in households, not persons: those assisted for the first time, 2021 Q1 to "
        "2022 Q4, whose number depends on the money itself; and applications, which may count a "
        "household in several quarters.",
    )
    aided, applied = (
        sum(len(reported(row, column)) < len(QUARTERS) for row in counts.values())
        for _, column, _, _ in GROUPS
    )
    yield (
        f"{len(UNITS)}个单位中，{aided}个没有报全8个季度的受助家庭数，{applied}个没有报全申请数："
        "其数字是已报季度之和，只是下限。",
        f"Of {len(UNITS)} recipients {aided} did not report the households assisted in all 8 "
        f"quarters, and {applied} the applications: their figures add up the quarters reported "
        "and are lower bounds.",
    )
    zh, en = repeats(counts)
    yield (
        f"以下单位在两个季度报了相同的数，可能是重复填报，此处照原样采用：{zh}。",
        f"Equal counts in two quarters look copied; they are kept as reported: {en}.",
    )
    yield (
        "分配额是2024年6月21日的数，家庭数只到2022年底。州、县、市的地域相互重叠，"
        "同一家庭可能计入不止一个单位。",
        "The allocation is that of 21 June 2024, the counts end with 2022. The areas of state, "
        "counties and cities overlap, so that more than one may count the same household.",
    )
    yield moved(money)


def repeats(counts: dict[str, Row]) -> tuple[str, str]:
    """Tell of counts that a recipient reports alike for two quarters."""
    zh, en = [], []
    for name, name_zh, _ in UNITS:
        for _, column, called_zh, called in GROUPS:
            known = reported(counts[name], column)
            for count in dict.fromkeys(known.values()):
                alike = [quarter for quarter in known if known[quarter] == count]
                if len(alike) > 1 and count >= HARDLY_CHANCE:
                    zh.append(f"{name_zh}{called_zh}{count:,}（{'、'.join(alike)}）")
                    en.append(f"{name}, {count:,} {called} ({' and '.join(alike)})")
    return "；".join(zh), "; ".join(en)


def moved(money: dict[str, Row]) -> tuple[str, str]:
    """Tell how the recipients' money changed, and who is left out."""

    def total(names: Iterable[str], version: str) -> Decimal:
        return sum((Decimal(money[name][f"{version}_allocation_usd"]) for name in names), Decimal())

    own, others = [alias for _, _, alias in UNITS], left_out(money)
    before, after, gone = total(own, "original"), total(own, "updated"), total(others, "original")
    zh = [f"{amount / 10**8:.2f}亿美元" for amount in (gone, before, after, before + gone)]
    en = [f"{amount / 10**6:,.1f}" for amount in (gone, before, after, before + gone)]
    return (
        f"另有{len(others)}个单位原分配共{zh[0]}，更新后为0，没有家庭数，不在本案例之中。"
        f"所列{len(own)}个单位的总额由{zh[1]}增至{zh[2]}；"
        f"连同那{len(others)}个，原分配共{zh[3]}。资料没有说明原因。",
        f"{len(others)} more recipients had {en[0]} million dollars at first and 0 in the updated "
        f"allocation; they have no counts and are not in this case. The total of the {len(own)} "
        f"here grew from {en[1]} to {en[2]} million dollars; with those {len(others)} the original "
        f"total was {en[3]}. The sources give no reasons.",
    )


if __name__ == "__main__":
    root = Path(__file__).parents[1]
    given = [Path(argument) for argument in sys.argv[1:]]
    if len(given) not in (2, 3):
        sys.exit(__doc__)
    main(given[0], given[1], given[2] if len(given) == 3 else root / "data/us-era1-california")

"""Derive data/tacheng-2024/population.csv from the census table.

Usage: python tools/make_tacheng.py CENSUS_COUNTY_2020.csv [data/tacheng-2024/population.csv]
"""

from __future__ import annotations

import csv
import sys
from fractions import Fraction
from math import ceil, floor
from pathlib import Path

YEAR = "2020"
# The census precedes the change of 沙湾县 654223 into 沙湾市 654203 (2021).
UNITS = {
    "654201": "654201",
    "654221": "654221",
    "654202": "654202",
    "654203": "654223",
    "654224": "654224",
    "654225": "654225",
    "654226": "654226",
}
CENSUS_ZH = "《中国人口普查分县资料—2020》（中国统计出版社，2022），leiii/census 转录"
CENSUS_EN = (
    "Tabulation on the 2020 China Population Census by County (China Statistics Press, 2022), "
    "transcribed in leiii/census"
)
NSB_ZH = "国家统计局2020年国民经济和社会发展统计公报"
NSB_EN = "National Bureau of Statistics, 2020 communiqué"
COUNTS = {"resident": "population", "urban": "urban", "rural": "rural"}
SHARES = {
    "aged_65_plus": ("share_65_plus_pct", "65岁及以上占比", "share aged 65 and over"),
    "children_0_14": ("share_0_14_pct", "0—14岁占比", "share aged 0 to 14"),
}
# Recipients and residents of the whole country in 2020, million.
COVERAGE = {
    "urban_allowance": ("urban", "8.05", "901.99", "城市低保", "urban allowance recipients"),
    "rural_allowance": ("rural", "36.21", "509.79", "农村低保", "rural allowance recipients"),
    "rural_hardship": (
        "rural",
        "4.47",
        "509.79",
        "农村特困",
        "rural persons in extreme hardship",
    ),
}
PLACE_ZH = {"urban": "城镇人口", "rural": "乡村人口"}
REPLACE_ZH = "下限取一半（向下取整），上限取两倍；请换成本地实际人数"
REPLACE_EN = "low is half (rounded down), high is double; replace me with your count"


def main(census: Path, target: Path) -> None:
    """Write the population table."""
    with census.open(encoding="utf-8-sig", newline="") as file:
        rows = {row["code"]: row for row in csv.DictReader(file) if row["level"] == "county"}
    lines = [line for unit, code in UNITS.items() for line in counts(unit, rows[code])]
    head = ("unit_code", "group", "persons", "low", "high", "year", "status")
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow((*head, "source", "source_en"))
        writer.writerows(lines)


def counts(unit: str, row: dict[str, str]) -> list[tuple[object, ...]]:
    """Return the lines of one unit."""
    old = row["code"] != unit
    zh = CENSUS_ZH + (f"；普查时为{row['name']} {row['code']}" if old else "")
    en = CENSUS_EN + (f"; {row['code']} at the time of the census" if old else "")
    lines: list[tuple[object, ...]] = []
    for group, column in COUNTS.items():
        n = int(row[column])
        lines.append((unit, group, n, n, n, YEAR, "official", zh, en))
    for group, (column, name_zh, name_en) in SHARES.items():
        people, share = int(row["population"]), Fraction(row[column]) / 100
        half = Fraction("0.00005")
        lines.append(
            (
                unit,
                group,
                round(people * share),
                # Only whole numbers of people whose share rounds to the printed one.
                ceil(people * (share - half)),
                floor(people * (share + half)),
                YEAR,
                "estimate",
                f"{zh}：常住人口 × {name_zh} {row[column]}%，上下限为占比的舍入误差",
                f"{en}: residents × {name_en} {row[column]} %; bounds: rounding of the share",
            )
        )
    return lines + aided(unit, row, zh, en)


def aided(unit: str, row: dict[str, str], zh: str, en: str) -> list[tuple[object, ...]]:
    """Return the estimated counts of aided people: all of them first, then by programme."""
    parts: list[tuple[object, ...]] = []
    for group, (base, aided_m, all_m, name_zh, name_en) in COVERAGE.items():
        n = round(int(row[base]) * Fraction(aided_m) / Fraction(all_m))
        method_zh = f"估计：{PLACE_ZH[base]} × 全国{name_zh}人数 {aided_m} 百万 ÷ {all_m} 百万"
        method_en = f"Estimate: {base} residents × national {name_en} {aided_m} m ÷ {all_m} m"
        parts.append(
            (
                *(unit, group, n, n // 2, 2 * n, YEAR, "estimate"),
                f"{method_zh}（{NSB_ZH}；{zh}）；{REPLACE_ZH}",
                f"{method_en} ({NSB_EN}; {en}); {REPLACE_EN}",
            )
        )
    total = sum(int(str(part[2])) for part in parts)
    whole = (
        *(unit, "aided", total, total // 2, 2 * total, YEAR, "estimate"),
        f"估计：城市低保、农村低保、农村特困三项估计之和；{REPLACE_ZH}",
        f"Estimate: sum of the three estimates by programme; {REPLACE_EN}",
    )
    return [whole, *parts]


if __name__ == "__main__":
    default = Path(__file__).parents[1] / "data/tacheng-2024/population.csv"
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else default)

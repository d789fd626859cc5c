"""Make a case of the counties of the census, with SYNTHETIC money, for benchmarks and tests.

Run as ``python benchmarks/country.py census_county_2020.csv FOLDER [--counties N]``. Census
groups are official, aided people estimated as in the shipped case, and the assumptions are its
own. The money is made up from residents by a fixed pattern: each of its rows is ``synthetic``.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import sys
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
SHIPPED = ROOT / "data" / "tacheng-2024"
sys.path.append(str(ROOT / "tools"))

from make_tacheng import counts  # noqa: E402

# 万元 a resident on average. Multiples of the golden ratio, mod 1, spread the money evenly, the
# same in every run, whatever the number of counties.
WAN_A_RESIDENT, PATTERN = 0.012, 0.6180339887
COPIED = ("function_codes.csv", "assumptions.csv", "licences/census.txt")
NAME_ZH, NAME_EN = "合成示例：{count}个县（市、区）", "Synthetic example: {count} counties"
CAVEATS = {
    "zh": ["分配金额是为演示而合成的，不是任何县（市、区）的真实资金。"],
    "en": ["The amounts are made up to demonstrate; no county was given this money."],
}
SYNTHETIC = [
    {"title": "合成：由常住人口按固定规则生成 (made up from residents by a fixed pattern)"}
]

Row = dict[str, str]


def make_country(census: Path, folder: Path, counties: int | None = None) -> int:
    """Write the case.

    Parameters
    ----------
    census : Path
        CSV; the rows with level ``county``, a code and residents are used.
    folder : Path
        Made if it is not there; the case's files in it are written anew.
    counties : int, optional
        How many, the first of the table; all by default.

    Returns
    -------
    int
        How many counties the case has.
    """
    with census.open(encoding="utf-8-sig", newline="") as file:
        rows = list(islice(_counties(csv.DictReader(file)), counties))
    if not rows:
        raise SystemExit(f"{census} has no row with level county, a code and residents.")
    for name in COPIED:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(SHIPPED / name, folder / name)
    package = json.loads((SHIPPED / "datapackage.json").read_text(encoding="utf-8"))
    written = json.dumps(_package(package, len(rows)), ensure_ascii=False, indent=2)
    (folder / "datapackage.json").write_text(written + "\n", encoding="utf-8")
    fields = {each["name"]: _fields(each) for each in _resources(package)}
    _write(folder, "units", fields["units"], map(_unit, rows))
    _write(folder, "allocation", fields["allocation"], map(_money, range(len(rows)), rows))
    people = (dict(zip(fields["population"], each, strict=True)) for each in _people(rows))
    _write(folder, "population", fields["population"], people)
    return len(rows)


def _counties(rows: Iterable[Row]) -> Iterable[Row]:
    for row in rows:
        if row["level"] == "county" and row["code"] and int(row["population"] or 0) > 0:
            yield row


def _unit(row: Row) -> dict[str, object]:
    # Several counties share a name: the prefecture's tells them apart.
    name = f"{row['prefecture']}{row['name']}"
    named = {"name_zh": name, "name_en": f"County {row['code']}", "kind": "county"}
    return {"unit_code": row["code"], **named}


def _money(place: int, row: Row) -> dict[str, object]:
    part = 0.5 + place * PATTERN % 1
    amount = max(1, round(int(row["population"]) * WAN_A_RESIDENT * part))
    return {
        "unit_code": row["code"],
        "amount_wan": amount,
        "tranche": "advance",
        "source": "region",
        "fiscal_year": 2024,
        "status": "synthetic",
    }


def _people(rows: Iterable[Row]) -> Iterable[tuple[object, ...]]:
    for row in rows:
        yield from counts(row["code"], row)


def _write(
    folder: Path, table: str, fields: Sequence[str], rows: Iterable[dict[str, object]]
) -> None:
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fields, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _package(shipped: dict[str, Any], count: int) -> dict[str, Any]:
    """Return the shipped case's description without what belongs to its notice."""
    package = {
        name: value
        for name, value in shipped.items()
        if name not in ("document_no", "revenue_code", "sources", "resources")
    }
    return package | {
        "name": f"country-{count}",
        "title": NAME_ZH.format(count=count),
        "title_en": NAME_EN.format(count=count),
        "description": CAVEATS["en"][0] + " Aided people are estimates by national coverage.",
        "caveats": CAVEATS,
        "sources": [*SYNTHETIC, *shipped["sources"][1:3]],
        "resources": _resources(shipped),
    }


def _resources(shipped: dict[str, Any]) -> list[dict[str, Any]]:
    titles = {
        "units": ("县（市、区）", "Counties"),
        "allocation": ("合成的分配金额", "Synthetic money to each county"),
    }
    found = []
    for each in shipped["resources"]:
        if each["name"] in ("indicators", "notice", "boundaries", "boundaries-licence"):
            continue
        if each["name"] in titles:
            title, title_en = titles[each["name"]]
            each = each | {"title": title, "title_en": title_en}
        if each["name"] == "units":
            each = each | {"sources": shipped["sources"][1:2]}
        if each["name"] == "allocation":
            each = each | {"sources": SYNTHETIC, "schema": _with_status(each["schema"], shipped)}
        found.append(each)
    return found


def _with_status(schema: dict[str, Any], shipped: dict[str, Any]) -> dict[str, Any]:
    """Return the schema with the column ``status`` as the table of people has it."""
    (people,) = (each for each in shipped["resources"] if each["name"] == "population")
    (status,) = (each for each in people["schema"]["fields"] if each["name"] == "status")
    return schema | {"fields": [*schema["fields"], status]}


def _fields(resource: dict[str, Any]) -> list[str]:
    schema = resource.get("schema", {"fields": []})
    return [field["name"] for field in schema["fields"]]


def main() -> None:
    """Make the case that the command line asks for."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("census", type=Path, help="counties of the census, CSV")
    arguments.add_argument("out", type=Path, help="folder for the case")
    arguments.add_argument("--counties", type=int, help="how many, the first; default all")
    given = arguments.parse_args()
    if given.counties is not None and given.counties < 1:
        arguments.error("--counties takes a whole number from 1")
    count = make_country(given.census, given.out, given.counties)
    print(f"{given.out}: country-{count}, {count:,} counties, synthetic money")


if __name__ == "__main__":
    main()

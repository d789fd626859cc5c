"""A case's ``datapackage.json``: what the case is called, and which files belong to it."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from analysis.case.problems import Problem, problem
from analysis.case.table import UnreadableError, decode
from analysis.case_folder import DESCRIPTION
from analysis.schema import CURRENCIES, TABLES

FILE = DESCRIPTION
NOTICE = "notice"
BOUNDARIES = "boundaries"
# Properties that a case may leave out.
TEXTS = ("document_no", "revenue_code", "map_approval_no")
_NAME = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*")
_MONTH = re.compile(r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Package:
    """What a data package says of its case, by field of `Case`; its files' paths, as written."""

    described: dict[str, Any]
    files: dict[str, str]


def read_package(data: bytes) -> tuple[Package | None, list[Problem]]:
    """Read the content of ``datapackage.json``: a package, or what is wrong with it."""
    try:
        stored = _json(FILE, data)
    except UnreadableError as error:
        return None, [error.problem]
    if not isinstance(stored, dict):
        return None, [problem("package_shape", FILE)]
    problems = [*_property_problems(stored), *_caveat_problems(stored)]
    files, wrong = _files(stored.get("resources"))
    if problems or wrong:
        return None, problems + wrong
    caveats = stored.get("caveats", {})
    described = {
        **{key: stored[key] for key in ("name", "currency", "start")},
        **{key: stored.get(key, "") for key in TEXTS},
        "title": {"zh": stored["title"], "en": stored["title_en"]},
        "caveats": {lang: tuple(caveats.get(lang, ())) for lang in ("zh", "en")},
    }
    if "rounding_wan" in stored:
        described["rounding_wan"] = float(stored["rounding_wan"])
    return Package(described, files), []


def check_json(file: str, data: bytes) -> list[Problem]:
    """Return what keeps a GeoJSON file from being a collection of outlines."""
    try:
        stored = _json(file, data)
    except UnreadableError as error:
        return [error.problem]
    features = stored.get("features") if isinstance(stored, dict) else None
    if not isinstance(features, list) or not all(isinstance(each, dict) for each in features):
        return [problem("geojson", file)]
    return []


def _json(file: str, data: bytes) -> Any:
    text = decode(file, data)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise UnreadableError(
            problem("json", file, error.lineno, reason=error.msg, column_number=error.colno)
        ) from None
    except (RecursionError, ValueError):
        raise UnreadableError(problem("package_shape", file)) from None


def _property_problems(stored: Mapping[str, Any]) -> Iterator[Problem]:
    for key in ("name", "title", "title_en", "currency", "start"):
        if not isinstance(stored.get(key), str) or not stored[key].strip():
            yield problem("property_missing", FILE, column=key)
    for key in TEXTS:
        if not isinstance(stored.get(key, ""), str):
            yield problem("property_text", FILE, column=key)
    name, currency, start = (stored.get(key) for key in ("name", "currency", "start"))
    if isinstance(name, str) and name.strip() and not _NAME.fullmatch(name):
        yield problem("package_name", FILE, column="name", value=name)
    if isinstance(currency, str) and currency.strip() and currency not in CURRENCIES:
        choices = ", ".join(CURRENCIES)
        yield problem("currency", FILE, column="currency", value=currency, choices=choices)
    if isinstance(start, str) and start.strip() and not _MONTH.fullmatch(start):
        yield problem("start", FILE, column="start", value=start)
    rounding = stored.get("rounding_wan", 0)
    if not _is_amount(rounding):
        yield problem("rounding", FILE, column="rounding_wan", value=json.dumps(rounding))


def _is_amount(value: object) -> bool:
    # JSON's true is an int in Python, and a whole number may be too large for a float.
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 0 <= value <= sys.float_info.max


def _caveat_problems(stored: Mapping[str, Any]) -> Iterator[Problem]:
    caveats = stored.get("caveats", {})
    good = isinstance(caveats, dict) and all(
        isinstance(texts, list) and all(isinstance(text, str) for text in texts)
        for texts in (caveats.get("zh", []), caveats.get("en", []))
    )
    if not good or len(caveats.get("zh", [])) != len(caveats.get("en", [])):
        yield problem("caveats", FILE, column="caveats")


def _files(resources: object) -> tuple[dict[str, str], list[Problem]]:
    """Return the path of each resource by its name."""
    if not isinstance(resources, list):
        return {}, [problem("resources", FILE, column="resources")]
    files: dict[str, str] = {}
    problems: list[Problem] = []
    for number, resource in enumerate(resources, start=1):
        known = resource if isinstance(resource, dict) else {}
        name, path = known.get("name"), known.get("path")
        if not isinstance(name, str) or not isinstance(path, str):
            problems.append(problem("resource", FILE, column="resources", number=number))
        elif name in files:
            problems.append(problem("resource_repeated", FILE, column="resources", name=name))
        elif not _stays_inside(path):
            problems.append(problem("path_outside", FILE, column="resources", value=path))
        else:
            files[name] = path
    missing = [name for name, table in TABLES.items() if table.required and name not in files]
    if not problems:
        problems += [problem("table_missing", FILE, column="resources", name=n) for n in missing]
    return files, problems


def _stays_inside(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return bool(parts) and not (
        path.startswith("/") or ".." in parts or any(mark in path for mark in ("\\", ":", "\0"))
    )

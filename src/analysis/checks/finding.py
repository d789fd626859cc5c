"""One finding: its code, its severity, where it is and what it says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from analysis.case import Case
from analysis.errors import ReliefError
from analysis.schema import TABLES, TEXT
from analysis.words import Catalogue, catalogue
from analysis.words.sentence import ByLanguage

ERROR, WARNING, NOTE = "error", "warning", "note"
_SEVERITIES = (ERROR, WARNING, NOTE)
_PLACES = ("datapackage", "notice", *TABLES)
# Amounts are printed to at most 0.0001 万元, one yuan: less than that is the sum's own rounding.
TOLERANCE_WAN = 0.00005
COLUMNS = ("code", "severity", "table", "row", "column", "message", "remedy")

# error: a figure would be wrong, or the case contradicts itself.
# warning: the notice says two things, or leaves one out, that a reader must decide on.
# note: a misprint, or something left open, that changes no figure.
_CODES = {
    ERROR: "TOTAL_MISMATCH ALLOCATION_DIFFERS BODY_AMOUNT_DIFFERS ANNEX3_TOTAL_DIFFERS "
    "ANNEX3_AMOUNT_DIFFERS UNIT_NOT_IN_TABLE UNIT_NOT_IN_NOTICE DOCUMENT_NO_DIFFERS "
    "FISCAL_YEAR_DIFFERS FUND_SOURCE_DIFFERS FUND_TAG_MISSING FUND_TAG_DIFFERS "
    "REVENUE_CODE_DIFFERS FUNCTION_CODE_DIFFERS BOOKING_CODE_WRONG INDICATOR_DIFFERS "
    "TARGET_VALUE_DIFFERS POPULATION_SUM_DIFFERS SPENDING_UNREADABLE",
    WARNING: "BODY_AMOUNT_BLANK SOURCE_CONTRADICTED HEADER_JUMBLED WEIGHTS_NOT_100 TARGETS_DIFFER "
    "CELLS_SLIPPED NEED_GROUP_INCOMPLETE SPENDING_ABOVE_MONEY",
    NOTE: "CLAUSE_NUMBER_REPEATED OBJECTIVES_JUMP HEADER_ALIAS BOOKING_ITEM_OPEN LEVEL_SLIPPED "
    "METHOD_MISPRINTED LAST_YEAR_MISSING TARGET_KIND_DOUBTFUL TARGET_IN_NAME "
    "SPENDING_BELOW_0",
}
SEVERITY = {code: severity for severity, codes in _CODES.items() for code in codes.split()}


@dataclass(frozen=True)
class Finding:
    """Something the notice or a table gets wrong.

    Attributes
    ----------
    code : str
        Stable name; its texts are ``check.<code>_message`` and ``check.<code>_remedy``.
    table : str
        ``notice``, ``datapackage`` or the name of a table.
    row : int or None
        Line of the notice, or row of the table as a spreadsheet counts it.
    details : dict
        What the texts have places for; a tuple is listed, an error and a `ByLanguage` say their
        part in the language.
    """

    code: str
    table: str
    row: int | None = None
    column: str = ""
    details: dict[str, object] = field(default_factory=dict)

    @property
    def order(self) -> tuple[int, int, int]:
        """Where the finding comes in a list: by severity, then by place."""
        severity = _SEVERITIES.index(SEVERITY[self.code])
        return severity, _PLACES.index(self.table), self.row or 0


def finding(
    code: str, table: str, row: int | None = None, column: str = "", /, **details: object
) -> Finding:
    """Return a finding with what its texts have places for; see `Finding`."""
    return Finding(code, table, row, column, details)


def unit_name(case: Case, code: str) -> ByLanguage:
    """Return what a unit is called in both languages."""
    return ByLanguage(*case.units.loc[code, ["name_zh", "name_en"]])


def as_frame(found: Iterable[Finding], lang: str) -> pd.DataFrame:
    """Return findings as a table in a language, the gravest first.

    Returns
    -------
    DataFrame
        The columns of `COLUMNS`; ``row`` is Int64, empty where a finding has no row.
    """
    words = catalogue(lang)
    rows = [_texts(each, words) for each in sorted(found, key=lambda each: each.order)]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(
        dict.fromkeys(COLUMNS, TEXT) | {"row": "Int64"}
    )


def _texts(finding: Finding, words: Catalogue) -> tuple[object, ...]:
    values = {name: _shown(value, words) for name, value in finding.details.items()}
    message, remedy = (
        words(f"check.{finding.code}_{part}", **values) for part in ("message", "remedy")
    )
    severity = SEVERITY[finding.code]
    return finding.code, severity, finding.table, finding.row, finding.column, message, remedy


def _shown(value: object, words: Catalogue) -> str:
    if isinstance(value, tuple):
        shown = words("check.list_join").join(_shown(each, words) for each in value)
        return shown or words("check.list_none")
    if isinstance(value, ReliefError | ByLanguage):
        return value.zh if words.lang == "zh" else value.en
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value)

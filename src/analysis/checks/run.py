"""Run every check that a case has the material for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd

from analysis.case import Case
from analysis.checks import against_notice, indicators, tables
from analysis.checks.finding import Finding, as_frame
from analysis.notice import Notice, read_notice

ON_TABLES: tuple[Callable[[Case], Iterator[Finding]], ...] = (*tables.CHECKS, *indicators.CHECKS)
ON_NOTICE: tuple[Callable[[Case, Notice], Iterator[Finding]], ...] = (
    *against_notice.CHECKS,
    indicators.transcription,
)


def findings(case: Case, lang: str = "zh") -> pd.DataFrame:
    """Find what the notice and the tables of a case get wrong.

    Without the notice's text only the tables are checked.

    Parameters
    ----------
    case : Case
    lang : str
        ``zh`` or ``en``.

    Returns
    -------
    DataFrame
        ``code`` (stable name), ``severity`` (error, warning, note), ``table`` (a table's name,
        ``notice`` or ``datapackage``), ``row`` (row of the table, the header being 1, or line of
        the notice), ``column``, ``message`` and ``remedy``; the gravest first, then by place. An
        error means that a figure would be wrong or that the case contradicts itself.

    Raises
    ------
    NoticeError
        If the case has a text that is no notice.
    """
    found = [finding for check in ON_TABLES for finding in check(case)]
    if case.notice_text:
        notice = read_notice(case.notice_text)
        found += [finding for check in ON_NOTICE for finding in check(case, notice)]
    return as_frame(found, lang)

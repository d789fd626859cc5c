"""How far a figure can be trusted, and the sentence that says so on a report's first screen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from analysis.errors import ReportError
from analysis.statuses import NOT_STATED, STATUSES
from analysis.words import catalogue, listed, refusal

_NAMED = ("estimate", "assumption")


@dataclass(frozen=True)
class Banner:
    """A sentence about the figures of a page, and the status that sets its colour."""

    status: str
    text: str


def known_status(status: object) -> str:
    """Return `status` if it is one of the four, else refuse it.

    Raises
    ------
    ReportError
        If `status` is none of official, estimate, assumption and synthetic.
    """
    if isinstance(status, str) and status in (*STATUSES, NOT_STATED):
        return status
    raise refusal(ReportError, "report_error.no_status", status=status, known=listed(STATUSES))


def in_order(statuses: Iterable[str]) -> list[str]:
    """Return the distinct statuses, the most trustworthy first.

    Examples
    --------
    >>> in_order(["assumption", "official", "assumption"])
    ['official', 'assumption']
    """
    used = set(statuses)
    return [status for status in STATUSES if status in used]


def banner(statuses: Iterable[str], lang: str) -> Banner | None:
    """Say which statuses went into a page; None where nothing was recorded.

    Parameters
    ----------
    statuses : iterable of str
        Every status used on the page.
    lang : str
        ``zh`` or ``en``.

    Examples
    --------
    >>> banner(["official", "estimate", "assumption"], "zh").text
    '本页含估计值与假设值，不是官方统计。'
    """
    words = catalogue(lang)
    used = in_order(statuses)
    if not used:
        return None
    if used[-1] in ("official", "computed"):
        return Banner(used[-1], words(f"report.banner_{used[-1]}"))
    named = [words(f"report.kind_{status}") for status in used if status in _NAMED]
    kinds = "".join(named)
    if len(named) == len(_NAMED):
        kinds = words("report.kinds_both", first=named[0], second=named[1])
    if used[-1] != "synthetic":
        return Banner(used[-1], words("report.banner_used", kinds=kinds))
    text = words("report.banner_synthetic")
    if kinds:
        text = words("report.banner_besides", first=text, kinds=kinds)
    return Banner("synthetic", text)

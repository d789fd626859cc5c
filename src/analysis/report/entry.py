"""What the front page says about one report in one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class IndexEntry:
    """One report in one language.

    Parameters
    ----------
    place : str
        Where it stands below the index page, without its ending: ``case/NAME``.
    notebook : str
        The notebook's name.
    case_name, case_title_zh, case_title_en : str
    lang : str
        ``zh`` or ``en``.
    command : str
        What to type to make the report again.
    unit_code : str, optional
        None for the whole case.
    unit_name_zh, unit_name_en : str
    reason_zh, reason_en : str
        Why it could not be made; empty where it was.
    statuses : sequence of str
        Every status used.
    numbers : sequence of mapping
        The key figures, as `results.key_findings` returns them.
    currency : str
    """

    place: str
    notebook: str
    case_name: str
    case_title_zh: str
    case_title_en: str
    lang: str
    command: str
    unit_code: str | None = None
    unit_name_zh: str = ""
    unit_name_en: str = ""
    reason_zh: str = ""
    reason_en: str = ""
    statuses: Sequence[str] = ()
    numbers: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    currency: str = "CNY"

    @property
    def failed(self) -> bool:
        """Tell whether the report could not be made."""
        return bool(self.reason_zh or self.reason_en)

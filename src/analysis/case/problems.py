"""What is wrong with a case's files: every problem names its file, row and column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.errors import CaseError
from analysis.words import catalogue

SHOWN_AT_MOST = 20


@dataclass(frozen=True)
class Problem:
    """One thing to put right, in Chinese and English: where, what, and what to do."""

    zh: str
    en: str


class InvalidCaseError(CaseError):
    """A case that cannot be loaded, with everything that is wrong with it.

    Attributes
    ----------
    problems : tuple of Problem
        All of them; the message shows the first 20.
    """

    def __init__(self, folder: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(*(_message(lang, folder, self.problems) for lang in ("zh", "en")))


def problem(
    key: str, file: str, row: int | None = None, column: str | None = None, **values: object
) -> Problem:
    """Build a problem from the catalogue's text ``check.load_<key>``.

    Parameters
    ----------
    key : str
    file : str
        The file's name, relative to the case folder.
    row : int, optional
        The row as a spreadsheet counts it: the header is row 1.
    column : str, optional
    **values
        What the text has places for.

    Examples
    --------
    >>> problem("cell_blank", "units.csv", 3, "name_zh").en
    'units.csv, row 3, name_zh: the cell is empty. Fill it in.'
    """
    texts = {}
    for lang in ("zh", "en"):
        words = catalogue(lang)
        place = words("check.place_file", file=file)
        if row is not None:
            place += words("check.place_row", row=row)
        if column is not None:
            place += words("check.place_column", column=column)
        text = words(f"check.load_{key}", **values)
        texts[lang] = words("check.place_text", place=place, text=text)
    return Problem(**texts)


def _message(lang: str, folder: str, problems: Sequence[Problem]) -> str:
    words = catalogue(lang)
    lines = [words("check.load_failed", folder=folder, count=len(problems))]
    lines += [f"  {getattr(each, lang)}" for each in problems[:SHOWN_AT_MOST]]
    if len(problems) > SHOWN_AT_MOST:
        lines.append("  " + words("check.load_more", count=len(problems) - SHOWN_AT_MOST))
    return "\n".join(lines)

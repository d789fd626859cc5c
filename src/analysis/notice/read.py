"""Read the text of a notice: its body, its clauses and its three annexes.

Only what stands in the text is returned, wrong or not; judging it is the business of the checks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from analysis.errors import NoticeError
from analysis.words import ByLanguage, refusal

_SEPARATOR = re.compile(r"\t|\|")
_DOCUMENT_NO = re.compile(r"^\s*(\S+〔[0-9]{4}〕[0-9]+号)\s*$", re.MULTILINE)
_TITLE = re.compile(r"^\s*(关于.*(?:补助|资金).*通知)\s*$", re.MULTILINE)
_FISCAL_YEAR = re.compile(r"(20[0-9]{2})\s*年")
# "…现拨付…2024年提前下达部分 413 万元": the number may be missing, the unit is not.
_BODY_AMOUNT = re.compile(r"现(?:拨付|下达|提前下达)[^。；]*?([0-9][0-9,.]*)?\s*万元")
_CLAUSE = re.compile(r"\s*([一二三四五六七八九十]+)、(.*)")
_ATTACHMENTS = re.compile(r"\s*(-\s*)?附件\s*[:：1一]")
_OBJECTIVE = re.compile(r"(?:^|\s)([0-9]{1,2})[.．、](?=\s*\D)")
_FUND_TAG = re.compile(r"直达资金标识为[“\"]([^”\"]+)[”\"]")
_REVENUE = re.compile(r"收入列[^“\"。；]*[“\"]([0-9]{7})")
_OWN_ITEM = re.compile(r"本级的?补助资金支出列[^“\"。；]*[“\"]([0-9]{7})")
_FUND_TOTAL = re.compile(r"(下达资金总额)")
_FUND_SHARE = re.compile(r"其中\s*[:：]\s*(\S*补助)")
_UNIT_NAME = re.compile(r".*(县|市|区|旗|院|站|中心)")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_SOURCES = (("中央", "central"), ("自治区", "region"), ("省", "region"), ("地区", "prefecture"))


@dataclass(frozen=True)
class Clause:
    """A numbered clause of the body."""

    line: int
    number: str
    text: str


@dataclass(frozen=True)
class Amount:
    """A row of annex 1: who gets how many 万元."""

    line: int
    name: str
    amount_wan: float


@dataclass(frozen=True)
class Item:
    """A row of annex 2: a spending item and its code."""

    line: int
    name: str
    code: str


@dataclass(frozen=True)
class Row:
    """A row of annex 3 with its cells by column, empty ones too."""

    line: int
    cells: tuple[str, ...]

    @property
    def filled(self) -> tuple[str, ...]:
        """The cells that are not empty, in order."""
        return tuple(cell for cell in self.cells if cell)


@dataclass(frozen=True)
class Annex3:
    """The performance annex: its header, its line of money, its objectives and indicators.

    Attributes
    ----------
    line : int
        The line of money; 0 when the notice has none.
    names : tuple of Row
        Each header line that has units: its ``cells`` are their names alone.
    total_wan, source_wan : float or None
        The printed total, and the amount under the label of the money's source, 万元.
    source : str
        That label, such as 中央财政补助.
    amounts : tuple of Row
        Each line that has units' amounts, as printed.
    objectives : tuple of int
        Numbers of the annual objectives, as printed.
    """

    line: int
    names: tuple[Row, ...]
    total_wan: float | None
    source: str
    source_wan: float | None
    amounts: tuple[Row, ...]
    objectives: tuple[int, ...]
    objectives_line: int
    indicators: tuple[Row, ...]


@dataclass(frozen=True)
class Notice:
    """What a notice says, with the lines where it says it; the first line is 1.

    Attributes
    ----------
    source : str
        Who grants the money by the title: central, region or prefecture; empty when unsaid.
    amount_wan : float or None
        The amount in the body, 万元; None when it is left blank.
    own_item_code : str
        The spending item of the money that stays at the granting level, by the body.
    annex1_total_wan : float or None
        The printed total, 万元.
    """

    document_no: str
    title: str
    fiscal_year: int | None
    source: str
    amount_wan: float | None
    amount_line: int
    clauses: tuple[Clause, ...]
    fund_tag: str
    revenue_code: str
    own_item_code: str
    annex1: tuple[Amount, ...]
    annex1_total_wan: float | None
    annex1_line: int
    annex2: tuple[Item, ...]
    annex3: Annex3


def read_notice(text: str) -> Notice:
    """Read a notice that allocates funds.

    Parameters
    ----------
    text : str
        The whole text; cells of a table are separated by tabs or ``|``.

    Returns
    -------
    Notice

    Raises
    ------
    NoticeError
        If there is no document number or no annex 1, or an amount of annex 1 is no number.
    """
    lines = text.splitlines()
    head = _DOCUMENT_NO.search(text)
    annex1 = _find(lines, "序号")
    if head is None or annex1 is None:
        part = ("文号", "document number") if head is None else ("附件1的表", "table of annex 1")
        raise refusal(NoticeError, "refusal.no_notice", part=ByLanguage(*part))
    body = "\n".join(lines[:annex1])
    amount = _BODY_AMOUNT.search(body)
    title = _match(_TITLE, body)
    year = _match(_FISCAL_YEAR, title)
    amounts, total = _annex1(lines, annex1)
    return Notice(
        document_no=head[1],
        title=title,
        fiscal_year=int(year) if year else None,
        source=source_of(title),
        amount_wan=_number(amount[1]) if amount and amount[1] else None,
        amount_line=body[: amount.end()].count("\n") + 1 if amount else 1,
        clauses=tuple(_clauses(lines[:annex1])),
        fund_tag=_match(_FUND_TAG, body),
        revenue_code=_match(_REVENUE, body),
        own_item_code=_match(_OWN_ITEM, body),
        annex1=amounts,
        annex1_total_wan=total,
        annex1_line=annex1 + 1,
        annex2=tuple(_annex2(lines)),
        annex3=_annex3(lines),
    )


def source_of(text: str) -> str:
    """Return who grants the money that a title or label speaks of; empty when it does not say.

    Examples
    --------
    >>> source_of("其中:中央财政补助"), source_of("2024年自治区财政困难群众救助补助资金")
    ('central', 'region')
    """
    places = [(text.index(word), source) for word, source in _SOURCES if word in text]
    return min(places)[1] if places else ""


def _annex1(lines: Sequence[str], start: int) -> tuple[tuple[Amount, ...], float | None]:
    header = _cells(lines[start])
    amount_column = max(place for place, cell in enumerate(header) if cell)
    rows: list[Amount] = []
    total: float | None = None
    for line, cells in _table(lines, start + 1):
        padded = [*cells, *[""] * (amount_column + 1)]
        name, amount = padded[1], padded[amount_column]
        value = _number(amount)
        if value is None:
            raise refusal(NoticeError, "refusal.annex1_amount", line=line, name=name, amount=amount)
        if name.replace(" ", "") in ("合计", "总计"):
            total = value
        else:
            rows.append(Amount(line, name, value))
    return tuple(rows), total


def _annex2(lines: Sequence[str]) -> Iterator[Item]:
    start = _find(lines, "科目名称")
    if start is not None:
        for line, cells in _table(lines, start + 1):
            filled = [cell for cell in cells if cell]
            if len(filled) == 2:
                yield Item(line, filled[0], filled[1])


def _annex3(lines: Sequence[str]) -> Annex3:
    start = _find(lines, "项目名称")
    first = _find(lines, "一级指标")
    end = len(lines) if first is None else first
    rows = [] if start is None else list(_rows(lines[start:end], start + 1))
    place = next(
        (at for at, row in enumerate(rows) if any(map(_FUND_TOTAL.search, row.cells))), len(rows)
    )
    funds = rows[place] if place < len(rows) else Row(0, ())
    below = rows[place + 1 :]
    amounts = [
        row for row in below if len(row.filled) > 1 and all(map(_NUMBER.fullmatch, row.filled))
    ]
    objectives = [row for row in below if row not in amounts]
    text = " ".join(cell for row in objectives for cell in row.filled)
    units = [_units_amounts(funds), *(Row(row.line, row.filled) for row in amounts)]
    source, source_wan = _labelled(funds, _FUND_SHARE)
    indicators = [] if first is None else _rows(lines[first + 1 :], first + 2)
    return Annex3(
        line=funds.line,
        names=tuple(_named(rows[:place])),
        total_wan=_labelled(funds, _FUND_TOTAL)[1],
        source=source,
        source_wan=source_wan,
        amounts=tuple(row for row in units if row.cells),
        objectives=tuple(int(number) for number in _OBJECTIVE.findall(text)),
        objectives_line=objectives[0].line if objectives else 0,
        indicators=tuple(row for row in indicators if len(row.filled) >= 3),
    )


def _named(rows: Sequence[Row]) -> Iterator[Row]:
    for row in rows:
        names = tuple(cell for cell in row.filled if _UNIT_NAME.fullmatch(cell))
        if names:
            yield Row(row.line, names)


def _labelled(row: Row, label: re.Pattern[str]) -> tuple[str, float | None]:
    """Return the first label that matches, and the amount in the cell after it."""
    for cell, after in pairwise((*row.cells, "")):
        found = label.search(cell)
        if found:
            return found[1], _number(after)
    return "", None


def _units_amounts(row: Row) -> Row:
    """Return what follows the last label and its own amount: the amounts of the units."""
    labels = [place for place, cell in enumerate(row.cells) if cell and not _NUMBER.fullmatch(cell)]
    start = labels[-1] + 2 if labels else 0
    return Row(row.line, tuple(cell for cell in row.cells[start:] if cell))


def _clauses(lines: Sequence[str]) -> Iterator[Clause]:
    """Join each clause's lines: a page break in the scan cuts sentences in two."""
    current: Clause | None = None
    for line, text in enumerate(lines, start=1):
        head = _CLAUSE.match(text)
        if current and (head or _ATTACHMENTS.match(text)):
            yield current
            current = None
        if head:
            current = Clause(line, head[1], head[2].strip())
        elif current:
            current = Clause(current.line, current.number, current.text + text.strip())
    if current:
        yield current


def _table(lines: Sequence[str], start: int) -> Iterator[tuple[int, list[str]]]:
    """Return the rows of a table with their lines, up to the first line that is none."""
    for line, text in enumerate(lines[start:], start=start + 1):
        if not _SEPARATOR.search(text):
            return
        yield line, _cells(text)


def _rows(lines: Sequence[str], first_line: int) -> Iterator[Row]:
    for line, text in enumerate(lines, start=first_line):
        row = Row(line, tuple(_cells(text)))
        if row.filled:
            yield row


def _cells(text: str) -> list[str]:
    # Bars at both ends frame the row; at one end they follow or precede an empty cell.
    bare = text.strip() if "\t" not in text else text
    if bare.startswith("|") and bare.endswith("|") and len(bare) > 1:
        bare = bare[1:-1]
    return [cell.strip() for cell in _SEPARATOR.split(bare)]


def _find(lines: Sequence[str], first_cell: str) -> int | None:
    """Return the place of the table whose header begins with a word."""
    for place, text in enumerate(lines):
        if _SEPARATOR.search(text) and next(filter(None, _cells(text)), "") == first_cell:
            return place
    return None


def _number(text: str) -> float | None:
    plain = text.replace(",", "")
    return float(plain) if _NUMBER.fullmatch(plain) else None


def _match(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1].strip() if found else ""

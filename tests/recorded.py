"""What a notebook hands over, made without running one: pages, first screens and tables."""

from functools import cache

from cases import SHIPPED

from analysis.case import load_case
from analysis.report.display import Table
from analysis.report.page import Page
from analysis.words.answer import Answer, KeyFigure
from analysis.words.sentence import Figure, say


@cache
def shipped_case():
    return load_case(SHIPPED)


def empty_page(notebook="tiny", lang="zh", **options):
    """Return a page of the shipped case that has shown nothing yet."""
    return Page(notebook, shipped_case(), lang, **options)


def as_it_is(text):
    """Return a sentence that says a text in either language."""
    return say("page.as_it_is", text=text)


def key_figure(key, value, unit="wan", status="official", label="x", **more):
    return KeyFigure(key, as_it_is(label), Figure(value, unit), status, **more)


def answer(text, *figures, notes=()):
    return Answer([as_it_is(text)], figures, [as_it_is(note) for note in notes])


def table(frame, columns, *, key="t", caption="表", status="official", lang="zh", currency="CNY"):
    """Return a table as a page shows it, its columns described one by one."""
    cells = frame.reset_index() if frame.index.name else frame
    rows = cells.astype(object).where(cells.notna(), None).to_dict("records")
    return Table(lang, currency, caption, columns, tuple(rows), status, key)

"""The front page and the glossary are written when there is something new to say, never stale."""

from dataclasses import replace

import pytest

from analysis.batch import front_page
from analysis.batch.front_page import write_front
from analysis.batch.ledger import Ledger
from analysis.report.glossary import glossary_page
from analysis.report.index import index_page
from analysis.report.listing import IndexEntry

FIRST = IndexEntry("c/n", "n", "c", "案", "case", "zh", "relief …")
NUMBER = {"key": "k", "label": "标签", "value": 3.0, "unit": "wan", "status": "official"}
SECOND = replace(FIRST, place="c/m", notebook="m", numbers=(NUMBER,), statuses=("official",))


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Write a page, and count how often one is rendered from then on."""
    with Ledger(tmp_path) as ledger:
        write_front(tmp_path, [FIRST, SECOND], ledger)
        rendered = []

        def render(listed):
            rendered.append(list(listed))
            return index_page(listed)

        monkeypatch.setattr(front_page, "index_page", render)
        yield tmp_path, ledger, rendered


def test_a_page_that_says_it_all_stays(written):
    out, ledger, rendered = written
    page = (out / "index.html").read_text(encoding="utf-8")
    assert page == index_page([FIRST, SECOND])
    write_front(out, [FIRST, SECOND], ledger)
    assert not rendered
    assert (out / "index.html").read_text(encoding="utf-8") == page


@pytest.mark.parametrize(
    "listed",
    [
        [FIRST],
        [SECOND, FIRST],
        [FIRST, replace(SECOND, statuses=("synthetic",))],
        [FIRST, replace(SECOND, numbers=({**NUMBER, "value": 4.0},))],
        [FIRST, replace(SECOND, state="failed", reason_zh="坏", reason_en="bad")],
        [FIRST, replace(SECOND, state="waiting", reason_zh="坏", reason_en="bad")],
    ],
)
def test_another_list_is_written(written, listed):
    out, ledger, rendered = written
    write_front(out, listed, ledger)
    assert len(rendered) == 1
    assert (out / "index.html").read_text(encoding="utf-8") == index_page(listed)


def test_a_page_that_is_gone_or_altered_is_written(written):
    out, ledger, rendered = written
    page = (out / "index.html").read_text(encoding="utf-8")
    (out / "index.html").unlink()
    write_front(out, [FIRST, SECOND], ledger)
    (out / "index.html").write_text(page + " ", encoding="utf-8")
    write_front(out, [FIRST, SECOND], ledger)
    assert len(rendered) == 2
    assert (out / "index.html").read_text(encoding="utf-8") == page


@pytest.mark.parametrize("name", ["package_fingerprint", "version"])
def test_another_program_writes_it_anew(written, monkeypatch, name):
    out, ledger, rendered = written
    monkeypatch.setattr(front_page, name, lambda *_: "other")
    write_front(out, [FIRST, SECOND], ledger)
    assert len(rendered) == 1


def test_the_glossary_lies_beside_and_is_mended(written):
    out, ledger, rendered = written
    page = out / "glossary.html"
    assert page.read_text(encoding="utf-8") == glossary_page()
    first = page.stat().st_mtime_ns
    write_front(out, [FIRST], ledger)
    assert page.stat().st_mtime_ns == first
    page.write_text("else", encoding="utf-8")
    write_front(out, [FIRST], ledger)
    assert page.read_text(encoding="utf-8") == glossary_page()
    assert len(rendered) == 1

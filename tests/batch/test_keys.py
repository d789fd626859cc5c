"""A key changes with whatever a report depends on, and with nothing else."""

from dataclasses import replace

import pytest
from batch.tiny_notebooks import write_notebook

from analysis.batch import keys
from analysis.batch.jobs import CaseFacts, Job
from analysis.batch.keys import DIGITS, PARTS, Keys
from analysis.batch.links import Links

NO_LINKS = Links()
INPUTS = {"a.csv": "1" * 64, "b.csv": "2" * 64}


def key(job, inputs, links=NO_LINKS):
    return Keys(inputs).of(job, links)


@pytest.fixture
def job(tmp_path):
    facts = CaseFacts("data/x", "x", {"zh": "甲", "en": "A"}, "", "CNY", INPUTS)
    notebook = write_notebook(tmp_path / "n.ipynb")
    return Job(notebook, facts, "100001", {"zh": "甲县", "en": "Jia"}, "zh")


def test_equal_jobs_have_equal_keys(job):
    assert key(job, INPUTS) == key(replace(job), dict(reversed(INPUTS.items())))
    assert len(key(job, INPUTS)) == DIGITS * len(PARTS)


def test_where_the_notebook_lies_does_not_matter(job, tmp_path):
    before = key(job, INPUTS)
    moved = job.notebook.rename(tmp_path / "m.ipynb")
    assert key(replace(job, notebook=moved), INPUTS) == before


@pytest.mark.parametrize(
    "change",
    [{"unit_code": "100002"}, {"unit_code": None}, {"lang": "en"}, {"parameters": {"count": 4}}],
    ids=str,
)
def test_a_parameter_changes_the_key(job, change):
    assert key(replace(job, **change), INPUTS) != key(job, INPUTS)


def test_a_number_and_its_text_are_different(job):
    number, text = (replace(job, parameters={"count": value}) for value in (4, "4"))
    assert key(number, INPUTS) != key(text, INPUTS)


@pytest.mark.parametrize(
    "inputs", [{}, INPUTS | {"a.csv": "3" * 64}, INPUTS | {"c.csv": "3" * 64}], ids=len
)
def test_an_input_changes_the_key(job, inputs):
    assert key(job, inputs) != key(job, INPUTS)


def test_swapped_inputs_change_the_key(job):
    swapped = dict(zip(INPUTS, reversed(INPUTS.values()), strict=True))
    assert key(job, swapped) != key(job, INPUTS)


def test_a_byte_of_the_notebook_changes_the_key(job):
    before = key(job, INPUTS)
    job.notebook.write_bytes(job.notebook.read_bytes() + b" ")
    assert key(job, INPUTS) != before


@pytest.mark.parametrize("name", ["package_fingerprint", "versions"])
def test_the_program_changes_the_key(job, monkeypatch, name):
    before = key(job, INPUTS)
    monkeypatch.setattr(keys, name, lambda: "other")
    assert key(job, INPUTS) != before


def test_the_fingerprint_sees_every_file_of_the_package(tmp_path, monkeypatch):
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "a.toml").write_bytes(b"x")
    (tmp_path / "__pycache__").mkdir()
    monkeypatch.setattr(keys.analysis, "__file__", str(tmp_path / "__init__.py"))
    fingerprint = keys.package_fingerprint.__wrapped__
    seen = [fingerprint()]
    (tmp_path / "__pycache__" / "a.pyc").write_bytes(b"x")
    assert fingerprint() == seen[0]
    (tmp_path / "words" / "a.toml").write_bytes(b"y")
    seen.append(fingerprint())
    (tmp_path / "words" / "a.toml").rename(tmp_path / "words" / "b.toml")
    seen.append(fingerprint())
    (tmp_path / "new.py").touch()
    seen.append(fingerprint())
    assert len(set(seen)) == len(seen)


def test_what_it_links_to_changes_the_end_of_the_key(job):
    pages = {"front": ("全部报告", "../index.html")}
    found = {key(job, INPUTS, links) for links in (NO_LINKS, Links("x.html"), Links("", pages))}
    assert len(found) == 3
    assert {each[:-DIGITS] for each in found} == {Keys(INPUTS).of(job)}
    assert key(job, INPUTS, Links("", pages)) == key(job, INPUTS, Links("", dict(pages)))


def test_the_keys_of_many_jobs_are_those_of_each(job):
    jobs = [
        replace(job, unit_code=f"10000{n}", lang=lang) for n in range(3) for lang in ("zh", "en")
    ]
    keys = Keys(INPUTS)
    assert [keys.of(each) for each in jobs] == [Keys(INPUTS).of(each) for each in jobs]
    assert len({keys.of(each) for each in jobs}) == len(jobs)

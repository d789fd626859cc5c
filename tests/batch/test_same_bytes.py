"""A report's bytes do not depend on how it was made."""

from dataclasses import replace

import pytest
from batch.tiny_notebooks import write_notebook

from analysis.batch import local
from analysis.batch.jobs import Order, single_job
from analysis.batch.report import make
from analysis.batch.run import in_common

CASE = "data/tacheng-2024"
UNITS = ("654201", "654223", "654200-children-home")


@pytest.fixture(scope="module")
def orders(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    asked = [("unit_report", unit, lang) for unit in UNITS for lang in ("zh", "en")]
    asked += [("overview_report", None, "zh")]
    jobs = [single_job(notebook, CASE, unit, lang, []) for notebook, unit, lang in asked]
    # The page says where it stands: each way of making it writes to the same place.
    return [Order(job, folder / f"{job.name}.html", commit="0123") for job in jobs]


@pytest.fixture(scope="module")
def alone(orders):
    """Return the hashes of reports that were made one by one, each as the only one."""
    hashes = {}
    for order in orders:
        (ended,) = local.run(make, [order], workers=1, limit_seconds=300)
        hashes[order.job.name] = ended.value.hashes
    return hashes


def hashes_of(ended_ones):
    return {ended.task.job.name: ended.value.hashes for ended in ended_ones}


@pytest.mark.parametrize("workers", [1, 2])
def test_a_batch_gives_the_bytes_of_single_reports(workers, orders, alone):
    jobs = [order.job for order in orders]
    prepare = in_common(jobs) | {"rehearsed": jobs[:2]}
    backwards = list(reversed(orders))
    run = local.run(make, backwards, workers=workers, limit_seconds=300, prepare=prepare)
    assert hashes_of(run) == alone


def test_what_is_rehearsed_is_the_products_own(tmp_path, orders):
    jobs = [order.job for order in orders if order.job.lang == "zh"] * 2
    assert in_common(jobs)["rehearsed"] == [jobs[0]]
    notebook = write_notebook(tmp_path / "unit_report.ipynb", parameters="")
    jobs = [replace(job, notebook=notebook) for job in jobs]
    assert in_common(jobs)["rehearsed"] == []

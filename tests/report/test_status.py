"""The banner says which statuses went into a page, and no other."""

from itertools import combinations

import pytest

from analysis.errors import ReportError
from analysis.report.status import banner, known_status
from analysis.schema import STATUSES

MIXES = [mix for n in range(1, 5) for mix in combinations(STATUSES, n)]
KINDS = {
    "zh": {"estimate": "估计值", "assumption": "假设值", "synthetic": "虚构数据"},
    "en": {"estimate": "estimates", "assumption": "assumptions", "synthetic": "Made-up data"},
}


@pytest.mark.parametrize("mix", MIXES, ids="+".join)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_banner_names_exactly_what_was_used(mix, lang):
    found = banner(reversed(mix), lang)
    for status, kind in KINDS[lang].items():
        assert (kind in found.text) == (status in mix)
    assert found.status == mix[-1]


def test_nothing_recorded_has_no_banner():
    assert banner([], "zh") is None


@pytest.mark.parametrize("status", ["Official", "", None, 1, "guess"])
def test_an_unknown_status_is_refused(status):
    with pytest.raises(ReportError, match="There is no status"):
        known_status(status)

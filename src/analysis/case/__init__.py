"""A case: one notice's folder of tables, loaded whole or not at all."""

from analysis.case.load import holds, keep_case, load_case
from analysis.case.model import AIDED_GROUPS, CENSUS_GROUPS, PROGRAMME_GROUPS, Case
from analysis.case.problems import InvalidCaseError, Problem

__all__ = [
    "AIDED_GROUPS",
    "CENSUS_GROUPS",
    "PROGRAMME_GROUPS",
    "Case",
    "InvalidCaseError",
    "Problem",
    "holds",
    "keep_case",
    "load_case",
]

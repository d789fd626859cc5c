"""Findings about a case: where the notice or the tables contradict themselves."""

from analysis.checks.run import findings

__all__ = ["findings"]

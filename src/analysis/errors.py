"""The errors a user can meet: each says what is wrong, where, and what to do, in two languages."""

from __future__ import annotations


class ReliefError(Exception):
    """Something the user can put right.

    Parameters
    ----------
    zh, en : str
        The same message in Chinese and in English: what is wrong, where, what to do.

    Examples
    --------
    >>> print(ReliefError("金额为负。", "The amount is negative."))
    金额为负。
    The amount is negative.
    """

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.zh = zh
        self.en = en

    def __str__(self) -> str:
        return f"{self.zh}\n{self.en}"


class CaseError(ReliefError):
    """A case folder cannot be loaded: a file, row, column or value is wrong."""


class NoticeError(ReliefError):
    """The text of a notice cannot be read."""


class PlanError(ReliefError):
    """A stock plan is inconsistent: shapes, signs or ranges."""


class MeasureError(ReliefError):
    """A measure was asked of figures it is not defined on."""


class ReportError(ReliefError):
    """A report could not be made; says which notebook, unit and language."""


class ClusterError(ReliefError):
    """A Dask cluster cannot be used, or was lost: says which part of it, and why."""


class UsageError(ReliefError):
    """A command or parameter was used wrongly."""

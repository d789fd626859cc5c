"""A notice that allocates funds: its text, read into its parts."""

from analysis.notice.read import Amount, Annex3, Clause, Item, Notice, Row, read_notice, source_of

__all__ = ["Amount", "Annex3", "Clause", "Item", "Notice", "Row", "read_notice", "source_of"]

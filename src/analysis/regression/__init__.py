"""Notebooks under regression test: what they show now, beside what they showed when accepted."""

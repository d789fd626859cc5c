"""What growth of demand the stock of funds bears."""

from __future__ import annotations

import numpy as np

from analysis.reports import formats
from analysis.reports.content.runway_view import RunwayView
from analysis.reports.display import Column, Table
from analysis.reports.note import Note
from analysis.reports.results import Results
from analysis.stock.reverse_stress import reverse_stress
from analysis.words import catalogue

# Months of the reverse stress test that the table shows: the ends of the quarters.
SHOWN = (3, 6, 9, 12)


def stress_table(view: RunwayView, results: Results) -> Table | Note:
    """Record and show which monthly growth of demand empties each unit's money by when."""
    words = catalogue(view.lang)
    if view.projection is None:
        return Note(words("runway.no_caseload"))
    exponent = reverse_stress(view.projection.year.plan)
    growth = exponent.apply(np.expm1)
    frame = growth.rename(columns=lambda month: f"month_{month}").rename_axis("unit_code")
    frame = frame.assign(name=view.names[frame.index]).sort_values(
        f"month_{growth.columns[-1]}", kind="stable"
    )
    months = {}
    for month in range(1, len(growth.columns) + 1):
        name = formats.month_name(view.case.start, month, view.lang)
        said = words("runway.stress_month", month=name)
        months[f"month_{month}"] = Column(said, "percent", digits=1, hidden=month not in SHOWN)
    return results.table(
        "reverse_stress",
        frame,
        caption=words("runway.stress_caption"),
        columns={
            "unit_code": Column(words("runway.code"), hidden=True),
            "name": Column(words("runway.unit")),
            **months,
        },
        status=view.status,
    )


def stress_note(view: RunwayView) -> Note:
    """Say how to read the reverse stress test."""
    words = catalogue(view.lang)
    return Note(words("runway.no_caseload" if view.projection is None else "runway.stress_note"))

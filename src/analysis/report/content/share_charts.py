"""The charts of share and need."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import inequality
from analysis.errors import ReportError
from analysis.figures import shares as draw
from analysis.figures.per_person import money_digits
from analysis.figures.positions import centres, tile_positions
from analysis.figures.rows import MOST
from analysis.figures.style import Chart
from analysis.report import formats
from analysis.report.content.share import EVEN, hoover, named, need_words
from analysis.report.content.share_view import FIRM, ShareView
from analysis.report.content.wording import group_name, sentences
from analysis.report.note import Note
from analysis.report.status import in_order
from analysis.words import catalogue

# Of many units a unit's chart has so many at each end, and beside it on either side.
ENDS, BESIDE = 3, 5


def source_line(view: ShareView) -> str:
    """Return the line under a chart: the documents and the status of the need."""
    words, need = catalogue(view.lang), need_words(view)
    return words(
        "share.source_line",
        document=view.case.document_no or view.case.title[view.lang],
        money=words(f"status.{view.case.money_status}"),
        need=need["group"],
        status=need["status"],
    )


def dumbbell_chart(view: ShareView) -> Chart | Note:
    """Draw each unit's share of the money against its share of the need."""
    words = catalogue(view.lang)
    if not view.comparable:
        return Note(words("share.nothing_to_compare"))
    title = words("share.dumbbell_title_even") if hoover(view) < EVEN else _ends_title(view)
    return draw.dumbbell(
        _with_doubt(view), view.names, lang=view.lang, title=title, source=source_line(view)
    )


def unit_chart(view: ShareView, unit_code: str, title: str) -> Chart | Note:
    """Draw a unit's share of the money against its share of the need, among all units.

    Of more units than can be read, those next to it by their ratio stand between the first and the
    last ones; then each name is led by its rank, and the unit's own by an arrow.
    """
    words, order = catalogue(view.lang), view.charted
    if not view.comparable:
        return Note(words("share.nothing_to_compare"))
    if len(order) <= MOST:
        return draw.dumbbell(
            _with_doubt(view), view.names, lang=view.lang, title=title, source=source_line(view)
        )
    place, last = order.index(unit_code), len(order)
    near = range(max(0, place - BESIDE), min(last, place + BESIDE + 1))
    places = sorted({*range(ENDS), *near, *range(last - ENDS, last)})
    codes = [order[each] for each in places]
    names = {
        order[each]: words(
            f"share.{'this' if each == place else 'other'}_ranked",
            rank=f"{each + 1:,}",
            name=view.names[order[each]],
        )
        for each in places
    }
    said = {"ends": ENDS, "count": f"{last:,}", "name": view.names[unit_code]}
    return draw.dumbbell(
        _with_doubt(view, codes),
        pd.Series(names),
        lang=view.lang,
        title=title,
        source=sentences([source_line(view), words("share.some_ranked", **said)], view.lang),
        of=last,
    )


def _ends_title(view: ShareView) -> str:
    """Name the units with the lowest and the highest ratio, where their ranks are sure."""
    low, high = (str(view.ranked.index[end]) for end in (0, -1))
    names = {"low": view.names[low], "high": view.names[high]}
    sure = {
        "low": view.doubt_of(low, "rank_low") == view.doubt["rank_high"].max(),
        "high": view.doubt_of(high, "rank_high") == 1,
    }
    ends = "".join(f"_{end}" for end in sure if sure[end])
    return catalogue(view.lang)(f"share.dumbbell_title{ends}", **names)


def _with_doubt(view: ShareView, codes: list[str] | None = None) -> pd.DataFrame:
    """Return the share table with its intervals and verdicts as a chart wants them."""
    columns = [
        f"{name}_{end}"
        for name in ("need_share", "ratio")
        if view.uncertain(name)
        for end in ("low", "high")
    ]
    compared = view.compared if codes is None else view.compared.loc[codes]
    verdicts = view.verdicts.loc[compared.index]
    firm = verdicts.where(verdicts.isin(FIRM), "undecided")
    doubt = view.doubt[columns].reindex(compared.index)
    return compared.join(doubt).assign(verdict=firm)


def tile_chart(view: ShareView) -> Chart | Note:
    """Draw the ratio of shares as tiles, placed like the units where the case has outlines."""
    words = catalogue(view.lang)
    if not view.comparable:
        return Note(words("share.nothing_to_compare"))
    return draw.tile_cartogram(
        _with_doubt(view),
        view.names,
        positions=_positions(view),
        lang=view.lang,
        title=_verdicts_title(view),
        source=source_line(view),
    )


def _positions(view: ShareView) -> pd.DataFrame | None:
    """Return where the units' tiles go; None unless the case has an outline of every unit."""
    if view.case.boundaries is None:
        return None
    try:
        places = centres(view.case.boundaries, list(view.compared.index))
    except ReportError:
        # The map says what is wrong with the outlines; the tiles do without.
        return None
    return tile_positions(places) if len(places) == len(view.compared) else None


def map_chart(view: ShareView, wanted: bool) -> Chart | Note:
    """Draw the ratio of shares on a map with borders, if that is wanted."""
    words = catalogue(view.lang)
    if not wanted:
        return Note(words("share.map_on_request"))
    if view.case.boundaries is None:
        return Note(words("share.no_boundaries"))
    if not view.comparable:
        return Note(words("share.nothing_to_compare"))
    return draw.border_map(
        _with_doubt(view),
        view.names,
        boundaries=view.case.boundaries,
        approval_no=view.case.map_approval_no,
        lang=view.lang,
        title=_verdicts_title(view),
        source=source_line(view),
    )


def _verdicts_title(view: ShareView) -> str:
    """Count the units by what is concluded of them."""
    table = _with_doubt(view)
    verdicts = table["verdict"][table["ratio"].notna()]
    counts = {said: int((verdicts == said).sum()) for said in ("below", "above", "undecided")}
    return catalogue(view.lang)("share.tile_title", count=len(verdicts), **counts)


def per_person_chart(view: ShareView) -> Chart | Note:
    """Draw the amount per person of each unit."""
    words = catalogue(view.lang)
    known = view.compared["yuan_per_person"]
    values = known[np.isfinite(known)]
    if values.empty:
        return Note(words("share.nothing_to_compare"))
    digits = money_digits(known)
    low, high = (
        formats.number(value, "one", view.lang, view.case.currency, digits)
        for value in (values.min(), values.max())
    )
    kind = "per_household" if view.counted_in == "households" else "per_person"
    title = words(f"share.{kind}_title_one", high=high)
    if values.min() > 0 and len(values) > 1:
        times = f"{values.max() / values.min():.1f}"
        title = words(f"share.{kind}_title", low=low, high=high, times=times)
    elif len(values) > 1:
        title = words(f"share.{kind}_title_zero", high=high)
    return draw.per_person(
        view.compared,
        view.names,
        lang=view.lang,
        currency=view.case.currency,
        title=title,
        source=source_line(view),
        counted_in=view.counted_in,
        low=view.doubt["yuan_per_person_low"] if view.uncertain("yuan_per_person") else None,
        high=view.doubt["yuan_per_person_high"] if view.uncertain("yuan_per_person") else None,
    )


def lorenz_chart(view: ShareView) -> Chart | Note:
    """Draw the Lorenz curve of the money over the need."""
    words = catalogue(view.lang)
    if not view.comparable:
        return Note(words("share.nothing_to_compare"))
    amount, need = view.compared["amount_wan"], view.compared["persons"]
    moved = hoover(view)
    return draw.lorenz_chart(
        inequality.lorenz(amount, need),
        lang=view.lang,
        title=words("share.lorenz_title", hoover=f"{moved * 100:.1f}"),
        source=source_line(view),
        hoover=moved,
        gini=inequality.gini(amount, need),
    )


def groups_chart(view: ShareView) -> Chart | Note:
    """Draw the ratio of shares of each unit under every need group."""
    words = catalogue(view.lang)
    if not view.comparable:
        return Note(words("share.nothing_to_compare"))
    below = view.units_with("below")
    title = words("share.groups_title_mixed")
    if below:
        title = words("share.groups_title", below=named(view, below))
    labelled = view.ratios.loc[view.compared.index].rename(
        columns=lambda name: group_name(name, view.lang)
    )
    return draw.need_groups(
        labelled, view.names, lang=view.lang, title=title, source=_groups_source(view)
    )


def _groups_source(view: ShareView) -> str:
    """Name the status of every group that the chart shows, not only of the one compared."""
    words = catalogue(view.lang)
    used = {status for name in view.ratios for status in view.case.people(str(name))["status"]}
    return words(
        "share.source_line",
        document=view.case.document_no or view.case.title[view.lang],
        money=words(f"status.{view.case.money_status}"),
        need=words("share.every_group"),
        status=words("share.name_join").join(words(f"status.{s}") for s in in_order(used)),
    )

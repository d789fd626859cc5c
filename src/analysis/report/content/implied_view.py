"""Which mix of measures the actual amounts look like, and how far each weight is known."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.errors import MeasureError
from analysis.implied import ImpliedFit, implied_fit, implied_weights
from analysis.report.content.measures import read_names
from analysis.report.content.scenario_view import ScenarioView
from analysis.report.content.share_view import rounded_to
from analysis.report.content.wording import listed, money, problem
from analysis.report.note import Note
from analysis.sensitivity import weight_sensitivity
from analysis.words import catalogue

# Weights below this part print as 0 %.
SHOWN = 0.005
# Draws of each weight: the intervals of the indices are then some hundredths wide.
SAMPLES = 1024


@dataclass(frozen=True)
class ImpliedView:
    """The mix of measures that best reproduces the actual amounts.

    Attributes
    ----------
    names : list of str
        The measures it is made of.
    weights : DataFrame by measure
        `analysis.implied.implied_weights`.
    fit : ImpliedFit
        The money that the mix puts elsewhere.
    units : int
        How many units it was found from.
    """

    view: ScenarioView
    names: list[str]
    weights: pd.DataFrame
    fit: ImpliedFit
    units: int

    @property
    def status(self) -> str:
        """Status of the weights."""
        return self.view.measures.status(self.names)

    @property
    def labels(self) -> pd.Series:
        """The measures' names in the report's language."""
        return pd.Series(self.view.measures.labels)[self.names]

    @property
    def identifiable(self) -> bool:
        """Whether every weight can be told apart from the others."""
        return bool(self.weights["identifiable"].all())

    @property
    def mix(self) -> str:
        """The mix as a reader sees it, the largest weight first."""
        return self.mixed(0)

    def mixed(self, digits: int) -> str:
        """Write the mix with so many decimals of a per cent."""
        words = catalogue(self.view.lang)
        ranked = self.weights["weight"].sort_values(ascending=False, kind="stable")
        parts = [
            words("scenario.weight", name=self.labels[name], part=f"{weight * 100:.{digits}f}")
            for name, weight in zip(ranked.index.astype(str), ranked, strict=True)
            if weight >= SHOWN
        ]
        return listed(parts, self.view.lang)

    def answer(self) -> str:
        """Say whether a mix of measures gives the amounts, and which."""
        words = catalogue(self.view.lang)
        moved, total = self.fit.moved_wan, self.view.table["amount_wan"].sum()
        said = {
            "moved": money(moved, self.view.case, self.view.lang, digits=1),
            "part": f"{moved / total * 100:.1f}",
        }
        if not self.identifiable:
            return words("scenario.implied_open", **said)
        if self.fit.beyond_rounding_wan == 0:
            return words("scenario.implied_exact", mix=self.mix)
        return words("scenario.implied_near", mix=self.mix, **said)


def implied_view(view: ScenarioView, explain: str) -> ImpliedView | Note:
    """Find the mix of measures, or say why there is none.

    Raises
    ------
    UsageError
        If `explain` names a measure that the case has not.
    """
    if not view.possible:
        return Note(catalogue(view.lang)("share.nothing_to_compare"))
    names = read_names(explain, view.measures)
    values = view.measures.figures[names]
    some = values.index[values.sum(axis=1) > 0]
    amount, rounding = view.table["amount_wan"][some], rounded_to(view.case)[some]
    try:
        weights = implied_weights(amount, values.loc[some], rounding_wan=rounding)
        fit = implied_fit(amount, values.loc[some], rounding_wan=rounding)
    except MeasureError as error:
        return Note(problem(error, view.lang))
    return ImpliedView(view, names, weights, fit, len(some))


def sensitivity(found: ImpliedView | Note, seed: int) -> pd.DataFrame | Note:
    """Return how much each unit's money depends on each weight, all weights open, or why not."""
    if isinstance(found, Note):
        return found
    low, high = (pd.Series(end, index=found.names) for end in (0.0, 1.0))
    values = found.view.measures.figures[found.names]
    indices = weight_sensitivity(values, low, high, samples=SAMPLES, seed=seed)
    # With one measure, or measures that say the same, no amount depends on the weights.
    if indices["total"].isna().all():
        return Note(catalogue(found.view.lang)("scenario.no_weights_matter"))
    return indices

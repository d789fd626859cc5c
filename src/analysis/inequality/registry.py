"""Every measure of inequality that the reports know, one entry each.

The table, the glossary, the page of methods and the tests of properties read `MEASURES`. To add a
measure, add an entry; then ``python tools/methods.py`` writes its row into ``docs/methods.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import inf

import pandas as pd

from analysis.inequality.entropy import atkinson, theil_l, theil_t
from analysis.inequality.lorenz_curve import concentration_index, gini, hoover
from analysis.statuses import status_of, weakest, with_status
from analysis.unit_values import comparable


@dataclass(frozen=True)
class Measure:
    """A measure of inequality: how to compute it, what to call it, and what holds of it.

    Parameters
    ----------
    key : str
        Its name in tables and results files; its place in the registry is its place in tables.
    function : callable
        ``(amount, need) -> float``; with ``rank=`` as well if it is `ranked`. It compares shares,
        so that neither the unit of account nor the number of units changes its value.
    label, meaning : dict of language to str
        What a reader calls it, and what its value tells, as a sentence; ``zh`` and ``en``.
    formula, zeros, source : str
        For the page of methods, in Markdown: the formula by the symbols of that page, what it
        does with units without money or without need, and where it comes from.
    least, most : float
        Its range. `least` is its value where money is in proportion to need, unless it is `ranked`.
    strict : bool
        Whether it falls with any money moved to a worse supplied unit; if not, it does not rise.
    ranked : bool
        Whether it ranks the units by a further figure, ``rank``, instead of by money per need.
        It says where the money leans, not how unequal it is; `strict` does not apply.
    """

    key: str
    function: Callable[..., float]
    label: dict[str, str]
    meaning: dict[str, str]
    formula: str
    zeros: str
    source: str
    least: float = 0.0
    most: float = 1.0
    strict: bool = True
    ranked: bool = False


MEASURES: dict[str, Measure] = {
    measure.key: measure
    for measure in (
        Measure(
            key="hoover",
            function=hoover,
            label={"zh": "胡佛指数", "en": "Hoover index"},
            meaning={
                "zh": "需调剂资金比例：须在单位之间调剂多大一部分资金，才都与需求成比例；"
                "0 为成比例。",
                "en": "The part of the money that would have to move between units for all to be "
                "in proportion to need; 0 is proportional.",
            },
            formula="*½ Σ |sᵢ − wᵢ|*: share of the money that would have to move",
            zeros="need no rule",
            source="Hoover (1936), *Review of Economics and Statistics* 18 (4)",
            strict=False,
        ),
        Measure(
            key="gini",
            function=gini,
            label={"zh": "基尼系数", "en": "Gini index"},
            meaning={
                "zh": "洛伦兹曲线与成比例直线之间面积的两倍：0 为成比例，越大越不均。",
                "en": "Twice the area between the Lorenz curve and the proportional line: 0 is "
                "proportional, more is less equal.",
            },
            formula="*1 − Σ (X − X′)(Y + Y′)* over neighbouring points *(X′, Y′)*, *(X, Y)* of the "
            "Lorenz curve: cumulative *w* and *s*, units in ascending order of *aᵢ/nᵢ*",
            zeros="money without need comes last, as an upright end",
            source="Gini (1912), *Variabilità e mutabilità*; Lorenz (1905), *Publications of the "
            "American Statistical Association* 9 (70)",
        ),
        Measure(
            key="theil_t",
            function=theil_t,
            label={"zh": "泰尔指数 T", "en": "Theil T"},
            meaning={
                "zh": "0 为成比例，越大越不均；对资金偏多的单位更敏感。",
                "en": "0 is proportional, more is less equal; it weighs units with much money.",
            },
            formula="*Σ sᵢ ln(sᵢ/wᵢ)*",
            zeros="no money adds 0; money without need: infinite",
            source="Theil (1967), *Economics and Information Theory*",
            most=inf,
        ),
        Measure(
            key="theil_l",
            function=theil_l,
            label={"zh": "泰尔指数 L", "en": "Theil L"},
            meaning={
                "zh": "0 为成比例，越大越不均；对资金偏少的单位更敏感。",
                "en": "0 is proportional, more is less equal; it weighs units with little money.",
            },
            formula="*Σ wᵢ ln(wᵢ/sᵢ)*",
            zeros="no need adds 0; need without money: infinite",
            source="Theil (1967), *Economics and Information Theory*",
            most=inf,
        ),
        Measure(
            key="atkinson",
            function=partial(atkinson, epsilon=1),
            label={"zh": "阿特金森指数", "en": "Atkinson index"},
            meaning={
                "zh": "按比例分配时，达到同样福利可以省下的资金比例（ε=1）；0 为成比例。",
                "en": "The part of the money that a proportional allocation could save at the "
                "same welfare (ε = 1); 0 is proportional.",
            },
            formula="*1 − (Σ wᵢ rᵢ^(1−ε))^(1/(1−ε))*; for *ε = 1*, as in the reports, "
            "*1 − exp(−Theil L)*",
            zeros="need without money: 1 if *ε ≥ 1*, else it adds 0 to the sum; money without "
            "need adds 0 to the sum",
            source='Atkinson (1970), "On the measurement of inequality"',
        ),
        Measure(
            key="concentration",
            function=concentration_index,
            label={"zh": "集中指数", "en": "concentration index"},
            meaning={
                "zh": "按另一项指标（报告中为乡村人口比重）从低到高排列单位：大于 0 表示资金偏向"
                "该指标高的单位，小于 0 表示偏向低的单位。",
                "en": "Units are ranked by another figure, in the reports the rural part of "
                "residents: above 0 money leans to the units where it is high, below 0 to those "
                "where it is low.",
            },
            formula="*Σ sᵢ(2Rᵢ − 1)*; *Rᵢ* is the need share ranked below unit *i*, plus half of "
            "that at its own rank",
            zeros="money without need counts at its rank",
            source="Kakwani, Wagstaff and van Doorslaer (1997), *Journal of Econometrics* 77 (1); "
            "ties: Chen and Roy (2009), *Journal of Health Economics* 28 (1)",
            least=-1.0,
            ranked=True,
        ),
    )
}


def table(
    amount_wan: pd.Series, need: pd.Series, *, rank_by: pd.Series | None = None
) -> pd.DataFrame:
    """Compute every measure of `MEASURES` over the units that have a need.

    Parameters
    ----------
    amount_wan : Series, index unit_code, 万元
        Money of every unit, at least 0.
    need : Series, index unit_code, persons or households
        Need of the units that can be compared; leave a unit out, or empty, where it has none
        by nature.
    rank_by : Series, index unit_code, optional
        What measures that rank from outside go by, such as the rural part of residents, of
        every unit with a need. Without it they are left out.

    Returns
    -------
    DataFrame, index ``measure``, the keys of `MEASURES` in their order
        ``value``. Its status is the weakest of the inputs', at best ``computed``; none where an
        input states none. No rows where `need` has none: there is nothing to compare.

    Raises
    ------
    MeasureError
        If a figure is missing, negative or infinite, a unit is repeated, has need but no row in
        `amount_wan`, or a total is 0.

    Examples
    --------
    >>> money, need = pd.Series({"a": 30.0, "b": 10.0, "home": 5.0}), pd.Series({"a": 1, "b": 1})
    >>> table(money, need).loc[["hoover", "theil_t"], "value"].round(3).to_dict()
    {'hoover': 0.25, 'theil_t': 0.131}
    """
    if not len(need):
        return pd.DataFrame({"value": []}, index=pd.Index([], dtype=str, name="measure"))
    amount, persons = comparable(amount_wan, need)
    inputs, rank = [amount_wan, need], {}
    if rank_by is not None:
        inputs.append(rank_by)
        rank = {"rank": rank_by.reindex(persons.index)}
    values = {
        key: measure.function(amount, persons, **(rank if measure.ranked else {}))
        for key, measure in MEASURES.items()
        if rank or not measure.ranked
    }
    index = pd.Index(values, name="measure")
    frame = pd.DataFrame({"value": list(values.values())}, index=index)
    return with_status(frame, weakest(map(status_of, inputs), at_least="computed"))

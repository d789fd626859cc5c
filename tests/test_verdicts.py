"""The rule of verdicts against its docstring, restated unit by unit."""

import math

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from analysis.statuses import status_of, with_status
from analysis.verdicts import FIRM, OPEN, ratio_verdicts, units_with

RATIO = st.sampled_from([0.0, 0.5, 0.97, 0.999, 1.0, 1.001, 1.03, 2.0, math.inf, math.nan])


@st.composite
def samples(draw):
    size = draw(st.integers(1, 6))
    codes = [f"u{place}" for place in range(size)]
    column = st.lists(RATIO, min_size=size, max_size=size)
    ratios = pd.DataFrame({name: draw(column) for name in ("aided", "resident", "rural")}, codes)
    ratios = ratios[["aided", *draw(st.sampled_from([[], ["resident"], ["resident", "rural"]]))]]
    said = []
    for times in ratios["aided"]:
        # What draws around a ratio can leave: its own side, or nothing decided.
        if math.isnan(times):
            said.append("none")
        elif times == 1:
            said.append(draw(st.sampled_from(["even", "undecided"])))
        else:
            said.append(draw(st.sampled_from(["below" if times < 1 else "above", "undecided"])))
    doubt = pd.DataFrame({"verdict": said}, codes)
    cause = draw(st.lists(st.sampled_from(["need", "rounding"]), min_size=size, max_size=size))
    doubt["rests_on"] = [
        why if v == "undecided" else "" for v, why in zip(said, cause, strict=True)
    ]
    money = draw(st.lists(st.integers(0, 50).map(float), min_size=size, max_size=size))
    money[0] += 1
    width = draw(st.sampled_from([0.0, 1.0]))
    amount = pd.Series(money, codes)
    return ratios, doubt, amount, pd.Series(width, codes)


def restated(ratios, doubt, amount, width):
    """The docstring, one unit at a time."""
    compared = [code for code in ratios.index if not math.isnan(ratios.loc[code, "aided"])]
    all_money = sum(amount[code] for code in compared)
    found = {}
    for code in ratios.index:
        if code not in compared:
            found[code] = "none"
            continue
        if doubt.loc[code, "verdict"] == "undecided":
            found[code] = f"open_{doubt.loc[code, 'rests_on']}"
            continue
        sides = set()
        for group in ratios:
            times = ratios.loc[code, group]
            if math.isnan(times):
                continue
            turned = 0.0
            if group != "aided" and math.isfinite(times) and amount[code] > 0 and all_money > 0:
                own = width[code] / 2 / amount[code]
                turned = times * (own + sum(width[c] for c in compared) / 2 / all_money)
            if abs(times - 1) < 1e-9:
                sides.add("even")
            elif abs(times - 1) <= turned:
                sides.add("within rounding")
            else:
                sides.add("below" if times < 1 else "above")
        alone = len(sides) == 1 and "within rounding" not in sides
        found[code] = sides.pop() if alone else "open_group"
    return found


@given(samples())
def test_verdicts_are_those_of_the_rule_restated(sample):
    ratios, doubt, amount, width = sample
    compared = ratios["aided"].notna()
    if not compared.any() or amount[compared].sum() == 0:
        return
    found = ratio_verdicts(ratios, doubt, group="aided", amount_wan=amount, rounding_wan=width)
    assert found["verdict"].to_dict() == restated(ratios, doubt, amount, width)


@given(samples(), st.randoms())
def test_a_verdict_hangs_on_no_order(sample, random):
    ratios, doubt, amount, width = sample
    if amount[ratios["aided"].notna()].sum() == 0:
        return
    order = list(ratios.index)
    random.shuffle(order)
    given_now = {"group": "aided", "amount_wan": amount, "rounding_wan": width}
    first = ratio_verdicts(ratios, doubt, **given_now)["verdict"]
    mixed = ratio_verdicts(ratios.loc[order], doubt.loc[order], **given_now)["verdict"]
    assert mixed.to_dict() == first.to_dict()


def verdict_of(ratio, *, verdict, other=None, rests_on="", width=0.0):
    codes = ["a", "b"]
    ratios = pd.DataFrame({"aided": [ratio, 1.0]}, codes)
    if other is not None:
        ratios["resident"] = [other, 1.0]
    doubt = pd.DataFrame({"verdict": [verdict, "even"], "rests_on": [rests_on, ""]}, codes)
    money = pd.Series([10.0, 10.0], codes)
    width = pd.Series(width, codes)
    return ratio_verdicts(ratios, doubt, group="aided", amount_wan=money, rounding_wan=width).loc[
        "a", "verdict"
    ]


def test_nothing_is_concluded_where_need_groups_disagree():
    assert verdict_of(0.5, verdict="below") == "below"
    assert verdict_of(0.5, verdict="below", other=0.9) == "below"
    assert verdict_of(0.5, verdict="below", other=1.5) == "open_group"
    assert verdict_of(0.5, verdict="below", other=1.0) == "open_group"
    # Within the rounding of 1 in 10, and of 2 in 20, a ratio of 0.95 may as well be 1.
    assert verdict_of(0.5, verdict="below", other=0.95, width=1.0) == "open_group"
    assert verdict_of(0.5, verdict="below", other=0.85, width=1.0) == "below"
    assert verdict_of(0.5, verdict="undecided", rests_on="need", other=0.5) == "open_need"
    assert verdict_of(0.97, verdict="undecided", rests_on="rounding") == "open_rounding"


def test_a_group_that_does_not_count_a_unit_says_nothing_of_it():
    assert verdict_of(0.5, verdict="below", other=np.nan) == "below"
    # But another group does not stand in for the one that the page is about.
    assert verdict_of(np.nan, verdict="none", other=0.5) == "none"


def test_without_any_need_group_there_is_no_verdict():
    codes = ["a", "b"]
    doubt = pd.DataFrame({"verdict": "none", "rests_on": ""}, codes)
    money = pd.Series([0.0, 0.0], codes)
    found = ratio_verdicts(
        pd.DataFrame(index=codes), doubt, group="", amount_wan=money, rounding_wan=money
    )
    assert found["verdict"].tolist() == ["none", "none"]


def test_a_verdict_is_no_firmer_than_the_ratios():
    ratios = with_status(pd.DataFrame({"aided": [0.5, 1.5]}, ["a", "b"]), "estimate")
    doubt = pd.DataFrame({"verdict": ["below", "above"], "rests_on": ""}, ["a", "b"])
    money = pd.Series([1.0, 3.0], ["a", "b"])
    found = ratio_verdicts(ratios, doubt, group="aided", amount_wan=money, rounding_wan=0 * money)
    assert status_of(found, "verdict") == "estimate"


@given(samples(), st.sampled_from((*FIRM, *OPEN)))
def test_the_unit_furthest_from_proportional_is_named_first(sample, verdict):
    ratios, doubt, amount, width = sample
    if amount[ratios["aided"].notna()].sum() == 0:
        return
    found = ratio_verdicts(ratios, doubt, group="aided", amount_wan=amount, rounding_wan=width)
    codes = units_with(found, ratios["aided"], verdict)
    assert set(codes) == set(found.index[found["verdict"] == verdict])
    far = [min(r, 1 / r) if r > 0 else 0.0 for r in ratios.loc[codes, "aided"]]
    assert far == sorted(far)

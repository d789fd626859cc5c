"""Colours can be told apart by the colour-blind and in grey, and letters can be read."""

import warnings
from functools import cache
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from drawings import keep_canvases
from figure_samples import TEXT, Sample
from matplotlib.colors import to_hex

from analysis.figures import outlook, vintages
from analysis.figures.look import COLOURS
from analysis.figures.marks import text_colour
from analysis.figures.ratio_colours import FILLS, letters_on

# It changes how NumPy prints, which examples elsewhere show.
with warnings.catch_warnings(), np.printoptions():
    # It names packages that it could use and that are not installed.
    warnings.simplefilter("ignore")
    import colour

# Tritanopia is an approximation in that paper, which the package says each time.
pytestmark = pytest.mark.filterwarnings("ignore:.*Machado:Warning")

# Difference by CIE DE2000 that marks drawn together must have, with any cones missing. 2.3 is just
# noticed side by side; small marks far apart need several times that.
ROLES_APART, STEPS_APART = 11.0, 8.5
# Difference of lightness L* (0 to 100) in a grey print; 5 of it are half a step of Munsell's.
GREY_APART, GREY_STEPS_APART = 9.5, 6.0
# Contrast by WCAG 2.2 AA: text (1.4.3), and marks (1.4.11).
TEXT_CONTRAST, MARK_CONTRAST = 4.5, 3.0
# Machado, Oliveira and Fernandes (2009), severity 1: the kind of cone is missing.
CONES = ("all", "Protanomaly", "Deuteranomaly", "Tritanomaly")
DRAWN = [role for role in COLOURS if role not in ("paper", "grid")]
# Too close in grey; what tells them apart where they are drawn together:
BY_SHAPE = {
    # bars beyond the line of all the money; on a dumbbell a dot and a line; a curve and a chord;
    # in dot plots marks of different shape.
    frozenset(("money", "danger")): "place or shape",
    # the hollow dot and the whisker beside a line; marks of different shape.
    frozenset(("need", "idle")): "shape",
}
LIGHT = {"band"}


@cache
def linear(code):
    return colour.models.eotf_sRGB(colour.notation.HEX_to_RGB(code))


@cache
def seen(code, cones):
    """Return CIE L*a*b* of a colour as seen with these cones."""
    light = linear(code)
    if cones != "all":
        light = np.clip(colour.blindness.matrix_cvd_Machado2009(cones, 1.0) @ light, 0, 1)
    white = colour.CCS_ILLUMINANTS["CIE 1931 2 Degree Standard Observer"]["D65"]
    return colour.XYZ_to_Lab(colour.RGB_to_XYZ(light, "sRGB"), white)


def apart(one, other, cones):
    return float(colour.difference.delta_E_CIE2000(seen(one, cones), seen(other, cones)))


def lightness(code):
    luminance = float(linear(code) @ [0.2126, 0.7152, 0.0722])
    return float(colour.colorimetry.lightness_CIE1976(100 * luminance))


def contrast(one, other):
    dark, light = sorted(float(linear(code) @ [0.2126, 0.7152, 0.0722]) for code in (one, other))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("cones", CONES)
def test_roles_are_told_apart_whatever_the_cones(cones):
    for one, other in combinations(DRAWN, 2):
        assert apart(COLOURS[one], COLOURS[other], cones) >= ROLES_APART, (one, other)


def test_roles_are_told_apart_in_grey_or_by_shape():
    close = {
        frozenset((one, other))
        for one, other in combinations(DRAWN, 2)
        if abs(lightness(COLOURS[one]) - lightness(COLOURS[other])) < GREY_APART
    }
    assert close == set(BY_SHAPE)


@pytest.mark.parametrize("cones", CONES)
def test_steps_of_the_ratio_are_told_apart_whatever_the_cones(cones):
    for one, other in combinations(FILLS, 2):
        assert apart(one, other, cones) >= STEPS_APART, (one, other)


def test_steps_of_the_ratio_are_told_apart_in_grey_and_only_far_below_is_dark():
    grey = [lightness(fill) for fill in FILLS]
    assert min(np.diff(sorted(grey))) >= GREY_STEPS_APART
    assert sorted(grey)[:2] == grey[:2]
    assert FILLS[0] == COLOURS["danger"]


@pytest.mark.parametrize("count", range(2, 7))
def test_years_of_grant_are_told_apart_in_grey_and_whatever_the_cones(count):
    shades = vintages._shades(count)
    for older, newer in combinations(shades, 2):
        assert lightness(newer) - lightness(older) >= GREY_STEPS_APART
        assert min(apart(older, newer, cones) for cones in CONES) >= 5
    for shade in shades:
        assert contrast(shade, vintages._readable(shade)) >= TEXT_CONTRAST


@pytest.mark.parametrize("role", DRAWN)
def test_words_in_a_role_s_colour_can_be_read(role):
    if role not in LIGHT:
        assert contrast(text_colour(role), COLOURS["paper"]) >= TEXT_CONTRAST


@pytest.mark.parametrize("role", DRAWN)
def test_marks_stand_out_from_the_paper(role):
    # Light areas have an edge in the colour of money.
    edge = COLOURS["money"] if role in LIGHT else COLOURS[role]
    assert contrast(edge, COLOURS["paper"]) >= MARK_CONTRAST


@pytest.mark.parametrize("step", range(len(FILLS)))
def test_words_on_steps_can_be_read_and_steps_have_an_edge(step):
    assert contrast(FILLS[step], letters_on(step)) >= TEXT_CONTRAST
    assert contrast(COLOURS["neutral"], COLOURS["paper"]) >= MARK_CONTRAST


def test_odds_can_be_read_on_every_shade(monkeypatch):
    canvases = keep_canvases(monkeypatch, outlook)
    odds = pd.DataFrame([np.linspace(0, 1, 14)] * 2, ["a", "b"], range(1, 15))
    odds.loc["b"] = [0.003, 0.006, 0.2, 0.47, 0.495, 0.4999, 0.5, 0.5001, 0.505, *[0.51] * 5]
    outlook.odds_heatmap(
        odds, Sample(1, "en").names, lang="en", start_month="2024-01", **TEXT["en"]
    )
    axes = canvases[0].axes
    assert len(axes.texts) == len(axes.patches) == 28
    for cell, words in zip(axes.patches, axes.texts, strict=True):
        ground, letters = to_hex(cell.get_facecolor()), to_hex(words.get_color())
        assert contrast(ground, letters) >= TEXT_CONTRAST, words.get_text()


def test_higher_odds_are_darker():
    depths = [outlook._depth(odds) for odds in np.linspace(0, 1, 101)]
    assert (np.diff(depths) > 0).all() and (depths[0], depths[-1]) == (0, 1)

"""Pictures by their looks: pixels by their difference, drawings element by element."""

import base64
import io
import random
import re

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from PIL import Image

from analysis.regression.pictures import compare_drawings, compare_pixels
from analysis.regression.tolerance import Tolerance


def figure(values=(3, 5, 2), colour="tab:blue", width=4, label="persons 98"):
    made = Figure(figsize=(width, 3))
    axes = made.subplots()
    axes.bar(["a", "b", "c"], values, color=colour)
    axes.plot([0, 2], [1, 4], marker="o", clip_on=True)
    axes.set_title(label, family="DejaVu Sans")
    return made


def saved(made, kind, **how):
    file = io.BytesIO()
    made.savefig(file, format=kind, **how)
    return file.getvalue()


def png(made, **how):
    return base64.b64encode(saved(made, "png", **how)).decode()


def svg(made, salt=None, **how):
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": salt}):
        return saved(made, "svg", **how).decode()


def pixels(array, kind="PNG"):
    file = io.BytesIO()
    Image.fromarray(np.asarray(array, dtype=np.uint8)).save(file, kind)
    return base64.b64encode(file.getvalue()).decode()


def looks(old, new, tolerance=None):
    return list(compare_pixels(old, new, tolerance or Tolerance()))


def drawn(old, new):
    return list(compare_drawings(old, new, Tolerance()))


def test_the_same_pixels_are_the_same_whatever_the_file_tells_of_itself():
    one, other = (png(figure(), metadata={"Software": name}) for name in ("a", "b"))
    assert one != other
    assert not looks(one, other)


OTHER = {
    "a colour": {"colour": "tab:orange"},
    "a bar": {"values": (3, 5, 2.1)},
    "a width": {"width": 4.2},
}


@pytest.mark.parametrize("change", OTHER.values(), ids=OTHER)
def test_other_looks_are_found_in_pixels_and_in_elements(change):
    assert looks(png(figure()), png(figure(**change)))
    assert drawn(svg(figure(), "s"), svg(figure(**change), "s"))


@given(st.integers(0, 2**32 - 1), st.integers(0, 255))
def test_the_difference_is_the_root_of_the_mean_square(seed, most):
    chance = np.random.default_rng(seed)
    old = chance.integers(0, 256, (5, 4, 4))
    new = np.clip(old + chance.integers(-most, most + 1, old.shape), 0, 255)
    rms = np.sqrt(np.mean(np.square(old - new)))
    for sides in ((old, new), (new, old)):
        shown = tuple(pixels(each) for each in sides)
        assert not looks(*shown, Tolerance(image=float(rms) * (1 + 1e-9)))
        assert rms == 0 or looks(*shown, Tolerance(image=float(rms) * (1 - 1e-9)))


def test_one_grey_level_is_little_whichever_way():
    dark, light = pixels(np.zeros((9, 9))), pixels(np.ones((9, 9)))
    assert not looks(dark, light, Tolerance(image=1))
    assert not looks(light, dark, Tolerance(image=1))


def test_another_size_is_told():
    (difference,) = looks(pixels(np.zeros((2, 3))), pixels(np.zeros((3, 3))))
    assert (difference.old, difference.new) == ("3 × 2", "3 × 3")


WHOLE = base64.b64decode(pixels(np.zeros((9, 9))))


@pytest.mark.parametrize(
    "broken",
    [b"", b"no picture", WHOLE[:40], WHOLE[:-30], WHOLE[:20] + b"\xff" * 9 + WHOLE[29:]],
)
def test_what_is_no_picture_is_told(broken):
    broken = base64.b64encode(broken).decode()
    good = pixels(np.zeros((9, 9)))
    assert [each.kind for each in looks(good, broken)] == ["picture"]
    assert [each.kind for each in looks(broken, good)] == ["picture"]
    assert looks(broken, "AAAA")
    assert not looks(broken, broken)


def test_what_is_no_base64_is_told():
    assert looks(pixels(np.zeros((9, 9))), "§")


def test_a_figure_saved_twice_is_the_same_though_its_names_are_drawn_by_chance():
    one, other = svg(figure()), svg(figure())
    names = [set(re.findall(r'id="(\w{11})"', each)) for each in (one, other)]
    assert names[0] != names[1]
    assert not drawn(one, other)


def test_dates_and_versions_in_the_metadata_do_not_count():
    one, other = (svg(figure(), "s", metadata={"Date": date}) for date in ("2024-01-31", None))
    assert one != other
    assert not drawn(one, other)


def test_each_measure_and_word_of_a_figure_counts():
    # Not the names, nor what stands in the metadata and before the drawing.
    old = svg(figure(), "s")
    body = old.index("</metadata>")
    places = [
        found
        for found in re.finditer(r"(?<![#\w.-])\d+(?:\.\d+)?(?![\w.])", old)
        if found.start() > body and not re.search(r'id="[^"]*$', old[: found.start()])
    ]
    assert len(places) > 100
    chance = random.Random(0)  # noqa: S311
    for place in chance.sample(places, 60):
        near, far = (
            old[: place.start()] + f"{float(place[0]) + off:.6f}" + old[place.end() :]
            for off in (0.001, 5)
        )
        assert drawn(old, far), old[place.start() - 40 : place.end()]
        in_words = re.search(r">[^<]*$", old[: place.start()])
        assert bool(drawn(old, near)) == bool(in_words), old[place.start() - 40 : place.end()]


DRAWING = '<svg xmlns="http://www.w3.org/2000/svg">{}</svg>'
SEEN = [
    ('<path d="M0 1" fill="#ff0000"/>', '<path d="M0 1" fill="#ff0001"/>'),
    ('<path style="fill: #f00; stroke-width: 1"/>', '<path style="fill: #f00; stroke-width: 2"/>'),
    ('<path d="M0 1"/>', '<path d="M0 1.02"/>'),
    ('<path d="M0 1"/>', '<path d="L0 1"/>'),
    ("<text>0.280</text>", "<text>0.285</text>"),
    ("<text>a</text>", "<text>b</text>"),
    ('<g aria-label="0.280"/>', '<g aria-label="0.285"/>'),
    ('<g data-value="0.280"/>', '<g data-value="0.285"/>'),
    ("<g/>", "<g/><g/>"),
    ("<g/><path/>", "<path/><g/>"),
    ('<path d="M0 1"/>', '<path d="M0 1" opacity="0.5"/>'),
    ('<g id="a"/><g id="b"/><use href="#a"/>', '<g id="a"/><g id="b"/><use href="#b"/>'),
    ("<g>", "<g>a"),
]
UNSEEN = [
    ('<path d="M0 1"/>', '<path d="M0.001 1.001"/>'),
    (
        '<path style="fill: #f00; stroke-width: 1"/>',
        '<path style="fill: #f00; stroke-width: 1.0"/>',
    ),
    ('<g id="a"/><use href="#a"/>', '<g id="m1f"/><use href="#m1f"/>'),
    ('<g id="a"/><g clip-path="url(#a)"/>', '<g id="z"/><g clip-path="url(#z)"/>'),
    ("<text>at 08:15:00</text>", "<text>at 09:15:00</text>"),
    (
        "<style>@font-face{src:url(data:font/woff2;base64,d09G/a/b/c=)}</style>",
        "<style>@font-face{src:url(data:font/woff2;base64,d09Hx/y=)}</style>",
    ),
    ('<g fill="red" stroke="none"/>', '<g stroke="none" fill="red"/>'),
]


@pytest.mark.parametrize(("old", "new"), SEEN)
def test_what_is_seen_counts(old, new):
    (difference,) = drawn(DRAWING.format(old), DRAWING.format(new))
    assert difference.kind == "picture"


@pytest.mark.parametrize(("old", "new"), UNSEEN)
def test_what_is_not_seen_does_not_count(old, new):
    assert not drawn(DRAWING.format(old), DRAWING.format(new))


def test_the_element_is_told():
    old, new = (DRAWING.format(f'<g/><path d="M{x}"/>') for x in (1, 2))
    (difference,) = drawn(old, new)
    assert difference.where() == "3 path"
    assert (difference.old, difference.new) == ('d="M1"', 'd="M2"')

"""What a cell showed beside what it shows: every number and word of it counts, chance does not."""

import copy
import re

import pytest
from cell_outputs import NOTEBOOKS, failed, printed, real_outputs, shown
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.regression.outputs import compare_outputs, unrecorded
from analysis.regression.tolerance import Tolerance

SVG = "image/svg+xml"


def found(old, new, tolerance=None, **how):
    return list(compare_outputs(old, new, tolerance or Tolerance(), **how))


# ---- The real notebooks.
REAL = [outputs for path in NOTEBOOKS for outputs in real_outputs(path)]
# What of a text a reader gets to see: not what stands within tags, nor in styles.
SEEN = re.compile(r"<style.*?</style>|<metadata>.*?</metadata>|<!.*?>|<[^<>]*>", re.DOTALL)
NUMBER = re.compile(r"(?<![\w.,&#-])\d{1,3}(?:,\d{3})*(?:\.\d+)?(?![\w.]*\d|,\d)")
WORD = re.compile(r"[^\W\d_]{2,}(?![^\W\d_]*;)")


def texts(value, path=()):
    """Yield the place of each text and number in outputs, but not of what only tells of looks."""
    if isinstance(value, dict):
        for name, each in value.items():
            if name not in ("output_type", "execution_count", "name"):
                yield from texts(each, (*path, name))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from texts(each, (*path, number))
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield path


def at(value, path):
    for step in path:
        value = value[step]
    return value


def with_changed(outputs, path, new):
    changed = copy.deepcopy(outputs)
    at(changed, path[:-1])[path[-1]] = new
    return changed


def compared(path):
    """Tell whether a text in outputs is one that a comparison is to look at."""
    # That a chart is one of ours says nothing of what it shows.
    return "metadata" not in path or (SVG in path and path[-1] != "relief")


PLACES = [
    (number, path)
    for number, outputs in enumerate(REAL)
    for path in texts(outputs)
    if compared(path)
]


def test_there_are_real_outputs_to_change():
    assert len(PLACES) > 2000


@settings(max_examples=400)
@given(st.data(), st.sampled_from(PLACES))
def test_any_changed_number_or_word_of_a_real_output_is_found(data, place):
    number, path = place
    outputs, text = REAL[number], at(REAL[number], path)
    if isinstance(text, int | float):
        new = text + data.draw(st.sampled_from([-1, 0.1, 1, 100]))
    else:
        marked = {spot for tag in SEEN.finditer(text) for spot in range(*tag.span())}
        marked = marked if path[-1] in ("text/html", SVG) else set()
        spots = [
            spot
            for pattern in (NUMBER, WORD)
            for spot in pattern.finditer(text)
            if spot.start() not in marked
        ]
        if not spots:
            return
        spot = data.draw(st.sampled_from(spots))
        changed = "9" + spot[0] if spot[0][0].isdigit() else spot[0] + "x"
        new = text[: spot.start()] + changed + text[spot.end() :]
    assert found(outputs, with_changed(outputs, path, new)), (path, text, new)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_noise_in_the_numbers_of_a_real_notebook_is_no_difference(path):
    def noisy(value):
        if isinstance(value, dict):
            return {name: noisy(each) for name, each in value.items()}
        if isinstance(value, list):
            return [noisy(each) for each in value]
        return value * (1 + 1e-13) if isinstance(value, float) else value

    for outputs in real_outputs(path):
        assert not found(outputs, [noisy(each) for each in outputs], images=True)


# ---- What is printed.
@given(
    st.lists(st.tuples(st.sampled_from(["stdout", "stderr"]), st.text("ab1\n")), max_size=6),
    st.data(),
)
def test_how_printed_text_is_split_and_interleaved_is_chance(pieces, data):
    joined = {name: "".join(text for kind, text in pieces if kind == name) for name, _ in pieces}
    other = [printed(text, name) for name, text in data.draw(st.permutations([*joined.items()]))]
    assert not found([printed(text, name) for name, text in pieces], other)


def test_what_is_printed_between_displays_is_compared_apart():
    figure = shown({"text/plain": "1"})
    assert not found([printed("a"), figure, printed("b")], [figure, printed("ab")])
    assert found([printed("a"), figure, printed("b")], [figure, printed("ba")])


def test_errors_printed_are_not_what_is_printed():
    assert len(found([printed("a")], [printed("a", "stderr")])) == 2


def test_of_a_progress_bar_only_the_end_counts():
    slow = printed("\r 10%|█ | 1/9\r 50%|█ | 5/9\r100%|██| 9/9 [00:03<00:00, 3.0it/s]\n", "stderr")
    fast = printed("\r100%|██| 9/9 [00:00<00:00, 90it/s]\r\n", "stderr")
    assert not found([slow], [fast])
    assert found([slow], [printed("\r100%|██| 8/8 [00:00<00:00, 90it/s]\n", "stderr")])


# ---- What is displayed.
def test_a_result_may_be_displayed_instead():
    result = shown({"text/plain": "1"}, output_type="execute_result", execution_count=3)
    assert not found([result], [shown({"text/plain": "1"})])
    assert found([result], [shown({"text/plain": "2"})])


def test_the_order_of_displays_counts():
    one, other = (shown({"text/plain": text}) for text in "ab")
    first, _ = found([one, other], [other, one])
    assert first.where().startswith("1 ›")


def test_a_display_more_or_less_is_told():
    one, other = (shown({"text/plain": text}) for text in "ab")
    (less,), (more,) = found([one, other], [one]), found([one], [one, other])
    assert (less.kind, less.old, less.new, less.where()) == ("shape", "b", "—", "[2 → 1]")
    assert (more.kind, more.old, more.new) == ("shape", "—", "b")


def test_a_form_more_or_less_is_told():
    plain, rich = shown({"text/plain": "a"}), shown({"text/plain": "a", "text/html": "<p>a"})
    (less,), (more,) = found([rich], [plain]), found([plain], [rich])
    assert (less.old, less.new) == ("text/html", "—") == (more.new, more.old)


def test_an_error_is_compared_by_what_it_says():
    assert not found([failed("a", ["x"])], [failed("a", ["y"])])
    assert found([failed("a")], [failed("b")])
    (difference,) = found([failed("a 1")], [shown({"text/plain": "fine"})])
    assert (difference.old, difference.new) == ("ValueError: a 1", "fine")


def test_widgets_are_left_out_but_not_their_text():
    def widget(model, text):
        kind = "application/vnd.jupyter.widget-view+json"
        return shown({kind: {"model_id": model}, "text/plain": text})

    assert not found([widget("a", "IntSlider(value=1)")], [widget("b", "IntSlider(value=1)")])
    assert found([widget("a", "IntSlider(value=1)")], [widget("a", "IntSlider(value=2)")])


# ---- Figures.
def chart(**metadata):
    return shown({SVG: "<svg><text>a</text></svg>"}, {SVG: metadata} if metadata else {})


def plotted(values, picture="AAAA"):
    figure = {"axes": [{"lines": [{"y": values}]}]}
    return shown({"image/png": picture, "text/plain": "<Figure>"}, {"relief": {"figure": figure}})


@pytest.mark.parametrize("name", ["title", "alt", "source", "table"])
def test_what_a_chart_tells_of_itself_counts(name):
    told = {"title": "a", "alt": "a", "source": "a", "table": [{"name": "a", "value": 1}]}
    changed = {**told, name: [{"name": "a", "value": 2}] if name == "table" else "b"}
    assert found([chart(**told)], [chart(**changed)])
    assert found([chart(**told)], [chart()])


def test_what_a_figure_draws_counts_and_not_its_pixels():
    assert not found([plotted([1, 2])], [plotted([1, 2 + 1e-12], "BBBB")])
    (difference,) = found([plotted([1, 2])], [plotted([1, 3])])
    assert difference.values == (2, 3)


def test_how_a_figure_looks_counts_where_it_is_asked_for():
    old, new = plotted([1]), plotted([1], "BBBB")
    assert [each.kind for each in found([old], [new], images=True)] == ["picture"]
    red, blue = (
        shown({SVG: f'<svg xmlns="http://www.w3.org/2000/svg"><g fill="{colour}"/></svg>'})
        for colour in ("red", "blue")
    )
    assert not found([red], [blue])
    assert [each.kind for each in found([red], [blue], images=True)] == ["picture"]


@pytest.mark.parametrize("kind", ["image/png", "image/jpeg", "image/gif", "image/webp"])
def test_pixels_of_any_kind_are_no_text(kind):
    assert not found([shown({kind: "AAAA"})], [shown({kind: "BBBB"})])
    assert unrecorded(shown({kind: "AAAA"}))


def test_a_figure_that_does_not_say_what_it_draws_is_known():
    assert unrecorded(chart())
    assert unrecorded(chart(alt="a"))
    assert unrecorded(shown({"image/png": ""}, {"image/png": {"width": 3}}))
    assert not unrecorded(chart(table=[]))
    assert not unrecorded(plotted([1]))
    assert not unrecorded(shown({"text/plain": "a"}))
    assert not unrecorded(printed("a"))

"""What a figure of matplotlib draws, as data: a test compares it where it cannot compare pixels.

A notebook that says ``%load_ext analysis.regression.drawn`` has it in the metadata of its figures.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.regression.drawn_values import WHOLE, as_mesh, as_parts, as_points, as_values

# A user's notebook may load this before matplotlib, and choose its backend in between.
if TYPE_CHECKING:
    from matplotlib.figure import Figure

_APART = 100  # lines or patches of one kind that are told apart
_FIGURE = "matplotlib.figure.Figure"


def drawn(figure: Figure) -> dict[str, Any]:
    """Return what a figure draws, as plain values that JSON can hold.

    Parameters
    ----------
    figure : Figure
        It is laid out as drawing would, and then put back as it was.

    Returns
    -------
    dict
        ``title`` and ``axes``: for each in drawn order its words, limits and tick labels, and its
        ``lines``, ``bars``, ``patches``, ``collections``, ``images``, ``texts`` and ``others``.
        What is hidden or empty is left out, and so are colours, widths, fonts, sizes and markers.
        Numbers are those on the axes: a date is matplotlib's, which counts days from 1970 in UTC
        whatever zone it had. What is not finite is null. Names on an axis of names stay names.
        Of more than 1,000 values there are ``count``, ``min``, ``max``, ``sum``, ``ordered_sum``
        and ``each`` k-th of the ``values``. In the ordered sum a value's weight depends on its
        place, as values that change places leave the plain sum as it was. What cannot be read
        is recorded by its class: ``{"unread": "MyArtist"}``.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = Figure().subplots()
    >>> _ = axes.plot([1, 2, 3], [4.0, float("nan"), 6.0], label="paid")
    >>> drawn(axes.figure)["axes"][0]["lines"]
    [{'label': 'paid', 'x': [1.0, 2.0, 3.0], 'y': [4.0, None, 6.0]}]
    """
    with _laid_out(figure):
        hosts: list[Any] = figure.axes
        panels = [each for each in hosts if each.get_figure(root=False).get_visible()]
        return _figure(figure) | {
            "axes": [_read(_axes, each) for each in _tree(panels, "child_axes", _shown)]
        }


def load_ipython_extension(ipython: Any) -> None:
    """Have each figure shown carry what it draws in its metadata: ``relief``, then ``figure``."""
    # The picture warns of the same things again, and that warning is the user's to see.
    warnings.filterwarnings("ignore", module=re.escape(__name__) + r"\Z")
    ipython.display_formatter.mimebundle_formatter.for_type(_FIGURE, _bundle)


def unload_ipython_extension(ipython: Any) -> None:
    """Have figures shown as they were before."""
    ipython.display_formatter.mimebundle_formatter.pop(_FIGURE, None)


def _bundle(figure: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    return {}, {"relief": {"figure": _read(drawn, figure)}}


def _read(read: Callable[[Any], dict[str, Any]], artist: Any) -> dict[str, Any]:
    try:
        return read(artist)
    # Anything may go wrong in artists of other makers, and the user's cell must go on.
    except Exception:
        return {"unread": type(artist).__name__}


@contextmanager
def _laid_out(figure: Any) -> Iterator[None]:
    """Give axes the limits and the room for ticks that they get when they are drawn.

    Layouts end elsewhere when they start elsewhere, so what they move is put back.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas, engine, pars = figure.canvas, figure.get_layout_engine(), figure.subplotpars
    panels = list(_tree(figure.axes, "child_axes"))
    boxes = [box for each in panels for box in (each._position, each._originalPosition)]
    boxes += [each.viewLim for each in panels]
    parts = list(_tree(figure.subfigs, "subfigs"))
    boxes += [each.bbox_relative for each in parts]
    before, margins = [box.frozen() for box in boxes], dict(vars(pars))
    titles = [text for each in (figure, *parts) for text in _own(each).values() if text]
    places = [(each.get_position(), each.get_va()) for each in titles]
    try:
        with suppress(Exception):
            # Each canvas measures letters in its own way; here one stands for all.
            measure: Any = FigureCanvasAgg(figure)
            renderer = measure.get_renderer()
            _keep_aspects(panels, renderer)
            if engine is not None and panels:
                engine.execute(figure)
                _keep_aspects(panels, renderer)
        yield
    finally:
        figure.set_canvas(canvas)
        vars(pars).update(margins)
        for box, was in zip(boxes, before, strict=True):
            box.set(was)
        for each, (place, va) in zip(titles, places, strict=True):
            each.set(position=place, va=va)


def _keep_aspects(panels: Iterable[Any], renderer: Any) -> None:
    for each in panels:
        locator = each.get_axes_locator()
        each.apply_aspect(locator(each, renderer) if locator else None)


def _tree(
    stems: Iterable[Any], below: str, choose: Callable[[Any], Iterable[Any]] = list
) -> Iterator[Any]:
    for each in choose(stems):
        yield each
        yield from _tree(getattr(each, below), below, choose)


def _shown(artists: Iterable[Any]) -> list[Any]:
    """Return what is visible, in drawn order; in space that order is up to the camera."""
    visible = [each for each in artists if each.get_visible()]
    return sorted(visible, key=lambda a: 0 if _in_space(a) else a.get_zorder())


def _in_space(artist: Any) -> bool:
    return hasattr(artist, "do_3d_projection")


def _own(figure: Any) -> dict[str, Any]:
    """Return the words of the whole figure: where these stand is up to the layout."""
    return {"title": figure._suptitle, "xlabel": figure._supxlabel, "ylabel": figure._supylabel}


def _figure(figure: Any) -> dict[str, Any]:
    own = _own(figure)
    found: dict[str, Any] = {key: "".join(_words([text])) for key, text in own.items()}
    found |= _artists(figure, [each for each in figure.texts if each not in own.values()])
    found["legends"] = [_words(_inside(each)) for each in _shown(figure.legends)]
    found["subfigures"] = [_read(_figure, each) for each in _shown(figure.subfigs)]
    return {key: value for key, value in found.items() if value or key == "title"}


def _axes(axes: Any) -> dict[str, Any]:
    titles = _words([axes._left_title, axes.title, axes._right_title])
    found: dict[str, Any] = {"title": " | ".join(titles)}
    for name in "xyz":
        if hasattr(axes, f"{name}axis"):
            read = _read(_axis, getattr(axes, f"{name}axis"))
            found |= {f"{name}{key}": value for key, value in read.items()}
    legend = axes.get_legend()
    if legend is not None and legend.get_visible():
        found["legend"] = _words(_inside(legend))
    return found | _artists(axes, axes.texts)


def _axis(axis: Any) -> dict[str, Any]:
    on = axis.get_visible() and getattr(axis.axes, "_axis3don", axis.axes.axison)
    ticks = [each for each in axis._update_ticks() if each.get_visible()] if on else []
    # A power of ten that all labels share stands at the end of the axis.
    offset = axis.get_major_formatter().get_offset() if ticks else ""
    return {
        "label": "".join(_words([axis.label])) if on else "",
        "scale": axis.get_scale(),
        "lim": as_values(axis.get_view_interval()),
        "ticks": _words(label for each in ticks for label in (each.label1, each.label2)),
    } | ({"offset": offset} if offset else {})


def _artists(owner: Any, texts: Iterable[Any]) -> dict[str, Any]:
    groups = getattr(owner, "containers", [])
    bars = [
        each for each in groups if hasattr(each, "orientation") and not any(map(_in_space, each))
    ]
    barred = {id(bar) for each in bars for bar in each}
    patches = [each for each in _shown(owner.patches) if id(each) not in barred]
    others = [*owner.artists, *getattr(owner, "tables", [])]
    found = {
        "lines": _each(_line, _course, _shown(owner.lines)),
        "bars": [_read(_bars, each) for each in bars],
        "labels": [label for each in groups if each not in bars for label in _label(each).values()],
        "patches": _each(_patch, _outline, patches),
        "collections": [_read(_collection, a) for a in _shown(getattr(owner, "collections", []))],
        "images": [_read(_image, each) for each in _shown(owner.images)],
        "texts": [_read(_text, each) for each in _shown(texts) if each.get_text()],
        "others": [_read(_other, each) for each in _shown(others)],
    }
    return {key: value for key, value in found.items() if value}


def _each(
    read: Callable[[Any], dict[str, Any]], points: Callable[[Any], Any], artists: list[Any]
) -> list[dict[str, Any]]:
    """Read artists apart, or too many of them as one: metadata stays small."""
    if len(artists) > _APART:
        labels = [label for each in artists for label in _label(each).values()]
        with suppress(Exception):
            return [({"labels": labels} if labels else {}) | as_parts(map(points, artists))]
    return [_read(read, each) for each in artists]


def _line(line: Any) -> dict[str, Any]:
    found: dict[str, Any] = _label(line) | as_points(_course(line))
    for name, given in (("x", line.get_xdata()), ("y", line.get_ydata())):
        names = [value for value in np.ravel(given).tolist() if isinstance(value, str)]
        if 0 < len(names) == np.size(given) <= WHOLE:
            found[name] = names
    return found


def _course(line: Any) -> Any:
    in_space = hasattr(line, "get_data_3d")
    return np.ma.column_stack(line.get_data_3d() if in_space else line.get_data(orig=False))


def _bars(group: Any) -> dict[str, Any]:
    bars = [each for each in group if each.get_visible() and each.axes is not None]
    sides = {"left": "get_x", "bottom": "get_y", "width": "get_width", "height": "get_height"}
    lengths = {
        side: as_values([getattr(bar, get)() for bar in bars]) for side, get in sides.items()
    }
    return _label(group) | lengths


def _patch(patch: Any) -> dict[str, Any]:
    if not hasattr(patch, "theta1"):
        return _label(patch) | as_points(_outline(patch))
    numbers = as_values([patch.theta1, patch.theta2, patch.r, *patch.center])
    return _label(patch) | dict(zip(("theta1", "theta2", "r", "x", "y"), numbers, strict=True))


def _outline(patch: Any) -> Any:
    if _in_space(patch):
        return patch._segment3d
    # An arrow's outline depends on the size of a pixel; its ends do not.
    if getattr(patch, "_posA_posB", None):
        return [patch._convert_xy_units(end) for end in patch._posA_posB]
    return patch.get_path().transformed(patch.get_patch_transform()).vertices


def _collection(collection: Any) -> dict[str, Any]:
    found: dict[str, Any] = _label(collection)
    # Of marks it is their places that are data; their outlines are a matter of looks.
    marks, moved = collection.get_offsets(), collection.get_offset_transform()
    if _in_space(collection):
        found |= as_parts(_solid(collection))
    elif hasattr(collection, "get_coordinates"):
        found |= as_mesh(collection.get_coordinates())
    elif type(moved).__name__ != "IdentityTransform" or np.any(marks):
        found |= as_points(marks)
    else:
        found |= as_parts(path.vertices for path in collection.get_paths())
    # Arrows and barbs have a length each way.
    given = {"array": collection.get_array()} | {
        key: getattr(collection, key, None) for key in ("U", "V", "u", "v")
    }
    return found | {key: as_values(value) for key, value in given.items() if value is not None}


def _solid(artist: Any) -> Iterable[Any]:
    """Return places in space: the public methods tell how these were last projected."""
    if hasattr(artist, "_offsets3d"):
        return [np.ma.column_stack(np.broadcast_arrays(*artist._offsets3d, subok=True))]
    if hasattr(artist, "_3dverts_codes"):
        return [vertices for vertices, _ in artist._3dverts_codes]
    lines: Iterable[Any] = artist._segments3d if hasattr(artist, "_segments3d") else artist._faces
    return lines


def _image(image: Any) -> dict[str, Any]:
    array = image.get_array()
    extent = {"extent": as_values(image.get_extent())} if hasattr(image, "get_extent") else {}
    return _label(image) | {"shape": list(np.shape(array)), "array": as_values(array)} | extent


def _text(text: Any) -> dict[str, Any]:
    in_space = hasattr(text, "get_position_3d")
    place = text.get_position_3d() if in_space else text.get_unitless_position()
    found = {"text": text.get_text()} | dict(zip("xyz", as_values(place), strict=False))
    if hasattr(text, "xy"):
        x, y = text.xy
        found["xy"] = as_values([text.convert_xunits(x), text.convert_yunits(y)])
    return found


def _other(artist: Any) -> dict[str, Any]:
    cells = artist.get_celld() if hasattr(artist, "get_celld") else {}
    texts = [cells[key].get_text() for key in sorted(cells)] if cells else _inside(artist)
    return {"kind": type(artist).__name__, "texts": _words(texts)}


def _inside(artist: Any) -> list[Any]:
    from matplotlib.text import Text

    return list(artist.findobj(Text))


def _words(texts: Iterable[Any]) -> list[str]:
    return [each.get_text() for each in texts if each and each.get_visible() and each.get_text()]


def _label(artist: Any) -> dict[str, str]:
    label = str(getattr(artist, "get_label", str)() or "")
    return {} if not label or label.startswith("_") else {"label": label}

"""Keep what a costly pure function returned, under a key that includes the data it was given.

Nothing has to be told that data changed: other figures, or another status, make another key.
"""

from __future__ import annotations

import copy
import hashlib
import inspect
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from functools import wraps
from pathlib import PurePath
from typing import Any, ParamSpec, TypeVar

import numpy as np
import pandas as pd

from analysis.statuses import status_of

Given = ParamSpec("Given")
Result = TypeVar("Result")

# Their repr is exact, and tells them apart from each other.
PLAIN = (type(None), bool, int, float, str)
_keeping = True


class _UnknownKindError(Exception):
    """A value whose content cannot be told."""


def kept(
    maxsize: int = 16,
) -> Callable[[Callable[Given, Result]], Callable[Given, Result]]:
    """Return a decorator that remembers a pure function's results in this process.

    The key is the content of every argument: values, index, types and statuses of frames, arrays,
    numbers, texts, lists, dicts, a case's `fingerprint`, and the fields of frozen dataclasses.
    With an argument, or a result, of any other kind the function is just called.

    What is handed out is the caller's own: frames are copied (lazily, so it costs nothing), and
    arrays are read-only. The function without its memory is its attribute ``__wrapped__``.

    Parameters
    ----------
    maxsize : int
        Results kept; the one not asked for longest goes first.

    Examples
    --------
    >>> @kept(maxsize=2)
    ... def shares(amount_wan):
    ...     print("computed")
    ...     return amount_wan / amount_wan.sum()
    >>> first = shares(pd.Series({"a": 30.0, "b": 10.0}))
    computed
    >>> first["a"] = 0.0
    >>> shares(pd.Series({"a": 30.0, "b": 10.0}))["a"]
    np.float64(0.75)
    """

    def decorate(function: Callable[Given, Result]) -> Callable[Given, Result]:
        signature = inspect.signature(function)
        results: OrderedDict[str, Result] = OrderedDict()

        @wraps(function)
        def remembered(*args: Given.args, **kwargs: Given.kwargs) -> Result:
            key = _arguments_key(signature, args, kwargs) if _keeping else None
            if key is None:
                return function(*args, **kwargs)
            if key not in results:
                result = function(*args, **kwargs)
                try:
                    results[key] = _own(result)
                except _UnknownKindError:
                    return result
                if len(results) > maxsize:
                    results.popitem(last=False)
            results.move_to_end(key)
            own: Result = _own(results[key])
            return own

        return remembered

    return decorate


@contextmanager
def nothing_kept() -> Iterator[None]:
    """Compute everything anew: for tests and benchmarks of the functions themselves."""
    global _keeping
    before, _keeping = _keeping, False
    try:
        yield
    finally:
        _keeping = before


def content_key(*values: object) -> str | None:
    """Return a key that stands for the content of some values: SHA-256, 64 hexadecimal digits.

    Parameters
    ----------
    *values
        As `kept` takes them.

    Returns
    -------
    str or None
        None if a value is of another kind.

    Examples
    --------
    >>> money = pd.Series({"a": 30.0})
    >>> content_key(money) == content_key(money.copy())
    True
    >>> content_key(money) == content_key(money + 1)
    False
    """
    digest = _Digest()
    try:
        for value in values:
            digest.feed(value)
    except _UnknownKindError:
        return None
    return digest.hash.hexdigest()


def _arguments_key(
    signature: inspect.Signature, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> str | None:
    try:
        bound = signature.bind(*args, **kwargs)
    except TypeError:
        # The function itself says best what is missing.
        return None
    bound.apply_defaults()
    return content_key(bound.arguments)


class _Digest:
    """Feeds values to SHA-256, each part with its kind and length, so that no two read alike."""

    def __init__(self) -> None:
        self.hash = hashlib.sha256()
        # One index serves several frames of a call: it is read once.
        self.indexes: list[tuple[pd.Index, str]] = []

    def add(self, kind: str, content: str | bytes = b"") -> None:
        data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
        self.hash.update(f"{kind} {len(data)}\n".encode())
        self.hash.update(data)

    def feed(self, value: object) -> None:
        if type(value) is str:
            self.add("str", value)
        elif type(value) in PLAIN or isinstance(value, np.generic | PurePath) or value is pd.NA:
            self.add(type(value).__name__, repr(value))
        elif isinstance(value, bytes):
            self.add("bytes", value)
        elif type(value) in (list, tuple):
            self._feed_items(type(value).__name__, list(value))  # type: ignore[call-overload]
        elif type(value) is dict:
            self._feed_items("dict keys", list(value))
            self._feed_items("dict values", list(value.values()))
        elif isinstance(value, np.ndarray):
            self._feed_array(value)
        elif isinstance(value, pd.Index):
            self._feed_index(value)
        elif isinstance(value, pd.Series):
            self.feed(["Series", value.name])
            self._feed_index(value.index)
            self._feed_column(value)
            self.feed(status_of(value) if value.attrs else None)
        elif isinstance(value, pd.DataFrame):
            self._feed_frame(value)
        elif isinstance(getattr(value, "fingerprint", None), str):
            self.feed([type(value).__qualname__, value.fingerprint])  # type: ignore[attr-defined]
        elif _is_frozen(value):
            self.add(f"{type(value).__module__}.{type(value).__qualname__}")
            for field in fields(value):  # type: ignore[arg-type]
                self.feed(field.name)
                self.feed(getattr(value, field.name))
        else:
            raise _UnknownKindError

    def _feed_items(self, kind: str, items: list[Any]) -> None:
        if {type(item) for item in items} <= set(PLAIN):
            self.add(f"{kind} of plain values", repr(items))
            return
        self.add(kind, str(len(items)))
        for item in items:
            self.feed(item)

    def _feed_array(self, array: np.ndarray[Any, Any]) -> None:
        if type(array) is not np.ndarray or array.dtype.kind not in "biufcSUmMO":
            raise _UnknownKindError
        self.feed(["array", array.dtype.str, repr(array.shape)])
        if array.dtype == object:
            self._feed_items("objects", list(array.ravel()))
        else:
            self.add("values", array.tobytes())

    def _feed_frame(self, frame: pd.DataFrame) -> None:
        self.add("DataFrame")
        self._feed_index(frame.columns)
        self._feed_index(frame.index)
        for place in range(frame.shape[1]):
            self._feed_column(frame.iloc[:, place])
        if frame.attrs and frame.columns.is_unique:
            self.feed([status_of(frame, name) for name in frame.columns])

    def _feed_column(self, column: pd.Series) -> None:
        self._feed_values(column.to_numpy(), column.dtype)

    def _feed_values(self, values: np.ndarray[Any, Any], dtype: object) -> None:
        self.add("dtype", repr(dtype))
        if isinstance(dtype, pd.StringDtype):
            # A source stands in thousands of rows: each text is read once.
            texts = list(values)
            places = {text: place for place, text in enumerate(dict.fromkeys(texts))}
            self.feed(np.fromiter(map(places.__getitem__, texts), np.int64, len(texts)))
            self._feed_items("texts", list(places))
        elif isinstance(dtype, np.dtype):
            self._feed_array(values)
        else:
            raise _UnknownKindError

    def _feed_index(self, index: pd.Index) -> None:
        for seen, key in self.indexes:
            if index.identical(seen):
                self.add("index", key)
                return
        own = _Digest()
        own.feed(["index", type(index).__name__, *index.names])
        if isinstance(index, pd.RangeIndex):
            own.feed([index.start, index.stop, index.step])
        elif isinstance(index, pd.MultiIndex):
            for level in range(index.nlevels):
                own._feed_index(index.get_level_values(level))
        else:
            own._feed_values(index.to_numpy(), index.dtype)
        self.indexes.append((index, own.hash.hexdigest()))
        self.add("index", own.hash.hexdigest())


def _own(value: Any) -> Any:
    """Return a value that its receiver may change without changing the given one."""
    if isinstance(value, pd.DataFrame | pd.Series):
        return value.copy(deep=False)
    if isinstance(value, np.ndarray):
        view = value.view()
        view.flags.writeable = False
        return view
    if isinstance(value, (*PLAIN, np.generic, PurePath, bytes, pd.Index)):
        return value
    if type(value) in (list, tuple):
        return type(value)(map(_own, value))
    if type(value) is dict:
        return {key: _own(each) for key, each in value.items()}
    if _is_frozen(value) and not hasattr(value, "fingerprint"):
        own = copy.copy(value)
        for field in fields(value):
            object.__setattr__(own, field.name, _own(getattr(value, field.name)))
        return own
    raise _UnknownKindError


def _is_frozen(value: object) -> bool:
    parameters = getattr(type(value), "__dataclass_params__", None)
    return bool(parameters and parameters.frozen)

"""Keep what a costly pure function returned, under a key that includes the data it was given.

Nothing has to be told that data changed: other figures, or another status, make another key.
"""

from __future__ import annotations

import copy
import hashlib
import inspect
import pickle
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from pathlib import PurePath
from types import SimpleNamespace
from typing import Any, ParamSpec, TypeVar

import numpy as np
import pandas as pd

from analysis.statuses import status_of

Given = ParamSpec("Given")
Result = TypeVar("Result")

# What nobody can change needs no copy.
IMMUTABLE = (type(None), bool, int, float, str, bytes, np.generic, PurePath, pd.Index)
# Attribute of a result that stands for its content.
KEY = "_kept_under"


def kept(
    maxsize: int = 16,
) -> Callable[[Callable[Given, Result]], Callable[Given, Result]]:
    """Return a decorator that remembers a pure function's results in this process.

    The key is the content of every argument: see `content_key`. With an argument that has none,
    or a result of a kind that somebody could change, the function is just called.

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
            key = _arguments_key(signature, args, kwargs)
            if key is None:
                return function(*args, **kwargs)
            if key not in results:
                result = function(*args, **kwargs)
                try:
                    results[key] = _own(result, f"{function.__qualname__} {key}")
                except TypeError:
                    return result
                if len(results) > maxsize:
                    results.popitem(last=False)
            results.move_to_end(key)
            own: Result = _own(results[key])
            return own

        return remembered

    return decorate


def content_key(*values: object) -> str | None:
    """Return a key that stands for the content of some values: SHA-256, 64 hexadecimal digits.

    Two values share a key only where one can stand for the other: types, names, index, order and
    statuses count. A case goes by its `fingerprint`.

    Returns
    -------
    str or None
        None if a value cannot be pickled, or is of a kind that a notebook itself defines and may
        define anew.

    Examples
    --------
    >>> money = pd.Series({"a": 30.0})
    >>> content_key(money) == content_key(money.copy())
    True
    >>> content_key(money) == content_key(money + 1)
    False
    """
    writer = _ContentWriter()
    try:
        writer.dump(values)
    except Exception:  # whatever a value raises while it is read, it has no key
        return None
    return writer.hash.hexdigest()


class _ContentWriter(pickle.Pickler):
    """Pickles into a hash: what a pickle can restore, it tells apart."""

    def __init__(self) -> None:
        self.hash = hashlib.sha256()
        # One protocol, in which an array is written alike however it lies in memory.
        super().__init__(SimpleNamespace(write=self.hash.update), protocol=4)
        # Equal texts are written alike, whether they are one object or two.
        self.fast = True

    def reducer_override(self, value: Any) -> Any:
        """Write a frame column by column, with its statuses; anything else as pickle does."""
        if isinstance(value, pd.DataFrame):
            columns = [value.iloc[:, place].array for place in range(value.shape[1])]
            stated = [status_of(value, str(name)) for name in value] if value.attrs else []
            return list, (["DataFrame", value.columns, value.index, columns, stated],)
        if isinstance(value, pd.Series):
            status = status_of(value) if value.attrs else None
            return list, (["Series", value.name, value.index, value.array, status],)
        if isinstance(getattr(value, "fingerprint", None), str):
            return type(value), (value.fingerprint,)
        if isinstance(getattr(value, KEY, None), str):
            # What came out of a kept function and nobody can change goes by how it was made.
            return type(value), (getattr(value, KEY),)
        if getattr(value, "__module__", None) == "__main__":
            raise pickle.PicklingError
        return NotImplemented


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


def _own(value: Any, key: str = "") -> Any:
    """Return a value that its receiver may change without changing the given one.

    A frozen dataclass of arrays and plain values is marked with the `key` that it was made under.
    """
    if isinstance(value, pd.DataFrame | pd.Series):
        return value.copy(deep=False)
    if isinstance(value, np.ndarray):
        view = value.view()
        view.flags.writeable = False
        return view
    if isinstance(value, IMMUTABLE):
        return value
    if type(value) in (list, tuple):
        return type(value)(map(_own, value))
    if type(value) is dict:
        return {key: _own(each) for key, each in value.items()}
    parameters = getattr(type(value), "__dataclass_params__", None)
    if parameters and parameters.frozen and not hasattr(value, "fingerprint"):
        own = copy.copy(value)
        changeable = False
        for field in fields(value):
            each = getattr(value, field.name)
            object.__setattr__(own, field.name, _own(each, key and f"{key} {field.name}"))
            changeable |= not isinstance(each, (*IMMUTABLE, np.ndarray, tuple))
        if key and not changeable:
            object.__setattr__(own, KEY, key)
        return own
    raise TypeError

"""Text that can be written to any file: whatever leaves a notebook's process passes here."""

from __future__ import annotations

from typing import Any


def clean(value: Any) -> Any:
    r"""Return a value of texts, lists and dicts in which lone surrogates are shown escaped.

    A file's name in another encoding than the system's has them; no UTF-8 file can hold them.

    Examples
    --------
    >>> name = b"\xd6.csv".decode("utf-8", "surrogateescape")
    >>> print(clean({"names": ["甲.csv", name]})["names"][1])
    \udcd6.csv
    """
    if isinstance(value, str):
        return value if value.isascii() else value.encode(errors="backslashreplace").decode()
    if isinstance(value, dict):
        return {clean(key): clean(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(clean, value))
    return value

"""The parameters that a notebook declares, and values typed for them."""

from __future__ import annotations

import ast
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import UsageError
from analysis.words import ByLanguage, listed, refusal

# These have options of their own on the command line.
OWN_OPTIONS = ("case", "unit", "lang")
ALWAYS_GIVEN = ("case", "lang")


@dataclass(frozen=True)
class Parameter:
    """A parameter that a notebook declares: its type, and its default as it is written."""

    type_name: str
    default: str

    def default_value(self) -> object:
        """Return the default as a value; as text where it is an expression."""
        with suppress(ValueError, SyntaxError):
            value: object = ast.literal_eval(self.default)
            return value
        return self.default


def declared_parameters(notebook: Path) -> dict[str, Parameter]:
    """Return the parameters that a notebook's cell tagged ``parameters`` declares, by name.

    Raises
    ------
    UsageError
        If the file is no notebook.
    """
    try:
        source = _parameters_cell(notebook)
        try:
            return dict(_assignments(source))
        except SyntaxError:  # not all Python: one with a magic command, perhaps
            from papermill.translators import PythonTranslator  # slow to import

            found = PythonTranslator.inspect({"source": source})
            return {p.name: Parameter(p.inferred_type_name, p.default) for p in found}
    except Exception as error:
        raise refusal(
            UsageError, "batch_error.unreadable", notebook=notebook, reason=error
        ) from error


def _parameters_cell(notebook: Path) -> str:
    """Return the source of the first cell tagged ``parameters``; empty where there is none."""
    node = json.loads(notebook.read_text(encoding="utf-8"))
    if node["nbformat"] != 4:
        # Slow to import, and of use for notebooks of ten years ago alone.
        import nbformat

        node = nbformat.read(notebook, as_version=4)
    for cell in node["cells"]:
        if "parameters" in cell.get("metadata", {}).get("tags", ()):
            return "".join(cell["source"])
    return ""


def _assignments(source: str) -> Iterator[tuple[str, Parameter]]:
    """Read a cell's assignments as papermill does: a name, its annotation, its value as written."""
    for node in ast.parse(source, type_comments=True).body:
        target: ast.expr
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            target, value, kind = node.target, node.value, ast.unparse(node.annotation).strip("'")
        elif isinstance(node, ast.Assign):
            target, value, kind = node.targets[0], node.value, node.type_comment or "None"
        else:
            continue
        if isinstance(target, ast.Name):
            yield target.id, Parameter(kind, ast.get_source_segment(source, value) or "")


def takes_unit(notebook: Path) -> bool:
    """Tell whether a notebook declares the parameter ``unit``."""
    return "unit" in declared_parameters(notebook)


def check_parameters(notebook: Path) -> None:
    """Refuse a notebook that does not declare what every report is given: case and language.

    Raises
    ------
    UsageError
        Naming what is missing.
    """
    declared = declared_parameters(notebook)
    missing = [name for name in ALWAYS_GIVEN if name not in declared]
    if missing:
        names = ByLanguage("、".join(missing), " and ".join(missing))
        raise refusal(UsageError, "batch_error.undeclared", notebook=notebook.name, missing=names)


def typed_parameters(notebook: Path, given: Iterable[str]) -> dict[str, object]:
    """Read ``NAME=VALUE`` words as values of the types that the notebook declares.

    Parameters
    ----------
    notebook : Path
    given : iterable of str
        As typed; a text is what stands after the sign, with its quotes if it has any.

    Returns
    -------
    dict
        Values of type str, int, float or bool.

    Raises
    ------
    UsageError
        If a name is not declared, is given twice or has an option of its own, or a value does
        not fit its type.
    """
    declared = declared_parameters(notebook)
    free = [name for name in declared if name not in OWN_OPTIONS]
    values: dict[str, object] = {}
    for word in given:
        name, equals, text = word.partition("=")
        if name in OWN_OPTIONS:
            raise refusal(UsageError, "batch_error.own_option", word=word, name=name)
        if not equals or name not in free:
            said = {"word": word, "notebook": notebook.stem, "known": listed(free)}
            raise refusal(UsageError, "batch_error.not_declared", **said)
        if name in values:
            raise refusal(UsageError, "batch_error.given_twice", name=name)
        values[name] = _typed(name, text, declared[name].type_name)
    return values


def _typed(name: str, text: str, type_name: str) -> object:
    if type_name not in _READERS:
        raise refusal(UsageError, "batch_error.type_unknown", name=name)
    try:
        return _READERS[type_name](text)
    except (ValueError, KeyError) as error:
        examples = {"int": "10000", "float": "0.5", "bool": "true / false"}[type_name]
        said = {"name": name, "text": text, "type": type_name, "examples": examples}
        raise refusal(UsageError, "batch_error.wrong_type", **said) from error


def _whole_number(text: str) -> int:
    # int() also takes full-width digits and underscores, which here are slips of the hand.
    if not re.fullmatch(r"[+-]?[0-9]+", text):
        raise ValueError
    return int(text)


def _number(text: str) -> float:
    if not re.fullmatch(r"[0-9.eE+-]+", text) or not math.isfinite(float(text)):
        raise ValueError
    return float(text)


_READERS: dict[str, Callable[[str], object]] = {
    "str": str,
    "int": _whole_number,
    "float": _number,
    "bool": lambda text: {"true": True, "false": False}[text.lower()],
}

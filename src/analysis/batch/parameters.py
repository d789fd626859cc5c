"""The parameters that a notebook declares, and values typed for them."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import UsageError

# These have options of their own on the command line.
OWN_OPTIONS = ("case", "unit", "lang")


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
    import nbformat
    from papermill.translators import PythonTranslator

    try:
        node = nbformat.read(notebook, as_version=4)
        tagged = (c for c in node.cells if "parameters" in c.metadata.get("tags", ()))
        cell = next(tagged, None)
        found = PythonTranslator.inspect(cell) if cell else []
    except Exception as error:
        raise UsageError(
            f"{notebook} 不是可读的笔记本：{error}", f"{notebook} is no readable notebook: {error}"
        ) from error
    return {
        str(each.name): Parameter(str(each.inferred_type_name), str(each.default)) for each in found
    }


def takes_unit(notebook: Path) -> bool:
    """Tell whether a notebook declares the parameter ``unit``."""
    return "unit" in declared_parameters(notebook)


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
            raise UsageError(
                f"-p {word}：请改用选项 --{name}。", f"-p {word}: use the option --{name} instead."
            )
        if not equals or name not in free:
            raise UsageError(
                f"-p {word}：请写成 名称=值。笔记本 {notebook.stem} 的参数：{'、'.join(free)}。",
                f"-p {word}: write NAME=VALUE. Notebook {notebook.stem} takes: {', '.join(free)}.",
            )
        if name in values:
            raise UsageError(f"-p {name} 给了两次。", f"-p {name} is given twice.")
        values[name] = _typed(name, text, declared[name].type_name)
    return values


def _typed(name: str, text: str, type_name: str) -> object:
    if type_name not in _READERS:
        raise UsageError(
            f"参数 {name} 的类型无法在命令行给出：请在笔记本中注明 str、int、float 或 bool。",
            f"Parameter {name} has a type that a command cannot give: annotate it in the notebook "
            "as str, int, float or bool.",
        )
    try:
        return _READERS[type_name](text)
    except (ValueError, KeyError) as error:
        examples = {"int": "10000", "float": "0.5", "bool": "true / false"}[type_name]
        raise UsageError(
            f"参数 {name} 的值“{text}”不是 {type_name}。例如：{examples}。",
            f"Parameter {name}: {text!r} is no {type_name}. For example: {examples}.",
        ) from error


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

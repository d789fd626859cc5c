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
        raise UsageError(
            f"{notebook} 不是可读的笔记本：{error}", f"{notebook} is no readable notebook: {error}"
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
        raise UsageError(
            f"笔记本 {notebook.name} 没有声明参数 {'、'.join(missing)}。请在标签为 parameters 的"
            '单元中声明，例如 lang: str = "zh"。',
            f"Notebook {notebook.name} does not declare {' and '.join(missing)}. Declare it in "
            'the cell tagged parameters, such as lang: str = "zh".',
        )


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

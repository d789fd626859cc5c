"""Imports run one way: from the command line down to the tables, never up."""

import ast
from pathlib import Path

import pytest

import analysis

ROOT = Path(analysis.__file__).parent
# From the top down; a module may import from its own layer's package and from those below it.
LAYERS = [
    {"cli"},
    {"regression"},
    {"batch"},
    {"report"},
    {"pages"},
    {"figures"},
    {"charts"},
    {
        "shares",
        "uncertainty",
        "verdicts",
        "measures",
        "inequality",
        "apportion",
        "pace",
        "implied",
        "sensitivity",
        "performance",
    },
    {"formula"},
    {"unit_values"},
    {"checks"},
    {"stock"},
    {"case", "notice", "monthly"},
    {"schema", "units"},
    {"words", "fonts"},
    {"kept", "short_repr", "ratio_steps"},
    {"statuses"},
    {"errors", "case_folder"},
]
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}


def modules():
    return [path for path in sorted(ROOT.rglob("*.py")) if path != ROOT / "__init__.py"]


def layer(path):
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            if node.module == "analysis":
                names = (alias.name for alias in node.names)
                yield from (f"analysis.{name}" for name in names if name != "__version__")
            elif node.module and node.module.startswith("analysis."):
                yield node.module
        elif isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.startswith("analysis."))


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_downward(path):
    here = layer(path)
    for module in imports(path):
        there = module.split(".")[1]
        assert there == here or LEVEL[there] > LEVEL[here] or (here, there) == ("case", "notice"), (
            f"{path.relative_to(ROOT)} imports {module}, which stands above or beside it"
        )


def test_every_module_has_a_layer():
    assert {layer(path) for path in modules()} <= LEVEL.keys()

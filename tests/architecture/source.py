"""The source of the house, parsed once."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("workflow", "reports", "mmm", "lift", "mixproof")


def files(*folders: str) -> list[str]:
    """Return every Python file below `folders`, as paths from the root."""
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


SOURCES = files(*PACKAGES)


@cache
def tree(name: str) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse((ROOT / name).read_text(encoding="utf-8"), name)


@cache
def nodes(name: str) -> tuple[ast.AST, ...]:
    """Return every node of a file's tree: many rules look at all of them."""
    return tuple(ast.walk(tree(name)))


def module(name: str) -> str:
    """Return the dotted name of a file's module."""
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


MODULES = {module(name): name for name in SOURCES}


@cache
def imports(name: str) -> tuple[tuple[str, int, bool], ...]:
    """Return (module, line, at the top of the file) of everything that a file imports, lazily or for types only."""
    top = {id(node) for node in tree(name).body}
    # `if TYPE_CHECKING:` at the top is the top
    for node in tree(name).body:
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            top |= {id(inner) for inner in node.body}
    found = []
    for node in nodes(name):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno, id(node) in top) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [(target, node.lineno, id(node) in top) for target in _targets(name, node)]
    return tuple(found)


def _targets(name: str, node: ast.ImportFrom) -> list[str]:
    """Return the modules of ``from x import y``: x.y where that is a module, else x."""
    base = node.module or ""
    if node.level:
        package = module(name).split(".") if name.endswith("__init__.py") else module(name).split(".")[:-1]
        base = ".".join([*package[: len(package) - node.level + 1], *([node.module] if node.module else [])])
    return [f"{base}.{alias.name}" if f"{base}.{alias.name}" in MODULES else base for alias in node.names]


def internal(name: str) -> tuple[tuple[str, int, bool], ...]:
    """Return what a file imports from the house."""
    return tuple(entry for entry in imports(name) if entry[0].split(".")[0] in PACKAGES)


@cache
def named(name: str) -> tuple[tuple[str, str, int], ...]:
    """Return (module, function, line) of the house that a file names in strings, to be imported later.

    ``"module:function"`` counts, and a string that is the dotted name of a module (then the function is empty), as in
    ``import_module("mmm.fit")`` or a table of modules.
    """
    found = []
    for node in nodes(name):
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            continue
        target, colon, function = node.value.partition(":")
        if "." not in target or target.split(".")[0] not in PACKAGES:
            continue
        if (colon and function.isidentifier() and " " not in target) or node.value in MODULES:
            found.append((target, function, node.lineno))
    return tuple(found)

"""Public functions of several arguments say what they take and what they return: shapes, units, and what is optional."""

import ast
from collections.abc import Iterator

from tests.architecture.source import SOURCES, tree

COMPILED = "mmm/kernel/maths/"
"""Compiled loops state shapes, and what they add to which derivative, in their first lines; they are not counted."""
FAMILIES, TWINS = "mmm/transforms/", ("loop", "loop_back", "_tensor")
"""What a family's row names and the kernel or PyTensor calls: `mmm.transforms.family` says what these take, once for all."""
COMMANDS = "workflow/commands/"
"""A command's docstring is its ``--help``, and each option carries its own words: what takes `as_json` there is not counted."""

Function = ast.FunctionDef | ast.AsyncFunctionDef
NOTHING = ("None", "NoReturn", "Iterator[None]")
"""What functions return that hand nothing to their caller; the last are context managers."""


def test_public_functions_of_several_arguments_say_what_they_take_and_return() -> None:
    assert [f"{name}: {node.name}" for name in SOURCES for node in _lacking(name)] == []


def _lacking(name: str) -> Iterator[Function]:
    """Return the public functions and methods of a file that take two or more arguments and lack a section."""
    for node in _public(tree(name)):
        parts = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        arguments = {part.arg for part in parts} - {"self", "cls"}
        said = ast.get_docstring(node) or ""
        wanted = [("Parameters",), ("Returns", "Yields")]
        if node.returns is not None and ast.unparse(node.returns) in NOTHING:
            wanted = wanted[:1]
        told = all(any(f"{title}\n---" in said for title in titles) for titles in wanted)
        elsewhere = (
            name.startswith(COMPILED)
            or (name.startswith(COMMANDS) and "as_json" in arguments)
            or (name.startswith(FAMILIES) and node.name.endswith(TWINS))
        )
        if len(arguments) >= 2 and not told and not elsewhere:
            yield node


def _public(body: ast.Module | ast.ClassDef) -> Iterator[Function]:
    for node in body.body:
        if isinstance(node, Function) and not node.name.startswith("_"):
            yield node
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from _public(node)

"""Public functions of several arguments say what they take and what they return: shapes, units, and what is optional."""

import ast
from collections import Counter
from collections.abc import Iterator

from tests.architecture.source import SOURCES, tree

WITHOUT = {
    "mmm/model": 6,
    "mmm/problem": 10,
}
"""Public functions of two or more arguments, by folder, that lack a section yet: these numbers only ever fall."""
ELSEWHERE = ("mmm/kernel/", "mmm/transforms/")
"""Families and kernel code state shapes in their first line; these folders are not counted here."""
COMMANDS = "workflow/commands/"
"""A command's docstring is its ``--help``, and each option carries its own words: what takes `as_json` there is not counted."""

Function = ast.FunctionDef | ast.AsyncFunctionDef
NOTHING = ("None", "NoReturn", "Iterator[None]")
"""What functions return that hand nothing to their caller; the last are context managers."""


def test_public_functions_of_several_arguments_say_what_they_take_and_return() -> None:
    lacking = [name for name in SOURCES if not name.startswith(ELSEWHERE) for _ in _lacking(name)]
    found = Counter(name.rsplit("/", 1)[0] for name in lacking)
    assert {folder: count for folder, count in found.items() if count > WITHOUT.get(folder, 0)} == {}


def _lacking(name: str) -> Iterator[str]:
    """Return the public functions and methods of a file that take two or more arguments and lack a section."""
    for node in _public(tree(name)):
        parts = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        arguments = {part.arg for part in parts} - {"self", "cls"}
        said = ast.get_docstring(node) or ""
        wanted = [("Parameters",), ("Returns", "Yields")]
        if node.returns is not None and ast.unparse(node.returns) in NOTHING:
            wanted = wanted[:1]
        told = all(any(f"{title}\n---" in said for title in titles) for titles in wanted)
        command = name.startswith(COMMANDS) and "as_json" in arguments
        if len(arguments) >= 2 and not told and not command:
            yield node.name


def _public(body: ast.Module | ast.ClassDef) -> Iterator[Function]:
    for node in body.body:
        if isinstance(node, Function) and not node.name.startswith("_"):
            yield node
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from _public(node)

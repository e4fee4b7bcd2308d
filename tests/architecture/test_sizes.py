"""Sizes: what separates the codebases people like from those they dread is their largest classes and files."""

import ast
from collections import Counter
from collections.abc import Iterator
from statistics import median

import pytest

from tests.architecture.source import PACKAGES, ROOT, SOURCES, files, internal, nodes

MAX_FILE, MAX_CLASS, MAX_METHODS, MAX_FUNCTION, MAX_PARAMETERS, MAX_IMPORTS = 400, 250, 15, 60, 8, 10
EXCEPTION = "one numerical piece:"
"""A function may be larger where a numerical loop truly is one piece; then its docstring says so in these words."""

MOST_MODULES = 14
ALTERNATIVES = ("mmm/transforms", "mmm/components", "mmm/checks", "lift/geo/estimators", "reports/sections/")
"""Tables of alternatives, one a file: they may be longer."""
MEDIAN = (90, 200)
"""Lines of the file in the middle, by length: shorter, and ideas are cut over many files; longer, and files hold several."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@pytest.mark.parametrize("floor", PACKAGES)
def test_sizes(floor: str) -> None:
    rules = (_file, _imports, _definitions)
    assert [problem for name in files(floor) for rule in rules for problem in rule(name)] == []


@pytest.mark.parametrize("folder", ["tests", "benchmarks"])
def test_files_beside_the_code(folder: str) -> None:
    assert [problem for name in files(folder) for problem in _file(name)] == []


def test_no_folder_holds_too_many_modules() -> None:
    held = Counter(name.rsplit("/", 1)[0] for name in SOURCES if not name.endswith("/__init__.py"))
    assert [
        f"{folder}: {count}"
        for folder, count in held.items()
        if count > MOST_MODULES and not folder.startswith(ALTERNATIVES)
    ] == []


@pytest.mark.parametrize("named", [SOURCES, [name for name in SOURCES if not name.endswith("/__init__.py")]])
def test_the_file_in_the_middle_tells_one_idea(named: list[str]) -> None:
    """Counted with the files that only name their folder, and without."""
    lines = [len((ROOT / name).read_text(encoding="utf-8").splitlines()) for name in named]
    assert MEDIAN[0] <= median(lines) <= MEDIAN[1]


def _file(name: str) -> Iterator[str]:
    lines = len((ROOT / name).read_text(encoding="utf-8").splitlines())
    if lines > MAX_FILE:
        yield f"{name}: {lines} lines"


def _imports(name: str) -> Iterator[str]:
    count = len({target for target, _, _ in internal(name)})
    if count > MAX_IMPORTS and not name.endswith(
        "__init__.py"
    ):  # a folder's table names everything in the folder
        yield f"{name}: imports {count} modules of the house"


def _definitions(name: str) -> Iterator[str]:
    for node in nodes(name):
        if isinstance(node, ast.ClassDef):
            methods = len([part for part in node.body if isinstance(part, Function)])
            if _lines(node) > MAX_CLASS or methods > MAX_METHODS:
                yield f"{name}:{node.lineno} class {node.name}: {_lines(node)} lines, {methods} methods"
        elif isinstance(node, Function) and EXCEPTION not in (ast.get_docstring(node) or ""):
            parts = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
            count = len([part for part in parts if part.arg not in ("self", "cls")])
            if _lines(node) > MAX_FUNCTION or count > MAX_PARAMETERS:
                yield f"{name}:{node.lineno} {node.name}: {_lines(node)} lines, {count} parameters"


def _lines(node: Function | ast.ClassDef) -> int:
    """Return the length of a definition without its own docstring."""
    first = node.body[0]
    documented = ast.get_docstring(node, clean=False) is not None
    docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return (node.end_lineno or 0) - node.lineno + 1 - docstring

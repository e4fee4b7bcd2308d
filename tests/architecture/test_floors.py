"""Who may import whom: floors, no cycles, imports at the top."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions

import pytest

from tests.architecture.source import (
    MODULES,
    PACKAGES,
    ROOT,
    SOURCES,
    files,
    imports,
    internal,
    module,
    named,
    tree,
)

BELOW = {
    "workflow": {"reports", "mmm", "lift", "mixproof"},
    "reports": {"mixproof"},
    "mmm": {"mixproof"},
    "lift": {"mixproof"},
    "mixproof": set[str](),
}
"""A report reads runs: it may stand on the ground floor, and needs no model. Nobody imports the half beside it."""

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DISTRIBUTIONS = packages_distributions()
# mmm/sampling/engine.py falls back to PyMC, whose import takes seconds that a run on the kernel must not pay.
# workflow/sampling/start.py is loaded before anything else; the process it starts imports what it will need.
LAZY = ("workflow/commands/", "workflow/cli.py", "workflow/sampling/start.py", "mmm/sampling/engine.py")
"""The command line imports when a command runs, so that its help costs nothing."""
EXTRAS = {
    "mixproof/aggregates/events/stream/reader.py": "kafka",
    "mixproof/privacy/noise.py": "dp",
    "workflow/planner/server.py": "web",
}
"""Modules that need an extra of the distribution: imported by a command that says how to install it."""
FACE = ("mixproof/__init__.py", "mixproof/__main__.py")
"""What users import or start; the one exception to the floors, and nothing inside the house imports it."""


@pytest.mark.parametrize("floor", PACKAGES)
def test_imports(floor: str) -> None:
    rules = (_upwards, _upwards_by_name, _late, _undeclared)
    assert [problem for name in files(floor) for rule in rules for problem in rule(name)] == []


@pytest.mark.parametrize("folder", ["tests", "benchmarks"])
def test_what_is_imported_beside_the_code_is_declared(folder: str) -> None:
    assert [problem for name in files(folder) for problem in _undeclared(name)] == []


@pytest.mark.parametrize("floor", PACKAGES)
def test_no_cycles_inside_a_floor(floor: str) -> None:
    graph = {module(name): _needed(name) for name in SOURCES if name.split("/")[0] == floor}
    assert not list(_cycles(graph))


def test_the_search_for_cycles_finds_one() -> None:
    assert list(_cycles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}})) == [("a", "b", "c")]
    assert not list(_cycles({"a": {"b", "c"}, "b": {"c"}, "c": set()}))


def _upwards(name: str) -> Iterator[str]:
    """Lazy and type-only imports count."""
    floor = name.split("/")[0]
    for target, line, _ in internal(name):
        if target.split(".")[0] not in BELOW[floor] | {floor} and name not in FACE:
            yield f"{name}:{line} imports {target}, which is not below"
        if target in ("mixproof", "mixproof.__main__"):
            yield f"{name}:{line} imports the face of the house"


def _upwards_by_name(name: str) -> Iterator[str]:
    """Modules and functions named in strings: the same rules hold for them, and they exist."""
    floor = name.split("/")[0]
    for target, function, line in named(name):
        body = tree(MODULES[target]).body if target in MODULES else []
        kinds = (ast.FunctionDef, ast.ClassDef)
        defined = [part.name for part in body if isinstance(part, kinds)]
        if target not in MODULES or (function and function not in defined):
            yield f"{name}:{line} {target}:{function} does not exist"
        if target.split(".")[0] not in BELOW[floor] | {floor} and name not in FACE:
            yield f"{name}:{line} {target}:{function} is not below"


def _late(name: str) -> Iterator[str]:
    if not name.startswith(LAZY):
        yield from (
            f"{name}:{line} imports {target} late" for target, line, at_top in internal(name) if not at_top
        )


def _undeclared(name: str) -> Iterator[str]:
    if name.startswith("benchmarks/peers"):
        return  # runs in environments of its own
    declared = PROJECT["project"]["dependencies"] + (
        PROJECT["dependency-groups"]["dev"] if name.startswith(("tests/", "benchmarks/")) else []
    )
    declared = declared + PROJECT["project"]["optional-dependencies"].get(EXTRAS.get(name, ""), [])
    distributions = {_canonical(text) for text in declared} | {
        "pydantic-core"
    }  # a part of pydantic, pinned by it
    for root in sorted({target.split(".")[0] for target, _, _ in imports(name)}):
        if root in sys.stdlib_module_names or root in {*PACKAGES, "tests", "benchmarks"}:
            continue
        if not distributions & {_canonical(distribution) for distribution in DISTRIBUTIONS.get(root, [root])}:
            yield f"{name}: {root} is not declared in pyproject.toml"


def _canonical(requirement: str) -> str:
    name = requirement
    for mark in "<>=!~[; ":
        name = name.split(mark)[0]
    return name.lower().replace("_", "-").replace(".", "-")


def _needed(name: str) -> set[str]:
    """Return the modules of a file's own floor that it imports, also by a name in a string."""
    own = module(name)
    strings = named(name)
    targets = {target for target, _, _ in (*internal(name), *strings)}
    return {t for t in targets if t.split(".")[0] == own.split(".")[0] and t in MODULES} - {own}


def _cycles(graph: dict[str, set[str]]) -> Iterator[tuple[str, ...]]:
    """Yield strongly connected components of more than one module (Tarjan's algorithm, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    for root in graph:
        work = [(root, iter(sorted(graph[root])))] if root not in index else []
        while work:
            node, rest = work[-1]
            if node not in index:
                index[node] = low[node] = len(index)
                stack.append(node)
            following = next(
                (other for other in rest if other in graph and (other not in index or other in stack)), None
            )
            if following is not None and following not in index:
                work.append((following, iter(sorted(graph[following]))))
                continue
            if following is not None:
                low[node] = min(low[node], index[following])
                continue
            work.pop()
            if work:
                low[work[-1][0]] = min(low[work[-1][0]], low[node])
            if low[node] == index[node]:
                cut = stack.index(node)
                component, stack = stack[cut:], stack[:cut]
                if len(component) > 1:
                    yield tuple(sorted(component))

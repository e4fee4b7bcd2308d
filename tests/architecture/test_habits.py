"""What is not done here: loading code from data, vague modules, undocumented or unlisted things."""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest

from tests.architecture.source import PACKAGES, ROOT, SOURCES, files, imports, nodes, tree
from workflow.documentation import catalogue

VAGUE = {"utils", "util", "helpers", "helper", "common", "misc"}
LOADS_CODE = {"pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
CALLS = {"eval", "exec", "compile", "__import__"}
TRACES = re.compile(
    r"(?i)/work/|\btodo\b|\bfixme\b|\bclaude\b|\bchatgpt\b|\bcopilot\b|language model|\bllm\b"
)
TEXTS = ["README.md", "pyproject.toml", ".ci/run", ".ci/lock.py"]
TEXTS += sorted(
    path.relative_to(ROOT).as_posix()
    for folder, ending in (("docs", "*.md"), ("configs", "*.yaml"), ("benchmarks", "*.md"))
    for path in (ROOT / folder).rglob(ending)
)


@pytest.mark.parametrize("floor", PACKAGES)
def test_habits(floor: str) -> None:
    rules = (_vague, _loads_code, _undocumented, _unlisted_faults, _traces)
    assert [problem for name in files(floor) for rule in rules for problem in rule(name)] == []


@pytest.mark.parametrize("folder", ["tests", "benchmarks"])
def test_habits_beside_the_code(folder: str) -> None:
    assert [problem for name in files(folder) for rule in (_vague, _traces) for problem in rule(name)] == []


def test_nothing_names_the_place_it_was_made() -> None:
    assert [problem for name in TEXTS for problem in _traces(name)] == []


def test_the_architecture_page_names_every_room() -> None:
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    rooms = {name.split("/")[0] for name in SOURCES}
    rooms |= {name.split("/")[1] for name in SOURCES if name.startswith("mixproof/") and name.count("/") > 1}
    assert [room for room in sorted(rooms) if not re.search(rf"\b{room}\b", page)] == []


def _vague(name: str) -> Iterator[str]:
    if {part.removesuffix(".py") for part in PurePosixPath(name).parts} & VAGUE:
        yield f"{name}: the name does not say what the module is"


def _loads_code(name: str) -> Iterator[str]:
    for target, line, _ in imports(name):
        if target.split(".")[0] in LOADS_CODE:
            yield f"{name}:{line} {target} runs what it reads"
        if target.split(".")[0] == "yaml":  # reads NO as False, and builds objects
            yield f"{name}:{line} mixproof.yaml.source reads YAML"
    for node in nodes(name):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id in CALLS:
                yield f"{name}:{node.lineno} {node.func.id}"
            if any(
                k.arg == "allow_pickle" and getattr(k.value, "value", None) is not False
                for k in node.keywords
            ):
                yield f"{name}:{node.lineno} allow_pickle"


def _undocumented(name: str) -> Iterator[str]:
    if not tree(name).body:
        return  # an empty __init__.py has nothing to say
    if not ast.get_docstring(tree(name)):
        yield f"{name}:1 the module"
    for node in tree(name).body:
        public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        if public and not ast.get_docstring(node):
            yield f"{name}:{node.lineno} {node.name}"


def _unlisted_faults(name: str) -> Iterator[str]:
    for node in nodes(name):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "Fault"
            and node.args
        ):
            code = node.args[0]
            if isinstance(code, ast.Constant) and code.value not in catalogue():
                yield f"{name}:{node.lineno} {code.value} is in no room's FAULTS"


def _traces(name: str) -> Iterator[str]:
    if not name.startswith("tests/architecture/"):
        text = (ROOT / name).read_text(encoding="utf-8")
        yield from (f"{name}: {match[0]}" for match in TRACES.finditer(text))

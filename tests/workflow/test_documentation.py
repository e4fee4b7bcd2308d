"""The generated pages and the schema are what the code says now."""

import re
from pathlib import Path
from pkgutil import resolve_name

import pytest
from jsonschema import Draft202012Validator, ValidationError

from mmm.checks import CHECKS
from tests.architecture.source import ROOT
from workflow.commands import COMMANDS
from workflow.config import json_schema, parse_config
from workflow.documentation import PAGES, catalogue
from workflow.tables import TABLES

PAGE_FILES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
HAND_WRITTEN = [page for page in PAGE_FILES if "Generated from" not in page.read_text(encoding="utf-8")]
YAML = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
COMMAND = re.compile(r"(?:`|^ {4}|uv run )mixproof ([a-z]+)", re.MULTILINE)
CONFIG = re.compile(r"\bconfigs/[a-z_]+\.yaml")
SCHEMA = json_schema()
DATA = {
    "frequency": "weekly",
    "currency": "EUR",
    "tables": [{"file": "a.csv", "date": "week"}],
    "outcome": {"column": "revenue", "kind": "revenue"},
    "channels": [{"name": "tv", "spend": "s"}],
}
WRONG = [
    {"data": DATA},
    {"name": "x", "data": {**DATA, "chanels": []}},
    {"name": "x", "data": DATA, "mmm": {"fit": {"chains": "4"}}},
    {"name": "x", "data": DATA, "mmm": {"likelihood": {"family": "cauchy"}}},
]


@pytest.mark.parametrize("name", PAGES)
def test_generated_files_are_current(name: str) -> None:
    current = (ROOT / name).read_text(encoding="utf-8") == PAGES[name]()
    assert current, f"{name} is out of date: run `python -m workflow.documentation`"


def test_every_table_and_fault_is_on_its_page() -> None:
    errors, columns = PAGES["docs/errors.md"](), PAGES["docs/tables.md"]()
    assert all(f"| `{code}` |" in errors for code in catalogue())
    assert all(f"## {table.name}\n" in columns for table in TABLES)


@pytest.mark.parametrize("page", HAND_WRITTEN, ids=lambda page: page.name)
def test_what_a_page_shows_is_what_the_code_takes(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for block in YAML.findall(text):
        if block.startswith("name:"):  # a whole one; others show a section
            parse_config(block, page.name)
    commands = {command.__name__ for command in COMMANDS}
    assert {name for name in COMMAND.findall(text) if name not in commands} == set()
    assert [name for name in CONFIG.findall(text) if not (ROOT / name).is_file()] == []


def test_every_check_of_a_model_is_explained() -> None:
    page = (ROOT / "docs/verdicts.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == [check.name for check in CHECKS]


def test_what_the_reference_shows_exists() -> None:
    page = (ROOT / "docs/reference/python.md").read_text(encoding="utf-8")
    for name in re.findall(r"^::: (\S+)$", page, re.MULTILINE):
        assert resolve_name(name).__doc__, name


def test_the_schema_is_one_and_takes_what_is_right() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate({"name": "x", "data": DATA, "mmm": {"fit": {"chains": 4}}})


@pytest.mark.parametrize("config", WRONG)
def test_the_schema_refuses_what_is_wrong(config: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Draft202012Validator(SCHEMA).validate(config)


def test_everything_in_the_schema_is_described() -> None:
    silent = []
    for section, definition in [("top", SCHEMA), *SCHEMA["$defs"].items()]:
        for key, field in definition.get("properties", {}).items():
            if not field.get("description") and "$ref" not in field:  # a section says itself what it is
                silent.append(f"{section}.{key}")
    assert silent == []

"""The generated pages and the schema are what the code says now."""

import pytest
from jsonschema import Draft202012Validator, ValidationError

from tests.architecture.source import ROOT
from workflow.config import json_schema
from workflow.documentation import PAGES, catalogue
from workflow.stages.report import TABLES

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

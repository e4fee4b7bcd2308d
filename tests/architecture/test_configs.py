"""The shipped configs: each runs as it stands, is short, and is checked by editors."""

import json
from pathlib import Path

import jsonschema
import pytest
from jsonschema.protocols import Validator

from mixproof.yaml.source import parse_yaml
from tests.architecture.source import ROOT
from workflow.config import dump_resolved, load_config, parse_config

CONFIGS = sorted((ROOT / "configs").glob("*.yaml"))
MAX_LINES = 80


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.name)
def test_validates_and_survives_being_resolved(path: Path) -> None:
    config = load_config(path)
    assert parse_config(dump_resolved(config)) == config


@pytest.fixture(scope="module")
def schema() -> Validator:
    """The schema, which is one itself."""
    found = json.loads((ROOT / "configs/mixproof.schema.json").read_text(encoding="utf-8"))
    kind = jsonschema.validators.validator_for(found)
    kind.check_schema(found)
    return kind(found)


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.name)
def test_agrees_with_the_schema_it_points_at(path: Path, schema: Validator) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=mixproof.schema.json\n")
    schema.validate(parse_yaml(text.encode()).value)


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.name)
def test_is_short_and_commented(path: Path) -> None:
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    code = [line for line in lines if line and not line.startswith("#")]
    assert len(code) < MAX_LINES
    assert len(lines) - len(code) >= 2

"""The whole YAML (torture lines 7-9, 13, 19, 23, 24)."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixproof.errors import ConfigError
from workflow.config import RunConfig, dump_resolved, load_config, parse_config, resolved

BASE = """\
name: brand
data:
  frequency: weekly
  currency: EUR
  tables: [{file: a.csv, date: week}]
  outcome: {column: revenue, kind: revenue}
  channels: [{name: tv, spend: tv_spend}]
"""

REFUSED = {
    "unknown section": (BASE + "mnm: {}", "config-unknown-key", "config:8 mnm"),
    "unknown at depth": (
        BASE + "mmm:\n  fit:\n    chanis: 2",
        "config-unknown-key",
        "config:10 mmm.fit.chanis",
    ),
    "nothing to do": ("name: brand", "config-inconsistent", "config:1"),
    "empty model section": (BASE + "mmm:", "config-inconsistent", "config:1"),
    "path as name": (BASE.replace("brand", "../x"), "config-out-of-range", "config:1 name"),
    "hidden name": (BASE.replace("brand", ".x"), "config-out-of-range", "config:1 name"),
    "long name": (BASE.replace("brand", "x" * 81), "config-out-of-range", "config:1 name"),
    "negative seed": (BASE + "seed: -1", "config-out-of-range", "config:8 seed"),
    "text as seed": (BASE + 'seed: "1"', "config-wrong-type", "config:8 seed"),
    "no channels": (
        BASE.replace("[{name: tv, spend: tv_spend}]", "[]"),
        "config-out-of-range",
        "config:7 data.channels",
    ),
    "long channel": (
        BASE.replace("name: tv", f"name: {'x' * 10_000}"),
        "config-out-of-range",
        "config:7 data.channels[0].name",
    ),
    "a class": (
        BASE + "mmm: {default: {class: os.system}}",
        "config-unknown-key",
        "config:8 mmm.default.class",
    ),
    "an import path": (
        BASE + "mmm: {likelihood: {family: pymc.Normal}}",
        "config-not-allowed",
        "config:8 mmm.likelihood.family",
    ),
    "an expression": (BASE + "mmm: {fit: {draws: 2 * 500}}", "config-wrong-type", "config:8 mmm.fit.draws"),
    "wrong locale": (BASE + "report: {locale: ../en}", "config-out-of-range", "config:8 report.locale"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    text, code, where = REFUSED[case]
    with pytest.raises(ConfigError) as caught:
        parse_config(text)
    assert [(fault.code, fault.where) for fault in caught.value.faults] == [(code, where)]
    assert "x" * 100 not in str(caught.value)


def test_a_data_section_is_modelled_by_default() -> None:
    config = parse_config(BASE)
    assert config.mmm is not None
    assert config == parse_config(BASE + "mmm: {}\nseed: 1\nreport: {}\n")


def test_too_many_channels() -> None:
    many = ", ".join(f"{{name: c{n}, spend: s}}" for n in range(500))
    with pytest.raises(ConfigError) as caught:
        parse_config(BASE.replace("{name: tv, spend: tv_spend}", many))
    assert caught.value.faults[0].code == "config-out-of-range"


def test_a_file_is_named_in_its_faults(tmp_path: Path) -> None:
    path = tmp_path / "brand.yaml"
    path.write_text(BASE + "seed: x\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"brand\.yaml:8 seed"):
        load_config(path)


def test_defaults_are_filled_in() -> None:
    record = resolved(parse_config(BASE))
    assert record["mmm"]["fit"]["chains"] == 4
    assert record["data"]["week_starts"] == "monday"
    assert record["seed"] == 1


NAMES = [
    "select",
    "date",
    "NO",
    "on",
    "1e3",
    "0777",
    "12:30",
    "~",
    "null",
    "a: b",
    "- x",
    "#1",
    "📺",
    "\u202etv",
    "a\u200bb",
]
NAMES += [
    "x\\y",
    '"q"',
    "'q'",
    "{a}",
    "[a]",
    "%a",
    "@a",
    "`a`",
    "ünï",
    "a\u2028b",
    "1_000",
    "0x1F",
    "true",
    "=",
    "<<",
]


@pytest.mark.parametrize("name", NAMES)
def test_odd_names_survive_writing_and_reading(name: str) -> None:
    assert_survives(name)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs"]), min_size=1, max_size=20))
def test_any_name_survives_writing_and_reading(name: str) -> None:
    if "{{" in name or "{%" in name or "${" in name or name.casefold() in {"con", "nul", "aux", "prn"}:
        return  # refused by its own rule
    assert_survives(name)


def assert_survives(name: str) -> None:
    """Write a config that uses `name` for everything, and read it back."""
    base = resolved(parse_config(BASE))
    base["data"]["channels"][0].update(name=name, spend=name, label=name)
    base["mmm"]["channels"] = {name: {}}
    config = RunConfig.model_validate_json(json.dumps(base))
    text = dump_resolved(config)
    assert parse_config(text) == config
    assert dump_resolved(parse_config(text)) == text

"""The whole YAML (torture lines 7-9, 13, 19, 23, 24)."""

import copy
import functools
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixproof.errors import ConfigError
from mixproof.text import hidden, look
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
LEDGER = 'finance: {ledger: {file: l.csv}, accounts: [{account: "1", channels: [tv]}]}'

REFUSED = {
    "unknown section": (BASE + "mnm: {}", "config-unknown-key", "config:8 mnm"),
    "unknown at depth": (
        BASE + "mmm:\n  fit:\n    chanis: 2",
        "config-unknown-key",
        "config:10 mmm.fit.chanis",
    ),
    "nothing to do": ("name: brand", "config-inconsistent", "config:1"),
    "empty model section": (BASE + "mmm:", "config-inconsistent", "config:1"),
    "finance without margin": (BASE + LEDGER, "config-inconsistent", "config:1"),
    "finance of no channel": (
        BASE + "mmm: {margin: 0.5}\n" + LEDGER.replace("[tv]", "[radio]"),
        "config-inconsistent",
        "config:1",
    ),
    "two fiscal years": (
        BASE + "mmm: {fiscal_year_starts: 4}\nfinance: {calendar: {year_starts: 4}}",
        "config-inconsistent",
        "config:1",
    ),
    "finance without data": ("name: brand\nfinance: {}", "config-inconsistent", "config:1"),
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
    "1_000",
    "0x1F",
    "true",
    "=",
    "<<",
]


@pytest.mark.parametrize("name", NAMES)
def test_odd_names_survive_writing_and_reading(name: str) -> None:
    assert_survives([name])


FAR_TOO_MANY = {
    "unknown names": "mmm:\n  channels:\n" + "".join(f"    tvx{n}: {{}}\n" for n in range(3000)),
    "wrong items": "report: {locale: en}\nmmm: {default: {}, "
    + ", ".join(f"k{n}: 1" for n in range(4_000))
    + "}\n",
}
HOSTILE = {
    "an escape beyond Unicode": ('name: "\\U00110000"\n', "config-syntax"),
    "another escape beyond Unicode": ('name: "\\UFFFFFFFF"\n', "config-syntax"),
    "half a character": ('name: "\\uD800"\n', "config-character"),
    "no character": ('name: "a\\uFFFE"\n', "config-character"),
    "an escape sequence": ('name: "a\\e[31m"\n', "config-character"),
    "a tag that says nothing": ("seed: ! 12\n", "config-tag"),
    "a book as a name": (f"name: {'x' * 100_000}\n", "config-too-large"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_value_is_named(case: str) -> None:
    line, code = HOSTILE[case]
    with pytest.raises(ConfigError) as caught:
        parse_config(re.sub(f"(?m)^{line.split(':')[0]}:.*\n", "", BASE) + line)
    assert code in {fault.code for fault in caught.value.faults}


@pytest.mark.parametrize("case", FAR_TOO_MANY)
def test_of_very_many_faults_some_are_told_and_the_others_counted(case: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_config(BASE + FAR_TOO_MANY[case])
    assert len(caught.value.faults) == 51
    assert caught.value.faults[-1].code == "config-many"


@pytest.mark.parametrize("name", ["\u202etv", "a\u200bb", "a\u2028b", "a\tb"])
def test_a_name_that_cannot_be_seen_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="holds U"):
        parse_config(BASE.replace("name: tv", f"name: {json.dumps(name)}"))


@pytest.mark.parametrize(
    "key", ["date_format: '%c %x %Z'", "date_format: '%'", "date_format: '%d%d'", "time_zone: localtime",
            "start: '2022-W10-1'", "start: '20220110'"]
)  # fmt: skip
def test_what_each_machine_would_read_in_its_own_way_is_refused(key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_config(BASE.replace("data:\n", f"data:\n  {key}\n"))
    assert [fault.code for fault in caught.value.faults] == ["config-inconsistent"]


def is_allowed(name: str) -> bool:
    """Return whether no other rule refuses a name."""
    refused = "{{" in name or "{%" in name or "${" in name or name.casefold() in {"con", "nul", "aux", "prn"}
    return not refused and not hidden(name)


NAMES = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn", "Cf", "Zs", "Zl", "Zp"]), min_size=1, max_size=20
).filter(is_allowed)


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.lists(NAMES, min_size=4, max_size=4, unique_by=look))
def test_any_name_survives_writing_and_reading(names: list[str]) -> None:
    assert_survives(names)


@functools.cache
def base_resolved() -> dict[str, Any]:
    """Return the smallest config with its defaults."""
    return resolved(parse_config(BASE))


def assert_survives(names: list[str]) -> None:
    """Write a config whose channels use each of the names for everything, and read it back."""
    base = copy.deepcopy(base_resolved())
    first, *others = base["data"]["channels"]
    base["data"]["channels"] = [
        {**first, "name": name, "spend": name, "label": name} for name in names
    ] + others
    base["mmm"]["channels"] = {name: {} for name in names}
    config = RunConfig.model_validate_json(json.dumps(base))
    text = dump_resolved(config)
    again = parse_config(text)
    assert again == config
    assert dump_resolved(again) == text

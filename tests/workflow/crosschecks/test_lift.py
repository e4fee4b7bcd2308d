"""What experiments and the data section must agree on."""

import pytest

from mixproof.errors import ConfigError
from workflow.config import parse_config

DATA = """\
name: brand
data:
  frequency: weekly
  currency: EUR
  tables: [{file: a.csv, date: week}]
  outcome: {column: revenue, kind: revenue}
  channels: [{name: tv, spend: tv_spend}]
  organic: [{name: mail, exposure: sent}]
  treatments: [{name: promo, column: p}]
"""
TEST = """\
lift:
  currency: EUR
  experiments:
    - name: test
      kind: imported
      source: other
      channels: [tv]
      start: 2024-01-01
      end: 2024-01-28
      scope: total
      outcome_kind: revenue
      unit: EUR
      point: 5.0
      se: 1.0
  registry:
    - {name: pilot, channels: [mail], started: 2024-03-04, state: running}
"""
ATTRIBUTION = "attribution: {currency: USD, paths: {file: p.csv, path: path, conversions: c}}\n"
CASES = {
    "another currency": (
        ("currency: EUR\n  exp", "currency: USD\n  exp"),
        "config-currency",
        "lift.currency",
    ),
    "a channel misspelt": (
        ("channels: [tv]\n", "channels: [TV]\n"),
        "config-unknown-channel",
        "lift.experiments[0].channels[0]",
    ),
    "a registered channel": (
        ("channels: [mail]", "channels: [post]"),
        "config-unknown-channel",
        "lift.registry[0].channels[0]",
    ),
}


def test_what_fits_is_taken() -> None:
    config = parse_config(DATA + TEST)
    assert config.mmm is not None and config.lift is not None
    assert parse_config(DATA + TEST.replace("channels: [tv]\n", "channels: [promo]\n")).lift is not None


@pytest.mark.parametrize("case", CASES)
def test_refused(case: str) -> None:
    (old, new), code, key = CASES[case]
    assert old in TEST
    with pytest.raises(ConfigError) as caught:
        parse_config(DATA + TEST.replace(old, new))
    (fault,) = caught.value.faults
    assert fault.code == code
    assert fault.where.endswith(f" {key}")


def test_experiments_alone_name_what_they_like() -> None:
    config = parse_config("name: brand\n" + TEST.replace("channels: [tv]\n", "channels: [radio]\n"))
    assert config.data is None and config.mmm is None


@pytest.mark.parametrize(
    "text", ["name: con\n" + TEST, "name: brand\nmmm: {}\n" + TEST, "name: brand\nlift:\n"]
)
def test_a_name_that_is_no_folder_and_sections_that_lack_their_ground(text: str) -> None:
    with pytest.raises(ConfigError):
        parse_config(text)


@pytest.mark.parametrize(
    ("others", "words"), [(DATA, "the data section in EUR"), ("name: brand\n" + TEST, "experiments in EUR")]
)
def test_attribution_counts_money_as_the_other_sections_do(others: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_config(others + ATTRIBUTION)
    (fault,) = caught.value.faults
    assert fault.code == "config-currency"
    assert "attribution.currency" in fault.where
    assert words in fault.what
    parse_config(others + ATTRIBUTION.replace("USD", "EUR"))


def test_calibration_is_with_experiments_of_the_yaml() -> None:
    assert parse_config(DATA + TEST + "calibrate: {experiments: [test]}\n").calibrate is not None
    with pytest.raises(ConfigError) as caught:
        parse_config(DATA + TEST + "calibrate: {experiments: [tests, pilot]}\n")
    assert [(fault.code, fault.where.split(" ")[-1]) for fault in caught.value.faults] == [
        ("config-unknown-experiment", "calibrate.experiments[0]"),
        ("config-unknown-experiment", "calibrate.experiments[1]"),
    ]
    for text, said in (
        (DATA + "calibrate: {}\n", "needs experiments"),
        ("name: brand\n" + TEST + "calibrate: {}\n", "about the model"),
    ):
        with pytest.raises(ConfigError, match=said):
            parse_config(text)

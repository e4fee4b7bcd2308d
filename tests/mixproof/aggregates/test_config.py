"""The data section refuses what contradicts itself, and goes through YAML and JSON unchanged."""

import pytest
from pydantic import ValidationError

from mixproof.aggregates import config
from mixproof.aggregates.config import DataConfig

CONTRADICTIONS = {
    "names alike (T24)": {"channels": [{"name": "Café", "spend": "a"}, {"name": "CAFE\u0301", "spend": "b"}]},
    "no channel (T19)": {"channels": []},
    "201 channels (T19)": {"channels": [{"name": f"c{i}", "spend": "a"} for i in range(201)]},
    "endless name (T19)": {"channels": [{"name": "x" * 10_000, "spend": "a"}]},
    "unknown key": {"chanels": []},
    "long without channel": {"tables": [{"file": "t", "date": "d", "layout": "long"}]},
    "reach alone": {"channels": [{"name": "tv", "spend": "a", "reach": "r"}]},
    "reach and exposure": {
        "channels": [{"name": "tv", "spend": "a", "exposure": "e", "reach": "r", "frequency": "f"}]
    },
    "organic without exposure": {"organic": [{"name": "o"}]},
    "value of revenue": {"outcome": {"column": "y", "kind": "revenue", "value": 3}},
    "table not listed": {"outcome": {"column": "y", "kind": "revenue", "table": "other"}},
    "start after end": {"start": "2024-01-01", "end": "2023-01-01"},
    "no date": {"start": "01.01.2024"},
    "no zone": {"time_zone": "Europe/Atlantis"},
    "no currency code": {"currency": "euro"},
    "file twice": {"tables": [{"file": "t", "date": "d"}, {"file": "t", "date": "e"}]},
    "number as text": {"outcome": {"column": "y", "kind": "count", "value": float("nan")}},
    "no rates": {"rates": {}},
}


@pytest.mark.parametrize("case", CONTRADICTIONS)
def test_contradictions_are_refused(good, case):
    DataConfig.model_validate(good.section())
    with pytest.raises(ValidationError):
        DataConfig.model_validate(good.section(**CONTRADICTIONS[case]))


def test_section_survives_its_own_dump(good):
    once = DataConfig.model_validate(good.geo_section(start="2024-01-01", accept=["unit-switch"]))
    assert DataConfig.model_validate(once.model_dump(mode="json")) == once


SECTIONS = [config.DataConfig, config.TableSource, config.Rates, config.Outcome, config.PaidChannel, config.Missing,
            config.OrganicChannel, config.Treatment, config.Control, config.Population]  # fmt: skip


@pytest.mark.parametrize("section", SECTIONS)
def test_every_field_is_documented(section):
    assert [name for name, field in section.model_fields.items() if not field.description] == []

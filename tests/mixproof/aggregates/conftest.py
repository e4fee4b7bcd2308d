"""One good national table and its config, to be broken one way at a time."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.panel import Panel
from mixproof.aggregates.sources import panel_from_frames, read_panel

WEEKS = 60


def weekly(periods: int = WEEKS, first: str = "2022-01-03", seed: int = 1) -> pd.DataFrame:
    """Return a national weekly table with two channels, a control and revenue."""
    rng = np.random.default_rng(seed)
    dates = pd.date_range(first, periods=periods, freq="7D")
    return pd.DataFrame(
        {
            "week": dates.strftime("%Y-%m-%d"),
            "revenue": rng.normal(10_000, 500, periods).round(2),
            "tv_spend": rng.gamma(2, 500, periods).round(2),
            "search_spend": rng.gamma(3, 200, periods).round(2),
            "price": rng.normal(1, 0.1, periods).round(4),
        }
    )


def by_geo(names: tuple[str, ...] = ("north", "south", "west"), periods: int = WEEKS) -> pd.DataFrame:
    """Return the same table for several geos, with population."""
    parts = [
        weekly(periods, seed=i).assign(region=name, people=1000 * (i + 1)) for i, name in enumerate(names)
    ]
    return pd.concat(parts, ignore_index=True)


def section(**changes: Any) -> dict[str, Any]:
    """Return the data section that reads `weekly`, with changes."""
    return {
        "frequency": "weekly",
        "currency": "EUR",
        "tables": [{"file": "t.csv", "date": "week"}],
        "outcome": {"column": "revenue", "kind": "revenue"},
        "channels": [{"name": "tv", "spend": "tv_spend"}, {"name": "search", "spend": "search_spend"}],
        "controls": [{"name": "price", "column": "price"}],
    } | changes


def geo_section(**changes: Any) -> dict[str, Any]:
    """Return the data section that reads `by_geo`, with changes."""
    table = {"file": "t.csv", "date": "week", "geo": "region"}
    return section(tables=[table], population={"column": "people"}) | changes


@pytest.fixture
def good() -> SimpleNamespace:
    """Return the makers of good tables and their sections."""
    return SimpleNamespace(weekly=weekly, by_geo=by_geo, section=section, geo_section=geo_section)


@pytest.fixture
def build(tmp_path: Path) -> Callable[..., Panel]:
    """Return a function that writes a table as t.csv and reads it by a section; `frames` skips the file."""

    def make(frame: pd.DataFrame, data: dict[str, Any] | None = None, through: str = "file") -> Panel:
        config = DataConfig.model_validate(data or section())
        if through == "frames":
            return panel_from_frames(config, {"t.csv": frame})
        frame.to_csv(tmp_path / "t.csv", index=False)
        return read_panel(config, tmp_path)

    return make

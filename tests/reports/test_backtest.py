"""The page of a backtest: whole, inert, and never claiming skill that its table does not show."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mixproof.records.verdict import Finding, Verdict
from reports.backtest import write_backtest

HOSTILE = "<script>alert(1)</script>"


def tables() -> dict[str, pd.DataFrame]:
    dates = pd.date_range("2024-01-01", periods=5, freq="7D").strftime("%Y-%m-%d")
    level = 1000.0 + np.arange(5.0)
    forecasts = pd.DataFrame({"first": dates, "date": dates, "step": 1, "geo": HOSTILE, "actual": level + 3})
    ends = {"mean": 0, "median": 1, "lower_50": -5, "upper_50": 5, "lower_90": -9, "upper_90": 9}
    forecasts = forecasts.assign(**{name: level + shift for name, shift in ends.items()})
    origins = pd.DataFrame({"first": dates, "fitted_before": dates[0], "fitted": [True, *[False] * 4]})
    origins = origins.assign(warm=False, k_hat=[np.nan, *[0.2] * 4], effective_draws=4000.0)
    origins = origins.assign(log_density=1.5, monte_carlo_error=0.01)
    scores = pd.DataFrame(
        {"forecaster": ["model", "last value"], "steps": 1, "forecasts": 5, "mae": [2.0, 4.0]}
    )
    scores = scores.assign(crps=[1.0, 4.0], coverage_50=[0.6, np.nan], coverage_90=[1.0, np.nan])
    scores = scores.assign(elpd=[7.5, np.nan], elpd_error=[1.0, np.nan], skill=[np.nan, 0.5])
    scores = scores.assign(skill_lower=[np.nan, -np.inf], skill_upper=[np.nan, np.inf])
    return {"backtest": forecasts, "backtest_origins": origins, "backtest_scores": scores}


@pytest.fixture
def run(tmp_path: Path) -> Any:
    made = tables()
    manifest = {"name": "demo", "run_id": "r1", "panel": {"outcome_name": "revenue", "outcome_unit": "EUR"}}
    verdict = Verdict((Finding("backtest_skill", "warning", "Claim no forecasting skill over it."),))
    return SimpleNamespace(
        path=tmp_path, manifest=manifest, config={}, verdict=verdict, tables=made, table=made.__getitem__
    )


def test_the_page(run: Any) -> None:
    (page,) = write_backtest(run)
    text = page.read_text()
    assert page.name == "backtest.html"
    assert HOSTILE not in text
    for words in ("Claim no forecasting skill", "too few origins", "7.5 ± 1.0", "reweighted, fitted before"):
        assert words in text
    write_backtest(run)
    assert page.read_text() == text

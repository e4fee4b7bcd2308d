"""Calibrated credit over periods, added up draw by draw."""

import numpy as np
import pytest

from lift.attribution.factors.totals import Totals

DRAWS = np.random.default_rng(0).normal(size=4000)


def filled() -> Totals:
    """Return two channels; the second errs against the first, and one of its weeks has no factor."""
    totals = Totals("ads", "orders", 0.9)
    totals.add(("search", "2025-01-06", "2025-01-12", 100.0, 2), 50 + DRAWS)
    totals.add(("search", "2025-01-13", "2025-01-19", 80.0, 2), 40 + DRAWS)
    totals.add(("video", "2025-01-06", "2025-01-12", 10.0, 0), None)
    totals.add(("video", "2025-01-13", "2025-01-19", 30.0, 0), 60 - DRAWS)
    totals.add(("mail", "2025-01-06", "2025-01-12", 10.0, 0), None)
    return totals


def test_periods_are_added_up_and_those_without_a_factor_counted() -> None:
    search, video = filled().rows()
    assert search["calibrated"] == pytest.approx(90, abs=0.1)
    assert search["calibrated_upper"] - search["calibrated_lower"] == pytest.approx(4 * 1.645, rel=0.05)
    assert (search["attributed"], search["periods"], search["without_factor"]) == (180.0, 2, 0)
    assert (search["start"], search["end"]) == ("2025-01-06", "2025-01-19")
    assert (video["attributed"], video["periods"], video["without_factor"]) == (30.0, 1, 1)
    assert video["start"] == "2025-01-13"


def test_what_channels_err_in_together() -> None:
    pairs = {(row["channel"], row["other"]): row["covariance"] for row in filled().covariance()}
    variance = DRAWS.var(ddof=1)
    assert pairs["search", "search"] == pytest.approx(4 * variance)
    assert pairs["search", "video"] == pytest.approx(-2 * variance)
    assert pairs["video", "search"] == pairs["search", "video"]
    assert list(Totals("ads", "orders", 0.9).covariance()) == []

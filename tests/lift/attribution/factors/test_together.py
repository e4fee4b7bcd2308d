"""A holdout from all media beside tests of single channels: what their credit is worth adds up, and disagreement is said."""

import numpy as np
import pytest

from lift.attribution.factors.calibrate import calibrate
from lift.attribution.factors.matching import matches
from lift.attribution.factors.model import ChannelTests, Total, fit_factors
from lift.attribution.tables import TOTAL
from tests.lift.attribution.factors.evidence_cases import evidence, rows, section

CREDIT = {"search": 100.0, "social": 80.0, "(unattributed)": 300.0}
SEARCH = evidence(120.0, 12.0)
BOTH = ("search", "social")


def sums(*items) -> tuple:
    """Return the calibrated weeks of each channel, and what is said of the test of both."""
    frame = rows(CREDIT)
    found, unused = matches(items, frame, "orders", "EUR")
    assert not unused
    held = calibrate(section(), frame, found, 1)
    total = TOTAL.frame(held.tables["attribution_total"]).set_index("channel")
    return total, [finding for finding in held.findings if finding.check == "attribution_together"]


def test_a_test_of_all_channels_tells_what_the_untested_one_is_worth() -> None:
    alone, nothing = sums(SEARCH)
    together, (said,) = sums(SEARCH, evidence(320.0, 16.0, channel=BOTH))
    width = {
        name: total["calibrated_upper"] - total["calibrated_lower"]
        for name, total in (("a", alone), ("b", together))
    }
    assert not nothing and said.status == "pass"
    # 320 of both and 120 of search in four weeks leave 200 of 320 for social: .625 of its 960 in twelve
    assert together.loc["social", "calibrated"] == pytest.approx(600.0, rel=0.12)
    assert width["b"]["social"] < 0.6 * width["a"]["social"]
    assert together.loc["search", "calibrated"] == pytest.approx(alone.loc["search", "calibrated"], rel=0.05)


def test_channels_that_do_not_add_up_to_it_are_said_to_disagree() -> None:
    social = evidence(256.0, 12.0, channel="social")
    _, (agrees,) = sums(SEARCH, social, evidence(370.0, 20.0, channel=BOTH))
    total, (said,) = sums(SEARCH, social, evidence(180.0, 20.0, channel=BOTH))
    assert agrees.status == "pass"
    assert said.status == "warning" and said.value is not None and said.value > 2
    assert "search + social" in said.sentence and "disagree" in said.sentence
    # one likelihood: the sum lies between what the channels' tests and the test of both say, over four of twelve weeks
    assert 180 < total["calibrated"].sum() / 3 < 376


def test_draws_that_have_seen_a_total_follow_the_exact_posterior() -> None:
    """A sum of two nearly known factors: the weights take the mean where precision puts it."""
    none = ChannelTests(*(np.array([]) for _ in range(5)))
    factors = fit_factors([none, none], 26.0, 1)
    total = Total((0, 1), 0.0, 1.7, 0.1, (1.0, 1.0), (0.0, 0.0))
    kept, before = factors.with_total(total, 1)
    assert len(before) == len(factors.level)
    after = sum(kept.at(k, np.zeros(1), 1)[:, 0] for k in (0, 1))
    assert np.mean(after) == pytest.approx(1.7, abs=0.1)
    assert np.std(after) < 0.35 * np.std(before)
    assert [times.tolist() for times in kept.times] == [[0.0], [0.0]]
    assert kept.effective < factors.effective

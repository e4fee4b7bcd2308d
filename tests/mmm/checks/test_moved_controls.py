"""A control that media move is found by its data; the answer without it is what a regression without it gives."""

import numpy as np
import pytest

from mixproof.aggregates.contract.seasons import season_terms
from mmm.checks.moved_controls import Moved, judge, moved_by

DATES = np.arange("2022-01-03", "2024-06-30", 7, dtype="datetime64[D]")
TERMS = season_terms("weekly", DATES)


def world(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return contributions of two channels, visits that they move, and weather that they do not, both autocorrelated."""
    rng = np.random.default_rng(seed)
    bursts = rng.gamma(1.0, 1.0, (2, len(DATES)))
    carried = np.stack([np.convolve(each, 0.6 ** np.arange(8))[: len(DATES)] for each in bursts])
    noise = np.stack(
        [np.convolve(rng.normal(size=len(DATES)), 0.7 ** np.arange(12))[: len(DATES)] for _ in range(2)]
    )
    season = np.sin(np.arange(len(DATES)) / 8)
    return carried, 2 * carried[0] + carried[1] + 5 * season + 0.7 * noise[0], 3 * season + noise[1]


def test_visits_are_moved_and_weather_mostly_is_not() -> None:
    flagged = {"visits": 0, "weather": 0}
    for seed in range(20):
        media, visits, weather = world(seed)
        for name, control in (("visits", visits), ("weather", weather)):
            found = moved_by(control, media, TERMS)
            assert 0 <= found.share <= 1
            flagged[name] += found.share >= 0.1 and found.chance <= 0.02
    assert flagged["visits"] == 20
    assert flagged["weather"] <= 3  # at the rate of .02, four or more of 20 come with probability 6e-4


def test_what_changes_without_the_control_is_the_regression_without_it() -> None:
    media, visits, _ = world(1)
    rng = np.random.default_rng(4)
    outcome = 100 + media.sum(axis=0) + visits + rng.normal(0, 0.5, len(DATES))
    own, all_terms = np.vstack([media, visits]), TERMS.T
    with_it = np.linalg.lstsq(np.vstack([own, all_terms]).T, outcome, rcond=None)[0]
    without_it = np.linalg.lstsq(np.vstack([media, all_terms]).T, outcome, rcond=None)[0]
    contributions = media * with_it[:2, None]
    found = moved_by(visits * with_it[2], contributions, TERMS)
    assert contributions.sum(axis=1) * (1 + found.slopes) == pytest.approx(media.sum(axis=1) * without_it[:2])
    finding = judge({"visits": found}, {"tv": contributions[0].sum(), "search": contributions[1].sum()})
    assert (finding.status, finding.subject) == ("warning", "visits")
    for name, row, slope in zip(("tv", "search"), media, without_it, strict=False):
        assert f"{name} would bring up to {row.sum() * slope:,.0f} instead of" in finding.sentence


NOTHING = np.zeros(2)
JUDGED = [
    ({"w": Moved(0.05, 0.0, NOTHING + 2)}, "pass", "No control is seen"),
    ({"w": Moved(0.50, 0.3, NOTHING + 2)}, "pass", "No control is seen"),
    ({"w": Moved(0.50, 0.0, NOTHING + 0.01)}, "pass", "nearly the same"),
    ({"w": Moved(0.50, 0.0, NOTHING + 1)}, "warning", "without it, tv would bring up to 20 instead of 10;"),
    (
        {"w": Moved(0.5, 0.0, NOTHING + 1), "v": Moved(0.4, 0.01, NOTHING + 1)},
        "warning",
        "without them, tv would bring up to 30 instead of 10; s would bring up to 0 instead of 0.",
    ),
    ({"w": Moved(0.0, 1.0, NOTHING)}, "pass", "0% of one at most"),
]


@pytest.mark.parametrize(("controls", "status", "words"), JUDGED)
def test_a_warning_needs_a_share_more_than_chance_and_another_answer(controls, status, words) -> None:
    finding = judge(controls, {"tv": 10.0, "s": 0.0})
    assert finding.status == status
    assert words in finding.sentence


def test_a_control_without_effect_or_media_that_stand_still_break_nothing() -> None:
    media, visits, _ = world(2)
    assert moved_by(np.zeros(len(DATES)), media, TERMS).share == 0
    assert moved_by(visits, np.zeros_like(media), TERMS).slopes.tolist() == [0.0, 0.0]

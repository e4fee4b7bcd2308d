"""Against quadrature and brute force, and on series whose truth is known."""

import numpy as np
import pytest
from scipy import integrate, stats

from mmm.checks import demand_chasing_evidence as subject
from mmm.checks.demand_chasing_evidence import Responses, demand_paths, log_evidence, responses, usual
from mmm.checks.demand_chasing_series import Medium, Series

DATES = 156
WEEK = np.arange(DATES)
EFFECT = np.linspace(0.0, 0.2, 9)


def slow(rng: np.random.Generator, memory: float, dates: int = DATES) -> np.ndarray:
    path = np.zeros(dates + 60)
    for step in range(1, len(path)):
        path[step] = memory * path[step - 1] + np.sqrt(1 - memory**2) * rng.normal()
    return path[60:]


def series_with(outcome: np.ndarray, spend: np.ndarray, step: float = 1.0) -> Series:
    waves = [wave(2 * np.pi * k * WEEK / 52.18) for k in (1, 2) for wave in (np.sin, np.cos)]
    named = np.column_stack([np.ones(DATES), WEEK / DATES, *waves])
    return Series(outcome / outcome.mean(), named, {"search": Medium(spend, spend, EFFECT)}, step)


def test_the_ratio_is_that_of_the_integrals() -> None:
    rng = np.random.default_rng(3)
    dates, followed = 6, 0.05
    root = rng.normal(size=(dates, dates)) * 0.02
    cover = root @ root.T + 0.001 * np.eye(dates)
    own = Responses(rng.uniform(0, 2, (dates, 3)), np.array([0.02, 0.1]))
    paths = [rng.normal(size=dates) for _ in subject.DELAYS]
    error = rng.normal(size=dates) * 0.05
    noise = stats.multivariate_normal(np.zeros(dates), cover)
    prior = stats.truncnorm(-followed / subject.SPREAD, np.inf, followed, subject.SPREAD)
    rows = [error - size * form for size in own.effect for form in own.forms.T]
    without = sum(noise.pdf(row) for row in rows)
    follows = 0.0
    for path, chance in zip(paths, subject.DELAYS.values(), strict=True):
        scaled = path / np.sqrt(np.mean(path**2))
        for row in rows:
            inside = lambda g, row=row, scaled=scaled: noise.pdf(row - g * scaled) * prior.pdf(g)  # noqa: E731
            follows += chance * integrate.quad(inside, 0, 0.3, limit=200)[0]
    found = subject._log_ratio(error, cover, own, paths, followed)
    assert found == pytest.approx(np.log(follows / without), abs=1e-6)


def test_mean_and_covariance_are_those_of_equally_likely_forms_and_sizes() -> None:
    rng = np.random.default_rng(4)
    own = Responses(rng.normal(size=(5, 7)), np.array([0.1, 0.2, 0.6]))
    draws = np.array([size * form for size in own.effect for form in own.forms.T])
    np.testing.assert_allclose(own.mean, draws.mean(axis=0))
    np.testing.assert_allclose(own.covariance, np.cov(draws.T, ddof=0))


def test_responses_bring_the_whole_outcome_and_act_forwards_only() -> None:
    rng = np.random.default_rng(5)
    spend = rng.lognormal(size=DATES)
    found = responses(Medium(spend, spend, EFFECT), series_with(np.ones(DATES), spend), np.eye(DATES))
    np.testing.assert_allclose(found.forms.mean(axis=0), 1.0)
    assert found.forms.shape == (DATES, subject.MECHANISMS)
    burst = np.where(WEEK == 80, 1.0, 0.0)
    after = responses(Medium(burst, burst, EFFECT), series_with(np.ones(DATES), burst), np.eye(DATES)).forms
    np.testing.assert_allclose(after[:80], 0.0, atol=1e-12)
    np.testing.assert_allclose(after[80 + int(subject.MEMORY) :], 0.0, atol=1e-12)
    assert (after[80:84].sum(axis=0) > 0).all()


def test_paths_of_demand_look_to_both_sides_and_ahead() -> None:
    spend = np.where(WEEK == 80, 4.0, 1.0)
    first, late = demand_paths(spend, 1.0)
    assert int(first.argmax()) == 80
    assert first[79] == pytest.approx(first[81])
    assert int(late.argmax()) == 76
    assert usual(np.array([0.0, 2.0, 4.0])) == 3.0
    assert usual(np.zeros(3)) == 1.0


def chased(rng: np.random.Generator, delay: int) -> tuple[np.ndarray, np.ndarray]:
    demand = slow(rng, 0.85, DATES + delay)
    spend = np.exp(0.5 * demand[:DATES] + 0.2 * rng.normal(size=DATES))
    return 1 + 0.08 * demand[delay:] + 0.02 * rng.normal(size=DATES), spend


def caused(rng: np.random.Generator, memory: float) -> tuple[np.ndarray, np.ndarray]:
    spend = np.exp(0.5 * slow(rng, 0.85))
    carried = np.convolve(spend / spend.mean(), memory ** np.arange(12) * (1 - memory))[:DATES]
    return 1 + 0.1 * carried / (1 + carried) + 0.03 * slow(rng, 0.5), spend


@pytest.mark.parametrize("delay", [0, 1, 4])
def test_spend_that_follows_demand_is_found(delay: int) -> None:
    rng = np.random.default_rng(10 + delay)
    found = [log_evidence(series_with(*chased(rng, delay)))["search"] for _ in range(8)]
    assert min(found) > 0
    assert np.median(found) > 3


@pytest.mark.parametrize("memory", [0.0, 0.4, 0.8])
def test_spend_that_only_causes_sales_is_not_accused(memory: float) -> None:
    rng = np.random.default_rng(20)
    found = [log_evidence(series_with(*caused(rng, memory)))["search"] for _ in range(8)]
    assert np.median(found) < -1


def test_units_do_not_matter_and_a_channel_that_never_moves_is_left_out() -> None:
    outcome, spend = chased(np.random.default_rng(6), 0)
    first = log_evidence(series_with(outcome, spend))["search"]
    assert log_evidence(series_with(50 * outcome, 1e6 * spend))["search"] == pytest.approx(first, abs=1e-6)
    still = series_with(outcome, spend)
    still.media["print"] = Medium(np.ones(DATES), np.ones(DATES), EFFECT)
    assert set(log_evidence(still)) == {"search"}

"""The account in which spend follows demand by an unknown strength: closed form, and worlds of known truth."""

import numpy as np
import pytest
from scipy import integrate, stats

from mixproof.aggregates.config import DataConfig
from mixproof.aggregates.simulate import simulate_world
from mixproof.aggregates.sources import panel_from_frames
from mmm.checks.demand_chasing_answer import STRENGTH, accounts, if_followed
from mmm.checks.demand_chasing_evidence import DELAYS, Prepared, Responses
from mmm.checks.demand_chasing_series import Medium, Series
from mmm.config import MmmConfig
from mmm.problem.problem import build_problem


class Fixed(Prepared):
    """What is prepared of one channel, with demand paths that are given."""

    paths: list[np.ndarray]

    def demand_paths(self, medium: Medium, series: Series) -> list[np.ndarray]:
        return self.paths


def test_sizes_are_as_probable_as_integrating_the_strength_numerically_says() -> None:
    rng, n = np.random.default_rng(3), 5
    forms, values = rng.normal(size=(n, 2)), np.array([0.1, 0.5, 1.0])
    believed = Responses(forms, np.array([0.4]))
    paths = [stats.zscore(rng.normal(size=n), ddof=0) for _ in DELAYS]
    paths = [path / np.sqrt(np.mean(path**2)) for path in paths]
    cover = 0.01 * np.eye(n)
    outcome = 0.5 * forms[:, 0] + 0.05 * paths[0]
    media = 0.85 * believed.covariance
    ready = Fixed(np.eye(n), {"tv": believed}, outcome - believed.mean, cover, media, 0.05)
    object.__setattr__(ready, "paths", paths)
    series = Series(np.ones(n), np.ones((n, 1)), {"tv": Medium(np.ones(n), np.ones(n), values)}, 1.0)
    found = if_followed(series, ready, "tv", values)
    likely = np.zeros(3)
    law = stats.multivariate_normal(np.zeros(n), ready.cover("tv"))
    for place, size in enumerate(values):
        for form in forms.T:
            for path, chance in zip(paths, DELAYS.values(), strict=True):
                likely[place] += (
                    chance
                    * integrate.quad(
                        lambda g, path=path, form=form, size=size: (
                            law.pdf(outcome - size * form - g * path) * 2 * stats.norm(0, STRENGTH).pdf(g)
                        ),
                        0,
                        8 * STRENGTH,
                    )[0]
                )
    np.testing.assert_allclose(found, likely / likely.sum(), rtol=1e-6)


@pytest.mark.parametrize("seed", [0, 1])
def test_the_truth_of_a_chased_channel_lies_inside(seed: int) -> None:
    """In 51 chased channels of six kinds the 90 % interval of this account held every truth."""
    world = simulate_world("demand_strong", seed)
    problem = build_problem(
        panel_from_frames(DataConfig.model_validate(world.data_config), world.tables), MmmConfig()
    )
    number = problem.panel.channels.index("search")
    account = accounts(problem, ["search"], {"search": 1.0})[number]
    truth = world.truth.set_index("channel").loc["search", "contribution"]
    reached = np.cumsum(account.weights)
    low, high = np.interp([0.05, 0.95], reached, account.values)
    assert low < truth < high
    assert account.probability == pytest.approx(1 / (1 + np.exp(-1.0)))


def test_nothing_is_worked_out_where_no_channel_is_marked() -> None:
    assert accounts(None, [], {}) == {}  # type: ignore[arg-type]

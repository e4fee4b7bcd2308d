"""What the prior implies, against closed forms of the stated priors and against PyMC's own draws."""

from typing import Any

import numpy as np
import pymc as pm
import pytest
from pytensor.compile import Mode
from scipy import stats

from mixlift.records.verdict import Grade
from mmm.config import MmmConfig
from mmm.effects.predictive import expected
from mmm.effects.setting import set_up
from mmm.model import build_model
from mmm.prior_check import PRIOR_CHANNELS, PRIOR_OUTCOME, check_prior
from mmm.prior_draws import prior_draws, simulate_outcome
from tests.mmm.random_panels import Shape, random_panel

MODELS: list[tuple[str, Shape, dict[str, Any]]] = [
    ("national", Shape(paid=2, organic=1, warm_up=3, missing=2, controls=1), {}),
    ("geos", Shape(geos=3, paid=2), {"likelihood": {"family": "normal"}}),
    ("apart", Shape(geos=2), {"geo": {"pooling": "none"}, "likelihood": {"family": "lognormal"}}),
    ("counts", Shape(geos=2, counts=True, reach=1), {"likelihood": {"family": "negative_binomial"}}),
    ("marginal", Shape(paid=2), {"default": {"prior": {"mroi": {"median": 1.0, "upper": 3.0}}}}),
]
ABSURD = {"default": {"prior": {"share": {"median": 1.3, "upper": 4.0}}}}


@pytest.mark.parametrize(("name", "shape", "sections"), MODELS, ids=[model[0] for model in MODELS])
def test_coefficients_are_those_of_pymc_for_the_same_draws(
    name: str, shape: Shape, sections: dict[str, Any]
) -> None:
    panel, config = random_panel(shape, seed=3), MmmConfig.model_validate(sections)
    draws = prior_draws(set_up(panel, config), 3, seed=2)
    model = build_model(panel, config)
    given = {v.name: draws.arrays[v.name][..., 1] for v in model.free_RVs if v.name != "level"}
    value = pm.do(model, given)["coefficient"].eval(mode=Mode(linker="py", optimizer=None))
    np.testing.assert_allclose(draws.arrays["coefficient"][..., 1], value, rtol=1e-6)


def test_draws_follow_the_stated_priors() -> None:
    """Kolmogorov-Smirnov at a false-alarm rate of 1e-7 each, seeded."""
    panel, config = random_panel(Shape(geos=2, paid=1), seed=1), MmmConfig()
    draws = prior_draws(set_up(panel, config), 4000, seed=11)
    laws = {
        "media_z": stats.norm(),
        "geo_z": stats.norm(),
        "shock_size": stats.halfnorm(scale=0.05),
        "noise": stats.lognorm(0.8, scale=0.1),
    }
    for name, law in laws.items():
        values = draws.arrays[name].reshape(-1, draws.count)[0]
        assert stats.kstest(values, law.cdf).pvalue > 1e-7, name
    rise = draws.arrays["level"] - draws.arrays["intercept"]
    assert np.median(rise) > 0  # media bring something, so the level lies above the intercept


def test_implied_returns_are_the_stated_ones() -> None:
    """A prior on ROI implies itself; the median of 1000 draws is binomial, 6 sd of it is a false alarm of 2e-9."""
    prior = {"roi": {"median": 2.0, "upper": 6.0, "worthless": 0.1}}
    panel = random_panel(Shape(geos=2, paid=2, warm_up=2), seed=5)
    config = MmmConfig.model_validate({"default": {"prior": prior}})
    table = check_prior(panel, config, 4).tables["prior_channels"].set_index("channel")
    deviation = 6 * 0.5 / np.sqrt(1000) / stats.norm.pdf(0) * 2.0 * np.log(3.0) / 1.645
    for channel in panel.channels:
        assert abs(table.loc[channel, "roi_median"] - 2.0) < deviation
        assert abs(table.loc[channel, "worthless"] - 0.1) < 6 * np.sqrt(0.1 * 0.9 / 1000)
        spend = np.nansum(panel.data["spend"].sel(channel=channel).values[:, 2:])
        total = float(panel.data["outcome"].sum())
        ratio = table.loc[channel, "share_median"] / table.loc[channel, "roi_median"]
        assert ratio == pytest.approx(spend / total, rel=1e-9)


@pytest.mark.parametrize(("name", "shape", "sections"), MODELS, ids=[model[0] for model in MODELS])
def test_every_model_has_its_tables_and_the_same_again(
    name: str, shape: Shape, sections: dict[str, Any]
) -> None:
    panel, config = random_panel(shape, seed=3), MmmConfig.model_validate(sections)
    first, again = check_prior(panel, config, 7), check_prior(panel, config, 7)
    assert {"prior_channels", "prior_outcome", "verdict"} == set(first.tables)
    for table in (PRIOR_CHANNELS, PRIOR_OUTCOME):
        frame = first.tables[table.name]
        assert list(frame.columns) == [column.name for column in table.columns]
        assert frame.equals(again.tables[table.name])
    assert len(first.tables["prior_channels"]) == len(panel.channels) + 1
    assert not first.tables["verdict"]["sentence"].str.contains(r"[{}]|nan", regex=True).any()


def test_sane_priors_pass_and_absurd_ones_do_not() -> None:
    panel = random_panel(Shape(paid=3, dates=60), seed=2)
    sane = MmmConfig.model_validate({"default": {"prior": {"share": {"median": 0.03, "upper": 0.1}}}})
    assert check_prior(panel, sane, 1).verdict.grade is Grade.REPORTABLE
    verdict = check_prior(panel, MmmConfig.model_validate(ABSURD), 1).verdict
    assert verdict.grade is Grade.NOT_REPORTABLE
    total = next(finding for finding in verdict.findings if finding.check == "prior_media")
    assert total.status == "failure"
    assert "more than all of it is 9" in total.sentence or "100%" in total.sentence
    assert all(f.status != "pass" for f in verdict.findings if f.check == "prior_channel")


def test_a_prior_that_excludes_what_happened_is_warned_about() -> None:
    """An outcome far from its own mean in the second half, that a tight flat baseline cannot draw."""
    panel = random_panel(Shape(dates=40), seed=2)
    data = panel.data.copy(deep=True)
    data["outcome"][:, :30] = data["outcome"][:, :30] * 0.001
    data["outcome"][:, 30:] = data["outcome"][:, 30:] * 50
    odd = type(panel)(data, panel.frequency, panel.currency, panel.outcome_name, panel.outcome_kind)
    found = {finding.check: finding for finding in check_prior(odd, MmmConfig(), 1).verdict.findings}
    assert found["prior_outcome"].status == "warning"
    assert found["prior_outcome"].value == pytest.approx(0.75, abs=0.05)


def test_simulated_outcomes_have_the_autocorrelation_of_their_draw() -> None:
    panel = random_panel(Shape(dates=400), seed=2)
    config = MmmConfig.model_validate(
        {
            "likelihood": {"family": "normal"},
            "baseline": {"drift": {"kind": "none"}, "seasonality": {"yearly": 0}},
        }
    )
    setting = set_up(panel, config)
    draws = prior_draws(setting, 50, seed=3)
    unit = setting.scaling.outcome[:, None, None]
    noise = simulate_outcome(setting, draws, np.random.default_rng(1)) / unit - expected(setting, draws)
    rho = draws.arrays["autocorrelation"]
    lag = (noise[0, 1:] * noise[0, :-1]).mean(axis=0) / (noise[0] ** 2).mean(axis=0)
    # The sd of a lag-1 correlation from 400 periods is at most 1/20; six of them, for each of 50 draws.
    assert np.all(np.abs(lag - rho) < 6 / 20)
    spread = draws.arrays["noise"][0] / np.sqrt(1 - rho**2)
    early = noise[0, 0] / spread
    assert stats.kstest(early, "norm").pvalue > 1e-7

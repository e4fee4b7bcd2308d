"""The groups for ArviZ: densities equal PyMC's, ArviZ takes them as they stand, and nothing is worked out unasked."""

import warnings
from functools import partial
from typing import Any

import arviz as az
import numpy as np
import pymc as pm
import pytest
import xarray as xr
from xarray.core import indexing

from mixproof.aggregates.simulate import simulate_world
from mmm.config import Geo, Likelihood, MmmConfig
from mmm.effects import inference_groups
from mmm.effects.inference_groups import OnDemand, with_inference_groups
from mmm.model.build import build_model
from mmm.problem.problem import build_problem

FAMILIES: list[dict[str, Any]] = [
    {"family": "normal", "autocorrelation": True},
    {"family": "student_t", "autocorrelation": False},
    {"family": "lognormal", "autocorrelation": True},
    {"family": "negative_binomial", "autocorrelation": False},
]


@pytest.mark.parametrize("likelihood", FAMILIES, ids=lambda options: options["family"])
def test_densities_are_those_of_pymc_in_the_unit_of_the_outcome(likelihood, as_panel, from_prior) -> None:
    counts = likelihood["family"] == "negative_binomial"
    panel = as_panel(simulate_world("geo", 3, weeks=30, geos=2, channels=2).scene, counts=counts)
    panel.data["outcome"][0, 5] = np.nan
    config = MmmConfig(likelihood=Likelihood(**likelihood), geo=Geo(scaling="outcome"))
    posterior = from_prior(panel, config, 6)
    with build_model(build_problem(panel, config)), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = pm.compute_log_likelihood(
            posterior.copy(), progressbar=False, compile_kwargs={"mode": "FAST_COMPILE"}
        )
    groups = with_inference_groups(posterior, panel, config)
    ours = groups["log_likelihood"]["outcome"]
    outcome, mean = groups["observed_data"]["outcome"].values, panel.data["outcome"].mean("date").values
    unit = {"lognormal": -np.log(outcome), "negative_binomial": np.zeros(len(outcome))}
    # a geo's model outcome is its outcome over its mean
    changed = unit.get(
        likelihood["family"], -np.log(mean[(groups["observed_data"]["geo"] == "region_2").astype(int)])
    )
    assert ours.dims == ("chain", "draw", "cell")
    np.testing.assert_allclose(
        ours.values, theirs["log_likelihood"]["outcome"].values + changed, rtol=1e-9, atol=1e-9
    )


def test_arviz_takes_them_as_they_stand(demo) -> None:
    panel, config, posterior = demo
    groups = with_inference_groups(posterior, panel, config)
    assert set(groups.children) == {
        "posterior",
        "sample_stats",
        "constant_data",
        "observed_data",
        "log_likelihood",
        "posterior_predictive",
        "prior",
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # draws from the prior are no posterior, and its Pareto k says so
        assert az.loo(groups).n_data_points == panel.observed.sum()
    assert "media_value[tv]" in az.summary(groups, var_names=["media_value"]).index
    predicted = groups["posterior_predictive"]["outcome"]
    assert predicted.sel(chain=1, draw=3).values == pytest.approx(predicted.values[1, 3])
    at = groups["observed_data"]["outcome"][7]
    assert float(at) == float(panel.data["outcome"].sel(geo=at["geo"].item(), date=at["date"].values))


def test_the_prior_has_the_variables_of_the_posterior(demo) -> None:
    panel, config, posterior = demo
    prior = with_inference_groups(posterior, panel, config)["prior"].to_dataset()
    for name, variable in posterior["posterior"].to_dataset().data_vars.items():
        assert prior[name].dims == variable.dims
        assert prior[name].values.shape == (1, prior.sizes["draw"], *variable.shape[2:])
    # The prior on ROI has a median of 1; of 1,000 draws about that, with 5 of its standard deviations.
    assert float(prior["media_value"].sel(channel="tv").median()) == pytest.approx(1.0, abs=0.25)


def test_nothing_is_worked_out_unasked_and_nothing_twice(demo, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def counted(real: Any, *arguments: Any) -> Any:
        asked.append(real.__name__)
        return real(*arguments)

    for name in ("_log_likelihood", "_predictions", "prior_draws"):
        monkeypatch.setattr(inference_groups, name, partial(counted, getattr(inference_groups, name)))
    panel, config, posterior = demo
    groups = with_inference_groups(posterior, panel, config)
    assert "log_likelihood" in repr(groups)
    assert asked == []
    for _ in range(2):
        assert np.isfinite(groups["prior"]["noise"].values).all()
        assert np.isfinite(groups["prior"]["level"].values).all()
    assert asked == ["prior_draws"]


@pytest.mark.parametrize("part", [{"a": 1}, {"a": [2, 0], "b": slice(1, None)}, {"b": -1}, {}])
def test_parts_are_those_of_the_whole(part: dict[str, Any]) -> None:
    whole = np.arange(12.0).reshape(3, 4)
    variable = xr.Variable(("a", "b"), indexing.LazilyIndexedArray(OnDemand(whole.shape, lambda: whole)))
    np.testing.assert_array_equal(
        variable.isel(part).values, xr.Variable(("a", "b"), whole).isel(part).values
    )

"""Drafts: right where the posterior is normal, near it elsewhere, and always marked with how far off they are."""

from typing import Any

import numpy as np
import pytest
import xarray as xr

from mixproof.errors import ConfigError
from mmm.analyse import analyse
from mmm.checks import approximation as check
from mmm.checks import thresholds
from mmm.checks.check import Draft
from mmm.config import MmmConfig
from mmm.fit import fit
from mmm.numerics.batch_and_match import Normal, match
from tests.mmm.random_panels import Shape, random_panel

PANEL = random_panel(Shape(paid=2, dates=60), seed=4)
SECTIONS: dict[str, Any] = {"default": {"adstock": {"family": "geometric", "lags": 2}}}
DRAFT = MmmConfig.model_validate(SECTIONS | {"fit": {"mode": "draft", "draws": 800}})
SAMPLE = MmmConfig.model_validate(SECTIONS | {"fit": {"draws": 500, "max_draws": 500}})


@pytest.fixture(scope="module")
def drafted() -> xr.DataTree:
    return fit(PANEL, DRAFT, 3)


@pytest.fixture(scope="module")
def sampled() -> xr.DataTree:
    return fit(PANEL, SAMPLE, 3)


def test_a_normal_is_matched_exactly_from_anywhere() -> None:
    rng = np.random.default_rng(1)
    root = rng.standard_normal((5, 5))
    precision, mean = root @ root.T + np.eye(5), rng.standard_normal(5)

    def density(point: np.ndarray) -> tuple[float, np.ndarray]:
        return float(-0.5 * (point - mean) @ precision @ (point - mean)), -precision @ (point - mean)

    found = match(density, Normal(np.full(5, 3.0), 0.1 * np.eye(5)), 40, 50, rng)
    np.testing.assert_allclose(found.centre, mean, atol=1e-3)
    np.testing.assert_allclose(found.factor @ found.factor.T, np.linalg.inv(precision), atol=1e-3)


def test_draws_without_a_density_are_left_out_and_too_few_end_the_search() -> None:
    begun = Normal(np.zeros(2), np.eye(2))

    def half(point: np.ndarray) -> tuple[float, np.ndarray]:
        return (float(-0.5 * point @ point), -point) if point[0] < 0 else (np.nan, np.full(2, np.nan))

    assert np.isfinite(match(half, begun, 3, 50, np.random.default_rng(1)).factor).all()
    nowhere = match(lambda point: (np.nan, point), begun, 3, 50, np.random.default_rng(1))
    assert nowhere is begun


def test_a_draft_is_near_the_sample_and_says_what_it_is(drafted: xr.DataTree, sampled: xr.DataTree) -> None:
    assert drafted.attrs["method"] == "draft"
    assert np.isfinite(drafted.attrs["k_hat"])
    assert 0 < drafted.attrs["effective_draws"] <= 4000
    assert dict(drafted["posterior"].sizes)["draw"] == 800
    for name in ("level", "media_value", "noise"):
        near, there = (tree["posterior"][name].stack(sample=("chain", "draw")) for tree in (drafted, sampled))
        off = abs(near.mean("sample") - there.mean("sample")) / there.std("sample")
        assert float(off.max()) < 1.0, name
    assert set(drafted["posterior"].data_vars) == set(sampled["posterior"].data_vars)


def test_the_same_seed_gives_the_same_draft_and_another_another(drafted: xr.DataTree) -> None:
    assert drafted["posterior"].to_dataset().identical(fit(PANEL, DRAFT, 3)["posterior"].to_dataset())
    assert not drafted["posterior"].to_dataset().identical(fit(PANEL, DRAFT, 4)["posterior"].to_dataset())


def test_a_draft_is_never_reportable_and_not_asked_about_chains(
    drafted: xr.DataTree, sampled: xr.DataTree
) -> None:
    found = analyse(drafted, PANEL, DRAFT)
    assert found.verdict.grade == "not reportable"
    assert found.verdict.findings[0].check == "draft"
    checks = {finding.check for finding in found.verdict.findings}
    assert not checks & {"convergence", "divergences", "energy", "influence"}
    assert found.tables["parameters"][["r_hat", "ess_bulk", "ess_tail"]].isna().all(axis=None)
    assert "draft" not in {finding.check for finding in analyse(sampled, PANEL, SAMPLE).verdict.findings}


@pytest.mark.parametrize(("k_hat", "words"), [(0.5, "mend it"), (0.9, "cannot mend it")])
def test_even_weights_that_mend_it_leave_it_a_draft(k_hat: float, words: str) -> None:
    class Examined:
        draft = Draft(k_hat, 123.0)

    (finding,) = check.run(Examined())  # type: ignore[arg-type]
    assert (finding.status, finding.value, finding.threshold) == ("failure", k_hat, thresholds.MAX_WEIGHT_K)
    assert words in finding.sentence
    assert "123 draws" in finding.sentence


def test_a_model_that_only_pymc_computes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "nutpie.compile_pymc_model", lambda model: pytest.fail("compiled before it is refused")
    )
    config = MmmConfig.model_validate(
        {"fit": {"mode": "draft"}, "default": {"prior": {"mroi": {"median": 1.0, "upper": 3.0}}}}
    )
    with pytest.raises(ConfigError) as found:
        fit(PANEL, config, 3)
    assert [fault.code for fault in found.value.faults] == ["draft-uncovered"]

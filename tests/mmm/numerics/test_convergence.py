"""Whether draws are enough: ArviZ's numbers, the worst of them, by name."""

import arviz as az
import numpy as np
import pytest
import xarray as xr

from mmm.numerics.convergence import MAX_R_HAT, MIN_ESS, convergence, diagnostics


def draws(shift: float = 0.0, length: int = 400) -> xr.Dataset:
    """Return four chains of three scalars; the last chain of ``b[y]`` is moved by `shift`."""
    rng = np.random.default_rng(2)
    moved = rng.normal(size=(4, length, 2))
    moved[3, :, 1] += shift
    return xr.Dataset(
        {"a": (("chain", "draw"), rng.normal(size=(4, length))), "b": (("chain", "draw", "k"), moved),
         "still": (("chain", "draw"), np.ones((4, length)))},
        coords={"k": ["x", "y"]},
    )  # fmt: skip


def test_numbers_are_those_of_arviz() -> None:
    posterior = draws(0.1)
    table = diagnostics(posterior)
    assert set(table) == {"a", "b[x]", "b[y]"}  # a constant has nothing to converge
    r_hat = az.rhat(posterior[["b"]])["b"].sel(k="y")
    bulk = az.ess(posterior[["b"]], method="bulk")["b"].sel(k="y")
    assert table["b[y]"][:2] == pytest.approx((float(r_hat), float(bulk)), rel=1e-12)


@pytest.mark.parametrize(
    ("shift", "length", "enough"), [(0.0, 400, True), (2.0, 400, False), (0.0, 60, False)]
)
def test_the_worst_decides(shift: float, length: int, enough: bool) -> None:
    found = convergence(draws(shift, length), divergences=0)
    assert found.enough is enough
    assert found.enough == (found.r_hat <= MAX_R_HAT and found.ess >= MIN_ESS)
    if shift:
        assert found.r_hat_parameter == found.ess_parameter == "b[y]"


def test_a_chain_that_is_not_a_number_is_never_enough() -> None:
    posterior = draws()
    posterior["a"][0, 3] = np.nan
    assert not convergence(posterior, divergences=0).enough

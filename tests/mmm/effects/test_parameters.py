import numpy as np
import pytest
import xarray as xr

from mmm.config import Interval
from mmm.effects.parameters import parameters_table
from mmm.numerics.convergence import diagnostics

RNG = np.random.default_rng(3)
POSTERIOR = xr.Dataset(
    {
        "noise": (("chain", "draw"), RNG.normal(2, 0.5, size=(4, 250))),
        "effect": (("chain", "draw", "channel"), RNG.normal(size=(4, 250, 2))),
        "fixed": (("chain", "draw"), np.ones((4, 250))),
    },
    coords={"channel": ["tv", "radio"]},
)


def test_one_row_a_parameter_with_its_label_and_diagnostics() -> None:
    table = parameters_table(POSTERIOR, diagnostics(POSTERIOR), Interval()).set_index("parameter")
    assert set(table.index) == {"noise", "effect[tv]", "effect[radio]", "fixed"}
    values = POSTERIOR["noise"].values
    assert table.loc["noise", "mean"] == pytest.approx(values.mean())
    assert table.loc["noise", "sd"] == pytest.approx(values.std(ddof=1))
    np.testing.assert_allclose(
        table.loc["noise", ["lower", "upper"]].astype(float), np.quantile(values, [0.05, 0.95])
    )
    assert table.loc["noise", "r_hat"] < 1.02
    assert table.loc["fixed", ["r_hat", "ess_bulk"]].isna().all()

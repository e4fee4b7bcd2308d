import dataclasses

import numpy as np
import pytest

from mixproof.aggregates.panel import Panel
from mmm.config import Likelihood, MmmConfig
from mmm.problem.problem import set_up


def test_spend_and_dates_are_those_of_the_window(demo_panel: Panel) -> None:
    setting = set_up(demo_panel, MmmConfig())
    warm_up = int((~demo_panel.observed[0]).sum())
    assert warm_up > 0
    assert setting.span == slice(warm_up, demo_panel.data.sizes["date"])
    assert (setting.spend[:, :warm_up, : len(demo_panel.paid)] == 0).all()
    assert np.isnan(setting.spend[..., len(demo_panel.paid) :]).all()
    assert len(setting.dates) == demo_panel.observed.sum()


@pytest.mark.parametrize("family", ["normal", "student_t", "negative_binomial", "lognormal"])
def test_the_link_decides_whether_parts_multiply(family: str, demo_panel: Panel) -> None:
    config = MmmConfig(likelihood=Likelihood(family=family, autocorrelation=False))  # type: ignore[arg-type]
    assert set_up(demo_panel, config).multiplicative == (family in ("negative_binomial", "lognormal"))


def test_a_value_that_is_unknown_anywhere_is_unknown(demo_panel: Panel) -> None:
    data = demo_panel.data.copy(deep=True)
    data["outcome_value"].values[0, -1] = np.nan
    panel = dataclasses.replace(demo_panel, data=data)
    assert np.isnan(set_up(panel, MmmConfig()).value).all()
    assert np.isfinite(set_up(demo_panel, MmmConfig()).value).all()

"""The outcome in the likelihood's unit, and the sentence for an outcome it cannot have."""

import dataclasses

import numpy as np
import pytest

from mixproof.errors import DataError
from mmm.config import MmmConfig
from mmm.problem.model_outcome import followed, model_outcome
from mmm.problem.scaling import scale
from tests.mmm.random_panels import Shape, random_panel

UNSUITED = [
    ("lognormal", 0.0, "1 values are zero or less"),
    ("lognormal", -5.0, "1 values are zero or less"),
    ("negative_binomial", 2.5, "negative or not whole numbers"),
    ("negative_binomial", -1.0, "negative or not whole numbers"),
]


def config(family: str) -> MmmConfig:
    return MmmConfig.model_validate({"likelihood": {"family": family}})


@pytest.mark.parametrize("family", ["normal", "student_t", "lognormal", "negative_binomial"])
def test_units(family: str) -> None:
    panel = random_panel(Shape(geos=2, counts=True, missing=2))
    scaling, raw = scale(panel, config(family)), panel.data["outcome"].values
    scaled = raw / scaling.outcome[:, None]
    wanted = {"lognormal": np.log(scaled), "negative_binomial": raw}.get(family, scaled)
    np.testing.assert_allclose(model_outcome(panel, config(family), scaling), wanted)


@pytest.mark.parametrize(("family", "value", "words"), UNSUITED)
def test_faults(family: str, value: float, words: str) -> None:
    panel = random_panel(Shape(counts=True))
    outcome = panel.data["outcome"].copy()
    outcome[0, 3] = value
    odd = dataclasses.replace(panel, data=panel.data.assign(outcome=outcome))
    with pytest.raises(DataError) as caught:
        model_outcome(odd, config(family), scale(odd, config(family)))
    (fault,) = caught.value.faults
    assert fault.code == "outcome-unsuited"
    assert words in fault.what and family in fault.what
    assert "mmm.likelihood.family" in fault.where
    assert "student_t" in fault.remedy


def test_followed_means_the_period_before_is_known() -> None:
    observed = np.array([[0, 1, 1, 0, 1, 1], [1, 1, 0, 0, 1, 0]], bool)
    np.testing.assert_array_equal(followed(observed), [[0, 0, 1, 0, 0, 1], [0, 1, 0, 0, 0, 0]])

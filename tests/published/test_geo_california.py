"""California's Proposition 99: Arkhangelsky et al. (2021), AER 111, table 1; Abadie et al. (2010) for the ranks."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lift.geo.estimators.synthetic_control import fit_simplex
from lift.geo.estimators.table import ESTIMATORS
from tests.lift.geo.plain import estimate

FILE = Path(__file__).parents[3] / "shared" / "data" / "geo" / "california_prop99.csv"
pytestmark = pytest.mark.skipif(not FILE.exists(), reason="public data folder is not present")
SPLIT = 19
PUBLISHED = 1e-4


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    return pd.read_csv(FILE).set_index("Year").T


CASES = [("difference_in_differences", -27.349), ("synthetic_difference_in_differences", -15.605)]


@pytest.mark.parametrize(("method", "att"), CASES)
def test_effect(panel: pd.DataFrame, method: str, att: float) -> None:
    found = estimate(ESTIMATORS[method].weights, panel.to_numpy(float), panel.index == "California", SPLIT)
    assert found.att == pytest.approx(att, rel=PUBLISHED)


def test_period_weights(panel: pd.DataFrame) -> None:
    method = ESTIMATORS["synthetic_difference_in_differences"].weights
    found = estimate(method, panel.to_numpy(float), panel.index == "California", SPLIT).time_weights
    assert found[16:] == pytest.approx([0.366, 0.206, 0.427], abs=6e-4)  # published with three decimals
    assert found[:16].sum() < 1e-3


def _levels_gap(values: np.ndarray, treated: np.ndarray) -> np.ndarray:
    """Abadie's form keeps levels."""
    return values[treated][0] - fit_simplex(values[:, :SPLIT], treated[None])[0] @ values


def test_synthetic_control_on_levels_and_its_rank(panel: pd.DataFrame) -> None:
    values = panel.to_numpy(float)
    gap = _levels_gap(values, np.asarray(panel.index == "California"))
    assert gap[SPLIT:].mean() == pytest.approx(-19.514, rel=PUBLISHED)
    ratios = []
    for i in range(values.shape[0]):
        own = _levels_gap(values, np.arange(values.shape[0]) == i)
        ratios.append((own[SPLIT:] ** 2).mean() / (own[:SPLIT] ** 2).mean())
    rank = 1 + int((np.array(ratios) > ratios[list(panel.index).index("California")]).sum())
    assert (rank, len(ratios)) == (3, 39)

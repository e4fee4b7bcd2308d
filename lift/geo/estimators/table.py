"""The table of geo estimators, one a file: a new one is a row here, and the YAML knows it.

The modules named here need NumPy alone, because the sections of the YAML take their choices from this table.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lift.geo.estimators.augmented import augmented_synthetic_control
from lift.geo.estimators.difference import difference_in_differences
from lift.geo.estimators.donors import Estimator
from lift.geo.estimators.regression import time_based_regression
from lift.geo.estimators.synthetic_control import synthetic_control
from lift.geo.estimators.synthetic_difference import synthetic_difference_in_differences


@dataclass(frozen=True, slots=True)
class Row:
    """An estimator and what may be done with it.

    Parameters
    ----------
    weights : callable
        Turns pre-test series into donor weights.
    in_ensemble : bool
        Whether the default method mixes it.
    before_only : bool
        Whether its weights depend on the time before the test alone: then it can be refitted under a hypothesis (block
        conformal inference), and plans can score it at windows of any length.
    """

    weights: Estimator
    in_ensemble: bool = False
    before_only: bool = True


ESTIMATORS: Mapping[str, Row] = {
    "difference_in_differences": Row(difference_in_differences, in_ensemble=True),
    "time_based_regression": Row(time_based_regression, in_ensemble=True),
    "synthetic_control": Row(synthetic_control, in_ensemble=True),
    "augmented_synthetic_control": Row(augmented_synthetic_control, in_ensemble=True),
    "synthetic_difference_in_differences": Row(synthetic_difference_in_differences, before_only=False),
}
"""Every estimator that turns pre-test series into donor weights, by the name the YAML uses."""

MEMBERS: tuple[str, ...] = tuple(name for name, row in ESTIMATORS.items() if row.in_ensemble)
"""What the default ensemble mixes."""

TRIMMED_MATCH = "trimmed_match"
"""The one method that compares geos pair by pair and has no donor weights (`lift.geo.inference.pairs`)."""

METHODS: tuple[str, ...] = ("ensemble", *ESTIMATORS, TRIMMED_MATCH)
"""Every method that an analysis can be asked for."""

REFITTED: tuple[str, ...] = (
    "ensemble",
    *(name for name, row in ESTIMATORS.items() if row.before_only),
)
"""Methods that block conformal inference and plans can use: their weights read nothing of the test."""

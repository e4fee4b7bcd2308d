"""The table of geo estimators: one a file; a new one is a row here.

The table stands beside the package, so that reading a YAML pays for no estimator.
"""

from collections.abc import Mapping

from lift.geo.data.donors import Estimator
from lift.geo.estimators.augmented import augmented_synthetic_control
from lift.geo.estimators.difference import difference_in_differences
from lift.geo.estimators.regression import time_based_regression
from lift.geo.estimators.synthetic_control import synthetic_control
from lift.geo.estimators.synthetic_difference import synthetic_difference_in_differences

ESTIMATORS: Mapping[str, Estimator] = {
    "difference_in_differences": difference_in_differences,
    "time_based_regression": time_based_regression,
    "synthetic_control": synthetic_control,
    "augmented_synthetic_control": augmented_synthetic_control,
    "synthetic_difference_in_differences": synthetic_difference_in_differences,
}
"""Every estimator that turns pre-test series into donor weights; `ensemble` mixes the ones it is given."""

MEMBERS: tuple[str, ...] = (
    "difference_in_differences",
    "time_based_regression",
    "synthetic_control",
    "augmented_synthetic_control",
)
"""What the default ensemble mixes: estimators whose weights depend on the time before the test alone."""

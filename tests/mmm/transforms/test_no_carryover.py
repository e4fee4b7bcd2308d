import numpy as np

from mmm.transforms.no_carryover import priors, weights, weights_tensor


def test_everything_arrives_at_lag_zero() -> None:
    np.testing.assert_array_equal(weights(3), [1, 0, 0, 0])
    np.testing.assert_array_equal(weights_tensor(3).eval(), [1, 0, 0, 0])
    assert priors(3, 1.0) == ()

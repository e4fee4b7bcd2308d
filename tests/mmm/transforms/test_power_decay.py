import numpy as np

from mmm.transforms.power_decay import weights


def test_a_decay_of_one_falls_as_one_half_one_third_one_quarter() -> None:
    np.testing.assert_allclose(weights(3, decay=1.0), np.array([12, 6, 4, 3]) / 25, rtol=1e-14)

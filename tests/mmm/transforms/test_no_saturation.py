import numpy as np

from mmm.transforms.no_saturation import curve, slope


def test_twice_the_exposure_is_twice_the_effect() -> None:
    x = np.array([0.0, 0.5, 3.0])
    np.testing.assert_array_equal(curve(2 * x), 2 * curve(x))
    np.testing.assert_array_equal(slope(x), [1, 1, 1])

import numpy as np

from mmm.transforms.arctangent import curve


def test_half_of_what_is_possible_is_reached_at_the_half_saturation_point() -> None:
    points = np.array([0.2, 1.5, 9.0])
    np.testing.assert_allclose(curve(points, half_saturation=points), 0.5, rtol=1e-14)

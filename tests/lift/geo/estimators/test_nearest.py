import numpy as np

from lift.geo.estimators.nearest import nearest_donors


def test_the_three_that_move_alike_count_the_same_and_the_others_do_not() -> None:
    time = np.arange(12.0)
    outcome = np.stack(
        [np.sin(time), 5 + np.sin(time), -time, np.sin(time) + 0.1 * time, 3 * time, np.sin(time)]
    )
    weights = nearest_donors(outcome, np.array([[True, False, False, False, False, False]]), 10).unit
    np.testing.assert_allclose(weights, [[0, 1 / 3, 0, 1 / 3, 0, 1 / 3]])

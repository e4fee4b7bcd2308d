"""Do the tests of one channel agree with each other, whatever the model says of the channel's level?

The model predicts every test of the channel from one and the same response. Each test then says by how much that
prediction has to be multiplied; tests that agree say the same. That multiple is compared between tests, so that a model
whose level is wrong, because spend followed demand, say, accuses none of them. A test that cannot be right together with
one other is in a contradiction: no likelihood settles it, so the channel cannot be booked. With three tests or more, the
one that all others disagree with is named.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtr

from mmm.calibration.agreement.conflict import Array, Measured

TENSION, FALSE_ALARM = 3.0, 0.01
"""Standard errors between two tests above which they cannot both be right; more where there are so many tests that some pair
of honest ones would be further apart with more than this probability."""
FEWEST_TO_ACCUSE = 3
"""Tests of a channel from which one can be outvoted."""


@dataclass(frozen=True, slots=True)
class Multiple:
    """What one test says of the model's prediction: by how much it has to be multiplied.

    Parameters
    ----------
    value, se : float
    degrees_of_freedom : float
    """

    value: float
    se: float
    degrees_of_freedom: float


@dataclass(frozen=True, slots=True)
class Tension:
    """How the tests of one channel agree.

    Parameters
    ----------
    multiples : tuple of Multiple
        One a test.
    pairs : numpy.ndarray, shape (test, test)
        Difference of each pair's multiples in standard errors (normal equivalents), row less column.
    rest : numpy.ndarray, shape (test,)
        The same of each test and all others pooled; not known where there are fewer than three.
    """

    multiples: tuple[Multiple, ...]
    pairs: Array
    rest: Array

    @property
    def largest(self) -> float:
        """Return the largest tension of any pair."""
        return float(np.abs(self.pairs).max())

    @property
    def worst_pair(self) -> tuple[int, int]:
        """Return the places of the two tests that agree least."""
        one, other = np.unravel_index(int(np.abs(self.pairs).argmax()), self.pairs.shape)
        return (int(min(one, other)), int(max(one, other)))

    @property
    def limit(self) -> float:
        """Return the tension above which two tests cannot both be right."""
        count = len(self.multiples)
        return max(TENSION, -float(ndtri(FALSE_ALARM / (count * (count - 1)))))

    @property
    def contradiction(self) -> bool:
        """Return whether two tests cannot both be right, so that the channel cannot be booked."""
        return self.largest > self.limit

    @property
    def accused(self) -> int | None:
        """Return the place of the test that the others outvote, None where there is none.

        It disagrees with all others together, and without it no two of the others disagree.
        """
        if not self.contradiction or len(self.rest) < FEWEST_TO_ACCUSE:
            return None
        suspect = int(np.abs(self.rest).argmax())
        kept = np.delete(np.delete(self.pairs, suspect, 0), suspect, 1)
        clear = abs(self.rest[suspect]) > self.limit and np.abs(kept).max() <= self.limit
        return suspect if clear else None


def multiple(measured: Measured, expected: Array) -> Multiple:
    """Return by how much a prediction has to be multiplied to meet a test (generalised least squares).

    Parameters
    ----------
    measured : Measured
    expected : numpy.ndarray, shape (readout,)
        What the model says of its readouts, with a sign.

    Returns
    -------
    Multiple
    """
    scatter = measured.total_covariance
    inverse = np.linalg.solve(scatter, expected)
    information = float(expected @ inverse)
    share = float(inverse @ measured.covariance @ inverse) / information
    return Multiple(
        value=float(inverse @ measured.observed) / information,
        se=information**-0.5,
        # of the scatter of the sum of measurement and bias (Satterthwaite)
        degrees_of_freedom=measured.degrees_of_freedom / share**2,
    )


def tension(tests: Sequence[Measured], expected: Sequence[Array]) -> Tension:
    """Return how the tests of one channel agree with each other.

    Parameters
    ----------
    tests : sequence of Measured
        At least two, independent of each other.
    expected : sequence of numpy.ndarray of shape (readout,)
        What one and the same response of the channel says of each test's readouts: the mean of the calibrated model.

    Returns
    -------
    Tension

    Raises
    ------
    ValueError
        There are fewer than two tests.
    """
    if len(tests) < 2:
        raise ValueError("tension is between two tests or more")
    found = [multiple(one, mean) for one, mean in zip(tests, expected, strict=True)]
    pairs = np.array([[apart(one, other) for other in found] for one in found])
    rest = np.full(len(found), np.nan)
    if len(found) >= FEWEST_TO_ACCUSE:
        rest = np.array([apart(one, _pooled(found, k)) for k, one in enumerate(found)])
    return Tension(tuple(found), pairs, rest)


def apart(one: Multiple, other: Multiple) -> float:
    """Return the difference of two multiples in standard errors, as the normal deviate of the same tail probability.

    Parameters
    ----------
    one, other : Multiple

    Returns
    -------
    float
    """
    variance = one.se**2 + other.se**2
    z = (one.value - other.value) / variance**0.5
    loose = one.se**4 / one.degrees_of_freedom + other.se**4 / other.degrees_of_freedom
    if loose == 0:
        return float(z)
    tail = max(float(stdtr(variance**2 / loose, -abs(z))), np.exp(-700.0))  # Welch
    return float(-np.sign(z) * ndtri(tail))


def _pooled(found: Sequence[Multiple], left_out: int) -> Multiple:
    """Return the mean of all multiples but one, weighted by their precision."""
    kept = [one for k, one in enumerate(found) if k != left_out]
    precision = np.array([one.se**-2 for one in kept])
    share = precision / precision.sum()
    variance = 1 / precision.sum()
    loose = sum((part * one.se) ** 4 / one.degrees_of_freedom for part, one in zip(share, kept, strict=True))
    freedom = variance**2 / loose if loose > 0 else np.inf
    return Multiple(float(share @ [one.value for one in kept]), variance**0.5, float(freedom))

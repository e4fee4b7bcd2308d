"""What is asked about one cell of a geo experiment, and everything that is answered, on plain arrays."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lift.geo.data.assignment import Mechanism
from lift.geo.data.donors import Flags, Floats
from lift.geo.data.money import Joint
from lift.geo.inference.placebo import Inference
from lift.geo.trust.certificate import Certificate


@dataclass(frozen=True, slots=True)
class Setting:
    """What is analysed and how.

    Parameters
    ----------
    outcome : numpy.ndarray, shape (units, time)
        From the first period of the data to the end of the cool-down.
    spend : numpy.ndarray, shape (units, time), or None
    treated : numpy.ndarray of bool, shape (units,)
    split : int
        Number of pre-test periods.
    level : float
    method : str
        A row of `lift.geo.estimators.table.ESTIMATORS`, "ensemble" or "trimmed_match".
    inference : {"auto", "randomisation", "placebo", "conformal"}
    mechanism : Mechanism
        How treatment was, or might have been, given.
    randomised : bool
        Whether it really was drawn so.
    pairs : numpy.ndarray of int, shape (pairs, 2), or None
        Treated and control unit of each pair, for trimmed match.
    trim : float
    references, pseudo_tests, seed : int
    known_spend : float or None
        Change of spend where there is no spend series.
    compare : bool
        Whether other methods answer too.
    """

    outcome: Floats
    spend: Floats | None
    treated: Flags
    split: int
    level: float
    method: str
    inference: str
    mechanism: Mechanism
    randomised: bool
    pairs: np.ndarray | None = None
    trim: float = 0.1
    references: int = 250
    pseudo_tests: int = 200
    seed: int = 0
    known_spend: float | None = None
    compare: bool = True

    @property
    def periods(self) -> int:
        """Periods of test and cool-down together."""
        return self.outcome.shape[1] - self.split

    @property
    def series(self) -> Floats:
        """Outcome and, where known, spend, shape (series, units, time)."""
        return self.outcome[None] if self.spend is None else np.stack([self.outcome, self.spend])

    def relative(self, effect: float) -> float:
        """Return a total effect as a share of what the treated units would have had without it; 0 where that is 0."""
        without = float(self.outcome[self.treated, self.split :].sum()) - effect
        return effect / without if without else 0.0


@dataclass(frozen=True, slots=True)
class CellAnswer:
    """Everything one cell proves.

    Parameters
    ----------
    joint : Joint
        Answers for outcome, spend and their combinations.
    effect : Inference
        Total effect on the outcome over test and cool-down.
    inference : str
        How it was inferred: randomisation, placebo, conformal, or sign flips.
    se : float
        Standard error that a normal with the same interval would have; from the references where it is unbounded.
    counterfactual : numpy.ndarray, shape (series, time)
        Treated totals without the test; before it, the fit.
    covariance : numpy.ndarray, shape (post, post)
        Of the effects by period; adds up to ``se**2``.
    certificate : Certificate
    weights : numpy.ndarray, shape (units,)
        Donor weights.
    mix : mapping of str to float
        Weight of each member of the ensemble.
    references : numpy.ndarray, shape (references,)
        Studentised effects of the reference sets; entry 0 is the treated set.
    comparisons : tuple of (str, Inference)
        The same question by other methods.
    """

    joint: Joint
    effect: Inference
    inference: str
    se: float
    counterfactual: Floats
    covariance: Floats
    certificate: Certificate
    weights: Floats
    mix: Mapping[str, float]
    references: Floats
    comparisons: tuple[tuple[str, Inference], ...]

"""What is asked about one cell of a geo experiment, on plain arrays."""

from dataclasses import dataclass

import numpy as np

from lift.geo.data.assignment import Mechanism, understatement
from lift.geo.estimators.donors import Flags, Floats


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
        One of `lift.geo.estimators.table.METHODS`.
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
    side : {0, 1, -1}
        Direction in which an effect is looked for, as declared before the test; 0 both.
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
    side: int = 0

    @property
    def periods(self) -> int:
        """Periods of test and cool-down together."""
        return self.outcome.shape[1] - self.split

    @property
    def series(self) -> Floats:
        """Outcome and, where known, spend, shape (series, units, time)."""
        return self.outcome[None] if self.spend is None else np.stack([self.outcome, self.spend])

    @property
    def understated(self) -> float:
        """Factor by which the references understate chance; 1 where the geos were drawn."""
        return 1.0 if self.randomised else understatement(self.treated, self.level, one_sided=bool(self.side))

    def relative(self, effect: float) -> float:
        """Return a total effect as a share of what the treated units would have had without it; 0 where that is 0."""
        without = float(self.outcome[self.treated, self.split :].sum()) - effect
        return effect / without if without else 0.0

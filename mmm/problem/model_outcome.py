"""The outcome in the unit the likelihood works in, and whether it suits the likelihood at all."""

import numpy as np

from mixproof.aggregates.panel import Panel
from mixproof.errors import DataError, Fault
from mmm.config import MmmConfig
from mmm.problem.scaling import Scaling


def model_outcome(panel: Panel, config: MmmConfig, scaling: Scaling) -> np.ndarray:
    """Return the outcome in the unit the likelihood works in, shape (geo, date), NaN where unknown.

    Parameters
    ----------
    panel : Panel
        For its outcomes.
    config : MmmConfig
        For the likelihood.
    scaling : Scaling
        Outcome per model outcome.

    Returns
    -------
    numpy.ndarray, shape (geo, date)
        1 in an average period, its logarithm, or counts.

    Raises
    ------
    DataError
        The outcome does not suit the likelihood.
    """
    outcome = panel.data["outcome"].transpose("geo", "date").values
    known = outcome[panel.observed]
    family = config.likelihood.family
    if family == "lognormal" and (known <= 0).any():
        raise DataError(
            _unsuited(panel, family, f"{int((known <= 0).sum())} values are zero or less", "student_t")
        )
    if family == "negative_binomial":
        if (known < 0).any() or (known != np.round(known)).any():
            raise DataError(_unsuited(panel, family, "values are negative or not whole numbers", "student_t"))
        return outcome
    scaled = outcome / scaling.outcome[:, None]
    return np.log(scaled) if family == "lognormal" else scaled


def _unsuited(panel: Panel, family: str, what: str, instead: str) -> Fault:
    return Fault(
        "outcome-unsuited",
        f"outcome '{panel.outcome_name}', mmm.likelihood.family",
        f"{what}, which the {family} likelihood cannot have.",
        f"Use family: {instead}, or check the outcome.",
    )


def followed(observed: np.ndarray) -> np.ndarray:
    """Return where the outcome of the period before is known too, shape (geo, date)."""
    return observed & np.pad(observed, ((0, 0), (1, 0)))[:, :-1]

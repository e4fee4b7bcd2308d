"""A channel's carryover as configured: its family, its window of lags and the priors of its parameters."""

from collections.abc import Mapping
from dataclasses import dataclass

from mixproof.aggregates.panel import Frequency
from mmm.config import Adstock
from mmm.transforms.family import AdstockTransform, ParameterPrior

# Last lag and median of the average delay, both in data periods.
DEFAULT_CARRYOVER: Mapping[Frequency, tuple[int, float]] = {
    "weekly": (13, 1.5),
    "daily": (28, 4.0),
    "monthly": (4, 0.5),
    "yearly": (3, 0.5),
}


@dataclass(frozen=True, slots=True)
class Carryover:
    """A carryover with everything the YAML left open filled in.

    Parameters
    ----------
    transform : AdstockTransform
    lags : int
        Last lag, in periods.
    priors : tuple of ParameterPrior
    """

    transform: AdstockTransform
    lags: int
    priors: tuple[ParameterPrior, ...]


def resolve(adstock: Adstock, frequency: Frequency, families: Mapping[str, AdstockTransform]) -> Carryover:
    """Return the carryover that `adstock` asks for in data of this `frequency`.

    A window of 0 lags leaves nothing to estimate, whatever the family: it is the family ``none``.

    Raises
    ------
    ConfigError
        The family cannot have the average delay asked for within the window.
    """
    lags, mean_lag = DEFAULT_CARRYOVER[frequency]
    lags = adstock.lags if adstock.lags is not None else lags
    transform = families[adstock.family if lags > 0 else "none"]
    if transform.name == "none":
        return Carryover(transform, 0, ())
    return Carryover(transform, lags, transform.priors(lags, adstock.mean_lag or mean_lag))

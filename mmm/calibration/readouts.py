"""From evidence and a panel to what the model is to compute: paths, pieces and weights of every readout, once."""

import numpy as np

from mixproof.records.evidence import Evidence, Readout
from mmm.calibration.assembly import Assembly
from mmm.calibration.calibration import Calibration, kind_of
from mmm.calibration.checks import raise_if_unusable
from mmm.calibration.market import Market
from mmm.calibration.periods import weeks_outside
from mmm.calibration.prior_size import with_prior_size
from mmm.calibration.replay import Experiment, Replay
from mmm.problem.media import Media
from mmm.problem.priors import MediaPrior

SMALLEST_EIGENVALUE = 1e-3
"""Of the readouts' correlation: less would say that the test knows some difference of readouts almost exactly."""


def work_out(
    calibration: Calibration,
    market: Market,
    media: Media,
    priors: tuple[MediaPrior, ...],
    multiplicative: bool,
) -> Replay | None:
    """Return what the experiments ask of the model; None where there are none.

    Parameters
    ----------
    calibration : Calibration
    market : Market
        The panel as experiments see it.
    media : Media
    priors : tuple of MediaPrior
    multiplicative : bool
        Whether components multiply (log link) or add.

    Returns
    -------
    Replay or None

    Raises
    ------
    DataError
        With everything that keeps experiments from calibrating this panel.
    """
    raise_if_unusable(calibration, market)
    if not calibration.evidence:
        return None
    assembly = Assembly(market, media.window, multiplicative)
    experiments = tuple(_experiment(item, calibration, assembly) for item in calibration.evidence)
    level = market.level if multiplicative else None
    return with_prior_size(assembly.replay(experiments), media, market.pathways, priors, level)


def _experiment(item: Evidence, calibration: Calibration, assembly: Assembly) -> Experiment:
    """Return one experiment, after its paths and readouts were added to `assembly`."""
    options, statement = calibration.options, item.estimand == "roi"
    notes: list[str] = []
    for readout in item.readouts:
        if statement:
            assembly.add_return(readout)
        else:
            notes += assembly.add_difference(item, readout)
    effects = np.array([readout.effect for readout in item.readouts])
    assembly.add_left(item)
    floor = options.floor if item.weaker else 0.0
    kind = kind_of(item)
    outside = 0.0
    if item.start is not None and item.end is not None:
        outside = weeks_outside(assembly.market.panel, item.start, item.end)
    forgotten = 1 - float(np.exp2(-2 * outside / options.bias.half_life_weeks))
    return Experiment(
        name=item.experiment,
        channels=item.channels,
        kind=kind,
        labels=tuple(_label(readout, statement) for readout in item.readouts),
        observed=effects,
        covariance=floored(np.asarray(item.covariance, float), floor * np.abs(effects)),
        degrees_of_freedom=item.degrees_of_freedom if item.shape == "student_t" else None,
        bias_scale=np.zeros(len(effects)),
        bias_size=getattr(options.bias, kind),
        age_variance=options.bias.age**2 * forgotten,
        weaker=item.weaker,
        notes=tuple(dict.fromkeys([*item.notes, *notes])),
    )


def floored(covariance: np.ndarray, least: np.ndarray) -> np.ndarray:
    """Return a covariance with standard errors of at least `least`, and no direction in which nothing may err.

    Parameters
    ----------
    covariance : numpy.ndarray, shape (readout, readout)
    least : numpy.ndarray, shape (readout,)

    Returns
    -------
    numpy.ndarray, shape (readout, readout)
        Never smaller than `covariance` in any direction.
    """
    sd = np.sqrt(np.diag(covariance))
    values, vectors = np.linalg.eigh(covariance / np.outer(sd, sd))
    # The small eigenvalues are raised: adding to a covariance takes nothing from it.
    raised = (vectors * np.maximum(values, SMALLEST_EIGENVALUE)) @ vectors.T
    whole = (raised + raised.T) / 2 * np.outer(sd, sd)
    return whole + np.diag(np.maximum(least**2 - np.diag(whole), 0.0))


def _label(readout: Readout, statement: bool) -> str:
    if statement:
        return f"{readout.arm}, return"
    return f"{readout.arm}, {readout.start} to {readout.end}"

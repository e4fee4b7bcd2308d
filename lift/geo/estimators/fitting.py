"""The fits behind one cell: every estimator, for every set of geos that might have been treated, at every window."""

from lift.geo.data.assignment import among_controls, reference_sets
from lift.geo.data.donors import Estimator
from lift.geo.data.setting import Setting
from lift.geo.estimators.ensemble import rolling_origins
from lift.geo.estimators.table import ESTIMATORS, MEMBERS
from lift.geo.inference.rolling import Fits, fit_all


def fit_cell(setting: Setting) -> Fits:
    """Return every member's weights for every set that might have been treated, at the test and at windows before it.

    Parameters
    ----------
    setting : Setting
    """
    apart = None if setting.randomised else among_controls(setting.treated, setting.level)
    sets = reference_sets(
        setting.treated, apart or setting.mechanism, setting.references, setting.seed
    ).treated
    origins = (*rolling_origins(setting.split, setting.periods), setting.split)
    return fit_all(members_of(setting), setting.outcome, sets, origins, setting.periods)


def members_of(setting: Setting) -> dict[str, Estimator]:
    """Return the estimators that the method mixes; the ensemble's where pairs are compared with it.

    Parameters
    ----------
    setting : Setting
    """
    names = MEMBERS if setting.method in ("ensemble", "trimmed_match") else (setting.method,)
    return {name: ESTIMATORS[name] for name in names}

"""A whole backtest: refused where it cannot be made, then forecasts, scores and a verdict."""

import numpy as np

from mixproof.aggregates.panel import Panel
from mixproof.errors import ConfigError, DataError, Fault
from mmm.analyse import Analysis, findings_table
from mmm.backtest.findings import judge
from mmm.backtest.frame import set_frame
from mmm.backtest.leave_future_out import Say, leave_future_out
from mmm.backtest.results import forecasts_table, origins_table
from mmm.backtest.scores import scores_table
from mmm.config import MmmConfig
from mmm.kernel.supported_models import uncovered

LEAST_TRAINING = 0.5
"""Share of the periods with an outcome that the first origin must know."""


def backtest(panel: Panel, config: MmmConfig, seed: int, *, say: Say = lambda text: None) -> Analysis:
    """Return tables and verdict of a backtest of the model.

    Parameters
    ----------
    panel : Panel
    config : MmmConfig
        Its section ``backtest`` says how many origins and how far they look.
    seed : int
        The same seed on the same machine gives the same result.
    say : callable, optional
        Gets a sentence whenever the model is fitted.

    Raises
    ------
    ConfigError
        There are more origins than the data can carry, or the model is not one that can be backtested.
    DataError
        A geo or a channel begins only where forecasts do; the outcome does not suit the likelihood.
    ResourceError
        The time allowed for a fit gave too few draws to say anything.
    """
    _refuse(panel, config)
    options = config.backtest
    frame = set_frame(panel, config, options.origins)
    origins = leave_future_out(frame, seed, say)
    forecasts = forecasts_table(frame, origins, options.horizon, seed)
    by_origin = origins_table(frame, origins)
    scores = scores_table(forecasts, by_origin, options.horizon)
    verdict = judge(origins, forecasts, scores)
    tables = {"backtest": forecasts, "backtest_origins": by_origin, "backtest_scores": scores}
    return Analysis(tables | {"verdict": findings_table(verdict)}, verdict)


def _refuse(panel: Panel, config: MmmConfig) -> None:
    """Raise what speaks against a backtest before anything is fitted."""
    where = "mmm.backtest.origins"
    known = np.flatnonzero(panel.observed.any(axis=0))
    most = int(len(known) * (1 - LEAST_TRAINING))
    lacking = uncovered(panel, config)
    if lacking is not None:
        what = f"A model with {lacking} is computed by PyMC and cannot be backtested yet."
        raise ConfigError(
            Fault("backtest-uncovered", "mmm", what, "Leave it out of the model to be backtested.")
        )
    if config.backtest.origins > most:
        what = f"{config.backtest.origins} origins, and {len(known)} periods with an outcome."
        raise ConfigError(
            Fault("backtest-too-long", where, what, f"At most {most} origins are possible here.")
        )
    first = int(known[-config.backtest.origins])
    seen = panel.observed[:, :first].any(axis=1)
    bought = (
        np.nan_to_num(panel.data["exposure"].transpose("geo", "date", "channel").values)[:, :first] > 0
    ).any(axis=(0, 1))
    late = [f"geo {n}" for n, there in zip(panel.geos, seen, strict=True) if not there]
    late += [f"channel {n}" for n, there in zip(panel.channels, bought, strict=True) if not there]
    day = str(panel.data["date"].values[first])[:10]
    raise_for = [
        Fault(
            "backtest-unseen",
            name,
            f"Nothing is known of it before {day}, where forecasts begin.",
            "Take fewer mmm.backtest.origins, or leave it out.",
        )
        for name in late
    ]
    if raise_for:
        raise DataError(raise_for)

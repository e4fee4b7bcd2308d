"""A whole backtest: refused where it cannot be made, then forecasts, scores and a verdict."""

from mixproof.aggregates.panel import Panel
from mmm.analyse import Analysis, findings_table
from mmm.backtest.findings import judge
from mmm.backtest.frame import set_frame
from mmm.backtest.leave_future_out import Say, leave_future_out
from mmm.backtest.results import forecasts_table, origins_table
from mmm.backtest.scores import scores_table
from mmm.calibration import Calibration
from mmm.config import MmmConfig
from mmm.problem.problem import build_problem


def backtest(
    panel: Panel,
    config: MmmConfig,
    seed: int,
    *,
    calibration: Calibration | None = None,
    say: Say = lambda text: None,
) -> Analysis:
    """Return tables and verdict of a backtest of the model.

    Parameters
    ----------
    panel : Panel
    config : MmmConfig
        Its section ``backtest`` says how many origins and how far they look.
    seed : int
        The same seed on the same machine gives the same result.
    calibration : Calibration, optional
        Experiments; those that ended before the first forecast are known at every origin, others at none.
    say : callable, optional
        Gets a sentence whenever the model is fitted.

    Returns
    -------
    Analysis
        Tables ``backtest``, ``backtest_origins``, ``backtest_scores`` and ``verdict``, and the verdict itself.

    Raises
    ------
    ConfigError
        There are more origins than the data can carry, or the model is not one that can be backtested.
    DataError
        A geo or a channel begins only where forecasts do; the outcome does not suit the likelihood.
    ResourceError
        The time allowed for a fit gave too few draws to say anything.
    """
    problem, options = build_problem(panel, config), config.backtest
    frame = set_frame(problem, calibration)
    origins = leave_future_out(frame, seed, say)
    forecasts = forecasts_table(frame, origins, options.horizon, seed)
    by_origin = origins_table(frame, origins)
    scores = scores_table(forecasts, by_origin, options.horizon)
    verdict = judge(origins, scores)
    tables = {"backtest": forecasts, "backtest_origins": by_origin, "backtest_scores": scores}
    return Analysis(tables | {"verdict": findings_table(verdict)}, verdict)

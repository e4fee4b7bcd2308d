"""The accounts of a run: how components and residual add up to the actual outcome, what paid media brought together and
against their share of spend, over the window and in each period, and how closely the model follows the outcome."""

from typing import Any

import numpy as np
import pandas as pd

from mixproof.aggregates.finance.fiscal import FiscalCalendar
from mixproof.ratio import why_no_ratio
from mmm.effects.channels import Groups
from mmm.effects.contribution import Contributions
from mmm.effects.fitted import Fitted
from mmm.effects.intervals import estimate, interval
from mmm.effects.periods import calendar_periods
from mmm.effects.return_on_spend import returns
from mmm.effects.tables import FIT_QUALITY, PAID_MEDIA, PAID_MEDIA_BY_PERIOD, TIE_OUT
from mmm.problem.problem import Problem

TOTAL = "all paid channels"
NATIONAL = "all geos"


def tie_out_table(problem: Problem, found: Contributions, result: Fitted) -> pd.DataFrame:
    """Return the table ``tie_out``: components, what they bring where the outcome is unknown, residual, actual outcome.

    Parameters
    ----------
    problem : Problem
    found : Contributions
    result : Fitted
        Its expectations come from the draws of `found`.

    Returns
    -------
    pandas.DataFrame
        Every line but the last adds up to the last.
    """
    brought = found.total.mean(axis=-1)
    known = problem.window & np.isfinite(problem.outcome)
    actual = problem.outcome[known]
    unknown = float(result.expected[problem.window & ~known].sum())
    rows: list[dict[str, Any]] = [
        {"line": part.name, "kind": part.kind, "amount": amount}
        for part, amount in zip(found.parts, brought, strict=True)
    ]
    rows += [
        {"line": "where the outcome is unknown", "kind": "unknown", "amount": 0.0 - unknown},
        {"line": "residual", "kind": "residual", "amount": float((actual - result.expected[known]).sum())},
        {"line": "actual outcome", "kind": "actual", "amount": float(actual.sum())},
    ]
    return TIE_OUT.frame(pd.DataFrame(rows).assign(caution=""))


def paid_media_table(problem: Problem, found: Contributions) -> pd.DataFrame:
    """Return the table ``paid_media``: each paid channel, then all of them together, members and not groups.

    Parameters
    ----------
    problem : Problem
    found : Contributions

    Returns
    -------
    pandas.DataFrame
        No share of the effect where the effect of all paid channels may be zero or less. Its ``caution`` is empty: that is
        known once the run is judged.
    """
    spend = problem.spend.sum(axis=(0, 1))
    paid = [number for number, cost in enumerate(spend) if cost > 0]
    if not paid:
        return PAID_MEDIA.frame([])
    groups, options = [*([number] for number in paid), paid], problem.config.interval
    earned = returns(problem, found, groups)
    brought = np.stack([found.media[members].sum(axis=0) for members in groups])
    lowest, _ = interval(brought[-1], options)
    shared = not why_no_ratio(float(lowest), "the effect of all paid channels")
    share = brought / brought[-1] if shared else np.full_like(brought, np.nan)
    priors = [_prior(problem, number) for number in paid]
    names = [problem.panel.channels[number] for number in paid]
    columns = {
        "channel": [*names, TOTAL],
        "spend": earned.spend,
        "spend_share": earned.spend / earned.spend[-1],
        **estimate("contribution", brought, options),
        **estimate("effect_share", share, options),
        **estimate("roi", earned.roi, options, median=True),
        **{key: [*(prior[key] for prior in priors), empty] for key, empty in _NO_PRIOR.items()},
        "caution": "",
    }
    return PAID_MEDIA.frame(pd.DataFrame(columns))


def paid_media_by_period_table(
    problem: Problem, found: Contributions, groups: Groups, fiscal: FiscalCalendar | None = None
) -> pd.DataFrame:
    """Return the table ``paid_media_by_period``: each paid channel, groups, and all of them, in each quarter and year.

    Parameters
    ----------
    problem : Problem
    found : Contributions
    groups : tuple of tuple of int
        Channels that the data cannot tell apart.
    fiscal : FiscalCalendar, optional
        The declared one.

    Returns
    -------
    pandas.DataFrame
        Its ``caution`` is empty: that is known once the run is judged.
    """
    spend = problem.spend.sum(axis=0)[problem.span].T
    paid = [number for number, cost in enumerate(spend.sum(axis=1)) if cost > 0]
    apart = [list(group) for group in groups if set(group) <= set(paid)]
    if not paid:
        return PAID_MEDIA_BY_PERIOD.frame([])
    members = [*([number] for number in paid), *apart, paid]
    names = [" + ".join(problem.panel.channels[number] for number in each) for each in members[:-1]]
    kinds = [*["paid"] * len(paid), *["group"] * len(apart), "total"]
    brought = found.by_date[list(found.channels)]
    value = _value_by_date(problem)
    frames = []
    for grain, labels, whole in calendar_periods(problem, fiscal):
        if grain.endswith("month"):
            continue
        for label in dict.fromkeys(labels):
            inside = labels == label
            days = problem.dates[inside]
            when = {
                "grain": grain,
                "period": label,
                "start": days[0].date().isoformat(),
                "last": days[-1].date().isoformat(),
                "periods": len(days),
                "periods_in_full": whole[int(inside.argmax())],
                "channel": [*names, TOTAL],
                "kind": kinds,
                "caution": "",
            }
            cost = np.array([spend[each][:, inside].sum() for each in members])
            sums = np.stack([brought[each][:, inside].sum(axis=(0, 1)) for each in members])
            money = np.stack([(brought[each].sum(axis=0) * value)[inside].sum(axis=0) for each in members])
            frames.append(pd.DataFrame(when | _in_period(problem, cost, sums, money)))
    return PAID_MEDIA_BY_PERIOD.frame(pd.concat(frames, ignore_index=True))


def _value_by_date(problem: Problem) -> np.ndarray:
    """Return the value of a unit of outcome, shape (date, 1); NaN where there is none, or one that differs between geos."""
    value = np.where(problem.window, problem.value, np.nan)[:, problem.span]
    known = np.isfinite(value)
    low, high = np.where(known, value, np.inf).min(axis=0), np.where(known, value, -np.inf).max(axis=0)
    return np.where(low == high, low, np.nan)[:, None]


def _in_period(
    problem: Problem, cost: np.ndarray, sums: np.ndarray, money: np.ndarray
) -> dict[str, np.ndarray]:
    """Return the columns of one period from spend (row,), contributions and their value (row, sample); the total is last."""
    options = problem.config.interval
    lower, upper = interval(sums, options)
    shared = not why_no_ratio(float(lower[-1]), "the effect of all paid channels")
    share = sums / sums[-1] if shared else np.full_like(sums, np.nan)
    divisor = np.where(cost > 0, cost, np.nan)
    ends = {"mean": sums.mean(axis=-1), "lower": upper, "upper": lower}
    cpia = {
        f"cpia_{end}": np.where(each > 0, divisor / np.where(each > 0, each, 1.0), np.inf)
        for end, each in ends.items()
    }
    return {
        "spend": cost,
        "spend_share": cost / divisor[-1],
        **estimate("contribution", sums, options),
        **estimate("effect_share", share, options),
        **estimate("roi", money / divisor[:, None], options, median=True),
        **{name: np.where(cost > 0, each, np.nan) for name, each in cpia.items()},
    }


_NO_PRIOR: dict[str, Any] = {
    "prior_on": "",
    "prior_median": np.nan,
    "prior_lower": np.nan,
    "prior_upper": np.nan,
}


def _prior(problem: Problem, channel: int) -> dict[str, Any]:
    """Return what was believed of a channel beforehand: its quantity, median and the interval of the run's level."""
    prior, tail = problem.priors[channel], (1 - problem.config.interval.level) / 2
    ends = {"prior_median": 0.5, "prior_lower": tail, "prior_upper": 1 - tail}
    return {"prior_on": prior.quantity} | {key: prior.law.quantile(p) for key, p in ends.items()}


def fit_quality_table(problem: Problem, result: Fitted) -> pd.DataFrame:
    """Return the table ``fit_quality``: R2, MAPE and wMAPE of one-step-ahead predictions, by geo and over all.

    Parameters
    ----------
    problem : Problem
    result : Fitted

    Returns
    -------
    pandas.DataFrame
        Over all geos, outcomes are added up by date first.
    """
    known = problem.window & np.isfinite(problem.outcome)
    actual, predicted = np.where(known, problem.outcome, 0.0), np.where(known, result.predicted, 0.0)
    rows = [_quality(NATIONAL, actual.sum(axis=0), predicted.sum(axis=0), known.any(axis=0))]
    if len(problem.panel.geos) > 1:
        rows += [
            _quality(geo, actual[number], predicted[number], known[number])
            for number, geo in enumerate(problem.panel.geos)
        ]
    return FIT_QUALITY.frame(rows)


def _quality(geo: str, actual: np.ndarray, predicted: np.ndarray, known: np.ndarray) -> dict[str, Any]:
    """Return the row of one series; what would be divided by zero is left empty."""
    actual, predicted = actual[known], predicted[known]
    error = np.abs(actual - predicted)
    spread, size = float(((actual - actual.mean()) ** 2).sum()), float(np.abs(actual).sum())
    above = actual != 0
    return {
        "geo": geo,
        "periods": int(known.sum()),
        "r2": 1 - float((error**2).sum()) / spread if spread > 0 else np.nan,
        "mape": float((error[above] / np.abs(actual[above])).mean()) if above.any() else np.nan,
        "mape_periods": int(above.sum()),
        "wmape": float(error.sum()) / size if size > 0 else np.nan,
    }

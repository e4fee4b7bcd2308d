"""Every fault that the media-mix half can raise: code -> (family, meaning, remedy)."""

FAULTS: dict[str, tuple[str, str, str]] = {
    "backtest-too-long": (
        "config",
        "A backtest would leave the first origin with less than half of the outcomes to learn from.",
        "Take fewer mmm.backtest.origins.",
    ),
    "backtest-uncovered": (
        "config",
        "The model has a part that only PyMC computes; backtests need the model's own fast log-density.",
        "Backtest the model without that part.",
    ),
    "backtest-unseen": (
        "data",
        "A geo has no outcome, or a channel no exposure, before the first forecast of the backtest.",
        "Take fewer mmm.backtest.origins, or leave it out.",
    ),
    "draft-uncovered": (
        "config",
        "The model has a part that only PyMC computes; drafts need the model's own fast log-density.",
        "Use mmm.fit.mode: sample, or draft the model without that part.",
    ),
    "media-share-implausible": (
        "data",
        "The priors make all media together bring less than 1 % or more than 60 % of the outcome.",
        "Bring spend and outcome to one unit of money; if they are, state what media may bring under mmm.channels or "
        "mmm.default (prior: share), or say accept: [media-share-implausible] in the data section.",
    ),
    "mean-lag-unreachable": (
        "config",
        "No parameter of the carryover's family gives the average delay asked for within its window of lags.",
        "Use a mean_lag in the range that the message names, more lags, or another family.",
    ),
    "not-computable": (
        "data",
        "The model cannot be computed from these numbers.",
        "Check the column that is named, and its unit; leave it out where nothing was meant by it.",
    ),
    "outcome-never-known": (
        "data",
        "A geo has media and no outcome at all.",
        "Bring its outcome, or leave its rows out of every table.",
    ),
    "outcome-unsuited": (
        "data",
        "The outcome has values that the likelihood cannot have: zero or less for a lognormal, negative or not "
        "whole for a negative binomial.",
        "Use family: student_t, or check the outcome.",
    ),
    "prior-without-spend": (
        "data",
        "A channel has its prior on a return on spend, and no spend in the modelled periods.",
        "State the prior as a share, or leave the channel out.",
    ),
    "sampling-too-slow": (
        "resource",
        "The time allowed for sampling gave too few draws for any result.",
        "Allow more mmm.fit.max_minutes, use fewer geos, channels or lags, or let the machine do less beside it.",
    ),
}

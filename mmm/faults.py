"""Every fault that the media-mix half can raise: code -> (family, meaning, remedy)."""

from mmm.forecast.config import FAULTS as FORECAST
from mmm.plan.faults import FAULTS as PLAN

FAULTS: dict[str, tuple[str, str, str]] = {
    **FORECAST,
    **PLAN,
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
    "calibrate-dose": (
        "data",
        "What an experiment changed is not known: what was spent with the test, and what would have been without it.",
        "Give the experiment its spend with and without the test, or leave it out of calibrate.experiments.",
    ),
    "calibrate-empty": (
        "data",
        "An experiment says nothing that a model can be calibrated with, or nothing is left to be modelled beside it.",
        "Leave it out of calibrate.experiments.",
    ),
    "calibrate-file": (
        "data",
        "A file under calibrate.files is not evidence of an experiment, or cannot be read.",
        "Name a JSON file from the folder `evidence` of a run.",
    ),
    "calibrate-missing": (
        "config",
        "The YAML calibrates its model with experiments, and no evidence was given.",
        "Name a run's folder `evidence`, or let `mixproof.run` analyse the experiments and fit the model in one go.",
    ),
    "calibrate-share": (
        "data",
        "Which part of the market an experiment treated is not known, so its total cannot be held against the model's.",
        "Give a holdout its `population`, an imported result its `treated_share`; a geo test needs outcomes before it.",
    ),
    "calibrate-spend": (
        "data",
        "The spend of an experiment and that of the same cells of the panel differ: they are not the same campaign.",
        "Correct one of them, set `in_panel: false` where the test is of another market, or raise calibrate.tolerance.",
    ),
    "calibrate-twice": (
        "data",
        "One experiment would calibrate the model twice.",
        "Name it once: under calibrate.experiments or in one of calibrate.files.",
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

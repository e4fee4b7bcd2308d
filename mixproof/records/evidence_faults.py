"""Every fault that evidence can raise: code -> (family, meaning, remedy)."""

FAULTS: dict[str, tuple[str, str, str]] = {
    "evidence-window": (
        "data",
        "The experiment lies outside the data of the media-mix model, and is said to be inside or has no spend of its own.",
        "Give data that cover the test and its cool-down, or the spend of the test; or leave it out of calibration.",
    ),
    "evidence-channel": (
        "data",
        "The experiment tested a channel that the data do not have.",
        "Use the names under data.channels.",
    ),
    "evidence-geo": (
        "data",
        "The experiment names geos that the data do not have.",
        "Use the panel's names.",
    ),
    "evidence-unit": (
        "data",
        "The experiment's outcome, unit or currency contradicts the outcome of the media-mix model.",
        "Calibrate with a test on the same outcome in the same currency.",
    ),
    "evidence-spread": (
        "data",
        "A standard error is not positive, the covariance is impossible, or an interval does not hold its point.",
        "Write the evidence again with `mixproof lift`.",
    ),
}

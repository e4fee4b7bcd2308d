"""Every fault that holdouts and imports can raise: code -> (family, meaning, remedy)."""

from mixproof.errors import Fault

FAULTS: dict[str, tuple[str, str, str]] = {
    "holdout-column": (
        "data",
        "A column named in the YAML is not in the table.",
        "Correct the name under columns, or add the column.",
    ),
    "holdout-number": (
        "data",
        "Values are missing or are no finite numbers.",
        "Give a number in every row; nothing is filled in.",
    ),
    "holdout-whole": (
        "data",
        "Counts of people are no whole numbers.",
        'Give counts of people, each once; where a mark groups thousands (50.211), say decimal: "," or "." for the table.',
    ),
    "holdout-negative": ("data", "Counts or sums of squares are negative.", "Correct the source."),
    "holdout-arm": (
        "data",
        "Arms of the table and arms of the YAML differ.",
        "Name every arm of the table under control or arms, and no other.",
    ),
    "holdout-duplicate": (
        "data",
        "An arm has several rows for one stratum and day.",
        "Add up rows of different people; remove rows that stand there twice.",
    ),
    "holdout-day": ("data", "Days cannot be read.", "Give ISO dates (2025-03-31) or whole numbers from 0."),
    "holdout-gap": (
        "data",
        "An arm lacks entry days that another has.",
        "Add the missing rows; if nobody entered, give a row with zeros.",
    ),
    "holdout-window": (
        "data",
        "Entry days lie outside the test.",
        "Correct start and end, or leave out people who entered at other times in every arm alike.",
    ),
    "holdout-impossible": (
        "data",
        "No people can have these sums.",
        "Check which columns are meant: users once each, converters among them, squares summed over people.",
    ),
    "holdout-active-users": (
        "data",
        "The people of a row look like those active on a day, who return on others, not like people counted once.",
        "Export sums by the day people ENTERED the test, or totals without days.",
    ),
    "exposure-alike": (
        "data",
        "The control saw the treatment about as often as the treated arm.",
        "Check which arm is which and the exposure log; or accept: [exposure-alike] in the experiment.",
    ),
    "holdout-noise": (
        "privacy",
        "More of the variance of a difference is privacy noise than comes from the people.",
        "Get totals of the arms with fewer rows, so that less noise is added, a larger arm, or less noise; no lift is told "
        "from these.",
    ),
    "holdout-noised": (
        "data",
        "The table states privacy noise in its counts, and the experiment asks for what does not take noise into account.",
        "Leave out adjustment, looks, count_method, and the columns revenue, exposed and ghost.",
    ),
    "holdout-too-small": ("data", "An arm has too few people.", "Give at least two people in every arm."),
    "holdout-immature": (
        "data",
        "Some people have not had all days of their follow-up.",
        "Wait, shorten follow_up.days, or say follow_up.immature: exclude.",
    ),
    "holdout-unit": (
        "data",
        "The currency of the table is not that of the section.",
        "Convert the sums (and the squares with the square of the rate), or correct lift.currency.",
    ),
    "lift-overlap": (
        "data",
        "Two tests of one channel ran on the same days, so that neither's control is what it seems.",
        "Leave one out, or name the other under overlaps where that was the design.",
    ),
    "import-spread": (
        "data",
        "A standard error is not positive.",
        "Give the standard error or the interval as the tool printed it.",
    ),
    "import-interval": (
        "data",
        "An interval does not hold its own point, or its ends are the wrong way round.",
        "Copy point, lower and upper of one and the same quantity.",
    ),
    "import-unit": (
        "data",
        "The unit contradicts the outcome, the currency or the scale.",
        "State the unit in which the tool printed the point, and convert foreign money first.",
    ),
    "import-scale": (
        "data",
        "What turns this scale into a total is missing.",
        "Give users for per_user, periods for per_period, baseline for a relative lift, spend for iroas and cost.",
    ),
}


def fault(code: str, where: str, what: str, remedy: str | None = None) -> Fault:
    """Return a fault of this half; without `remedy` the catalogue's sentence is used.

    Parameters
    ----------
    code : str
        A key of `FAULTS`.
    where : str
        Table, column, rows or YAML key.
    what : str
        What is wrong with the value found there; nothing that names a person.
    remedy : str, optional
        One sentence.

    Returns
    -------
    Fault
        Not raised: the caller gathers faults and raises them together.
    """
    return Fault(code, where, what, remedy or FAULTS[code][2])

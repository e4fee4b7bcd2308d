"""Sentences of an experiment's page, made from its section and its tables: no number in them is computed here."""

from typing import Any, Literal

from mixproof.ratio import NO_RATIO
from reports.context import capital
from reports.experiment_inputs import ExperimentPage, Row
from reports.numbers import MISSING
from reports.wording.run import listing, plural

TOOLS = {
    "geolift": "GeoLift",
    "causalimpact": "CausalImpact",
    "meridian_geox": "Meridian GeoX",
    "platform_lift": "a platform's lift study",
    "other": "another tool",
}
_CHANGES = {
    "go_dark": ("was switched off", "What was lost when {0} was switched off?"),
    "heavy_up": ("was raised", "What did more spend on {0} bring?"),
    "new": ("was used for the first time", "What did {0} bring where it was new?"),
}
ESTIMANDS = {
    "conversion_rate_difference": "more per person",
    "revenue_per_user_difference": "more per person",
    "relative_lift": "lift",
    "incremental_outcome": "increment",
    "incremental_spend": "change of spend",
    "cost_per_incremental": "cost per incremental unit",
    "iroas": "return on spend (iROAS)",
    "incremental_profit": "profit of the change",
    "effect_per_exposed": "effect per exposed person",
    "effect_per_predicted_exposed": "effect per predicted-exposed person",
}
"""Estimands as people call them."""


def estimand_words(name: str) -> str:
    """Return an estimand as people call it."""
    return ESTIMANDS.get(name, name.replace("_", " "))


def question(page: ExperimentPage) -> str:
    """Return what the experiment asked."""
    what = listing(page.channels)
    if page.kind == "geo":
        return _CHANGES[str(page.section["intervention"])][1].format(what)
    if page.kind == "holdout":
        return f"What did {what} bring that would not have come without it?"
    return f"What does {TOOLS[str(page.section['source'])]} say {what} brought?"


def withheld(page: ExperimentPage) -> list[str]:
    """Return who or what got the treatment, from whom it was withheld, and when."""
    said = {"geo": _geos, "holdout": _people, "imported": _elsewhere}[page.kind](page)
    days = int(page.section.get("cooldown_days") or 0)
    if days:
        said.append(
            f"Outcome of the {plural(days, 'day')} after the end counts too, because effects arrive late."
        )
    return said


def _span(page: ExperimentPage, own: Row | None = None) -> str:
    """Return the days of the test, or those of one cell where it has its own."""
    start, end = ((own or {}).get(key) or page.section.get(key) for key in ("start", "end"))
    return f"from {page.numbers.day(start)} to {page.numbers.day(end)}" if start and end else "over the test"


def _geos(page: ExperimentPage) -> list[str]:
    said = []
    for cell in page.section["cells"]:
        change = _CHANGES[str(cell.get("intervention") or page.section["intervention"])][0]
        what = listing([str(c) for c in cell.get("channels") or page.channels])
        geos = [str(geo) for geo in cell["geos"]]
        names = listing(geos) if len(geos) <= 12 else f"{listing(geos[:10])}, and {len(geos) - 10} more"
        label = f"Cell {cell['name']}: " if len(page.section["cells"]) > 1 else ""
        count = len(page.of_arm("lift_donors", str(cell["name"])))
        rest = f"; {plural(count, 'geo')} without the change show what would have happened" if count else ""
        said.append(
            f"{label}{what} {change} in {plural(len(geos), 'geo')} ({names}) {_span(page, cell)}{rest}."
        )
    excluded = [str(geo) for geo in page.section.get("excluded") or ()]
    if excluded:
        said.append(f"Left out by name, neither treated nor compared with: {listing(excluded)}.")
    return said


def _people(page: ExperimentPage) -> list[str]:
    arms = page.tables["lift_arms"]
    control = arms[arms["role"] == "control"].iloc[0]
    share = page.numbers.percent(float(page.section["control"]["share"]))
    everybody = page.numbers.plain(float(arms["users"].sum()))
    treated = [
        f"{arm} ({page.numbers.plain(users)} people)"
        for arm, users, role in zip(arms["arm"], arms["users"], arms["role"], strict=True)
        if role != "control"
    ]
    what = listing(page.channels)
    return [
        f"Of {everybody} people, {page.numbers.plain(float(control['users']))} (planned: {share}) were assigned to "
        f"{control['arm']}, and {what} was withheld from them {_span(page)}.",
        f"Treated: {listing(treated)}. Everybody counts in the arm they were assigned to, whether they saw anything or not.",
    ]


def _elsewhere(page: ExperimentPage) -> list[str]:
    drawn = {
        "True": "who was treated was drawn at random, says the YAML",
        "False": "who was treated was not drawn at random, says the YAML",
    }.get(str(page.section.get("randomised")), "how the treated were chosen is not stated")
    geos = [str(geo) for geo in page.section.get("geos") or ()]
    place = f" in {listing(geos)}" if geos else ""
    return [
        f"The test ran{place} {_span(page)}; {drawn}. It was analysed by "
        f"{TOOLS[str(page.section['source'])]}. Neither its data nor its method were seen here."
    ]


def answer(page: ExperimentPage, arm: str, outcome: str) -> str:
    """Return the answer for an arm and an outcome, how sure it is, and what may not be concluded from it.

    Parameters
    ----------
    page : ExperimentPage
        The experiment.
    arm, outcome : str
        As the table ``lift`` names them.

    Returns
    -------
    str
        Two sentences; empty where the arm has no answer about the outcome.
    """
    row = _first(page, arm, outcome)
    if row is None:
        return ""
    sign = "+" if float(row["estimate"]) > 0 else ""
    change = (
        f"{arm}: {outcome} changed by {sign}{page.value(row)}"
        if row["estimand"] == "relative_lift"
        else f"{arm}: {estimand_words(str(row['estimand']))} of {page.value(row)} in {outcome}"
    )
    return f"{change} ({page.level(row)} interval: {page.interval(row)}). {_verdict(row, page)}"


def _first(page: ExperimentPage, arm: str, outcome: str | None = None) -> Row | None:
    """Return the answer that is said first: the lift, or the increment where there is no lift."""
    rows = (page.primary(arm, name, outcome) for name in ("relative_lift", "incremental_outcome", "iroas"))
    return next((row for row in rows if row is not None and not no_ratio(row)), None)


def no_ratio(row: Row) -> bool:
    """Return whether an answer would be a ratio whose base is nothing to divide by; its note says why."""
    return str(row.get("note", "")).startswith(NO_RATIO)


def conclusion(row: Row) -> Literal["above", "below", "open", "empty"]:
    """Return what an answer shows: an effect above or below zero, neither, or that no effect size fits.

    An interval that leaves zero out shows an effect only where its test agrees: one that begins at infinity, or whose
    p-value is larger than its level allows, shows nothing.
    """
    low, high, p = (float(row[name]) for name in ("lower", "upper", "p_value"))
    if low != low or high != high:
        return "empty"
    agrees = not p > 1 - float(row["level"]) + 1e-6
    if low > 0 and low != float("inf") and agrees:
        return "above"
    return "below" if high < 0 and high != float("-inf") and agrees else "open"


def headlines(page: ExperimentPage) -> list[str]:
    """Return what each arm shows, in a sentence each."""
    said = []
    for arm in page.arms[:_MOST_HEADLINES]:
        row = _first(page, arm)
        if row is None:
            said.append(f"{arm}: nothing can be said.")
            continue
        words = {
            "above": f"more {row['outcome']} than without",
            "below": f"less {row['outcome']} than without",
            "open": f"no effect on {row['outcome']} is shown",
            "empty": "no effect size fits the data and the assumptions of the method",
        }[conclusion(row)]
        about = capital(words) if len(page.arms) == 1 else f"{arm}: {words}"
        number = f", {estimand_words(str(row['estimand']))} {page.value(row)} ({page.interval(row)})"
        said.append(f"{about}{'' if conclusion(row) == 'empty' else number}.")
    left = len(page.arms) - len(said)
    return said + ([f"{plural(left, 'more arm')} below."] if left > 0 else [])


_MOST_HEADLINES = 4


def _verdict(row: Row, page: ExperimentPage) -> str:
    chance = f" (p {page.chance(row)})" if page.chance(row).startswith("<") else f" (p = {page.chance(row)})"
    chance = "" if page.chance(row) == MISSING else chance
    found = conclusion(row)
    if found == "empty":
        return "No effect size at all fits the data and the method's assumptions."
    if found != "open":
        return f"The whole interval lies {found} zero: an effect is shown{chance}."
    if not float(row["lower"]) <= 0 <= float(row["upper"]):
        return f"Interval and test do not agree{chance}: no effect is shown."
    return f"The interval includes zero{chance}: this test shows neither an effect nor that there is none."


def money(page: ExperimentPage, facts: Row) -> str:
    """Return whether the media paid, in words.

    Parameters
    ----------
    page : ExperimentPage
        The experiment.
    facts : dict of str to object
        Arm, outcome, decision, break-even and the estimand that decided.

    Returns
    -------
    str
        A sentence that says so where it cannot be said.
    """
    decision = str(facts["decision"])
    row = (
        page.primary(str(facts["arm"]), str(facts["decided_by"]), str(facts["outcome"])) if decision else None
    )
    if row is None or no_ratio(row):
        return (
            f"{page.about(facts)}: whether it paid cannot be said, because spend or the value of the outcome "
            "is not stated in the YAML."
        )
    measure = ESTIMANDS[str(facts["decided_by"])]
    at = page.written(float(facts["break_even"]), str(row["unit"]))
    words = {
        "pays": "The media paid: the whole interval lies on one side of break-even.",
        "does not pay": "The media did not pay: the whole interval lies on one side of break-even.",
        "open": "Whether the media paid is open: the interval includes break-even.",
    }[decision]
    about = page.about(facts)
    return f"{about}: {measure} {page.value(row)} ({page.interval(row)}; break-even at {at}). {words}"


def times(page: ExperimentPage, value: float) -> str:
    """Return a multiple of this test's information in words.

    Parameters
    ----------
    page : ExperimentPage
        For how numbers are written.
    value : float
        Information wanted over that of this test; infinite where none suffices.

    Returns
    -------
    str
        For example "2.5 times"; to be followed by what is multiplied.
    """
    if value == float("inf"):
        return "no finite multiple of"
    if value < 1.05:
        return "as much as"
    return (
        "more than 100 times" if value > 100 else f"{page.numbers.plain(value, 1 if value < 10 else 0)} times"
    )


def resource(page: ExperimentPage) -> str:
    """Return what more information is made of, for this kind of test."""
    return {"holdout": "people", "geo": "geos times days", "imported": "size"}[page.kind]


def shared_pool(row: dict[str, Any], page: ExperimentPage) -> str:
    """Return what all tests of a channel say together.

    Parameters
    ----------
    row : dict of str to object
        Of the table ``lift_pool``.
    page : ExperimentPage
        For how numbers are written.

    Returns
    -------
    str
        One sentence.
    """
    unit = str(row["unit"])
    middle, low, high = (page.written(float(row[part]), unit) for part in ("estimate", "lower", "upper"))
    ahead = " to ".join(page.written(float(row[part]), unit) for part in ("next_lower", "next_upper"))
    what = estimand_words(str(row["estimand"]))
    return (
        f"All tests of {row['channel']} together ({plural(int(row['tests']), 'result')}): {what} {middle} "
        f"({low} to {high}); the next test may be expected between {ahead}."
    )

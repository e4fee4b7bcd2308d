"""The next best test: what follows from this one."""

import math

from mixproof.records.verdict import Grade
from reports.experiment_inputs import ExperimentPage, Row
from reports.inputs import records
from reports.page import Section, Text
from reports.wording.experiment import resource, shared_pool, times

TOO_MANY = 10.0
"""A test that would have to be this many times as large is another kind of test."""


def build(page: ExperimentPage) -> Section:
    """Return what to test next about these channels, what all their tests say, and the cheapest open question of the run."""
    lines = [_next(page, fact) for fact in records(page.tables["lift_next"])]
    if page.verdict.grade is Grade.NOT_REPORTABLE:
        lines = [
            "Find the cause of the failed check and run this test again; a larger one would repeat the fault."
        ]
    pool = page.tables["lift_pool"]
    lines += [shared_pool(row, page) for row in records(pool[pool["role"] == "primary"])]
    lines += _cheapest(page)
    lines.append(
        "“mixproof design” works out size, length and cost before money is spent, and says when a test is not worth running."
    )
    return Section("next", "Next test", "The next best test", [Text(lines, bullets=True)])


def _next(page: ExperimentPage, fact: Row) -> str:
    """Return what to do next about one arm and outcome."""
    about = f"{page.about(fact)}: "
    found = not math.isnan(float(fact["bias_to_overturn"]))
    to_find, to_decide = float(fact["times_to_find"]), float(fact["times_to_decide"])
    size = f"the {resource(page)}"
    if fact["decision"] == "open" and to_decide <= TOO_MANY:
        return f"{about}repeat it with {times(page, to_decide)} {size}; if the estimate stays, that settles whether it pays."
    if not found and to_find > TOO_MANY:
        return (
            f"{about}finding an effect of this size would take {times(page, to_find)} {size}. Make the contrast stronger "
            "(more spend, or none), or leave it at what the interval says."
        )
    if not found:
        return (
            f"{about}repeat it with {times(page, to_find)} {size}; an effect of the size estimated is then found with "
            "80\u00a0% probability."
        )
    if fact["decision"] in ("pays", "does not pay"):
        return f"{about}settled at this level of spend. Test another level next, to learn how the return changes with spend."
    if fact["decision"] == "open":
        return f"{about}the effect is shown, but what it earns is close to what it costs; a larger test would hardly tell."
    return f"{about}the effect is shown. State spend and what the outcome is worth, so that the next test can ask if it pays."


def _cheapest(page: ExperimentPage) -> list[str]:
    """Return the open question about money of the whole run that the smallest next test would answer."""
    still_open = page.others[
        (page.others["decision"] == "open") & (page.others["times_to_decide"] < float("inf"))
    ]
    if still_open.empty or page.others["experiment"].nunique() < 2:
        return []
    best = records(still_open.sort_values("times_to_decide", kind="stable"))[0]
    return [
        f"Of all tests of this run, the open money question that is nearest to being settled is {best['experiment']} "
        f"({best['channel']}, {best['arm']}): {page.numbers.plain(float(best['times_to_decide']), 1)} times its information."
    ]

"""What would change the verdict: on what it hangs, and how firmly."""

import math

from mixproof.records.verdict import Grade, Verdict
from reports.experiment_inputs import ExperimentPage, Row
from reports.inputs import records
from reports.page import Section, Text
from reports.wording.experiment import estimand_words, resource, times
from reports.wording.run import plural


def build(page: ExperimentPage) -> Section:
    """Return what the grade hangs on, and how much bias or information would turn each conclusion."""
    lines = [_grade(page)]
    for fact in records(page.tables["lift_next"]):
        lines += [_effect(page, fact), *_money(page, fact)]
    return Section(
        "change", "What would change it", "What would change the verdict", [Text(lines, bullets=True)]
    )


def _grade(page: ExperimentPage) -> str:
    verdict = page.verdict
    failures = [finding for finding in verdict.findings if finding.status == "failure"]
    if failures:
        rest = Verdict(tuple(finding for finding in verdict.findings if finding.status != "failure"))
        return f"The grade hangs on {plural(len(failures), 'failed check')}; without it the grade would be “{rest.grade}”."
    if verdict.grade is Grade.WITH_WARNINGS:
        warnings = sum(finding.status == "warning" for finding in verdict.findings)
        return (
            f"No check failed. Between “{verdict.grade}” and “{Grade.REPORTABLE}” there is only what the "
            f"{plural(warnings, 'warning')} above say{'s' if warnings == 1 else ''}."
        )
    return "No check failed and none gave a warning; only new facts about the data or the assignment would change the grade."


def _effect(page: ExperimentPage, fact: Row) -> str:
    about = page.about(fact)
    share = float(fact["bias_to_overturn"])
    if math.isfinite(share):
        return f"{about}: an effect is shown; “no effect” would fit again if {page.numbers.percent(share)} of it were bias."
    return (
        f"{about}: no effect cannot be ruled out. The smallest {estimand_words(str(fact['estimand']))} that such a test "
        f"finds with 80\u00a0% probability is {page.written(float(fact['detectable']), str(fact['unit']))}."
    )


def _money(page: ExperimentPage, fact: Row) -> list[str]:
    if fact["decision"] != "open":
        return []
    needed = times(page, float(fact["times_to_decide"]))
    return [
        f"{page.about(fact)}: if the estimate stays, {needed} this test's {resource(page)} would decide "
        "whether it pays."
    ]

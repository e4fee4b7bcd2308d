"""Every check of the run, passed or not."""

from mixproof.records.verdict import RESULTS, Finding
from reports.context import Context
from reports.numbers import MISSING
from reports.page import Column, Section, Table


def build(context: Context) -> Section:
    """Return the table of all findings, failures first."""
    findings = context.inputs.verdict.by_gravity
    columns = [
        Column("Result", number=False),
        Column("Check", number=False),
        Column("About", number=False),
        Column("Finding", number=False),
        Column("Value"),
        Column("Threshold"),
    ]
    rows = [
        (
            RESULTS[f.status],
            f.check.replace("_", " "),
            f.subject or "whole run",
            f.sentence,
            _number(context, f.value),
            _threshold(context, f),
        )
        for f in findings
    ]
    return Section(
        "checks", "Checks", "How far these numbers may be believed", [Table("All checks", columns, rows)]
    )


def _threshold(context: Context, finding: Finding) -> str:
    return _number(context, finding.threshold)


def _number(context: Context, value: float | None) -> str:
    if value is None:
        return MISSING
    return context.numbers.plain(value, 0 if float(value).is_integer() or abs(value) >= 1000 else 3)

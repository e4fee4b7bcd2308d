"""How far a result may be believed: findings in plain sentences, and the grade that follows from them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Literal

Status = Literal["pass", "note", "warning", "failure"]
RESULTS = {"failure": "failed", "warning": "warning", "note": "note", "pass": "passed"}
"""The word that pages use for each status, the gravest first."""


class Grade(StrEnum):
    """The three grades, in the words every page and table uses."""

    REPORTABLE = "reportable"
    WITH_WARNINGS = "reportable with warnings"
    NOT_REPORTABLE = "not reportable"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found.

    Parameters
    ----------
    check : str
        Name of the check, the name of its file in ``checks/``.
    status : {"pass", "note", "warning", "failure"}
        A failure makes the run not reportable. A note is to be read with the numbers and does not change the grade.
    sentence : str
        The finding in a plain sentence, with its number.
    value, threshold : float or None
        The number and what it was held against.
    subject : str or None
        The channel, geo or experiment it is about; None for the whole run.
    """

    check: str
    status: Status
    sentence: str
    value: float | None = None
    threshold: float | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings of a run; its grade is the worst of them."""

    findings: tuple[Finding, ...]

    @property
    def grade(self) -> Grade:
        """Return the grade that the worst finding gives."""
        statuses = {finding.status for finding in self.findings}
        if "failure" in statuses:
            return Grade.NOT_REPORTABLE
        return Grade.WITH_WARNINGS if "warning" in statuses else Grade.REPORTABLE

    @property
    def reasons(self) -> tuple[Finding, ...]:
        """Return the findings that are not passes, failures first."""
        return tuple(finding for finding in self.by_gravity if finding.status != "pass")

    @property
    def by_gravity(self) -> tuple[Finding, ...]:
        """Return all findings, failures first."""
        order = list(RESULTS)
        return tuple(sorted(self.findings, key=lambda finding: order.index(finding.status)))

    def as_dict(self) -> dict[str, Any]:
        """Return the verdict as JSON-ready values, for the manifest."""
        return {"grade": str(self.grade), "findings": [asdict(finding) for finding in self.findings]}

    @classmethod
    def from_dict(cls, record: dict[str, Any]) -> "Verdict":
        """Return the verdict that `as_dict` wrote."""
        return cls(tuple(Finding(**finding) for finding in record["findings"]))


def merge(verdicts: Sequence[Verdict]) -> Verdict:
    """Return one verdict over several parts of a run."""
    return Verdict(tuple(finding for verdict in verdicts for finding in verdict.findings))

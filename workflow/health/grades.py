"""Series held against their limits: page, ticket or fine for each measure, and one alert for each cause.

A measure fails when its newest observations are beyond a limit, as many in a row as its persistence asks. What follows from
another measure that fails raises no alert of its own: it is named in the alert of what it follows from.
"""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import takewhile

from mixproof.records.run_folder.output import is_run_id
from workflow.health.config import HealthConfig, Limits
from workflow.health.history import History
from workflow.health.measures import MEASURES, Measure, Series

BURN, BURN_NAME = "M10", "burn of the error budget"
UNITS = {"M3": " hours", "M5": " nats"}
"""Of a measure that is no share, as a sentence says it."""
SHOWN = 3
"""Subjects that a sentence names."""
SLACK = timedelta(days=7)
"""What follows from a cause does not begin before it, but for the length of a period."""


class Grade(StrEnum):
    """Who is told: somebody is called, somebody looks at it in working hours, nobody; or it cannot be measured."""

    PAGE = "page"
    TICKET = "ticket"
    FINE = "fine"
    UNMEASURED = "not measured"


RANK = {Grade.UNMEASURED: 0, Grade.FINE: 0, Grade.TICKET: 1, Grade.PAGE: 2}
EXIT_CODES = (0, 1, 5)
"""Of the command, by the rank of the worst grade."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A measure of one subject, judged.

    Parameters
    ----------
    measure, name, words, subject : str
    grade : Grade
    value : float or None
    at : str
        Of the newest observation.
    limits : AtLeast or AtMost
    beyond : int
        How many of the newest observations in a row are beyond the ticket's limit.
    why : str
        Why it is not measured; empty where it is.
    series : Series or None
    of : str
        Of a burn rate, the measure whose budget burns.
    """

    measure: str
    name: str
    words: str
    subject: str
    grade: Grade
    limits: Limits
    value: float | None = None
    at: str = ""
    beyond: int = 0
    why: str = ""
    series: Series | None = None
    of: str = ""


@dataclass(frozen=True, slots=True)
class Cause:
    """What a failing measure tells of, when it follows from no other.

    Parameters
    ----------
    name, words, owner, runbook : str
        Runbook: its anchor in docs/runbooks.md.
    follows : tuple of str
        Measures that fail as a consequence.
    """

    name: str
    words: str
    owner: str
    runbook: str
    follows: tuple[str, ...]


CAUSES: Mapping[str, Cause] = {
    "M8": Cause("pipeline", "runs fail", "operations", "a-run-that-fails", ("M3",)),
    "M3": Cause("latency", "the answer is late", "operations", "a-run-that-fails", ()),
    "M9": Cause("late data", "data come after the cut-off", "data engineering", "restated-data", ("M1", "M7")),
    "M1": Cause("ingestion", "data are missing", "data engineering", "missing-data", ("M2", "M4", "M5")),
    "M2": Cause("identity", "links to people have stopped matching", "data engineering", "identity-loss", ("M4", "M5")),
    "M4": Cause("attribution", "conversions are credited to nobody", "data engineering", "identity-loss", ("M5",)),
    "M7": Cause("billing", "amounts do not tie to the ledger", "finance", "cost-upload-errors", ("M6",)),
    "M5": Cause("model", "shares have moved", "data science", "a-model-that-has-changed", ("M6",)),
    "M6": Cause("evidence", "answers disagree with experiments", "data science", "a-model-that-has-changed", ()),
}  # fmt: skip
"""By the measure that tells of it, what lies upstream first."""
SAME_SUBJECT = {("M9", "M1"), ("M1", "M2")}
"""Consequences within one source: two sources that fail in different ways have two causes."""


@dataclass(frozen=True, slots=True)
class Alert:
    """What somebody is told, once for each cause.

    Parameters
    ----------
    key : str
        The measure that tells of it.
    cause : Cause
    grade : Grade
    members : tuple of Judged
        That which tells of the cause first, then what follows from it.
    """

    key: str
    cause: Cause
    grade: Grade
    members: tuple[Judged, ...]

    @property
    def sentence(self) -> str:
        """Say what is wrong with its numbers, and what follows from it."""
        own = [row for row in self.members if row.measure == self.key]
        own = own or [row for row in self.members if row.of == self.key]
        more = f"; and {len(own) - SHOWN} more" if len(own) > SHOWN else ""
        text = f"{self.cause.words[:1].upper()}{self.cause.words[1:]}: {'; '.join(map(said, own[:SHOWN]))}{more}."
        other = dict.fromkeys(row.name for row in self.members if self.key not in (row.measure, row.of))
        other.pop(BURN_NAME, None)
        return f"{text} With it {'go' if len(other) > 1 else 'goes'} {', '.join(other)}." if other else text


@dataclass(frozen=True, slots=True)
class Health:
    """How healthy the pipeline of a name is.

    Parameters
    ----------
    history : History
    rows : tuple of Judged
        M1 to M10.
    alerts : tuple of Alert
        The gravest first.
    """

    history: History
    rows: tuple[Judged, ...]
    alerts: tuple[Alert, ...]

    @property
    def worst(self) -> Grade:
        """The gravest grade of all."""
        return max((row.grade for row in self.rows), key=lambda grade: RANK[grade], default=Grade.FINE)

    @property
    def exit_code(self) -> int:
        """0: fine, 1: a ticket, 5: a page."""
        return EXIT_CODES[RANK[self.worst]]


def judge(history: History, config: HealthConfig) -> Health:
    """Return the health of a history of runs.

    Parameters
    ----------
    history : History
    config : HealthConfig

    Returns
    -------
    Health
    """
    rows: list[Judged] = []
    for measure in MEASURES:
        limits = getattr(config, measure.option)
        found = (
            measure.measured(history, config) if history.runs or measure.key == "M8" else "there is no run"
        )
        if isinstance(found, str) or not found:
            why = found if isinstance(found, str) else "there is nothing to hold it against yet"
            rows.append(_judged(measure, None, limits, why))
        else:
            rows += [_judged(measure, series, limits) for series in found]
    rows += list(_burning(rows, config))
    return Health(history, tuple(rows), tuple(_alerts(rows)))


def _judged(measure: Measure, series: Series | None, limits: Limits, why: str = "", of: str = "") -> Judged:
    told = (measure.key, measure.name, measure.words)
    if series is None:
        return Judged(*told, "", Grade.UNMEASURED, limits, why=why)
    at, value = series.points[-1]
    beyond = _beyond(series, limits, limits.ticket)
    grade = Grade.FINE
    for name, limit in ((Grade.TICKET, limits.ticket), (Grade.PAGE, limits.page)):
        grade = name if _beyond(series, limits, limit) >= limits.persistence else grade
    return Judged(*told, series.subject, grade, limits, value, at, beyond, "", series, of)


def _beyond(series: Series, limits: Limits, limit: float) -> int:
    """Return how many of the newest observations in a row are beyond a limit."""
    return sum(
        1 for _ in takewhile(lambda point: is_beyond(point[1], limits, limit), reversed(series.points))
    )


def is_beyond(value: float, limits: Limits, limit: float) -> bool:
    """Return whether a value is on the bad side of a limit.

    Parameters
    ----------
    value : float
    limits : AtLeast or AtMost
        Which side is bad.
    limit : float

    Returns
    -------
    bool
    """
    return value < limit if limits.low_is_bad else value > limit


def _burning(rows: Sequence[Judged], config: HealthConfig) -> Iterator[Judged]:
    """Yield for each measured series how fast its error budget burns, over time."""
    budget, any_row = 1 - config.objective, False
    words = "observations beyond their ticket, over the share allowed"
    for row in rows:
        if row.series is None or row.measure == "M8":  # success is a share over a window itself
            continue
        bad = [is_beyond(value, row.limits, row.limits.ticket) for _, value in row.series.points]
        burn = tuple(
            (at, sum(bad[max(0, place + 1 - config.window) : place + 1]) / config.window / budget)
            for place, (at, _) in enumerate(row.series.points)
        )
        measure = Measure(BURN, BURN_NAME, words, "burn_rate", lambda *_: "")
        name = f"{row.measure}{' ' if row.subject else ''}{row.subject}"
        yield _judged(measure, Series(name, burn), config.burn_rate, of=row.measure)
        any_row = True
    if not any_row:
        measure = Measure(BURN, BURN_NAME, words, "burn_rate", lambda *_: "")
        yield _judged(measure, None, config.burn_rate, "nothing is measured whose budget could burn")


def _alerts(rows: Sequence[Judged]) -> list[Alert]:
    """Return an alert for each failing measure that follows from no other that fails."""
    failing = [row for row in rows if RANK[row.grade]]
    groups: dict[str, list[Judged]] = {key: [] for key in CAUSES}
    for row in failing:
        groups[_root(row, failing)].append(row)
    found = []
    for key, members in groups.items():
        if members:
            ordered = sorted(members, key=lambda row: (key not in (row.measure, row.of), row.measure == BURN))
            worst = max((row.grade for row in members), key=lambda grade: RANK[grade])
            found.append(Alert(key, CAUSES[key], worst, tuple(ordered)))
    return sorted(found, key=lambda alert: -RANK[alert.grade])


def _root(row: Judged, failing: Sequence[Judged]) -> str:
    """Return the measure upstream that fails and follows from nothing: of a burn rate, that of its measure."""
    key = row.of or row.measure
    subject = row.subject.removeprefix(f"{key} ") if row.of else row.subject
    same = [each for each in failing if each.measure == key and each.subject == subject]
    return _upstream(key, same[0] if same else row, subject, failing)


def _upstream(key: str, row: Judged, subject: str, failing: Sequence[Judged]) -> str:
    for above, cause in CAUSES.items():
        if key not in cause.follows:
            continue
        near = [each for each in failing if each.measure == above and _not_before(row, each)]
        if (above, key) in SAME_SUBJECT:
            near = [each for each in near if each.subject == subject]
        if near:
            return _upstream(above, near[0], near[0].subject, failing)
    return key


def _not_before(row: Judged, cause: Judged) -> bool:
    """Return whether a measure began to fail no earlier than another; where it cannot be told, it did not."""
    ends = [_onset(each) for each in (row, cause)]
    slack = timedelta(0) if is_run_id(row.at) and is_run_id(cause.at) else SLACK
    return ends[0] is None or ends[1] is None or ends[0] >= ends[1] - slack


def _onset(row: Judged) -> datetime | None:
    if row.series is None:
        return None
    first = row.series.points[-max(row.beyond, 1)][0]
    with contextlib.suppress(ValueError):
        found = datetime.fromisoformat(first.partition("Z-")[0])  # of a run's id, its moment
        return found.replace(tzinfo=None)
    return None


def said(row: Judged) -> str:
    """Return a judged measure in words, with its number and what it was held against."""
    if row.value is None:
        return f"{row.name} is not measured, because {row.why}"
    of = f" of {row.subject}" if row.subject else ""
    limit = row.limits.page if row.grade is Grade.PAGE else row.limits.ticket
    side = "at least" if row.limits.low_is_bad else "at most"
    at = row.at.partition("Z-")[0] if is_run_id(row.at) else row.at
    own, wanted = _apart(row.value, limit)
    return f"{row.name}{of} is {own}{UNITS.get(row.measure, '')} ({at}), {side} {wanted} wanted"


def _apart(value: float, limit: float) -> tuple[str, str]:
    """Return both as text, with as many digits as tell them apart."""
    texts = ("", "")
    for more in range(13):
        texts = (_number(value, more), _number(limit, more))
        if texts[0] != texts[1] or value == limit:
            break
    return texts


def _number(value: float, more: int = 0) -> str:
    return f"{value:,.{more}f}" if abs(value) >= 100 else f"{value:.{3 + more}g}"

"""Health as OpenMetrics text, which monitoring systems scrape (OpenMetrics 1.0: https://openmetrics.io)."""

from collections.abc import Iterable, Mapping

from workflow.health.grades import RANK, Grade, Health, Judged

_GAUGES: Mapping[str, str] = {
    "value": "Newest observation of a measure: a share; of M3 hours, of M5 nats, of M10 times the allowed rate.",
    "grade": "Grade of a measure: 0 fine, 1 ticket, 2 page.",
    "beyond": "Newest observations in a row that are beyond the ticket limit.",
    "limit": "Limit of a measure beyond which it is a ticket or a page.",
    "measured": "Whether a measure could be measured: 1 or 0.",
    "alert": "An alert of one cause: 1 ticket, 2 page.",
    "worst": "Gravest grade of all measures: 0 fine, 1 ticket, 2 page.",
    "runs": "Runs in the history that was judged.",
    "unreadable": "Runs and records of the history that could not be read.",
    "run_published_seconds": "When the judged run was published, in seconds since 1970.",
}


def openmetrics(health: Health) -> str:
    """Return health as OpenMetrics text, with the end of the exposition.

    Parameters
    ----------
    health : Health

    Returns
    -------
    str
        Every line ends with a line feed. A measure that is not measured has no value: it says so under ``measured``.
    """
    history = health.history
    own = {"run": history.name}
    known = [row for row in health.rows if row.value is not None]
    samples: dict[str, list[tuple[dict[str, str], float]]] = {
        "value": [(own | _labels(row), float(row.value or 0)) for row in known],
        "grade": [(own | _labels(row), RANK[row.grade]) for row in known],
        "beyond": [(own | _labels(row), row.beyond) for row in known],
        "limit": [
            (own | _labels(row) | {"kind": kind}, float(getattr(row.limits, kind)))
            for row in known
            for kind in ("ticket", "page")
        ],
        "measured": [(own | _labels(row), int(row.grade is not Grade.UNMEASURED)) for row in health.rows],
        "alert": [(own | {"cause": alert.cause.name}, RANK[alert.grade]) for alert in health.alerts],
        "worst": [(own, RANK[health.worst])],
        "runs": [(own, len(history.runs))],
        "unreadable": [(own, len(history.left_out))],
        "run_published_seconds": [(own, history.runs[-1].published.timestamp())] if history.runs else [],
    }
    lines = [
        line
        for name, told in samples.items()
        for line in _family(f"mixproof_health_{name}", _GAUGES[name], told)
    ]
    return "\n".join([*lines, "# EOF", ""])


def _labels(row: Judged) -> dict[str, str]:
    return {"measure": row.measure, "name": row.name, "subject": row.subject}


def _family(name: str, words: str, samples: Iterable[tuple[dict[str, str], float]]) -> list[str]:
    """Return the lines of one gauge: type, unit where its name ends in one, help, samples."""
    unit = [f"# UNIT {name} seconds"] if name.endswith("_seconds") else []
    lines = [f"# TYPE {name} gauge", *unit, f"# HELP {name} {_escaped(words)}"]
    for labels, value in samples:
        inside = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
        lines.append(f"{name}{{{inside}}} {value:.10g}")
    return lines


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", " ")

"""The tables of health: every measure graded, what it was before, and one alert for each cause."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from mixproof.records.table import Column, TableSpec
from workflow.health.grades import Health
from workflow.health.history import ALL_PAID, Told

_MEASURE = (
    Column("measure", "text", "", "M1 to M10"),
    Column("name", "text", "", "what it measures, in a word or two"),
    Column("subject", "text", "", "source, system or table; of M10 the measure whose budget burns; empty: the whole run"),
)  # fmt: skip
HEALTH = TableSpec(
    "health",
    "one measure of the pipeline's health, graded, for one subject",
    (
        *_MEASURE,
        Column("value", "number", "", "newest observation: a share, of M3 hours, of M5 nats; empty: none", "as_is"),
        Column("at", "text", "", "of that observation: a day, a run's id, a moment"),
        Column("ticket", "number", "", "limit of the YAML beyond which it is a ticket", "as_is"),
        Column("page", "number", "", "limit beyond which somebody is called", "as_is"),
        Column("low_is_bad", "flag", "", "whether beyond means below; else above"),
        Column("beyond", "integer", "count", "newest observations in a row that are beyond the ticket's limit"),
        Column("persistence", "integer", "count", "as many must be for a grade"),
        Column("grade", "text", "", "page, ticket, fine or not measured"),
        Column("alert", "text", "", "cause whose alert it belongs to; empty where it is fine"),
        Column("note", "text", "", "why it is not measured"),
    ),
)  # fmt: skip
HISTORY = TableSpec(
    "health_history",
    "one observation of one measure",
    (
        *_MEASURE,
        Column("at", "text", "", "a day, a run's id, a moment"),
        Column("value", "number", "", "as in health", "as_is"),
    ),
)
ALERTS = TableSpec(
    "health_alerts",
    "what somebody is told: one alert for each cause, however many measures fail with it",
    (
        Column("cause", "text", "", "pipeline, latency, late data, ingestion, identity, attribution, billing, model, evidence"),
        Column("grade", "text", "", "page or ticket: the worst of its measures"),
        Column("owner", "text", "", "who looks at it"),
        Column("measures", "text", "", "measures that fail, that which tells of the cause first"),
        Column("sentence", "text", "", "what is wrong, with its numbers, and what goes with it"),
        Column("runbook", "text", "", "section of docs/runbooks.md"),
    ),
)  # fmt: skip
CHANNELS = TableSpec(
    "health_channels",
    "what a channel is said to bring in one run of the history",
    (
        Column("run", "text", "", "the run's id"),
        Column("channel", "text", "", "paid channel"),
        Column("contribution", "number", "outcome", "posterior mean over the run's window"),
        Column("share", "number", "fraction", "of what paid media brought"),
        Column("roi", "number", "currency per currency", "return on spend, posterior mean; empty without a value in money"),
        Column("caution", "text", "", "'mixed with demand' where that run says so of the channel; else empty"),
    ),
)  # fmt: skip
ATTEMPTED = TableSpec(
    "health_runs",
    "an attempt at a run",
    (
        Column("began", "text", "", "when it began, UTC"),
        Column("outcome", "text", "", "published, failed, stopped or running"),
        Column("said", "text", "", "the run's id, or codes of the faults that ended it"),
        Column(
            "release", "text", "", "what was done with it last: promoted, held back, rolled back; else empty"
        ),
    ),
)
TABLES = (HEALTH, HISTORY, ALERTS, CHANNELS, ATTEMPTED)
"""In the order of docs/tables.md."""


def health_tables(health: Health, releases: Mapping[str, str] | None = None) -> Mapping[str, pd.DataFrame]:
    """Return the tables of a judged history, by name.

    Parameters
    ----------
    health : Health
    releases : mapping of str to str, optional
        Run id -> what was done with it last.

    Returns
    -------
    mapping of str to pandas.DataFrame
    """
    alert_of = {id(row): alert.cause.name for alert in health.alerts for row in alert.members}
    rows = [
        {
            **{name: getattr(row, name) for name in ("measure", "name", "subject", "at", "beyond")},
            "value": math.nan if row.value is None else row.value,
            "ticket": row.limits.ticket,
            "page": row.limits.page,
            "low_is_bad": row.limits.low_is_bad,
            "persistence": row.limits.persistence,
            "grade": str(row.grade),
            "alert": alert_of.get(id(row), ""),
            "note": row.why,
        }
        for row in health.rows
    ]
    history = [
        {"measure": row.measure, "name": row.name, "subject": row.subject, "at": at, "value": value}
        for row in health.rows
        if row.series is not None
        for at, value in row.series.points
    ]
    alerts = [
        {
            "cause": alert.cause.name,
            "grade": str(alert.grade),
            "owner": alert.cause.owner,
            "measures": ", ".join(dict.fromkeys(row.measure for row in alert.members)),
            "sentence": alert.sentence,
            "runbook": alert.cause.runbook,
        }
        for alert in health.alerts
    ]
    return {
        HEALTH.name: HEALTH.frame(rows),
        HISTORY.name: HISTORY.frame(history),
        ALERTS.name: ALERTS.frame(alerts),
        CHANNELS.name: CHANNELS.frame([row for run in health.history.runs for row in _brought(run)]),
        ATTEMPTED.name: ATTEMPTED.frame(
            [
                {
                    "began": each.began.isoformat(timespec="seconds"),
                    "outcome": each.outcome,
                    "said": each.said,
                    "release": (releases or {}).get(each.said, ""),
                }
                for each in health.history.tries
            ]
        ),
    }


def _brought(run: Told) -> Iterator[dict[str, Any]]:
    """Yield what a run says of each paid channel."""
    paid = run.tables.get("paid_media", pd.DataFrame({"channel": []}))
    for row in paid[paid["channel"] != ALL_PAID].to_dict("records"):
        yield {
            "run": run.run_id,
            "channel": row["channel"],
            "contribution": row["contribution_mean"],
            "share": row["effect_share_mean"],
            "roi": row["roi_mean"],
            "caution": row.get("caution", ""),  # runs of earlier versions mark other tables only
        }

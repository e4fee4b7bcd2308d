"""Sentences of the health page: what is wrong, who is told, and how numbers of each measure are written."""

from collections.abc import Callable

import pandas as pd

from reports.inputs import Record, records
from reports.numbers import Numbers
from reports.wording.run import listing, plural

_RANK = ("fine", "ticket", "page")
_TONES = {"fine": "good", "ticket": "warn", "page": "bad"}
_TITLES = {"fine": "Fine", "ticket": "Ticket", "page": "Page"}


def worst(table: pd.DataFrame) -> str:
    """Return the gravest grade of the table ``health``."""
    found = [grade for grade in _RANK if (table["grade"] == grade).any()]
    return found[-1] if found else "fine"


def tone(table: pd.DataFrame) -> str:
    """Return the tone of a page about the table ``health``: good, warn or bad."""
    return _TONES[worst(table)]


def grade_title(table: pd.DataFrame) -> str:
    """Return the gravest grade in a word; where nothing is measured, that."""
    return _TITLES[worst(table)] if table["value"].notna().any() else "Nothing is measured"


def answer(alerts: pd.DataFrame, table: pd.DataFrame) -> str:
    """Return what the page says, in a sentence.

    Parameters
    ----------
    alerts : pandas.DataFrame
        The table ``health_alerts``.
    table : pandas.DataFrame
        The table ``health``.

    Returns
    -------
    str
    """
    unmeasured = list(dict.fromkeys(table.loc[table["grade"] == "not measured", "name"]))
    tail = f" Not measured: {listing(unmeasured)}." if unmeasured else ""
    if alerts.empty:
        return f"All that is measured is fine.{tail}"
    causes = listing(list(dict.fromkeys(alerts["cause"])))
    return f"{plural(len(alerts), 'alert')}: {causes}.{tail}"


def alert_sentences(alerts: pd.DataFrame) -> list[str]:
    """Return one sentence for each alert: its grade, cause, owner and runbook."""
    return [
        f"{_TITLES[str(row['grade'])]}, {row['owner']}: {row['sentence']} Runbook: docs/runbooks.md#{row['runbook']}."
        for row in records(alerts)
    ]


def measure_title(row: Record) -> str:
    """Return key and name of a measure."""
    return f"{row['measure']} {row['name']}"


def value_writer(measure: str, numbers: Numbers) -> Callable[[float], str]:
    """Return how values of a measure are written: shares in per cent, hours, nats and burn rates as numbers.

    Parameters
    ----------
    measure : str
        M1 to M10.
    numbers : Numbers

    Returns
    -------
    callable
    """
    if measure == "M3":
        return lambda value: f"{numbers.plain(value)} h"
    if measure == "M5":
        return lambda value: numbers.plain(value, 3)
    if measure == "M10":
        return lambda value: numbers.plain(value, 1)
    return numbers.percent

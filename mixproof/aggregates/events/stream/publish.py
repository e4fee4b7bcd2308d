"""What a round publishes, beside how fresh messages were when they counted."""

import time
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd

from mixproof.aggregates.events.aggregate import aggregates_of
from mixproof.aggregates.events.config import EventsConfig
from mixproof.aggregates.events.engine import Engine
from mixproof.aggregates.events.state.folder import Manifest
from mixproof.aggregates.events.state.update import Work
from mixproof.aggregates.events.stream import release
from mixproof.aggregates.events.stream.retention import horizon_of
from mixproof.aggregates.events.tables import DEAD_LETTERS, INGESTION
from mixproof.errors import DataError, PrivacyError
from mixproof.records.csv import to_csv

_NOT_YET = {"events-withheld", "events-empty"}
"""Faults that more messages mend: nothing is published until then."""


class Worked:
    """What a round's work says of who stands behind differences, and what may be published.

    Parameters
    ----------
    engine : Engine
    config : EventsConfig
    place : pathlib.Path
        Folder of the state.
    before : Manifest, optional
        The state.
    """

    def __init__(self, engine: Engine, config: EventsConfig, place: Path, before: Manifest | None) -> None:
        self.engine, self.config, self.before = engine, config, before
        self.stored = place / (before.cells if before else "none") / f"{release.UNPUBLISHED}.parquet"
        self.followed = False

    def watch(self, when: str) -> None:
        """Keep what touched people are worth, `before` and `after`."""
        self.engine.fill(f"people_{when}", release.by_person(self.config))
        self.followed = when == "after"

    def finish(self, work: Work) -> None:
        """Make the relation of who stands behind differences, and let the state keep it."""
        work.further.append(release.UNPUBLISHED)
        if self.followed:
            release.follow_people(self.engine, self.stored)
        else:
            release.distrust_everything(self.engine, self.config, self.stored)

    def publication(
        self, work: Work, broken: Mapping[str, int], fresh: Mapping[str, Mapping[str, int]]
    ) -> tuple[Mapping[str, str], str]:
        """Return the texts of what is published, and what is said of it.

        Parameters
        ----------
        work : Work
            After `finish`.
        broken : mapping of str to int
            Lines of files that could not be read, by source.
        fresh : mapping of str to mapping of str to int
            From the function `fresh`.

        Returns
        -------
        tuple of mapping of str to str, and str
        """
        earlier = self.before.stream.published if self.before else {}
        try:
            found = aggregates_of(self.config, work.cells(), broken)
        except (PrivacyError, DataError) as trouble:
            if not {fault.code for fault in trouble.faults} <= _NOT_YET:
                raise
            return earlier, f"nothing new is published: {trouble.faults[0].what}"
        gate = release.gate_of(self.engine, self.config)
        today = f"{datetime.now(UTC).date()}"
        tables = {
            name: table[table["date"] <= today]
            for name, table in found.tables.items()
            if not name.startswith("paths_")
        }
        done = release.publication(self.config, tables, earlier, gate, horizon_of(self.config))
        release.forget_published(self.engine, done.released)
        waits = [row for place, waits in fresh.items() for row in freshness(place, waits)]
        health = (
            pd.concat([found.ingestion, INGESTION.frame(pd.DataFrame(waits))]) if waits else found.ingestion
        )
        frames = {**done.tables, INGESTION.name: health, DEAD_LETTERS.name: found.dead_letters}
        said = (
            f"periods that stay as published until more people stand behind them: {done.held}"
            if done.held
            else ""
        )
        return {name: to_csv(frame) for name, frame in frames.items()}, said


def fresh(before: Manifest | None, sent: Mapping[str, Mapping[str, int]]) -> dict[str, Mapping[str, int]]:
    """Return how long messages took from when they were sent until they count, of the last four weeks.

    Parameters
    ----------
    before : Manifest, optional
    sent : mapping of str to mapping of str to int
        Messages of this round by source and by the second in which they were sent, since 1970.

    Returns
    -------
    dict of str to mapping of str to int
        Messages by seconds, by source and day on which they were read.
    """
    now, today = time.time(), datetime.now(UTC).date()
    found = {**(before.stream.fresh if before else {})}
    for name, seconds in sent.items():
        waits = Counter(found.get(f"{name} {today}", {}))
        for second, count in seconds.items():
            waits[f"{max(0, round(now - int(second)))}"] += count
        if waits:
            found[f"{name} {today}"] = dict(waits)
    oldest = f"{today - timedelta(days=28)}"
    return {place: waits for place, waits in found.items() if place.split(" ")[1] >= oldest}


def freshness(place: str, waits: Mapping[str, int]) -> list[dict[str, object]]:
    """Return the rows of ``ingestion`` that say how fresh a source was on a day.

    Parameters
    ----------
    place : str
        Source and day.
    waits : mapping of str to int
        Messages by seconds from when they were sent until they counted.

    Returns
    -------
    list of dict
    """
    source, day = place.split(" ")
    ordered = sorted((int(seconds), count) for seconds, count in waits.items())
    total, passed, most = sum(waits.values()), 0, 0
    for seconds, count in ordered:
        passed, most = passed + count, seconds
        if passed >= 0.99 * total:
            break
    within = sum(count for seconds, count in ordered if seconds <= 60) / total
    named = {"source": source, "day": day, "baseline": float("nan"), "status": ""}
    return [
        {**named, "measure": "fresh_share", "value": within},
        {**named, "measure": "fresh_seconds", "value": float(most)},
    ]

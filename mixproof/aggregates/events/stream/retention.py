"""Rows of messages that no open period needs are deleted, and small parts are put together.

The sums keep what deleted rows were worth: only rows of people are gone. Parts change and sums do not, so that the manifest is
replaced once more, by itself, after a round has been committed.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from mixproof.aggregates.events.config import EventsConfig
from mixproof.aggregates.events.engine import Engine
from mixproof.aggregates.events.state.folder import ROWS, Manifest, Part, commit, named
from mixproof.aggregates.events.state.touched import scan

TOPIC = "topic "
"""How the names of parts begin that come from messages."""
MOST_PARTS = 12
"""Small parts of a source that are not put together yet."""


def horizon_of(config: EventsConfig) -> date:
    """Return the first day of the first period whose events a stream still takes."""
    keep = config.stream.keep_days if config.stream else 0
    day = datetime.now(UTC).date() - timedelta(days=keep)
    return day - timedelta(days=day.weekday()) if config.panel.frequency == "weekly" else day


def too_old(config: EventsConfig, kind: str) -> str:
    """Return the condition of rows that no open period needs: one day earlier than their day can be in any zone.

    Parameters
    ----------
    config : EventsConfig
    kind : str
        What the table is one of.

    Returns
    -------
    str
    """
    back = max(config.credit.windows) if kind == "touches" else 0
    return f"time < TIMESTAMPTZ '{horizon_of(config) - timedelta(days=back + 1)} 00:00:00+00'"


def tidy(config: EventsConfig, folder: Path, place: Path, manifest: Manifest) -> Manifest:
    """Return the manifest that stands once old rows are gone and small parts are one.

    Parameters
    ----------
    config : EventsConfig
    folder, place : pathlib.Path
        The data folder and the state's.
    manifest : Manifest
        That stands.

    Returns
    -------
    Manifest
        The same where nothing was to be done.
    """
    horizon = f"{horizon_of(config)}"
    due = {
        source: mine
        for source in manifest.stream.offsets
        if (mine := _to_join(manifest.parts[source], manifest.stream.horizon != horizon))
    }
    if not due:
        return manifest
    kinds = {source.name: config.kind_of(source) for source in config.sources()}
    parts: dict[str, Mapping[str, Part]] = {**manifest.parts}
    with Engine(folder, config.memory) as engine:
        for source, mine in due.items():
            joined = _join(engine, place, mine, too_old(config, kinds[source]))
            parts[source] = {
                **{name: part for name, part in manifest.parts[source].items() if name not in mine},
                f"{TOPIC}joined {joined.part[:16]}": joined,
            }
    tidied = replace(manifest, parts=parts, stream=replace(manifest.stream, horizon=horizon))
    commit(place, tidied)
    return tidied


def _to_join(parts: Mapping[str, Part], all_of_them: bool) -> dict[str, Part]:
    """Return the parts that become one: all once a day, else small ones until one is twice their sum."""
    mine = sorted((part.rows, name) for name, part in parts.items() if name.startswith(TOPIC))
    if all_of_them:
        return {name: parts[name] for _, name in mine}
    if len(mine) <= MOST_PARTS:
        return {}
    found, rows = dict[str, Part](), 0
    for count, name in mine:
        if len(found) >= MOST_PARTS and count > 2 * rows:
            break
        found[name], rows = parts[name], rows + count
    return found


def _join(engine: Engine, place: Path, parts: Mapping[str, Part], old: str) -> Part:
    """Return one part with the rows of several that are not too old."""
    paths = [place / ROWS / part.part for part in parts.values()]
    name = f"{named('joined', old, *(part.part for part in parts.values()))}.parquet"
    path, unfinished = place / ROWS / name, place / ROWS / f"{name}.new"
    # rows that break the contract are counted in the sums, and nobody needs them any more than old ones
    rows = engine.store(
        "joined", f"SELECT * FROM {scan(paths)} WHERE fault IS NULL AND NOT ({old})", unfinished
    )
    unfinished.replace(path)
    return Part("", name, rows, path.stat().st_size, sum(part.broken for part in parts.values()))

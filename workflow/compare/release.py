"""Champion and challenger: which run of a name is released, what a new one would move, and the trail of all of it.

One file holds champion and trail together, and is replaced by one rename: whoever reads it, and whenever a writer is killed,
there is one champion, whole.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from mixproof.errors import ConfigError, Fault, IntegrityError, TrustError
from mixproof.records.run import Run
from mixproof.records.run_folder.files import READABLE, replace_private
from mixproof.records.run_folder.lock import hold
from mixproof.records.run_folder.output import RELEASES, Output
from mixproof.records.verdict import Grade
from workflow.compare.causes import APPENDED, RESTATED, Side, causes
from workflow.config import ReleaseOptions, parse_config
from workflow.faults import FAULTS

PROMOTED, HELD, ROLLED_BACK = "promoted", "held back", "rolled back"
CANARY, CANARY_ENDED = "canary", "canary ended"
"""A run that answers for some geos, beside the champion that answers for the others."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the trail.

    Parameters
    ----------
    at : str
        ISO, UTC.
    action : str
        `PROMOTED`, `HELD`, `ROLLED_BACK`, `CANARY` or `CANARY_ENDED`.
    run_id, seal : str
        The run, and the SHA-256 of its manifest.
    before : str
        The champion until then, empty where there was none; for a canary that ended, its run.
    reason : str
    geos : tuple of str, default ()
        What a canary answers for.
    """

    at: str
    action: str
    run_id: str
    seal: str
    before: str
    reason: str
    geos: tuple[str, ...] = ()


def trail(folder: Path) -> list[Entry]:
    """Return the trail of a name's folder, the oldest first; empty where nothing was released.

    Raises
    ------
    ConfigError
        ``release-nothing``: there is no such folder.
    IntegrityError
        ``release-trail``: the file is not as it was written.
    """
    if not folder.is_dir():
        raise ConfigError(
            Fault("release-nothing", str(folder), "There is no such folder.", FAULTS["release-nothing"][2])
        )
    file = folder / RELEASES
    if not file.is_file():
        return []
    try:
        read = json.loads(file.read_text(encoding="utf-8"))["entries"]
        entries = [Entry(**(entry | {"geos": tuple(entry.get("geos", ()))})) for entry in read]
        champions(entries)
    except (ValueError, TypeError, KeyError, IndexError) as error:
        what = "It is no trail of releases as they are written."
        raise IntegrityError(Fault("release-trail", str(file), what, FAULTS["release-trail"][2])) from error
    return entries


def last_releases(folder: Path) -> dict[str, str]:
    """Return what was done last with each run of a name, by run id; nothing where the trail cannot be read."""
    try:
        entries = trail(folder) if folder.is_dir() else []
        return {entry.run_id: entry.action for entry in entries if entry.action != CANARY_ENDED}
    except IntegrityError:
        return {}


def champions(entries: list[Entry]) -> list[Entry]:
    """Return the promotions that stand, the champion's last: a rollback takes the last one away.

    A champion that is promoted once more stands as before, so that a rollback leads to another run.
    """
    standing: list[Entry] = []
    for entry in entries:
        if entry.action == PROMOTED:
            standing = [*standing, entry] if not standing or standing[-1].run_id != entry.run_id else standing
        elif entry.action == ROLLED_BACK:
            standing.pop()
    return standing


def canary(entries: list[Entry]) -> Entry | None:
    """Return the run that answers for some geos beside the champion; None where none does."""
    last = next((entry for entry in reversed(entries) if entry.action != HELD), None)
    return last if last is not None and last.action == CANARY else None


def promote(path: Path, accept: str = "", geos: tuple[str, ...] = ()) -> Entry:
    """Return the line of the trail after making a run the champion of its name, or its canary in some geos.

    Parameters
    ----------
    path : pathlib.Path
        The run's folder.
    accept : str, default ""
        Why it is promoted whatever it moves.
    geos : tuple of str, default ()
        Where it answers, beside the champion that answers for the others; everywhere where none is named.

    Returns
    -------
    Entry

    Raises
    ------
    TrustError
        ``release-held``: it is held back; the trail says so.
    ConfigError, IntegrityError
        There is no such run, it is not what its manifest says, or it is a plan; ``release-canary``: it cannot answer for these
        geos beside a champion.
    """
    run = Run.open(path)
    if "recall" in run.manifest["stages"]:
        what = FAULTS["release-plan"][1]
        raise ConfigError(Fault("release-plan", str(run.manifest["run_id"]), what, FAULTS["release-plan"][2]))
    folder = run.path.resolve().parent
    with hold(Output(folder.parent, folder.name).lock):
        entries = trail(folder)
        standing = champions(entries)
        before = standing[-1].run_id if standing else ""
        if geos:
            _able(run, folder / before if before else None, geos)
        why = "" if accept else _held(run, folder / before if before else None, geos)
        reason = accept or why or (_reason(run, folder / before, geos) if before else "the first champion")
        action = HELD if why else CANARY if geos else PROMOTED
        entry = Entry(_now(), action, str(run.manifest["run_id"]), run.seal, before, reason, geos)
        write_trail(folder, [*entries, entry], str(run.config["report"]["readable_by"]))
    if why:
        raise TrustError(Fault("release-held", entry.run_id, why, FAULTS["release-held"][2]))
    return entry


def _able(run: Run, champion: Path | None, geos: tuple[str, ...]) -> None:
    """Raise where a run cannot answer for geos beside a champion."""
    if champion is None:
        what = "There is no champion that answers for the other geos."
    elif champion.name == run.manifest["run_id"]:
        what = "This run is the champion and answers for every geo."
    else:
        both = _geos(run) & _geos(Run.open(champion))
        lacking = sorted(set(geos) - both)
        if not lacking:
            return
        what = f"{', '.join(lacking)}: both runs answer for {', '.join(sorted(both)) or 'none'}."
    where = str(run.manifest["run_id"])
    raise ConfigError(Fault("release-canary", where, what, FAULTS["release-canary"][2]))


def _geos(run: Run) -> set[str]:
    """Return the geos that a run answers for."""
    return set(run.table("channels_by_geo")["geo"].astype(str)) if "channels_by_geo" in run.tables else set()


def rollback(folder: Path) -> Entry:
    """Return the line of the trail after ending a canary, or else making the champion before this one the champion again.

    Parameters
    ----------
    folder : pathlib.Path
        Folder of all runs of a name.

    Returns
    -------
    Entry

    Raises
    ------
    ConfigError
        ``release-nothing``: no champion stands before this one.
    IntegrityError
        That run is not what its manifest says.
    """
    place = folder.resolve()
    trail(place)  # before a lock is laid beside a folder that is not there
    with hold(Output(place.parent, place.name).lock):
        entries = trail(place)
        standing, tried = champions(entries), canary(entries)
        if tried is not None:
            champion, why = standing[-1], f"{tried.run_id} is no longer tried"
            entry = Entry(_now(), CANARY_ENDED, champion.run_id, champion.seal, tried.run_id, why, tried.geos)
            readers = str(Run.open(place / champion.run_id).config["report"]["readable_by"])
            write_trail(place, [*entries, entry], readers)
            return entry
        if len(standing) < 2:
            what = "No run was champion before this one."
            raise ConfigError(Fault("release-nothing", str(folder), what, FAULTS["release-nothing"][2]))
        now, then = standing[-1], Run.open(place / standing[-2].run_id)
        entry = Entry(
            _now(), ROLLED_BACK, standing[-2].run_id, then.seal, now.run_id, f"back from {now.run_id}"
        )
        write_trail(place, [*entries, entry], str(then.config["report"]["readable_by"]))
    return entry


def write_trail(folder: Path, entries: list[Entry], readers: str) -> None:
    """Replace champion and trail in one step, readable by those who may read the run.

    Parameters
    ----------
    folder : pathlib.Path
    entries : list of Entry
    readers : str
        owner, group or everyone.
    """
    standing, tried = champions(entries), canary(entries)
    record = {
        "champion": standing[-1].run_id if standing else "",
        "canary": {"run_id": tried.run_id, "geos": tried.geos} if tried is not None else None,
        "entries": [asdict(entry) for entry in entries],
    }
    file = replace_private(folder / RELEASES, json.dumps(record, indent=1, ensure_ascii=False) + "\n")
    if readers != "owner":
        file.chmod(READABLE[readers][0])


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _held(run: Run, champion: Path | None, geos: tuple[str, ...]) -> str:
    """Return why a run is held back, empty where it may be promoted."""
    if run.verdict.grade is Grade.NOT_REPORTABLE:
        return "It is not reportable."
    if champion is None or "paid_media" not in run.tables:
        return ""
    earlier = Run.open(champion)
    options = parse_config(run.config_text).release
    moved = list(shifts(earlier, run, options, geos))
    there = causes(Side.of(earlier), Side.of(run))
    if not moved or APPENDED in there or RESTATED in there:
        return ""
    words = "; ".join(f"{cause}: {', '.join(said)}" for cause, said in there.items())
    return f"{'. '.join(moved)}. Nothing in the data is a reason for that. {words or 'Nothing but the seed differs'}."


def _reason(run: Run, champion: Path, geos: tuple[str, ...]) -> str:
    """Return why a challenger that was not held back may move what it moves."""
    earlier = Run.open(champion)
    if "paid_media" not in run.tables or "paid_media" not in earlier.tables:
        return "no shift could be measured: a run has no model"
    moved = list(shifts(earlier, run, parse_config(run.config_text).release, geos))
    there = causes(Side.of(earlier), Side.of(run))
    words = "; ".join(
        f"{cause}: {', '.join(there[cause])}" for cause in (APPENDED, RESTATED) if cause in there
    )
    return f"{'. '.join(moved)}. {words}" if moved else "nothing moved beyond the thresholds"


def shifts(a: Run, b: Run, options: ReleaseOptions, geos: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield what moved beyond its threshold between champion and challenger, in words.

    Parameters
    ----------
    a, b : Run
        Champion and challenger.
    options : ReleaseOptions
    geos : tuple of str, default ()
        Hold the answers of these geos against each other alone.

    Yields
    ------
    str
    """
    one, other = (_answers(run, geos) for run in (a, b))
    where = f" in {', '.join(geos)}" if geos else ""
    for channel in other.index.intersection(one.index):
        share, back = (
            [float(frame.loc[channel, name]) for frame in (one, other)] for name in ("share", "back")
        )
        if abs(share[1] - share[0]) > options.share:
            yield f"{channel}'s share of paid media{where} moves from {share[0]:.0%} to {share[1]:.0%}"
        if math.isfinite(back[0]) and abs(back[1] - back[0]) > options.roi * abs(back[0]):
            yield f"{channel}'s return on spend{where} moves from {back[0]:.2f} to {back[1]:.2f}"
    if not geos and "plan_channels" in a.tables and "plan_channels" in b.tables:
        plans = [_by_channel(run, "plan_channels")["proposed"] for run in (a, b)]
        parts = [plan / plan.sum() for plan in plans]
        for channel in parts[1].index.intersection(parts[0].index):
            if abs(parts[1][channel] - parts[0][channel]) > options.plan:
                yield f"{channel}'s share of the budget moves from {parts[0][channel]:.0%} to {parts[1][channel]:.0%}"


def _answers(run: Run, geos: tuple[str, ...]) -> pd.DataFrame:
    """Return share of paid media and return on spend by channel, everywhere or in some geos."""
    if not geos:
        media = _by_channel(run, "paid_media")
        return pd.DataFrame({"share": media["effect_share_mean"], "back": media["roi_mean"]})
    table: Any = run.table("channels_by_geo")
    paid = table[table["geo"].isin(geos) & (table["spend"] > 0)]
    sums = paid.groupby("channel")[["contribution_mean", "spend"]].sum()
    brought = sums["contribution_mean"]
    return pd.DataFrame({"share": brought / brought.sum(), "back": brought / sums["spend"]})


def _by_channel(run: Run, table: str) -> pd.DataFrame:
    frame: Any = run.table(table)
    return frame[frame["channel"] != "all paid channels"].set_index("channel")

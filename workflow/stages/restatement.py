"""A run and the one before it: what the last published run has used must still be there, or the change be accepted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mixproof.aggregates.config import Restatement
from mixproof.aggregates.panel import Panel
from mixproof.aggregates.restatement import Change, Drift, drifts, unaccepted
from mixproof.errors import DataError, Fault, MixproofError
from mixproof.records.run import Run
from workflow.config import resolved, resolved_today
from workflow.stages.state import RunState

if TYPE_CHECKING:
    import xarray as xr

_OWN = frozenset({"outcome", "channels", "organic", "treatments", "controls", "population"})
_APART = frozenset({"tables", "end", "accept", "accept_restatement"})
_LISTS = {"treatments": ("treatments",), "controls": ("controls",)}


def held_to_last_run(state: RunState) -> Panel:
    """Return the panel with a notice for everything in which it differs from what the last run has used.

    Only published runs of this name that fitted a model count; the newest of them is the last one.

    Raises
    ------
    DataError
        ``restated``: a period has another value, or is gone, and the config does not accept it.
    """
    last, unread = _last(state)
    panel = _noting(state.panel, unread) if unread else state.panel
    if last is None or last.manifest["panel"].get("fingerprint") == panel.fingerprint():
        return panel
    try:
        before = last.panel().data
        section = (resolved_today(last.config_text) or last.config)["data"]
    except MixproofError:
        sentence = (
            f"The run {last.path.name} is damaged, so the data were not compared with what it has used."
        )
        return _noting(panel, [sentence])
    gone = list(_gone(state, before))
    stopped: list[tuple[str, str, tuple[Change, ...]]] = []
    notices = [f"{early}." for early in _left_behind(panel, before, last.path.name)]
    now = resolved(state.config)["data"]
    for drift in drifts(before, panel.data, panel.outcome_name):
        excused = _defined_anew(section, now, drift)
        stopping = (
            ()
            if excused
            else unaccepted(drift, state.data.accept_restatement, panel.frequency, state.data.week_starts)
        )
        if stopping:
            what = f"Since the run {last.path.name}: {drift.text(stopping)}."
            stopped.append((f"data: {drift.label}", what, stopping))
        why = " The data section defines it in another way since." if excused else ""
        notices.append(f"{drift.label} differs from the run {last.path.name}: {drift.text()}.{why}")
    if gone or stopped:
        raise DataError(_with_remedy(state.data.accept_restatement, gone, stopped))
    return _noting(panel, notices)


def _with_remedy(
    accepted: Restatement | None,
    gone: Sequence[tuple[str, np.datetime64]],
    stopped: Sequence[tuple[str, str, tuple[Change, ...]]],
) -> list[Fault]:
    """Return the faults with the keys that accept all of them together, and what was accepted before."""
    changes = [change for *_, own in stopped for change in own]
    days = [*(change.day for change in changes), *(day for _, day in gone)]
    if accepted is not None and accepted.since is not None:
        days.append(np.datetime64(accepted.since, "D"))
    ways = [f"{{since: {min(days)}}}"]
    largest = max((change.moved for change in changes), default=np.inf)
    if not gone and np.isfinite(largest):
        ways.append(f"{{up_to: {np.ceil(1000 * largest + 1e-6) / 1000:.3g}}}")
    remedy = f"Find out why; then name in `data` what is accepted: accept_restatement: {', or '.join(ways)}."
    faults = [Fault("restated", "data: the last periods", what, remedy) for what, _ in gone]
    return [*faults, *(Fault("restated", where, what, remedy) for where, what, _ in stopped)]


def _noting(panel: Panel, sentences: list[str]) -> Panel:
    return replace(panel, notices=(*panel.notices, *sentences))


def _last(state: RunState) -> tuple[Run | None, list[str]]:
    """Return the newest run of this name that fitted a model, None where there is none, and what was passed over."""
    unread: list[str] = []
    if not state.output.folder.is_dir():
        return None, unread
    for run_id in reversed(state.output.run_ids()):
        try:
            run = Run.glance(state.output.folder / run_id)
        except MixproofError:
            unread.append(
                f"The manifest of the run {run_id} is damaged, so the data were not compared with that run."
            )
            continue
        if "fit" in run.manifest["stages"]:  # a backtest has read the panel too, and keeps none of it
            return run, unread
    return None, unread


def _gone(state: RunState, before: "xr.Dataset") -> Iterator[tuple[str, np.datetime64]]:
    """Yield what is gone and since when: the last run had later periods, and the config does not end the data by itself."""
    days = before["date"].values.astype("datetime64[D]")
    later = days[days > state.panel.data["date"].values.astype("datetime64[D]").max()]
    accepted = state.data.accept_restatement
    named = (
        accepted is not None
        and accepted.up_to is None
        and (accepted.since is None or np.datetime64(accepted.since, "D") <= later.min(initial=days.max()))
    )
    if later.size and state.data.end is None and not named:
        what = f"{later.size} periods that the last run had are gone: {later[0]} to {later[-1]}."
        yield what, later.min()


def _left_behind(panel: Panel, before: "xr.Dataset", run_id: str) -> Iterator[str]:
    """Yield a sentence where the data begin later than the last run's: windows move on."""
    days = before["date"].values.astype("datetime64[D]")
    first = panel.data["date"].values.astype("datetime64[D]").min()
    if (days < first).any():
        yield f"{int((days < first).sum())} periods before {first}, which the run {run_id} had, are not in the data"


def _defined_anew(before: Mapping[str, Any], now: Mapping[str, Any], drift: Drift) -> bool:
    """Say whether the data section itself reads a series in another way: then a change is no one's restatement.

    Other files count as the same, since exports carry dates in their names; so do further tables.
    """
    if any(before.get(key) != now.get(key) for key in (set(before) | set(now)) - _OWN - _APART):
        return True
    tables = [_without(table, "file", "sheet", "ignore") for table in now["tables"]]
    if any(_without(table, "file", "sheet", "ignore") not in tables for table in before["tables"]):
        return True
    return _entry(before, drift) != _entry(now, drift)


def _entry(section: Mapping[str, Any], drift: Drift) -> dict[str, Any]:
    """Return what a data section says about one series."""
    if drift.variable in ("outcome", "outcome_value"):
        return _without(section["outcome"], "table")
    lists = _LISTS.get(drift.variable, ("channels", "organic"))
    entries = [entry for key in lists for entry in section.get(key, ()) if entry["name"] == drift.name]
    return _without(entries[0], "table") if entries else {}


def _without(entry: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key not in keys}

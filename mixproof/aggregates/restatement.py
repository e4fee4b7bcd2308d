"""What has changed since another reading of the same tables: late data restate periods that were thought to be final."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from mixproof.aggregates.calendar import period_start
from mixproof.aggregates.config import Restatement, Weekday
from mixproof.aggregates.panel import Frequency

if TYPE_CHECKING:
    import xarray as xr

SETTLED = 0.005
"""Share of a period's value up to which a change is said but stops nothing: rounding, a late invoice."""
SHOWN = 6
_SMALL = 0.05
"""Share of a series' mean below which a period is so small that its changes are held against this instead."""
_OVER_MEDIA = ("spend", "exposure", "frequency")


@dataclass(frozen=True, slots=True)
class Change:
    """A period of a series that has another value than before.

    Parameters
    ----------
    day : numpy.datetime64
        Start of the period.
    moved : float
        Sum over geos of what changed, whatever its sign, as a share of what was there.
    net : float
        Change of the sum over geos as a share of it; NaN where it was zero.
    geos : int
        Number of geos that changed.
    """

    day: np.datetime64
    moved: float
    net: float
    geos: int

    def text(self, national: bool) -> str:
        """Return the change in words, for example ``2024-07-29 +4.2 %, 3 geos``."""
        size = f"{100 * self.net:+.1f} %" if np.isfinite(self.net) else "from nothing"
        if abs(self.net) < 0.5 * self.moved:
            size += f" (moved between geos: {100 * self.moved:.1f} %)"
        where = "" if national else f", {self.geos} geo{'s' * (self.geos != 1)}"
        return f"{str(self.day)[:10]} {size}{where}"


@dataclass(frozen=True, slots=True)
class Drift:
    """One series that has other values than before."""

    variable: str
    name: str
    changes: tuple[Change, ...]
    national: bool

    @property
    def label(self) -> str:
        """What the series is, in words."""
        return (
            self.name
            if self.variable in ("outcome", "controls", "treatments")
            else f"{self.variable} of {self.name}"
        )

    def text(self, changes: tuple[Change, ...] | None = None) -> str:
        """Return the changes in words, the first few one by one."""
        told = self.changes if changes is None else changes
        more = f" and {len(told) - SHOWN} more periods" if len(told) > SHOWN else ""
        return "; ".join(change.text(self.national) for change in told[:SHOWN]) + more


def drifts(before: "xr.Dataset", after: "xr.Dataset", outcome_name: str) -> Iterator[Drift]:
    """Yield every series of which a period that both readings have is not the same.

    Parameters
    ----------
    before, after : xarray.Dataset
        ``data`` of two panels. Periods that only one of them has are left out: appended weeks are no restatement.
        A geo that only one of them has counts as zero in the other; series that only one has are left out.
    outcome_name : str
        What the outcome is called.

    Yields
    ------
    Drift
        One a series, with its changed periods.

    Notes
    -----
    A value that was unknown and is now known is new, not restated; one that was known and is now unknown is a change by
    all of it. Controls and the worth of an order are levels: they are compared where both readings have an outcome, as
    elsewhere they hold a mean that moves.
    """
    days = np.intersect1d(before["date"].values, after["date"].values)
    geos = sorted({*map(str, before["geo"].values), *map(str, after["geo"].values)})
    both = [_aligned(data, days, geos) for data in (before, after)]
    observed = np.isfinite(_series(both[0], "outcome", None)) & np.isfinite(_series(both[1], "outcome", None))
    known = [set(map(str, data["geo"].values)) for data in (before, after)]
    observed[[geo not in known[0] & known[1] for geo in geos]] = False
    for variable, name in _shared(both[0], both[1], outcome_name):
        old, new = (_series(data, variable, name if variable != "outcome" else None) for data in both)
        if variable in ("controls", "outcome_value"):
            old, new = np.where(observed, old, np.nan), np.where(observed, new, np.nan)
        changes = tuple(_changes(old, new, days.astype("datetime64[D]")))
        if changes:
            yield Drift(variable, name, changes, geos == ["national"])


def unaccepted(
    drift: Drift, accepted: Restatement | None, frequency: Frequency, week_starts: Weekday
) -> tuple[Change, ...]:
    """Return the changes that are too large to pass unseen and that the config does not accept.

    Parameters
    ----------
    drift : Drift
    accepted : Restatement or None
        What the config accepts.
    frequency : {"daily", "weekly", "monthly", "yearly"}
    week_starts : str
        Weekday on which weeks begin.

    Returns
    -------
    tuple of Change
    """
    large = tuple(change for change in drift.changes if change.moved > SETTLED)
    if accepted is None:
        return large
    since = _period(accepted.since, frequency, week_starts) if accepted.since is not None else None
    return tuple(
        change
        for change in large
        if (since is not None and change.day < since)
        or (accepted.up_to is not None and change.moved > accepted.up_to)
    )


def _period(day: date, frequency: Frequency, week_starts: Weekday) -> np.datetime64:
    return period_start(np.array([day], dtype="datetime64[D]"), frequency, week_starts)[0]


def _aligned(data: "xr.Dataset", days: np.ndarray, geos: list[str]) -> "xr.Dataset":
    """Return a panel's data on other geos, zero where it has none, and on some of its days."""
    named = data.assign_coords(geo=[str(geo) for geo in data["geo"].values])
    return named.sel(date=days).reindex(geo=geos, fill_value=0.0)


def _shared(before: "xr.Dataset", after: "xr.Dataset", outcome_name: str) -> Iterator[tuple[str, str]]:
    """Yield variable and name of the series that both readings have."""
    if "outcome" in before and "outcome" in after:
        yield "outcome", outcome_name
    pairs = [(name, "channel") for name in _OVER_MEDIA] + [
        ("treatments", "treatment"),
        ("controls", "control"),
    ]
    for variable, dim in pairs:
        if variable in before and variable in after:
            known = set(map(str, before[dim].values))
            yield from ((variable, str(name)) for name in after[dim].values if str(name) in known)
    if "outcome_value" in before and "outcome_value" in after:
        yield "outcome_value", outcome_name


def _series(data: "xr.Dataset", variable: str, name: str | None) -> np.ndarray:
    """Return one series, shape (geo, date)."""
    found = data[variable]
    extra = [dim for dim in found.dims if dim not in ("geo", "date")]
    if extra and name is not None:
        found = found.sel({extra[0]: name})
    return found.transpose("geo", "date").values.astype(float)


def _changes(old: np.ndarray, new: np.ndarray, days: np.ndarray) -> Iterator[Change]:
    known = np.isfinite(old)
    was, now = np.where(known, old, 0.0), np.where(known & np.isfinite(new), new, 0.0)
    moved = np.abs(now - was)
    moved[moved <= 1e-9 * np.maximum(np.abs(was), np.abs(now))] = (
        0.0  # another order of adding up, no other data
    )
    size, total = np.abs(was).sum(axis=0), was.sum(axis=0)
    scale = np.maximum(size, _SMALL * size.mean() if size.size else 0.0)
    for at in np.flatnonzero(moved.sum(axis=0)):
        share = moved[:, at].sum() / scale[at] if scale[at] > 0 else np.inf
        net = (now[:, at].sum() - total[at]) / abs(total[at]) if total[at] else np.nan
        yield Change(days[at], float(share), float(net), int((moved[:, at] > 0).sum()))

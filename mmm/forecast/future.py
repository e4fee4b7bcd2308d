"""The panel with the periods after it: dates, media, controls and treatments, and in words what was assumed of each."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import xarray as xr

from mixproof.aggregates.calendar import next_period
from mixproof.aggregates.panel import Frequency, Panel
from mixproof.errors import ConfigError, Fault
from mmm.config import MmmConfig
from mmm.forecast.config import FAULTS, Outlook
from mmm.problem.problem import Problem

YEAR: dict[Frequency, int] = {"daily": 364, "weekly": 52, "monthly": 12, "yearly": 1}
"""Periods after which the same period of the year comes again; whole weeks, whose days differ more than seasons shift."""
LAST_YEAR = "as in the same periods a year before"
LAST_PERIODS = "as in the last periods of the panel, which is shorter than a year"


@dataclass(frozen=True, slots=True)
class MediaPath:
    """What is bought after the panel, in original units; shapes (geo, period, channel), the panel's channels.

    Parameters
    ----------
    spend : numpy.ndarray
        Money; NaN for unpaid channels.
    exposure : numpy.ndarray
        What drives the response.
    said : str
        What it is, in words.
    """

    spend: np.ndarray
    exposure: np.ndarray
    said: str = "as planned"


@dataclass(frozen=True, slots=True)
class Assumption:
    """What is assumed of a channel, control, treatment or event after the panel.

    Parameters
    ----------
    kind : {"channel", "control", "treatment", "event"}
    name, said : str
    """

    kind: str
    name: str
    said: str


@dataclass(frozen=True, slots=True)
class Future:
    """A panel that goes on after its end.

    Parameters
    ----------
    panel : Panel
        With all periods; outcomes of the later ones are unknown.
    known : int
        Periods up to the last known outcome.
    start : int
        Place of the first period of the window that is asked about; those between `known` and it are forecast on the way.
    config : MmmConfig
        With the dates of events to come.
    assumed : tuple of Assumption
    """

    panel: Panel
    known: int
    start: int
    config: MmmConfig
    assumed: tuple[Assumption, ...]

    @property
    def dates(self) -> pd.DatetimeIndex:
        """First days of the window's periods."""
        return pd.DatetimeIndex(self.panel.data["date"].values[self.start :])


def later_dates(panel: Panel, count: int) -> np.ndarray:
    """Return the first days of the periods after the panel.

    Parameters
    ----------
    panel : Panel
    count : int

    Returns
    -------
    numpy.ndarray of datetime64[D], shape (count,)
    """
    days = [panel.data["date"].values[-1:].astype("datetime64[D]")]
    for _ in range(count):
        days.append(next_period(days[-1], panel.frequency))
    return np.concatenate(days)[1:]


def likened(panel: Panel, count: int) -> np.ndarray:
    """Return the place in the panel of the period that each of the `count` periods after it is likened to.

    Parameters
    ----------
    panel : Panel
    count : int

    Returns
    -------
    numpy.ndarray of int, shape (count,)
        The same period a year before, or more years where that is not over; of a panel shorter than a year, its last periods.
    """
    length = panel.data.sizes["date"]
    step = YEAR[panel.frequency] if length >= YEAR[panel.frequency] else min(count, length)
    return length + np.arange(count) - (np.arange(count) // step + 1) * step


def continued(
    problem: Problem,
    outlook: Outlook,
    count: int,
    window: int,
    *,
    media: MediaPath | None = None,
) -> Future:
    """Return the panel of a model with `count` periods after it.

    Parameters
    ----------
    problem : Problem
        Its panel goes on, with the events of its config.
    outlook : Outlook
        What is assumed of controls, treatments and events.
    count : int
        Periods after the panel.
    window : int
        How many of them, the last ones, are asked about.
    media : MediaPath, optional
        Of all `count` periods; default what was bought in the periods that they are likened to.

    Returns
    -------
    Future

    Raises
    ------
    ConfigError
        ``forecast-unknown``: the outlook is about something that the panel or the model does not have.
    """
    _refuse_unknown(problem, outlook)
    panel, data = problem.panel, problem.panel.data
    later = data.isel(date=likened(panel, count))
    later = later.assign_coords(date=later_dates(panel, count).astype("datetime64[ns]"))
    later["outcome"] = xr.full_like(later["outcome"], np.nan)
    usual = LAST_YEAR if data.sizes["date"] >= YEAR[panel.frequency] else LAST_PERIODS
    assumed = [Assumption("channel", name, usual if media is None else media.said) for name in panel.channels]
    if media is not None:
        for name, values in (("spend", media.spend), ("exposure", media.exposure)):
            later[name] = later[name].transpose("geo", "date", "channel").copy(data=values)
    for kind, variable in (("control", "controls"), ("treatment", "treatments")):
        path = later[variable].transpose("geo", "date", kind).copy()
        for name in map(str, data[kind].values):
            own, said = _path(data[variable].sel({kind: name}), outlook, count)
            if own is not None:
                path.loc[{kind: name}] = own.transpose("geo", "date").values
            assumed.append(Assumption(kind, name, said or usual))
        later[variable] = path
    longer = xr.concat(
        [data, later], dim="date", data_vars="minimal", coords="minimal", compat="override", join="override"
    )
    config, events = _with_events(problem.config, outlook, later_dates(panel, count + 1)[count - window :])
    known = int(np.flatnonzero(panel.observed.any(axis=0))[-1]) + 1
    start = data.sizes["date"] + count - window
    return Future(replace(panel, data=longer), known, start, config, (*assumed, *events))


def _refuse_unknown(problem: Problem, outlook: Outlook) -> None:
    columns = [str(name) for kind in ("control", "treatment") for name in problem.panel.data[kind].values]
    events = [event.name for event in problem.config.baseline.events]
    named = [("outlook.held", name, columns) for name in outlook.held]
    named += [("outlook.values", name, columns) for name in outlook.values]
    named += [("outlook.events", name, events) for name in outlook.events]
    faults = [
        Fault(
            "forecast-unknown",
            f"{where}.{name}",
            f"The model has nothing of this name; it has {', '.join(known) or 'none of this kind'}.",
            FAULTS["forecast-unknown"][2],
        )
        for where, name, known in named
        if name not in known
    ]
    if faults:
        raise ConfigError(faults)


def _path(past: xr.DataArray, outlook: Outlook, count: int) -> tuple[xr.DataArray | None, str]:
    """Return the path of a control or treatment, dims (geo, date), where it is not the usual one, and what it is."""
    (kind,) = (str(dim) for dim in past.coords if dim in ("control", "treatment"))
    name = str(past[kind].values)
    if name in outlook.values:
        level = xr.full_like(past.isel(date=slice(0, 1)), outlook.values[name])
        return level.isel(date=np.zeros(count, int)), f"at {outlook.values[name]:g}, as stated"
    if outlook.held.get(name) == "last_value":
        return past.isel(date=np.full(count, -1)), "at its last value"
    return None, ""


def _with_events(model: MmmConfig, outlook: Outlook, days: np.ndarray) -> tuple[MmmConfig, list[Assumption]]:
    """Return the config with the dates of events to come, and when each falls between the first and the last of `days`."""
    events, assumed = [], []
    for event in model.baseline.events:
        added = [str(day) for day in outlook.events.get(event.name, ()) if str(day) not in event.dates]
        longer = event.model_copy(update={"dates": (*event.dates, *added)})
        inside = [day for day in longer.dates if days[0] <= np.datetime64(day, "D") < days[-1]]
        events.append(longer)
        assumed.append(
            Assumption(
                "event", event.name, f"on {', '.join(inside)}" if inside else "on no date of the window"
            )
        )
    baseline = model.baseline.model_copy(update={"events": tuple(events)})
    return model.model_copy(update={"baseline": baseline}), assumed

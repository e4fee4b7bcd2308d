"""The causes by which two runs may differ, found in their panels, configurations and versions; what is equal is no cause."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import xarray as xr

from mixproof.aggregates.panel import Panel
from mixproof.aggregates.restatement import drifts
from mixproof.errors import ConfigError, Fault
from mixproof.records.run import Run
from workflow.config import resolved_today
from workflow.faults import FAULTS

APPENDED, RESTATED, CONFIG, PACKAGE = (
    "appended data",
    "restated history",
    "changed configuration",
    "changed package",
)
WINDOW, NOISE = "new window", "sampling noise"
REFITTED = (APPENDED, RESTATED, CONFIG)
"""Causes that a fit can hold back or bring in."""
_OF_THE_MODEL = ("mmm", "calibrate")
_OF_REPORTS = ("interval", "margin", "fiscal_year_starts", "fit")
"""Keys of the model's section that no draw depends on, or only how many there are."""
_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Side:
    """One of two runs.

    Parameters
    ----------
    run : Run
    panel : Panel
    config : mapping
        Its resolved YAML.
    """

    run: Run
    panel: Panel
    config: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, run: Run) -> "Side":
        """Return a run with its panel and configuration, with today's default for every key that is younger than the run."""
        return cls(run, run.panel(), resolved_today(run.config_text) or run.config)

    @property
    def package(self) -> str:
        """Version of mixproof that the run was made with."""
        return str(self.run.manifest["versions"].get("mixproof", ""))


def causes(a: Side, b: Side) -> dict[str, list[str]]:
    """Return what differs between two runs, each cause with what it is in words.

    Parameters
    ----------
    a, b : Side
        The earlier and the later run.

    Returns
    -------
    dict of str to list of str
        Causes that are there; empty where all draws must agree but for their noise.

    Raises
    ------
    ConfigError
        ``compare-unlike``: they are about other channels, geos, units or grains.
    """
    _raise_if_unlike(a.panel, b.panel)
    found = {
        APPENDED: list(_appended(a.panel, b.panel)),
        RESTATED: [
            f"{drift.label}: {drift.text()}"
            for drift in drifts(a.panel.data, b.panel.data, b.panel.outcome_name)
        ],
        CONFIG: [*_changed(a.config, b.config), *_evidence(a.run, b.run)],
        PACKAGE: [] if a.package == b.package else [f"mixproof {a.package} -> {b.package}"],
    }
    return {cause: words for cause, words in found.items() if words}


def _raise_if_unlike(a: Panel, b: Panel) -> None:
    pairs = {
        "channels": (a.channels, b.channels),
        "geos": (a.geos, b.geos),
        "frequency": (a.frequency, b.frequency),
        "currency": (a.currency, b.currency),
        "outcome": (a.outcome_name, b.outcome_name),
    }
    odd = [f"{name} {one} and {other}" for name, (one, other) in pairs.items() if one != other]
    if not len(common_days(a, b)):
        odd.append("no period in common")
    if odd:
        what = f"The runs are not of one model: {'; '.join(odd)}."
        raise ConfigError(Fault("compare-unlike", "the two runs", what, FAULTS["compare-unlike"][2]))


def common_days(a: Panel, b: Panel) -> np.ndarray:
    """Return the first days of the periods that both panels have, with an outcome in both.

    Parameters
    ----------
    a, b : Panel

    Returns
    -------
    numpy.ndarray of datetime64[D]
    """
    one, other = (
        panel.data["date"].values[panel.observed.any(axis=0)].astype("datetime64[D]") for panel in (a, b)
    )
    return np.intersect1d(one, other)


def _appended(a: Panel, b: Panel) -> Iterator[str]:
    """Yield what one panel has before or after the other."""
    before, after = (panel.data["date"].values.astype("datetime64[D]") for panel in (a, b))
    new, gone = np.setdiff1d(after, before), np.setdiff1d(before, after)
    for days, what in ((new, "came"), (gone, "are gone")):
        if len(days):
            yield f"{len(days)} periods {what}: {days[0]} to {days[-1]}"


def _changed(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[str]:
    """Return keys of the model's sections that have other values, with both."""
    named = {name for config in (a, b) for name in ((config.get("mmm") or {}).get("channels") or {})}
    flat = [
        dict(_flat({key: config.get(key) for key in _OF_THE_MODEL} | {"mmm": _by_name(config, named)}))
        for config in (a, b)
    ]
    kept = [
        key
        for key in dict.fromkeys([*flat[0], *flat[1]])
        if flat[0].get(key) != flat[1].get(key)
        and key.split(".")[1:2] not in [[name] for name in _OF_REPORTS]
    ]
    said = [f"{key}: {_word(flat[0], key)} -> {_word(flat[1], key)}" for key in kept]
    return [*said[:_SHOWN], *([f"and {len(said) - _SHOWN} keys more"] if len(said) > _SHOWN else [])]


def _by_name(config: Mapping[str, Any], named: set[str]) -> Any:
    """Return the model's section with the settings of these channels written out: those of all where they have none."""
    section = config.get("mmm")
    if not section or not named:
        return section
    of_all, own = section.get("default") or {}, section.get("channels") or {}
    return {**section, "channels": {name: _over(of_all, own.get(name) or {}) for name in sorted(named)}}


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return two settings laid over each other."""
    both = {
        key: _over(below[key], value)
        for key, value in above.items()
        if isinstance(value, Mapping) and isinstance(below.get(key), Mapping)
    }
    return {**below, **above, **both}


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and value:
        for key, part in value.items():
            yield from _flat(part, f"{path}.{key}" if path else str(key))
    elif value is not None:
        yield path, value


def _word(flat: Mapping[str, Any], key: str) -> str:
    return str(flat[key]) if key in flat else "not set"


def _evidence(a: Run, b: Run) -> Iterator[str]:
    """Yield records of experiments that only one run has, or that have changed, where a model is calibrated with them."""
    if not any(run.config.get("calibrate") for run in (a, b)):
        return
    one, other = (
        {name: digest for name, digest in run.manifest["artefacts"].items() if name.startswith("evidence/")}
        for run in (a, b)
    )
    for name in sorted({*one, *other}):
        if one.get(name) != other.get(name):
            yield f"{name}: {'is new' if name not in one else 'is gone' if name not in other else 'has changed'}"


def panel_between(a: Panel, b: Panel, later: frozenset[str]) -> Panel:
    """Return the panel that has what some causes made of it and nothing of the others.

    Parameters
    ----------
    a, b : Panel
        The earlier and the later one.
    later : frozenset of str
        Causes, of `REFITTED`, that are at the state of `b`.

    Returns
    -------
    Panel
        Periods of both have the values of `b` where history is restated, periods of one alone those that it has.
    """
    if later >= {APPENDED, RESTATED}:
        return b
    if not later & {APPENDED, RESTATED}:
        return a
    dates, values = (b, a) if APPENDED in later else (a, b)
    days = np.intersect1d(dates.data["date"].values, values.data["date"].values)
    rest = dates.data["date"].values[~np.isin(dates.data["date"].values, days)]
    timed = [name for name, each in dates.data.data_vars.items() if "date" in each.dims]
    parts = [values.data[timed].sel(date=days), dates.data[timed].sel(date=rest)]
    joined = xr.concat(parts, "date").sortby("date")
    data = xr.merge([joined, dates.data.drop_vars([*timed, "date"])], compat="override").assign_attrs(
        dates.data.attrs
    )
    ordered = data[list(dates.data.data_vars)].transpose(*dates.data.dims)
    return Panel(ordered, dates.frequency, dates.currency, dates.outcome_name, dates.outcome_kind)

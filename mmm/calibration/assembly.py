"""Paths, pieces and cells of readouts, added one after another until they are a `Replay`."""

from dataclasses import dataclass, field

import numpy as np

from mixproof.records.evidence import Evidence, Readout
from mmm.calibration.market import Market
from mmm.calibration.paths import Dose, paths, spend_of
from mmm.calibration.replay import Experiment, Replay
from mmm.calibration.treated import counted_days, dose_of, leaving, treated

SEASON = 4
"""Weeks before and behind a week of the year that are taken for the same season."""


@dataclass
class Assembly:
    """Paths, pieces and cells as they are added, readout after readout.

    Parameters
    ----------
    market : Market
    window : numpy.ndarray of bool, shape (geo, date)
        From the first to the last known outcome of each geo.
    multiplicative : bool
        Whether components multiply (log link) or add.
    """

    market: Market
    window: np.ndarray
    multiplicative: bool
    used: list[int] = field(default_factory=list)
    stretches: list[tuple[int, int, np.ndarray, np.ndarray]] = field(default_factory=list)
    pieces: list[tuple[int, ...]] = field(default_factory=list)
    weight: list[np.ndarray] = field(default_factory=list)
    cell: list[np.ndarray] = field(default_factory=list)
    level: list[np.ndarray] = field(default_factory=list)
    left: np.ndarray = field(init=False)
    starts: list[int] = field(default_factory=lambda: [0])
    known: dict[tuple[object, ...], tuple[int | None, int | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.used = [0] * len(self.market.panel.channels)
        self.left = np.zeros(self.window.shape, bool)

    @property
    def dates(self) -> int:
        """Dates of the panel."""
        return self.window.shape[1]

    @property
    def changes(self) -> int:
        """Changes so far."""
        return sum(map(len, self.weight))

    def add_return(self, readout: Readout) -> None:
        """Add a statement of a return: all exposure of the window against none, over the money that it cost."""
        market, panel = self.market, self.market.panel
        numbers = [panel.channels.index(name) for name in readout.channels]
        geos = market.geo_numbers(readout.geos)
        money = np.where(
            self.window[geos, :, None], market.spend[np.ix_(geos, range(self.dates), numbers)], 0.0
        )
        value = panel.data["outcome_value"].transpose("geo", "date").values
        for geo in geos:
            for channel in numbers:
                self.pieces.append((channel, int(geo), int(geo) * self.dates, self.dates, self.changes, 1))
            inside = self.window[geo]
            weight = np.where(inside, market.scaling.outcome[geo] * value[geo], 0.0) / money.sum()
            self._add_cells(weight, int(geo) * self.dates + np.arange(self.dates), np.zeros(self.dates))
        self.starts.append(self.changes)

    def add_left(self, item: Evidence) -> None:
        """Add the outcomes that a test has used already."""
        for geo, date in leaving(self.market, item):
            self.left[geo, date] = True

    def add_difference(self, item: Evidence, readout: Readout) -> list[str]:
        """Add the difference between two paths; return what was assumed.

        Parameters
        ----------
        item : Evidence
        readout : Readout

        Returns
        -------
        list of str
            Sentences.
        """
        who = treated(self.market, item, readout)
        dose = dose_of(self.market, item, readout, who)
        counted = dose.periods.totals(counted_days(item, readout, dose.periods)) / dose.periods.lengths
        inside = np.flatnonzero(counted > 0)
        span = slice(int(inside[0]), int(inside[-1]) + 1)
        assert who.share is not None
        share = 1.0 if who.whole else who.share
        cells: list[tuple[int, np.ndarray]] = []
        notes: list[str] = []
        for geo in map(int, self.market.geo_numbers(readout.geos)):
            for name in readout.channels:
                channel = self.market.panel.channels.index(name)
                self._add_pieces(item, readout, dose, geo, channel, span)
            places = dose.periods.places[span]
            unit = self._unit(item, geo, places)
            weight = share * self.market.scaling.outcome[geo] * counted[span] * unit
            cell = geo * self.dates + places if dose.inside else np.full(len(places), -1)
            self._add_cells(weight, cell, np.zeros(len(places)))
            cells.append((geo, places))
        if not dose.inside:
            notes += self._assumed(item, readout)
            if self.multiplicative:
                notes.append(self._set_level(readout, cells, dose))
        self.starts.append(self.changes)
        return notes

    def replay(self, experiments: tuple[Experiment, ...]) -> Replay:
        """Return everything that was added, as the readouts of `experiments`."""
        shape = (max(self.used), len(self.used))
        exposure, frequency = np.zeros(shape), np.ones(shape)
        for channel, place, amounts, often in self.stretches:
            exposure[place : place + len(amounts), channel] = amounts
            frequency[place : place + len(amounts), channel] = often
        return Replay(
            experiments=experiments,
            exposure=exposure,
            frequency=frequency,
            pieces=np.array(sorted(self.pieces), int).reshape(-1, 6),
            weight=np.concatenate(self.weight),
            cell=np.concatenate(self.cell),
            level=np.concatenate(self.level),
            starts=np.array(self.starts),
            left=self.left,
        )

    def _add_cells(self, weight: np.ndarray, cell: np.ndarray, level: np.ndarray) -> None:
        self.weight.append(weight)
        self.cell.append(cell)
        self.level.append(level)

    def _add_pieces(
        self, item: Evidence, readout: Readout, dose: Dose, geo: int, channel: int, span: slice
    ) -> None:
        """Add the two paths of a channel in a geo, where they are not there yet, and what counts of them."""
        entered = readout.entered
        key = (item.experiment, readout.arm, entered, geo, channel)
        if key not in self.known:
            run, without = paths(self.market, dose, geo, channel)
            own = dose.inside and dose.whole
            self.known[key] = (
                None if own else self._add_path(run, dose, geo, channel),
                self._add_path(without, dose, geo, channel),
            )
        run_at, without_at = self.known[key]
        cells, into = span.stop - span.start, self.changes
        behind = self.window.size
        if dose.inside and dose.whole:
            first = geo * self.dates + int(dose.periods.places[span.start])
            self.pieces.append((channel, geo, first, cells, into, 1))
        elif run_at is not None:
            self.pieces.append((channel, geo, behind + run_at + span.start, cells, into, 1))
        if without_at is not None:
            self.pieces.append((channel, geo, behind + without_at + span.start, cells, into, -1))

    def _add_path(self, amounts: np.ndarray, dose: Dose, geo: int, channel: int) -> int | None:
        """Return the place of a path, added behind the others; None where there is nothing to respond to."""
        if not amounts.any():
            return None
        place = self.used[channel]
        panel = self.market.panel
        often = np.ones(len(amounts))
        if self.market.pathways[channel].by_frequency:
            given = panel.data["frequency"].transpose("geo", "date", "channel").values[geo, :, channel]
            theirs = (
                self.market.of_period(given, dose.periods.places) / self.market.scaling.frequency[channel]
            )
            often = np.where(np.isfinite(theirs) & (theirs > 0), theirs, 1.0)
        scaled = amounts / self.market.scaling.exposure[geo, channel]
        self.stretches.append((channel, place, scaled, often))
        self.used[channel] += len(amounts)
        return place

    def _unit(self, item: Evidence, geo: int, places: np.ndarray) -> np.ndarray:
        """Return what a unit of the panel's outcome is in the evidence's, shape (period,)."""
        if item.outcome_kind == self.market.panel.outcome_kind:
            return np.ones(len(places))
        value = self.market.panel.data["outcome_value"].transpose("geo", "date").values[geo]
        own = self.market.of_period(value, places)
        return np.where(np.isnan(own), value.mean(), own)

    def _assumed(self, item: Evidence, readout: Readout) -> list[str]:
        """Return which exposure before a test outside the panel was assumed, in sentences."""
        found = [(name, spend_of(item, readout, name)) for name in readout.channels]
        unknown = [name for name, path in found if path is None or not path.before]
        if not unknown:
            return []
        return [f"Before the test {', '.join(unknown)} is taken to have been as in a typical active period."]

    def _set_level(self, readout: Readout, cells: list[tuple[int, np.ndarray]], dose: Dose) -> str:
        """Fill in the outcome without the test in cells outside the panel; return where it is from."""
        begun = len(self.weight) - len(cells)
        if readout.baseline is not None:
            total = sum(float(weight.sum()) for weight in self.weight[begun:])
            for number in range(begun, len(self.weight)):
                self.level[number] = np.full(len(self.weight[number]), readout.baseline / total)
            return (
                "Outside the panel's dates the effect is asked of the outcome that the test had without it."
            )
        for number, (geo, places) in enumerate(cells):
            self.level[begun + number] = self._season(
                geo, dose.periods.starts[:-1], places - dose.periods.first
            )
        return "Outside the panel's dates the effect is asked of the panel's outcome in the same season."

    def _season(self, geo: int, starts: np.ndarray, chosen: np.ndarray) -> np.ndarray:
        """Return the geo's mean outcome over its scale in the same weeks of all years, shape (period,)."""
        panel = self.market.panel
        outcome = (
            panel.data["outcome"].transpose("geo", "date").values[geo] / self.market.scaling.outcome[geo]
        )
        theirs, ours = (_day_of_year(dates) for dates in (panel.data["date"].values, starts[chosen]))
        apart = np.abs(theirs[None, :] - ours[:, None])
        near = np.minimum(apart, 365 - apart) <= 7 * SEASON
        known = np.isfinite(outcome)
        found = [
            outcome[row & known].mean() if (row & known).any() else outcome[known].mean() for row in near
        ]
        return np.array(found)


def _day_of_year(dates: np.ndarray) -> np.ndarray:
    days = dates.astype("datetime64[D]")
    return (days - days.astype("datetime64[Y]")).astype(int)

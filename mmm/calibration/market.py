"""The panel as experiments see it: exposure and money by geo and period, what exposure costs, and the size of geos."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mixproof.aggregates.panel import Panel
from mmm.problem.pathways import Pathway
from mmm.problem.scaling import Scaling

NEAREST = 4
"""Active periods from which a price is taken where the channel was off."""


@dataclass(frozen=True)
class Market:
    """The panel as experiments see it.

    Parameters
    ----------
    panel : Panel
    scaling : Scaling
    pathways : tuple of Pathway
    """

    panel: Panel
    scaling: Scaling
    pathways: tuple[Pathway, ...]

    @cached_property
    def exposure(self) -> np.ndarray:
        """Exposure as given, shape (geo, date, channel)."""
        return np.nan_to_num(self.panel.data["exposure"].transpose("geo", "date", "channel").values)

    @cached_property
    def spend(self) -> np.ndarray:
        """Money as given, shape (geo, date, channel); zero for channels that cost nothing."""
        return np.nan_to_num(self.panel.data["spend"].transpose("geo", "date", "channel").values)

    @cached_property
    def size(self) -> np.ndarray:
        """Size of each geo as a share of all, shape (geo,)."""
        return self.scaling.outcome / self.scaling.outcome.sum()

    @property
    def level(self) -> np.ndarray:
        """Outcome over the geo's scale, shape (geo, date); NaN where unknown."""
        return self.panel.data["outcome"].transpose("geo", "date").values / self.scaling.outcome[:, None]

    def costs(self, channel: int) -> bool:
        """Return whether the channel has cost anything."""
        return bool((self.spend[..., channel] > 0).any())

    def geo_numbers(self, names: tuple[str, ...]) -> np.ndarray:
        """Return the places of geos among the panel's; all of them where none is named, or the panel is national."""
        if not names or self.national:
            return np.arange(len(self.panel.geos))
        return np.array([self.panel.geos.index(name) for name in names])

    @property
    def national(self) -> bool:
        """Whether the panel has one row for the whole market."""
        return self.panel.geos == ["national"]

    def per_money(self, geos: np.ndarray, channel: int, places: np.ndarray) -> np.ndarray:
        """Return the exposure that a unit of money bought in each period, shape (period,).

        Parameters
        ----------
        geos : numpy.ndarray of int
            Whose exposure and money are added up.
        channel : int
        places : numpy.ndarray of int, shape (period,)
            Periods, counted from the panel's first date; they may lie outside.

        Returns
        -------
        numpy.ndarray, shape (period,)
            That of the nearest active periods where the channel was off; of all geos where it never was on in these.
            NaN for a channel that has never cost anything.
        """
        money, bought = (values[geos, :, channel].sum(axis=0) for values in (self.spend, self.exposure))
        active = np.flatnonzero((money > 0) & (bought > 0))
        if not active.size:
            everywhere = np.arange(len(self.panel.geos))
            if len(geos) == len(everywhere):
                return np.full(len(places), np.nan)
            return self.per_money(everywhere, channel, places)
        found = np.empty(len(places))
        for number, place in enumerate(places):
            near = active[np.argsort(np.abs(active - place), kind="stable")[:NEAREST]]
            chosen = near[:1] if near[0] == place else near
            found[number] = bought[chosen].sum() / money[chosen].sum()
        return found

    def usual(self, geo: int, channel: int) -> float:
        """Return the exposure of a typical active period of a channel in a geo.

        Parameters
        ----------
        geo, channel : int

        Returns
        -------
        float
            In the unit of the panel's exposure.
        """
        return float(self.scaling.exposure[geo, channel])

    def shares(self, geos: np.ndarray, channel: int) -> np.ndarray:
        """Return how money of several geos is divided among them where only the sum is known: as the panel's was.

        Parameters
        ----------
        geos : numpy.ndarray of int
        channel : int

        Returns
        -------
        numpy.ndarray, shape (geo,)
            They add up to 1.
        """
        money = self.spend[geos, :, channel].sum(axis=1)
        money = money if money.sum() > 0 else self.size[geos]
        return money / money.sum()

    def of_period(self, values: np.ndarray, places: np.ndarray) -> np.ndarray:
        """Return values of the panel in each period.

        Parameters
        ----------
        values : numpy.ndarray, shape (date,)
        places : numpy.ndarray of int, shape (period,)
            Counted from the panel's first date; they may lie outside.

        Returns
        -------
        numpy.ndarray, shape (period,)
            NaN outside the panel.
        """
        inside = (places >= 0) & (places < len(values))
        found = np.full(len(places), np.nan)
        found[inside] = values[places[inside]]
        return found

"""What a world is made of: media of known mechanism, everything else, and the truth that follows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from mixproof.aggregates.simulate.mechanisms import Mechanism

STEP = 0.01
"""Rise of all spend by which the marginal return is measured."""

EVERYWHERE = "all"
"""Value of the truth's ``geo`` column for all geos together."""


@dataclass(frozen=True, slots=True)
class Medium:
    """One channel: what was planned, and what it does.

    Parameters
    ----------
    name : str
    exposure : numpy.ndarray, shape (geo, period)
        What acts, in units of `driver`.
    response : Mechanism
    spend : numpy.ndarray, shape (geo, period), optional
        Money; None for organic channels.
    driver : str
        ``"spend"``, or the unit of the exposure, which then has a column of its own.
    recorded : numpy.ndarray, shape (geo, period), optional
        Spend as the table says, where that is wrong.
    """

    name: str
    exposure: np.ndarray
    response: Mechanism
    spend: np.ndarray | None
    driver: str = "spend"
    recorded: np.ndarray | None = None

    @property
    def kind(self) -> Literal["paid", "organic"]:
        """Whether the channel costs money."""
        return "organic" if self.spend is None else "paid"


@dataclass(frozen=True, slots=True)
class Synergy:
    """What two channels bring together: `strength` times the geometric mean of what each brings alone."""

    first: str
    second: str
    strength: float


@dataclass(frozen=True, slots=True)
class Scene:
    """A world before it is written down: expected outcome = sum of media effects, of synergy and of `others`.

    Parameters
    ----------
    dates : pandas.DatetimeIndex
        Period starts, the warm-up included.
    geos : tuple of str
        ``("national",)`` for a national world.
    population : numpy.ndarray, shape (geo,)
    media : tuple of Medium
    others : mapping of str to numpy.ndarray, shape (geo, period)
        Parts of the expected outcome that are not media; names in `treatments` are reported as treatments,
        the rest as baseline.
    noise : numpy.ndarray, shape (geo, period)
    columns : mapping of str to numpy.ndarray, shape (geo, period)
        Observed controls and treatments.
    treatments, controls : tuple of str
        Names in `columns`.
    warm_up : int
        Periods in which media are known and the outcome is not; the window begins after them.
    hidden : mapping of str to numpy.ndarray, shape (geo, period)
        What acted and was not observed, for studies that ask what knowing it would have changed.
    chased : tuple of str
        Channels whose spend follows what sells without them and no table shows.
    synergy : Synergy, optional
    frequency : str
        Of the dates: ``"daily"``, ``"weekly"`` or ``"monthly"``.
    """

    dates: pd.DatetimeIndex
    geos: tuple[str, ...]
    population: np.ndarray
    media: tuple[Medium, ...]
    others: Mapping[str, np.ndarray]
    noise: np.ndarray
    columns: Mapping[str, np.ndarray] = field(default_factory=dict)
    treatments: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    warm_up: int = 0
    hidden: Mapping[str, np.ndarray] = field(default_factory=dict)
    chased: tuple[str, ...] = ()
    synergy: Synergy | None = None
    frequency: Literal["daily", "weekly", "monthly"] = "weekly"

    @property
    def national(self) -> bool:
        """Whether there is only one geo."""
        return len(self.geos) == 1

    def expected(self, scale: Mapping[str, float] | None = None) -> np.ndarray:
        """Return the expected outcome in the window, shape (geo, period), at `scale` times each exposure."""
        factors = scale or {}
        media = {m.name: m.response.effect(m.exposure * factors.get(m.name, 1.0)) for m in self.media}
        total = sum(media.values()) + sum(self.others.values())
        if self.synergy is not None:
            total = total + together(self.synergy, media)
        return np.asarray(total)[:, self.warm_up :]

    def outcome(self) -> np.ndarray:
        """Return the outcome as recorded, to the cent; shape (geo, period), NaN in the warm-up."""
        recorded = np.round(self.expected() + self.noise[:, self.warm_up :], 2)
        return np.concatenate([np.full((len(self.geos), self.warm_up), np.nan), recorded], axis=1)


def together(synergy: Synergy, media: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return what two channels bring beyond what each brings alone, shape (geo, period).

    Parameters
    ----------
    synergy : Synergy
    media : mapping of str to numpy.ndarray, shape (geo, period)
        What each channel brings alone, in outcome units.

    Returns
    -------
    numpy.ndarray, shape (geo, period)
    """
    return synergy.strength * np.sqrt(np.maximum(media[synergy.first] * media[synergy.second], 0.0))


@dataclass(frozen=True, slots=True)
class World:
    """A simulated data set with its known truth.

    Parameters
    ----------
    name, seed
        What it was made from; the same pair gives the same bytes.
    tables : dict of str to pandas.DataFrame
        The tables as a user would bring them, by file name.
    truth : pandas.DataFrame
        Columns ``geo`` ("all" first, then each geo), ``channel``, ``kind`` (paid, organic, treatment),
        ``spend`` (money in the window), ``contribution`` (outcome units, realised in the window), ``roi`` and
        ``mroi`` (money per money).
    series : pandas.DataFrame
        Columns ``geo``, ``date``, ``component``, ``contribution``; the components of a geo and date add up to
        the expected outcome.
    data_config : dict
        The ``data:`` section that reads the tables.
    description : str
        What is special about this kind of world, in one sentence.
    scene : Scene
        The mechanism itself.
    """

    name: str
    seed: int
    tables: dict[str, pd.DataFrame]
    truth: pd.DataFrame
    series: pd.DataFrame
    data_config: dict[str, Any]
    description: str
    scene: Scene


def truth_table(scene: Scene) -> pd.DataFrame:
    """Return spend, contribution, ROI and marginal ROI of each channel and treatment, overall and by geo.

    The contribution is the expected outcome minus the expected outcome with the channel's exposure zero in
    all periods and geos; the marginal ROI is the outcome gained per unit of extra spend when the channel's
    spend rises by 1 % in all periods. Revenue worlds only: an outcome unit is a unit of money.
    """
    rows = [_channel_rows(scene, medium) for medium in scene.media]
    rows += [_treatment_rows(scene, name) for name in scene.treatments]
    table = pd.DataFrame([row for block in rows for row in block])
    if scene.national:
        return table
    order = {name: i for i, name in enumerate([EVERYWHERE, *scene.geos])}
    return table.sort_values("geo", key=lambda geo: geo.map(order), kind="stable").reset_index(drop=True)


def _channel_rows(scene: Scene, medium: Medium) -> list[dict[str, Any]]:
    """Return the truth of one channel by counterfactual: all geos, then each geo if there are several.

    Where effects add up, the channel's own effect is all that a counterfactual changes; of a synergy each of the two
    channels is credited with what would be lost without it.
    """
    shared = scene.synergy is not None and medium.name in (scene.synergy.first, scene.synergy.second)
    as_run, without, more = (
        (
            scene.expected({medium.name: scale})
            if shared
            else medium.response.effect(medium.exposure * scale)[:, scene.warm_up :]
        ).sum(axis=1)
        for scale in (1.0, 0.0, 1.0 + STEP)
    )
    contribution, gain = as_run - without, more - as_run
    unpaid = np.full(len(scene.geos), np.nan)
    spend = unpaid if medium.spend is None else medium.spend[:, scene.warm_up :].sum(axis=1)
    groups: dict[str, Any] = {EVERYWHERE: slice(None)}
    if not scene.national:
        groups |= {geo: slice(i, i + 1) for i, geo in enumerate(scene.geos)}
    rows = []
    for geo, part in groups.items():
        money, worth, extra = spend[part].sum(), contribution[part].sum(), gain[part].sum()
        spent = bool(money > 0)
        rows.append(
            {
                "geo": geo,
                "channel": medium.name,
                "kind": medium.kind,
                "spend": money,
                "contribution": worth,
                "roi": worth / money if spent else np.nan,
                "mroi": extra / (STEP * money) if spent else np.nan,
            }
        )
    return rows


def _treatment_rows(scene: Scene, name: str) -> list[dict[str, Any]]:
    """Return the truth of one treatment, all geos together: it has a contribution and no return on spend."""
    worth = scene.others[name][:, scene.warm_up :].sum()
    none = {"spend": np.nan, "roi": np.nan, "mroi": np.nan}
    return [{"geo": EVERYWHERE, "channel": name, "kind": "treatment", "contribution": worth, **none}]


def series_table(scene: Scene) -> pd.DataFrame:
    """Return every component of the expected outcome by geo and date of the window, in long form."""
    media = {m.name: m.response.effect(m.exposure) for m in scene.media}
    parts = media | dict(scene.others)
    if scene.synergy is not None:
        parts["synergy"] = together(scene.synergy, media)
    dates = scene.dates[scene.warm_up :]
    blocks = [
        pd.DataFrame(
            {"geo": geo, "date": dates, "component": name, "contribution": values[i, scene.warm_up :]}
        )
        for name, values in parts.items()
        for i, geo in enumerate(scene.geos)
    ]
    return pd.concat(blocks, ignore_index=True)

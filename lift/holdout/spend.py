"""What was spent on each arm of a holdout, as run and without the treatment, worked out once for money and evidence."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from lift.holdout.config import Arm, Holdout
from lift.holdout.table import HoldoutData
from mixproof.records.evidence import SpendPath

Money = float | Mapping[str, float]


@dataclass(frozen=True, slots=True)
class ArmSpend:
    """Money of one arm by channel and period, in the section's currency.

    Parameters
    ----------
    channels : tuple of str
        Channels with which the arm was treated.
    days : tuple of int or None
        Days of the periods, counted from the start of the test; None where only the total of the test is known.
    as_run, without : tuple of tuple of float, shape (channel, period)
    """

    channels: tuple[str, ...]
    days: tuple[int, ...] | None
    as_run: tuple[tuple[float, ...], ...]
    without: tuple[tuple[float, ...], ...]

    @property
    def incremental(self) -> float:
        """Money spent because of the treatment: as run minus without, over all channels and periods."""
        return math.fsum(map(math.fsum, self.as_run)) - math.fsum(map(math.fsum, self.without))

    def paths(self, arm: str, start: date, end: date) -> tuple[SpendPath, ...]:
        """Return the money as paths of evidence, one a channel.

        Parameters
        ----------
        arm : str
        start, end : datetime.date
            First and last day of treatment.

        Returns
        -------
        tuple of SpendPath
            One period a day where spend is known by day, else one period for the whole test.
        """
        dates = (start,) if self.days is None else tuple(start + timedelta(days=day) for day in self.days)
        length = (end - start).days + 1 if self.days is None else 1
        return tuple(
            SpendPath((channel,), arm, (), dates, length, (run,), (without,))
            for channel, run, without in zip(self.channels, self.as_run, self.without, strict=True)
        )


def arm_spend(experiment: Holdout, data: HoldoutData, arm: Arm) -> ArmSpend | None:
    """Return the spend of an arm, from the table where it has a column for it, else from the YAML.

    Parameters
    ----------
    experiment : Holdout
    data : HoldoutData
    arm : Arm

    Returns
    -------
    ArmSpend or None
        None where neither says what was spent. What would have been spent without the treatment is stated as one
        amount; by day it is spread evenly.
    """
    channels = arm.channels or experiment.channels
    without = _by_channel(arm.spend_without, channels)
    if data.spend is not None:
        money = tuple(map(float, data.spend.of(arm.name)))
        even = tuple((amount / len(money),) * len(money) for amount in without)
        return ArmSpend(channels, data.spend.days, (money,), even)
    if arm.spend is None:
        return None
    run = _by_channel(arm.spend, channels)
    return ArmSpend(
        channels, None, tuple((amount,) for amount in run), tuple((amount,) for amount in without)
    )


def _by_channel(money: Money, channels: tuple[str, ...]) -> tuple[float, ...]:
    """Return the money of each channel; a plain number belongs to the one channel there is."""
    if isinstance(money, Mapping):
        return tuple(float(money.get(channel, 0.0)) for channel in channels)
    return tuple(money / len(channels) for _ in channels)

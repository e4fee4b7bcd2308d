"""What the panel holds for an account in each fiscal period, in exact decimals, and which weeks lie across a boundary."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from mixproof.aggregates.calendar import next_period
from mixproof.aggregates.finance.config import Account, FinanceConfig
from mixproof.aggregates.finance.faults import fault
from mixproof.aggregates.finance.fiscal import DAY, FiscalCalendar, FiscalPeriod
from mixproof.aggregates.finance.ledger import CENT
from mixproof.aggregates.panel import Panel
from mixproof.errors import ConfigError

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Piece:
    """The amount of one data period.

    Parameters
    ----------
    start, end : datetime.date
        First and last day.
    amount : decimal.Decimal or None
        To the cent; None where the panel does not know it.
    """

    start: date
    end: date
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Modelled:
    """What the panel holds for an account in a fiscal period.

    Parameters
    ----------
    pieces : tuple of Piece
        Data periods that begin in it: tables by period count each of them there.
    cut_off : decimal.Decimal
        What belongs to the period of data periods that begin before it, less what does not of those that end after it,
        by days.
    straddling : tuple of str
        Those data periods, in words.
    whole : bool
        Whether every day of the period has an amount.
    """

    pieces: tuple[Piece, ...] = ()
    cut_off: Decimal = ZERO
    straddling: tuple[str, ...] = field(default=())
    whole: bool = False

    @property
    def amount(self) -> Decimal:
        """Sum over its data periods, those that are not known left out."""
        return sum((piece.amount for piece in self.pieces if piece.amount is not None), ZERO)


def accounts_of(section: FinanceConfig, panel: Panel) -> list[Account]:
    """Return the accounts of the section, and one without a name for each paid channel that none of them has.

    Parameters
    ----------
    section : FinanceConfig
    panel : Panel

    Returns
    -------
    list of Account

    Raises
    ------
    ConfigError
        Accounts name geos that the panel does not have.
    """
    _raise_unknown_geos(section, panel)
    booked = {channel for account in section.accounts for channel in account.channels}
    absent = [channel for channel in panel.paid if channel not in booked]
    nameless = [
        Account.model_construct(account="", entity=None, channels=(channel,), geos=()) for channel in absent
    ]
    return [*section.accounts, *nameless]


def _raise_unknown_geos(section: FinanceConfig, panel: Panel) -> None:
    """Raise where accounts name geos that the panel does not have."""
    faults = []
    for account in section.accounts:
        unknown = sorted(set(account.geos) - set(panel.geos))
        if unknown:
            what = f"The panel has no geo {unknown[0]!r}; it has {', '.join(panel.geos[:8])}."
            faults.append(fault("finance-geo", f"finance.accounts, {account.account}: geos", what))
    if faults:
        raise ConfigError(faults)


def pieces_of(panel: Panel, account: Account) -> list[Piece]:
    """Return the amount of each data period that an account must add up to.

    Parameters
    ----------
    panel : Panel
    account : Account

    Returns
    -------
    list of Piece
        Money: an outcome that is counted is multiplied by its value. Each to the cent, so that sums have no rest.
    """
    data = panel.data
    if account.geos:
        data = data.sel(geo=[str(geo) in account.geos for geo in data["geo"].values])
    if account.channels:
        money = data["spend"].sel(channel=list(account.channels)).transpose("date", "geo", "channel").values
        money = money.reshape(len(money), -1)
    else:
        money = data["outcome"].transpose("date", "geo").values
        if panel.outcome_kind != "revenue":
            money = money * data["outcome_value"].transpose("date", "geo").values
    starts = data["date"].values.astype("datetime64[D]")
    ends = next_period(starts, panel.frequency) - np.timedelta64(1, "D")
    return [
        Piece(start.item(), end.item(), _exact(row))
        for start, end, row in zip(starts, ends, money, strict=True)
    ]


def _exact(row: np.ndarray) -> Decimal | None:
    if not np.isfinite(row).all():
        return None
    return sum((Decimal(repr(float(value))) for value in row), ZERO).quantize(CENT)


def by_period(pieces: list[Piece], calendar: FiscalCalendar) -> dict[str, Modelled]:
    """Return what the panel holds in each fiscal period that a data period lies in.

    Parameters
    ----------
    pieces : list of Piece
    calendar : FiscalCalendar

    Returns
    -------
    dict of str to Modelled
        By the period's name, in the order of time.
    """
    mine: dict[str, list[Piece]] = {}
    moved: dict[str, list[tuple[Decimal, str]]] = {}
    known: dict[str, int] = {}
    for piece in pieces:
        parts = list(_parts(piece, calendar))
        home = parts[0][0]
        mine.setdefault(home.name, []).append(piece)
        for period, days, share in parts:
            if piece.amount is not None:
                known[period.name] = known.get(period.name, 0) + days
            if period is not home and piece.amount is not None:
                words = f"{days} of {(piece.end - piece.start).days + 1} days from {piece.start} lie in {period.name}"
                moved.setdefault(home.name, []).append((-share, words))
                moved.setdefault(period.name, []).append((share, words))
    found = {}
    for period in calendar.periods:
        if period.name in mine or period.name in moved:
            shares = moved.get(period.name, [])
            found[period.name] = Modelled(
                tuple(mine.get(period.name, ())),
                sum((amount for amount, _ in shares), ZERO),
                tuple(words for _, words in shares),
                known.get(period.name, 0) == period.days,
            )
    return found


def _parts(piece: Piece, calendar: FiscalCalendar) -> Iterator[tuple[FiscalPeriod, int, Decimal]]:
    """Yield the fiscal periods that a data period lies in, with its days and its amount there; the last takes the rest."""
    length, left, day = (piece.end - piece.start).days + 1, piece.amount or ZERO, piece.start
    while day <= piece.end:
        period = calendar.at(day)
        until = min(period.end, piece.end)
        days = (until - day).days + 1
        share = left if until == piece.end else ((piece.amount or ZERO) * days / length).quantize(CENT)
        left -= share
        yield period, days, share
        day = until + DAY


def extra_week(modelled: Modelled, period: FiscalPeriod) -> Decimal | None:
    """Return the amount of the last seven days of a period that holds the 53rd week, None for other periods.

    Parameters
    ----------
    modelled : Modelled
    period : FiscalPeriod

    Returns
    -------
    decimal.Decimal or None
    """
    if not period.extra_week:
        return None
    since = period.end - timedelta(days=6)
    return sum((piece.amount for piece in modelled.pieces if piece.start >= since and piece.amount), ZERO)

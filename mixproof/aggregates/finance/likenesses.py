"""What an unexplained amount looks like: the 53rd week, a line that stands twice, another period, another currency or unit.

These are likenesses, told so that whoever looks for the reason knows where to begin. None of them explains an amount: the
period stays unexplained until the ledger or the data are mended.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from mixproof.aggregates.finance.amounts import Modelled
from mixproof.aggregates.finance.ledger import Line
from mixproof.aggregates.finance.ties import Problem, Tie

UNEXPLAINED, EXTRA_WEEK, OTHER_PERIOD, FACTOR = "unexplained", "53rd week", "another period", "one factor"
STEADY = Decimal("0.002")
"""Share by which the ratio of ledger to panel may differ between periods and still be one factor."""
FEWEST = 2
"""Periods that show a factor."""


def likeness(tie: Tie, lines: Sequence[Line], week: Decimal | None) -> Iterator[Problem]:
    """Yield that an account does not tie in a period, and what the rest is as large as.

    Parameters
    ----------
    tie : Tie
    lines : sequence of Line
        Of the ledger, for that account and period.
    week : decimal.Decimal or None
        Amount of the 53rd week, in the period that has it.

    Yields
    ------
    Problem
    """
    rest = tie.unexplained
    said = (
        f"{rest:+,.2f} of {tie.ledger:,.2f} in the ledger are unexplained; {tie.tolerance:,.2f} are allowed."
    )
    yield Problem(UNEXPLAINED, said)
    if week is not None and abs(abs(rest) - week) <= tie.tolerance:
        done = "leaves out" if rest < 0 else "has twice"
        yield Problem(EXTRA_WEEK, f"The ledger {done} the 53rd week of {tie.period.year}, {week:,.2f}.")
    alike = [line.number for line in lines if line.amount and abs(line.amount - rest) <= tie.tolerance]
    if alike and len(lines) > 1:
        yield Problem(
            UNEXPLAINED, f"That is as much as line {alike[0]} of the ledger, which may stand there twice."
        )


def over_periods(ties: Sequence[Tie], modelled: Mapping[str, Modelled]) -> list[Tie]:
    """Return the periods of an account with what they show together: amounts in another period, and one factor.

    Parameters
    ----------
    ties : sequence of Tie
        Of one account, in the order of time.
    modelled : mapping of str to Modelled
        By the period's name.

    Returns
    -------
    list of Tie
    """
    more: dict[int, list[Problem]] = {}
    for place, tie in enumerate(ties):
        for other in (place - 1, place + 1):
            if 0 <= other < len(ties) and _opposite(tie, ties[other]):
                more.setdefault(place, []).append(_moved(tie, ties[other], modelled))
    factor = _factor(ties)
    if factor is not None:
        said = f"The ledger is {factor:.6g} times the panel in every period: another currency, tax, or another unit of money."
        for place, tie in enumerate(ties):
            if not tie.ties:
                more.setdefault(place, []).append(Problem(FACTOR, said))
    return [replace(tie, problems=(*tie.problems, *more.get(place, ()))) for place, tie in enumerate(ties)]


def _opposite(one: Tie, other: Tie) -> bool:
    """Say whether what is left of one period is missing in another."""
    both = not one.ties and not other.ties
    return both and abs(one.unexplained + other.unexplained) <= one.tolerance + other.tolerance


def _moved(one: Tie, other: Tie, modelled: Mapping[str, Modelled]) -> Problem:
    """Return that an amount seems to be booked in another period, with the data period of that size at its edge."""
    size, source, target = abs(one.unexplained), one, other
    if one.unexplained > 0:
        source, target = other, one
    pieces = modelled[source.period.name].pieces if source.period.name in modelled else ()
    starts = [
        piece.start
        for piece in pieces
        if piece.amount is not None and abs(piece.amount - size) <= one.tolerance
    ]
    which = f", as much as the panel has from {starts[0]} on," if starts else ""
    said = f"{size:,.2f} of {source.period.name}{which} seem to be booked in {target.period.name}."
    return Problem(OTHER_PERIOD, said)


def _factor(ties: Sequence[Tie]) -> Decimal | None:
    """Return the one ratio of ledger to panel that all periods have, None where they tie or have several."""
    known = [tie for tie in ties if tie.ledger and tie.modelled + tie.named]
    if len(known) < FEWEST or any(tie.ties for tie in known):
        return None
    ratios = [tie.ledger / (tie.modelled + tie.named) for tie in known]
    low, high = min(ratios), max(ratios)
    return sum(ratios, Decimal(0)) / len(ratios) if low > 0 and high / low - 1 <= STEADY else None

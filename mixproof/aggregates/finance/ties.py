"""An account in a fiscal period: the panel's amount, named items, the ledger's amount, and what is wrong with it."""

from dataclasses import dataclass, field
from decimal import Decimal

from mixproof.aggregates.finance.amounts import ZERO
from mixproof.aggregates.finance.config import Account
from mixproof.aggregates.finance.fiscal import FiscalPeriod

NAMED = ("tax", "agency fee", "credit", "make-good", "timing", "not in scope")
"""What a line of the ledger may be called that is neither media nor sales; such lines are items of their own."""
ACCRUAL = "accrual"
CUT_OFF, LATE, RATE = "cut-off", "late data since the close", "rate difference"
UNDELIVERED, UNINVOICED = "invoice without delivery", "delivery without invoice"


@dataclass(frozen=True, slots=True)
class Item:
    """A named amount between the panel and the ledger, in the panel's currency."""

    name: str
    amount: Decimal
    words: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a period of an account from being booked, or must be read with it.

    Parameters
    ----------
    name : str
        A few words: one of the kinds in docs/finance.md.
    sentence : str
    blocks : bool
    """

    name: str
    sentence: str
    blocks: bool = True


@dataclass(frozen=True, slots=True)
class Tie:
    """An account in a period.

    Parameters
    ----------
    account : Account
    period : FiscalPeriod
    modelled, ledger : decimal.Decimal
    items : tuple of Item
    tolerance : decimal.Decimal
    problems : tuple of Problem
    """

    account: Account
    period: FiscalPeriod
    modelled: Decimal
    ledger: Decimal
    items: tuple[Item, ...] = ()
    tolerance: Decimal = ZERO
    problems: tuple[Problem, ...] = field(default=())

    @property
    def named(self) -> Decimal:
        """Sum of the named items."""
        return sum((item.amount for item in self.items), ZERO)

    @property
    def unexplained(self) -> Decimal:
        """What is left of the ledger's amount."""
        return self.ledger - self.modelled - self.named

    @property
    def ties(self) -> bool:
        """Whether what is left is within the tolerance."""
        return abs(self.unexplained) <= self.tolerance

    @property
    def blocked(self) -> bool:
        """Whether nothing that rests on it may be booked."""
        return any(problem.blocks for problem in self.problems)

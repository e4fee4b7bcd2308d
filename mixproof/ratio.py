"""When there is no ratio: the one place that decides that nothing may be divided by a base, and says why."""

import math
from typing import Any

NO_RATIO = "no ratio: "
"""How the note of an answer begins that would be a ratio if its base allowed one."""
ROUNDING = 1e-9
"""A base that is a smaller share of the amounts it comes from is what rounding left of zero."""


def why_no_ratio(base: float, what: str, scale: float = 0.0) -> str:
    """Return why nothing may be divided by a base; empty where a ratio may be given.

    Parameters
    ----------
    base : float
        The amount that would be divided by.
    what : str
        What it is, for example ``"the outcome without the treatment"``.
    scale : float
        Size of the amounts whose sum or difference the base is, in its unit; what is far smaller is rounding.

    Returns
    -------
    str
        For example ``"no ratio: the outcome without the treatment is zero"``.

    Examples
    --------
    >>> why_no_ratio(0.0, "spend")
    'no ratio: spend is zero'
    >>> why_no_ratio(2.0, "spend")
    ''
    """
    if not math.isfinite(base):
        return f"{NO_RATIO}{what} is not known"
    if abs(base) <= ROUNDING * abs(scale):
        return f"{NO_RATIO}{what} is zero"
    return f"{NO_RATIO}{what} is below zero" if base < 0 else ""


def without_ratio(row: dict[str, Any], reason: str) -> dict[str, Any]:
    """Return the row of an answer with nothing but the reason where a ratio would stand; as it is without a reason.

    Parameters
    ----------
    row : dict
        Row of the table ``lift``.
    reason : str
        What `why_no_ratio` said.

    Returns
    -------
    dict of str to object
        A new row where there is a reason.
    """
    if not reason:
        return row
    empty = dict.fromkeys(("estimate", "lower", "upper", "se", "p_value"), math.nan)
    return row | empty | {"note": reason}

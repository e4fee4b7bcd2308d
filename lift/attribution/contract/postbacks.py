"""Postbacks of SKAN and AdAttributionKit, counted by campaign and day: three windows, and conversion values that hide money.

A conversion value stands for a range of money; one that Apple withheld (null) may be any of them, so that the value of
its row is an interval, never a guess. An install sends up to three postbacks: it is counted in the first window, and the
later windows add value alone.
"""

import numpy as np
import pandas as pd

from lift.attribution.contract.columns import Cells
from lift.attribution.faults import fault
from mixproof.errors import DataError
from mixproof.records.verdict import Finding, Status

WINDOW_DAYS = {1: 2, 2: 7, 3: 35}
"""Last day after the install that each window covers."""
DELAY_HOURS = {1: 48, 2: 144, 3: 144}
"""Longest random delay after a window until its postback is sent."""
MANY_NULLS = 0.5
"""Above: more than this share of postbacks has no conversion value, and their money is mostly an interval."""
_LOST = ("0", "false", "no")


def postback_rows(
    cells: Cells, amounts: dict[str, np.ndarray], rows: pd.DataFrame
) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the rows of the contract for postbacks, with value as an interval.

    Parameters
    ----------
    cells : Cells
        The export.
    amounts : dict of str to numpy.ndarray
        Its numbers by role.
    rows : pandas.DataFrame
        Rows of the contract as every export has them.

    Returns
    -------
    pandas.DataFrame, list of Finding

    Raises
    ------
    DataError
        A conversion value or a postback's index is none, or the YAML gives no money for a value.
    """
    system = cells.system
    index = amounts.get("postback", np.zeros(len(rows)))
    if not np.isin(index, [0, 1, 2]).all():
        what = "Sequence indices are 0, 1 and 2."
        raise DataError(fault("attribution-postback", f"{system.file}: {cells.columns['postback']}", what))
    window = index.astype(int) + 1
    ranges, known = _ranges(cells, amounts["fine"])
    counts = rows["attributed"].to_numpy()
    later = window > 1
    rows = rows.assign(
        window=window,
        value=np.where(known & (ranges[:, 0] == ranges[:, 1]), counts * ranges[:, 0], np.nan),
        value_lower=counts * ranges[:, 0],
        value_upper=counts * ranges[:, 1],
        complete_after=[float(WINDOW_DAYS[w] + DELAY_HOURS[w] / 24) for w in window],
        **{name: np.where(later, 0.0, rows[name]) for name in ("attributed", "lower", "upper")},
    )
    share = float(counts[~known].sum() / max(counts.sum(), 1e-300))
    what = f"{share:.0%} of the postbacks have no conversion value: their money is an interval."
    status: Status = "warning" if share > MANY_NULLS else "note"
    findings = (
        [Finding("attribution_null_values", status, what, share, MANY_NULLS, system.name)] if share else []
    )
    if "won" in cells.columns:
        lost = cells.text("won").str.lower().isin(_LOST).to_numpy()
        rows = rows[~lost].reset_index(drop=True)
        if lost.any():
            what = f"{counts[lost].sum():,.0f} postbacks did not win the attribution and are not counted."
            findings.append(Finding("attribution_lost_postbacks", "note", what, None, None, system.name))
    return rows, findings


def _ranges(cells: Cells, fine: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return least and most money of one postback, shape (row, 2), and whether its conversion value is known."""
    system = cells.system
    coarse = cells.text("coarse").str.lower().replace({"none": "", "null": ""}).to_numpy(object)
    names = np.where(np.isnan(fine), coarse, [str(int(v)) if np.isfinite(v) else "" for v in fine])
    known = names != ""
    money = system.conversion_values
    if not money:
        return np.full((len(names), 2), np.nan), known
    strange = sorted({str(name) for name in names[known]} - set(money))
    if strange:
        what = f"conversion_values has no money for {', '.join(strange[:5])}."
        raise DataError(fault("attribution-postback", f"{system.file}: {cells.columns['fine']}", what))
    # withheld: anything that some value stands for
    low, high = min(low for low, _ in money.values()), max(high for _, high in money.values())
    return np.array([money.get(str(name), (low, high)) for name in names], dtype=float).reshape(-1, 2), known

"""A system's rows against its own total: what its export leaves out is a row of its own, never spread over channels."""

import numpy as np
import pandas as pd

from lift.attribution.config import AttributionSystem
from mixproof.records.attribution import NOT_IN_EXPORT
from mixproof.records.verdict import Finding, Status

ROUNDING = 0.005
"""Relative difference that rounding of fractional counts explains."""
LARGE_GAP = 0.1
"""Above: a tenth of what the system counted is in no row."""


def reconciled(
    system: AttributionSystem, rows: pd.DataFrame, stated: float | None
) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the rows with the gap to the system's own total as one more row, and what is to be known of it.

    Parameters
    ----------
    system : AttributionSystem
    rows : pandas.DataFrame
        Rows of the contract.
    stated : float or None
        Total row of the export; the YAML's `total` goes before it.

    Returns
    -------
    pandas.DataFrame, list of Finding
    """
    total = stated if system.total is None else system.total
    if total is None or system.overlap:
        return rows, []
    counted = rows["arm"] == ""
    known = float(rows.loc[counted, "attributed"].sum())  # withheld cells are part of the gap
    gap = total - known
    share = gap / total if total else np.sign(gap)
    if abs(share) <= ROUNDING:
        what = f"The rows add up to the total of {total:,.0f} that {system.name} states."
        return rows, [Finding("attribution_total", "pass", what, float(share), LARGE_GAP, system.name)]
    if gap < 0:
        what = (
            f"The rows of {system.name} add up to {known:,.0f}, more than its own total of {total:,.0f}: conversions "
            "stand in several rows (then say overlap: true), or total and rows are of different days."
        )
        return rows, [Finding("attribution_total", "warning", what, float(share), LARGE_GAP, system.name)]
    held = rows["attributed"].isna() & counted
    row = rows.iloc[[0]].assign(
        channel=NOT_IN_EXPORT,
        start=rows["start"].min(),
        end=rows["end"].max(),
        geo="",
        arm="",
        campaign="",
        window=0,
        attributed=gap,
        # withheld cells have rows of their own: at most their thresholds are already in the table
        lower=max(gap - float(rows.loc[held, "upper"].sum()), 0.0),
        upper=gap,
        noise_sd=0.0,
        value=np.nan,
        value_lower=np.nan,
        value_upper=np.nan,
    )
    what = f"{gap:,.0f} conversions ({share:.1%}) that {system.name} counted are in no row of its export."
    status: Status = "warning" if share > LARGE_GAP else "note"
    finding = Finding("attribution_total", status, what, float(share), LARGE_GAP, system.name)
    return pd.concat([rows, row], ignore_index=True), [finding]

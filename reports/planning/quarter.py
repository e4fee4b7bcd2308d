"""The quarter that a planning report is about: the last one of the run's data, its channels, and the one before."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from reports.context import Context
from reports.inputs import Record, SummaryInputs, records

TABLE = "paid_media_by_period"
_GRAINS = ("fiscal_quarter", "quarter", "year")
"""Best first; yearly data have years alone."""
_WHOLE_ENOUGH = 0.5
"""A last quarter with a smaller share of its periods in the data is too young to be reported: the one before is."""


@dataclass(frozen=True, slots=True)
class Quarter:
    """One quarter of a run.

    Parameters
    ----------
    label : str
        For example ``2024-Q4`` or ``FY2025-Q1``.
    rows : pandas.DataFrame
        Rows of ``paid_media_by_period``: what may be reported by itself, in the run's order.
    total : mapping of str to object
        The row of all paid channels.
    """

    label: str
    rows: pd.DataFrame
    total: Record

    @property
    def start(self) -> pd.Timestamp:
        """Return the first day of its first data period."""
        return pd.Timestamp(self.total["start"])

    @property
    def partial(self) -> bool:
        """Return whether some of its periods are not in the data."""
        return int(self.total["periods"]) < int(self.total["periods_in_full"])


def quarter_of(context: Context) -> tuple[Quarter | None, Quarter | None]:
    """Return the quarter that the page is about and the one before; None for what there is not."""
    table = context.inputs.table(TABLE)
    grain = next((grain for grain in _GRAINS if len(table) and (table["grain"] == grain).any()), "")
    if not grain:
        return None, None
    rows = table[table["grain"] == grain]
    labels = list(dict.fromkeys(rows["period"]))
    last = records(rows[(rows["period"] == labels[-1]) & (rows["kind"] == "total")])[0]
    if last["periods"] < _WHOLE_ENOUGH * last["periods_in_full"] and len(labels) > 1:
        labels = labels[:-1]
    now, *before = [_quarter(context, rows[rows["period"] == label]) for label in reversed(labels[-2:])]
    return now, before[0] if before else None


def _quarter(context: Context, rows: pd.DataFrame) -> Quarter:
    marks = cautions(context.inputs, context.groups)
    shown = rows[(rows["kind"] != "total") & ~rows["channel"].isin(list(context.groups))]
    shown = shown.assign(caution=[marks.get(str(name), "") for name in shown["channel"]]).reset_index(
        drop=True
    )
    total = records(rows[rows["kind"] == "total"])[0]
    return Quarter(str(total["period"]), shown, total)


def cautions(inputs: SummaryInputs, groups: Mapping[str, str]) -> dict[str, str]:
    """Return the caution of each channel that has one, such as 'mixed with demand'; a group has those of its members.

    Parameters
    ----------
    inputs : SummaryInputs
    groups : mapping of str to str
        Channels that may only be reported within a group.

    Returns
    -------
    dict of str to str
    """
    frame = inputs.tables["channels"]
    if "caution" not in frame:
        return {}
    own = {str(row["channel"]): str(row["caution"]) for row in records(frame) if row["caution"]}
    return {groups[member]: words for member, words in own.items() if member in groups} | own

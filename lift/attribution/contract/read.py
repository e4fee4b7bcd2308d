"""Exports of attribution systems to the one long table: every odd cell is named, null values stay intervals."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from lift.attribution.config import AttributionSystem
from lift.attribution.contract.columns import Cells, day_columns, numbers
from lift.attribution.contract.open import AMOUNTS, open_export, without_totals
from lift.attribution.contract.postbacks import postback_rows
from lift.attribution.contract.totals import reconciled
from lift.attribution.faults import fault
from mixproof.errors import DataError, Fault
from mixproof.records.attribution import ATTRIBUTED
from mixproof.records.verdict import Finding

KEYS = ("system", "channel", "start", "end", "geo", "arm", "campaign", "window")
"""What tells rows of one system apart."""


@dataclass(frozen=True, slots=True)
class SystemTable:
    """What one system claims.

    Parameters
    ----------
    rows : pandas.DataFrame
        As `mixproof.records.attribution.ATTRIBUTED`, sorted.
    findings : tuple of Finding
        Each with the system as its subject.
    """

    rows: pd.DataFrame
    findings: tuple[Finding, ...] = ()


def read_system(system: AttributionSystem, folder: Path, currency: str) -> SystemTable:
    """Return what the export of one system says.

    Parameters
    ----------
    system : AttributionSystem
    folder : pathlib.Path
        Folder to which the export's path is relative.
    currency : str
        ISO 4217 code in which its value must be.

    Returns
    -------
    SystemTable

    Raises
    ------
    ConfigError
        The path leads out of `folder`.
    DataError
        With every fault of the export.
    PrivacyError
        A column, channel, campaign or arm looks like a person's identifier.
    """
    cells = open_export(system, folder)
    kept, stated, more = without_totals(cells)
    faults: list[Fault] = [*more, *_currencies(kept, currency)]
    amounts, wrong = numbers(kept, AMOUNTS)
    days, late = day_columns(kept)
    faults += [*wrong, *late]
    if faults:
        raise DataError(faults)
    rows, findings = _rows(kept, amounts, days)
    faults = [*_intervals(system, rows), *_twice(kept, rows)]
    if faults:
        raise DataError(faults)
    rows, gap = reconciled(system, _merged(rows), stated)
    return SystemTable(ATTRIBUTED.frame(rows), (*findings, *gap))


def _currencies(cells: Cells, currency: str) -> list[Fault]:
    """Return a fault where money is in another currency than the section's."""
    system = cells.system
    codes = {system.currency} if system.currency else set()
    if "currency" in cells.columns:
        codes |= set(cells.text("currency").unique()) - {""}
    foreign = sorted(code for code in codes if code != currency)
    if not foreign or "value" not in cells.columns:
        return []
    what = f"The value is in {', '.join(foreign[:3])}, the section in {currency}."
    return [fault("attribution-currency", f"{system.file}: {cells.columns['value']}", what)]


def _rows(
    cells: Cells, amounts: dict[str, np.ndarray], days: dict[str, np.ndarray]
) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the rows of the contract; those of postbacks come from a table of their own."""
    system, export = cells.system, cells.export
    size = len(cells.frame)
    labels = cells.text("channel") if system.channel is None else pd.Series([system.channel] * size)
    meant = labels.map(lambda label: system.channels.get(label, export.labels.get(label.lower(), label)))
    nothing = np.full(size, np.nan)
    counts = amounts.get("attributed", nothing)
    lower, upper = amounts.get("lower", counts), amounts.get("upper", counts)
    hidden = np.isnan(counts) & np.isnan(lower) & np.isnan(upper)
    if system.suppressed_below is not None:
        lower, upper = np.where(hidden, 0.0, lower), np.where(hidden, system.suppressed_below, upper)
    value = amounts.get("value", nothing)
    rows = pd.DataFrame(
        {
            "system": system.name,
            "channel": meant.where(meant != "", "(unattributed)").to_numpy(object),
            **{name: np.datetime_as_string(days[name], unit="D").astype(object) for name in ("start", "end")},
            **{role: cells.text(role).to_numpy(object) for role in ("geo", "arm", "campaign")},
            "window": 0,
            "basis": system.basis or export.basis,
            "lookback_days": system.lookback_days or np.nan,
            "dated_by": system.dated_by or export.dated_by,
            "outcome": system.outcome,
            "attributed": counts,
            "lower": np.where(np.isnan(lower), counts, lower),
            "upper": np.where(np.isnan(upper), counts, upper),
            "noise_sd": np.nan_to_num(amounts.get("noise_sd", nothing), nan=system.noise_sd),
            "value": value,
            "value_lower": value,
            "value_upper": value,
            "complete_after": np.nan,
        }
    )
    findings: list[Finding] = []
    if system.export == "skan":
        rows, findings = postback_rows(cells, amounts, rows)
    return rows, findings


def _intervals(system: AttributionSystem, rows: pd.DataFrame) -> list[Fault]:
    """Return faults of counts that are missing or lie outside their own interval."""
    faults = []
    open_ = (rows["lower"].isna() | rows["upper"].isna()).to_numpy()
    if open_.any():
        what = f"{int(open_.sum())} rows have neither a count nor an interval."
        remedy = "Give the count, lower and upper, or suppressed_below where empty cells are withheld ones."
        faults.append(fault("attribution-number", f"{system.file}: attributed", what, remedy))
    wrong = (
        (rows["lower"] > rows["upper"])
        | (rows["attributed"] < rows["lower"])
        | (rows["attributed"] > rows["upper"])
    ).to_numpy()
    if wrong.any():
        what = f"{int(wrong.sum())} rows have a count outside lower to upper, or these the wrong way round."
        faults.append(fault("attribution-interval", f"{system.file}: lower, upper", what))
    return faults


def _twice(cells: Cells, rows: pd.DataFrame) -> list[Fault]:
    """Return faults of rows that stand there twice, or share some of their days with another row of their channel."""
    system = cells.system
    if system.overlap:
        return []
    faults = []
    copies = cells.frame.astype(str).duplicated().to_numpy()
    if copies.any():
        lines = ", ".join(map(str, np.flatnonzero(copies)[:3] + 1))
        what = f"{int(copies.sum())} rows are the same as one before in every column."
        faults.append(fault("attribution-duplicate", f"{system.file}: rows {lines}", what))
    keys = [key for key in KEYS if key not in ("start", "end")]
    ordered = rows.drop_duplicates(list(KEYS)).sort_values([*keys, "start", "end"])
    before = ordered.groupby(keys)["end"].shift()
    shared = (before.notna() & (ordered["start"] <= before)).to_numpy()
    if shared.any():
        first = ordered[shared].iloc[0]
        what = f"{int(shared.sum())} rows share some days with another row of their channel, first on {first['start']}."
        faults.append(fault("attribution-window", f"{system.file}: channel {first['channel']}", what))
    return faults


def _merged(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row a channel, period, geo, arm, campaign and window: finer breakdowns of an export are added up."""
    sums = ["attributed", "lower", "upper", "value", "value_lower", "value_upper"]
    ordered = rows.sort_values([*KEYS, *sums], kind="stable")
    squares = ordered.assign(noise_sd=ordered["noise_sd"] ** 2)
    groups = squares.groupby(list(KEYS), sort=True)
    # a sum with an unknown part is unknown; its interval is not
    merged = groups[[*sums, "noise_sd"]].sum(skipna=False)
    others = groups[["basis", "lookback_days", "dated_by", "outcome", "complete_after"]].first()
    return merged.join(others).assign(noise_sd=np.sqrt(merged["noise_sd"])).reset_index()

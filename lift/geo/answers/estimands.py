"""Other effects that one might mean: the mean of log differences, where every geo counts alike, and the effect per geo.

The headline is the ratio of totals: large geos count more, as their money does. Where the answer would be another one if
every geo counted alike, the page must say so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
from scipy import special

from lift.geo.answers.cell_answer import AnalysedCell
from lift.geo.answers.money import scaled
from lift.geo.answers.rows import Row, answer_row, relative
from lift.geo.data.setting import Setting
from lift.geo.estimators.rolling import Fits
from lift.geo.inference.placebo import Inference, Reference, invert_effect, normal_error
from mixproof.records.verdict import Finding

MEAN_LOG = "mean of log differences"


def mean_log(setting: Setting, fits: Fits) -> Inference | None:
    """Return the relative effect as the mean, over geos, of differences in the logarithm of the outcome.

    Parameters
    ----------
    setting : Setting
    fits : Fits
        Its sets are those that the treated one is compared with.

    Returns
    -------
    Inference or None
        As a fraction; None where a geo's outcome before or in the test adds up to no positive number.

    Notes
    -----
    Difference in differences on ``log(mean in the test) - log(mean before)``, with the interval from the same sets as the
    headline's. Where the treated geos were not drawn, sets are compared with control geos alone.
    """
    before = setting.outcome[:, : setting.split].mean(axis=1)
    after = setting.outcome[:, setting.split :].mean(axis=1)
    if before.min() <= 0 or after.min() <= 0:
        return None
    change, treated = np.log(after / before), setting.treated
    sets = fits.treated.astype(float)
    others = 1 - sets
    if not (fits.treated[1:] & treated).any():
        others[1:, treated] = 0.0
    contrast = sets / sets.sum(axis=1, keepdims=True) - others / others.sum(axis=1, keepdims=True)
    # A lift adds the same to the logarithm of each treated geo; references of controls alone see nothing of it.
    reference = Reference(contrast @ change, contrast @ treated.astype(float), np.ones(len(sets)))
    found = invert_effect(reference, setting.level, setting.understated, setting.side)
    return replace(
        found,
        point=float(np.expm1(found.point)),
        lower=-np.inf if found.one_sided and found.lower == -np.inf else float(np.expm1(found.lower)),
        upper=float(np.expm1(found.upper)),
    )


def with_estimands(found: AnalysedCell, rows: Sequence[Row]) -> list[Row]:
    """Return the rows of a cell with those of other estimands; the one that the YAML names is the primary lift.

    Parameters
    ----------
    found : AnalysedCell
    rows : sequence of Row
        Of the cell, the ratio of totals as primary ``relative_lift``.

    Returns
    -------
    list of Row
    """
    section, effect = found.test.section, found.answer.effect
    asked = section.estimand == "mean_log"
    cells = int(found.setting.treated.sum()) * found.setting.periods
    unit = f"{found.test.units.unit} per geo and period"
    per_geo = answer_row(
        found, "incremental_per_geo", scaled(effect, 1 / cells), unit, "comparison", str(rows[0]["method"])
    )
    other = mean_log(found.setting, found.answer.fits)
    if other is None:
        return [*rows, per_geo]
    method = f"{MEAN_LOG}, {'randomisation' if found.setting.randomised else 'placebo'}"
    log_row = answer_row(
        found, "relative_lift", other, "fraction", "primary" if asked else "comparison", method
    )
    if not asked:
        return [*rows, log_row, per_geo]
    kept = [{**row, "role": "comparison"} if row["estimand"] == "relative_lift" else row for row in rows]
    return [*kept, log_row, per_geo]


def between_cells(cells: Sequence[AnalysedCell], alike: Sequence[Mapping[str, float]]) -> list[Row]:
    """Return the difference in relative lift of each pair of cells, with its interval: one cell against another.

    Parameters
    ----------
    cells : sequence of AnalysedCell
    alike : sequence of mapping of str to float
        Correlation of each cell's error with the others', by cell: they share donors.

    Returns
    -------
    list of Row
        Named "ONE against OTHER"; none where an interval has no end. The interval is that of a normal difference.
    """
    lifts = [_lift(found) for found in cells]
    rows = []
    for (one, mine, own), (other, theirs, _) in combinations(zip(cells, lifts, alike, strict=True), 2):
        level = one.setting.level
        z = float(special.ndtri((1 + level) / 2))
        se = [normal_error(lift) for lift in (mine, theirs)]
        shared = own.get(other.cell.name, 0.0)
        error = float(np.sqrt(max(se[0] ** 2 + se[1] ** 2 - 2 * shared * se[0] * se[1], 0.0)))
        if not np.isfinite(error) or error == 0:
            continue
        gap = mine.point - theirs.point
        p = 2 * float(special.ndtr(-abs(gap) / error))
        found = Inference(gap, gap - z * error, gap + z * error, level, p, 0.0, mine.references, "interval")
        row = answer_row(
            one,
            "relative_lift_difference",
            found,
            "fraction",
            "comparison",
            "difference of two cells, normal",
        )
        channels = " + ".join(dict.fromkeys((*one.channels, *other.channels)))
        rows.append({**row, "arm": f"{one.cell.name} against {other.cell.name}", "channel": channels})
    return rows


def _lift(found: AnalysedCell) -> Inference:
    """Return the relative lift of a cell's total."""
    return relative(found.answer.effect, float(found.actual[found.setting.split :].sum()))


def estimand_findings(found: AnalysedCell, rows: Sequence[Row]) -> list[Finding]:
    """Return whether another estimand, or the same one by another method, would give another verdict.

    Parameters
    ----------
    found : AnalysedCell
    rows : sequence of Row
        Of all cells, in the form of ``lift``.

    Returns
    -------
    list of Finding
    """
    section = found.test.section
    own = [row for row in rows if row["arm"] == found.cell.name]
    label = f"Cell {found.cell.name}: " if len(section.cells) > 1 else ""
    own = [row for row in own if row["role"] != "secondary"]
    lifts = {row["method"].startswith(MEAN_LOG): row for row in own if row["estimand"] == "relative_lift"}
    findings = []
    if len(lifts) == 2:
        total, log = lifts[False], lifts[True]
        differs = _verdict(total) != _verdict(log)
        words = (
            f"{label}The ratio of totals, in which large geos count more, says {total['estimate']:+.1%} "
            f"(p = {total['p_value']:.2g}); the mean of log differences, in which every geo counts alike, says "
            f"{log['estimate']:+.1%} (p = {log['p_value']:.2g})."
        )
        if differs:
            words += " The verdict depends on which of the two is meant; say so by estimand before the test is read."
        findings.append(
            Finding(
                "estimands",
                "warning" if differs else "pass",
                words,
                float(log["p_value"]),
                None,
                section.name,
            )
        )
    headline = next(
        row for row in own if row["estimand"] == "incremental_outcome" and row["role"] == "primary"
    )
    against = [
        row["method"]
        for row in own
        if row["estimand"] == "incremental_outcome"
        and row["role"] == "comparison"
        and "without cool-down" not in row["method"]
        and not row["lower"] <= headline["estimate"] <= row["upper"]
    ]
    if against:
        words = f"{label}Intervals that do not hold the printed estimate: {'; '.join(against)}."
        findings.append(Finding("other_methods", "warning", words, float(len(against)), 0.0, section.name))
    return findings


def _verdict(row: Row) -> int:
    """Return the sign of an effect whose interval excludes none; 0 where it holds none."""
    return int(np.sign(row["estimate"])) if row["p_value"] < 1 - row["level"] - 1e-9 else 0

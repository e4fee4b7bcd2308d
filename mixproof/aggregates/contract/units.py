"""Units: a level that jumps by a factor of a hundred or a thousand and stays there is a change of unit."""

import numpy as np

from mixproof.aggregates.reading.cells import Cells
from mixproof.aggregates.report import Report

SHORTEST = 4
ALWAYS = np.log(300.0)
HUNDRED = (np.log(80.0), np.log(125.0))
CALM = 0.35


def no_unit_switch(cells: Cells, report: Report) -> None:
    """Report money, exposure and outcome series with a jump in level that looks like a change of unit.

    Parameters
    ----------
    cells : Cells
        Outcome, worth, spend, exposure and reach are read, each geo by itself.
    report : Report
        Receives ``unit-switch``; a notice where the YAML accepts it.
    """
    for measure in cells.of("outcome", "value", "spend", "exposure", "reach"):
        values = cells.values[measure.key]
        jumps: dict[int, int] = {}
        for g, series in enumerate(values):
            at = unit_switch(series)
            if at is not None:
                jumps[g] = at
        if not jumps:
            continue
        mask = np.zeros(values.shape, dtype=bool)
        mask[list(jumps), list(jumps.values())] = True
        what = (
            f"{measure.name}: the level of {measure.role} changes by a factor of 100 or more and stays there."
        )
        if "unit-switch" in cells.config.accept:
            report.note(f"{what} Accepted by name (unit-switch).")
        else:
            report.add("unit-switch", cells.where(measure, mask), what)


def unit_switch(series: np.ndarray) -> int | None:
    """Return the period at which the unit of a series seems to change, None where it does not.

    Parameters
    ----------
    series : numpy.ndarray, shape (period,)
        Values; zeros, negative and unknown ones are passed over.

    Notes
    -----
    One change point on the logarithm of the positive values, by least squares; then the medians of both sides, which
    single spikes cannot move. A factor of 300 or more between well separated sides counts; a factor near 100 (cents)
    only where both sides are calm (median absolute deviation below 0.35), since pilots grow hundredfold too.
    """
    at = np.flatnonzero(np.nan_to_num(series) > 0)
    if at.size < 2 * SHORTEST:
        return None
    logs = np.log(series[at])
    if logs.max() - logs.min() < HUNDRED[0]:
        return None
    n = np.arange(1, logs.size)
    left = np.cumsum(logs)[:-1]
    total = logs.sum()
    between = left**2 / n + (total - left) ** 2 / (logs.size - n)
    split = SHORTEST + int(np.argmax(between[SHORTEST - 1 : logs.size - SHORTEST]))
    before, after = logs[:split], logs[split:]
    if abs(float(after.mean() - before.mean())) < HUNDRED[0] / 2:  # far from any switch: spare the medians
        return None
    step = abs(float(np.median(after) - np.median(before)))
    low, high = (before, after) if np.median(after) > np.median(before) else (after, before)
    separate = np.quantile(low, 0.9) < np.quantile(high, 0.1)
    noise = max(float(np.median(np.abs(side - np.median(side)))) for side in (before, after))
    switched = step >= ALWAYS or (HUNDRED[0] <= step <= HUNDRED[1] and noise < CALM)
    return int(at[split]) if separate and switched else None

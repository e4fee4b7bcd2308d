"""Charts over time: the stacked decomposition, the fit with its residuals, a forecast after what was known, and a trend."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from markupsafe import Markup

from reports.charts.frame import Frame, from_zero, limits
from reports.charts.palette import ACCENT, BASELINE, INK, MUTED, SHADE
from reports.charts.sheet import SMALL, WIDE, Sheet, Write, printable
from reports.inputs import Record, records

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH_STEPS = (1, 2, 3, 6, *(12 * years for years in (1, 2, 5, 10, 20, 50, 100, 200, 500)))
_ZERO = 12 * 1970
"""Months from the year 0 to the one that NumPy counts from."""


def decomposition(parts: pd.DataFrame, colours: Mapping[str, str], write: Write) -> Markup:
    """Return the stacked areas of posterior means over time, baseline below; parts below zero hang from the zero line.

    Parameters
    ----------
    parts : DataFrame
        One column a part in stacking order, one row a date; in the outcome's unit.
    colours : mapping of str to str
        By part; what has none has the colour of the baseline.
    write : Write

    Returns
    -------
    Markup
        One ``<svg>`` element.
    """
    sheet = Sheet(WIDE, 360)
    values, days = parts.to_numpy(float), _days(parts.index)
    up, down = np.clip(values, 0, None).cumsum(axis=1), np.clip(values, None, 0).cumsum(axis=1)
    span = from_zero([*down[:, -1], *up[:, -1]])
    frame = Frame(sheet, 62, 12, WIDE - 164, sheet.height - 44, _ends(days), span)
    frame.grid(write.tick)
    inks = [colours.get(name, BASELINE) for name in parts.columns]
    for i, ink in enumerate(inks):
        for reached in (up, down):
            base = reached[:, i - 1] if i else np.zeros(len(parts))
            if (reached[:, i] != base).any():
                sheet.area(frame.path(days, reached[:, i]), frame.path(days, base), ink, rim=True)
    _dates(frame, 9)
    middles = up[-1] - np.clip(values[-1], 0, None) / 2
    _end_labels(frame, list(parts.columns), middles, inks)
    frame.strips(
        days,
        [
            f"{write.day(day)}: {', '.join(f'{n} {write.amount(v)}' for n, v in zip(parts.columns, row, strict=True))}"
            for day, row in zip(parts.index, values, strict=True)
        ],
    )
    return sheet.svg(f"Stacked areas over time of {', '.join(map(str, parts.columns))}")


def fit(rows: pd.DataFrame, write: Write, words: str, width: int = WIDE) -> Markup:
    """Return actual outcome against its one-step-ahead prediction with interval, and the residuals below.

    Parameters
    ----------
    rows : DataFrame
        Rows of the table ``fit`` of one geo.
    write : Write
    words : str
        Name of the interval.
    width : int, default `WIDE`
        Of the sheet, in pixels.

    Returns
    -------
    Markup
        One ``<svg>`` element.
    """
    small = width < WIDE
    sheet = Sheet(width, 250 if small else 360)
    left, right, share = (52, 8, 0.33) if small else (62, 14, 0.3)
    split = 44 + (sheet.height - 50) * share
    days = _days(rows["date"])
    shown = rows[["actual", "predicted_mean", "predicted_lower", "predicted_upper"]].to_numpy(float)
    x = _ends(days)
    frame = Frame(sheet, left, 34, width - right, sheet.height - split - 10, x, limits(shown.ravel()))
    rest = Frame(
        sheet,
        left,
        sheet.height - split + 8,
        width - right,
        sheet.height - 44,
        x,
        from_zero(rows["residual"]),
    )
    frame.grid(write.tick)
    frame.foot()
    upper, lower = (frame.path(days, rows[f"predicted_{end}"]) for end in ("upper", "lower"))
    sheet.area(upper, lower, ACCENT, 0.17)
    sheet.line(frame.path(days, rows["predicted_mean"]), ACCENT, 1.8)
    for point in frame.path(days, rows["actual"]):
        sheet.dot(point, 1.2 if small else 1.7, INK, rim=False)
    rest.grid(write.tick, 3)
    half = 0.4 * float(np.median(np.diff(days))) if len(days) > 1 else 0.4
    for day, residual in zip(days, rows["residual"], strict=True):
        one, other = (min(max(day + step, x[0]), x[1]) for step in (-half, half))
        sheet.box(rest.at(one, 0), rest.at(other, residual), MUTED)
    rest.level(0)
    _dates(rest, 4 if small else 9)
    sheet.write((left + 2, rest.top + 9), "residual", 10.5, MUTED, solid=True)
    sheet.write((left, 16), "● actual", 11.5)
    sheet.write((left + 68, 16), "▬ predicted" if small else f"▬ predicted, band: {words}", 11.5, ACCENT)
    frame.strips(days, [_said(row, write) for row in records(rows)])
    return sheet.svg(f"Actual outcome, prediction with {words}, and residuals over {len(rows)} periods")


def outlook(past: pd.DataFrame, ahead: pd.DataFrame, write: Write) -> Markup:
    """Return what was known, and the forecast with its intervals of 50 % and 90 % after it.

    Parameters
    ----------
    past : DataFrame
        With ``date`` and ``actual``, in order of time.
    ahead : DataFrame
        Rows of the table ``forecast`` of one geo, in order of time.
    write : Write

    Returns
    -------
    Markup
        One ``<svg>`` element.
    """
    sheet = Sheet(WIDE, 320)
    before, after = _days(past["date"]), _days(ahead["date"])
    shown = [*past["actual"], *ahead["lower_90"], *ahead["upper_90"]]
    frame = Frame(sheet, 62, 34, WIDE - 14, sheet.height - 44, _ends(np.r_[before, after]), limits(shown))
    start = frame.at((before[-1] + after[0]) / 2, 0)[0]
    sheet.box((start, frame.top), (frame.right, frame.bottom), SHADE)
    frame.grid(write.tick)
    for level, opacity in ((90, 0.16), (50, 0.24)):
        upper, lower = (frame.path(after, ahead[f"{end}_{level}"]) for end in ("upper", "lower"))
        sheet.area(upper, lower, ACCENT, opacity)
    sheet.line(frame.path(after, ahead["median"]), ACCENT, 2)
    sheet.line(frame.path(before, past["actual"]), INK, 1.6)
    _dates(frame, 9)
    sheet.write((frame.left, 16), "▬ actual", 11.5)
    sheet.write((frame.left + 74, 16), "▬ forecast: median, 50\u00a0% and 90\u00a0% intervals", 11.5, ACCENT)
    said = [f"{write.day(row['date'])}: actual {write.amount(row['actual'])}" for row in records(past)]
    said += [
        f"{write.day(row['date'])}: forecast {write.amount(row['median'])} "
        f"({write.amount(row['lower_90'])} to {write.amount(row['upper_90'])})"
        for row in records(ahead)
    ]
    frame.strips(np.r_[before, after], said)
    return sheet.svg(f"Actual outcome, and its forecast for {len(ahead)} periods")


def trend(rows: pd.DataFrame, value: str, colour: str, since: pd.Timestamp, write: Write) -> Markup:
    """Return a small chart of one amount over time, the time since a day shaded.

    Parameters
    ----------
    rows : DataFrame
        With ``date`` and the amount, in order of time.
    value : str
        Column of the amount.
    colour : str
    since : pandas.Timestamp
    write : Write

    Returns
    -------
    Markup
        One ``<svg>`` element.
    """
    sheet = Sheet(SMALL, 170)
    days = _days(rows["date"])
    frame = Frame(sheet, 52, 12, SMALL - 8, 126, _ends(days), from_zero(rows[value]))
    first = float(_days(pd.DatetimeIndex([since]))[0])
    if frame.x[0] < first <= frame.x[1]:
        sheet.box((frame.at(first, 0)[0], frame.top), (frame.right, frame.bottom), SHADE)
    frame.grid(write.tick, 3)
    sheet.line(frame.path(days, rows[value]), colour, 2)
    _dates(frame, 4)
    said = [f"{write.day(row['date'])}: {write.amount(row[value])}" for row in records(rows)]
    frame.strips(days, said)
    return sheet.svg("; ".join((said[0], said[-1])))


def _said(row: Record, write: Write) -> str:
    mean, low, high = (write.amount(row[f"predicted_{part}"]) for part in ("mean", "lower", "upper"))
    return (
        f"{write.day(row['date'])}: actual {write.amount(row['actual'])}, predicted {mean} ({low} to {high})"
    )


def _days(dates: pd.Series | pd.Index) -> np.ndarray:
    """Return dates as days since 1970."""
    days: np.ndarray = pd.DatetimeIndex(dates).to_numpy().astype("datetime64[D]").astype(float)
    return days


def _ends(days: np.ndarray) -> tuple[float, float]:
    """Return the first and the last day; around a single one, half a day."""
    alone = 0.5 if len(days) == 1 else 0.0
    return float(days[0]) - alone, float(days[-1]) + alone


def _dates(frame: Frame, most: int) -> None:
    """Mark at most so many years, or months with the year under the first one of each year."""
    first, last = (
        _ZERO + int(np.datetime64(int(day), "D").astype("datetime64[M]").astype(int)) for day in frame.x
    )
    step = next(step for step in _MONTH_STEPS if (last - first) / step <= most)
    frame.foot()
    year_written = -1
    for month in range(-(-first // step) * step, last + 1, step):
        day = float(np.datetime64(month - _ZERO, "M").astype("datetime64[D]").astype(int))
        if not frame.x[0] <= day <= frame.x[1]:
            continue
        x, year = frame.at(day, 0)[0], month // 12
        words = [str(year)] if step >= 12 else [_MONTHS[month % 12], *([str(year)] * (year != year_written))]
        year_written = year
        for line, word in enumerate(words):
            frame.sheet.write((x, frame.bottom + 17 + 14 * line), word, 11.5, MUTED, "middle")


def _end_labels(frame: Frame, names: Sequence[str], middles: np.ndarray, inks: Sequence[str]) -> None:
    """Write each part's name at its right end, pushed apart where they would touch."""
    order = np.argsort(middles, kind="stable")[::-1]  # from the top down
    places = [frame.at(0, float(middles[index]))[1] for index in order]
    gap = 18.0
    for i in range(len(places)):
        places[i] = max(places[i], places[i - 1] + gap if i else frame.top + 8)
    for i in range(len(places) - 1, -1, -1):  # and back up from the bottom
        places[i] = min(places[i], frame.bottom if i == len(places) - 1 else places[i + 1] - gap)
    for index, y in zip(order, places, strict=True):
        frame.sheet.key((frame.right + 10, y + 4), inks[index], printable(names[index], 20))

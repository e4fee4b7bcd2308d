"""A measure that is watched: its observations over time, and the limits beyond which somebody is told or called."""

import re
from collections.abc import Callable, Sequence

from markupsafe import Markup

from reports.charts.frame import Frame, from_zero
from reports.charts.palette import ACCENT, ALERT, MUTED
from reports.charts.sheet import SMALL, Sheet, printable

_RUN = re.compile(r"(\d{4})(\d{2})(\d{2})T\d{6}Z-")
_NEAR = 1.6
"""A limit is drawn where it is at most so many times the largest observation: else the line would lie flat at the foot."""


def watch(
    points: Sequence[tuple[str, float]], limits: tuple[float, float], write: Callable[[float], str]
) -> Markup:
    """Return a small chart of the observations of one measure, with its two limits.

    Parameters
    ----------
    points : sequence of (str, float)
        Moment and value, the oldest first.
    limits : tuple of float
        Of a ticket, and of a page.
    write : callable
        How a value is written.

    Returns
    -------
    Markup
        One ``<svg>`` element.
    """
    sheet, values = Sheet(SMALL, 150), [value for _, value in points]
    top = max(values, default=1.0)
    drawn = [limit for limit in limits if limit <= _NEAR * top]
    span = (-0.5, len(points) - 0.5) if len(points) == 1 else (0.0, len(points) - 1.0)
    frame = Frame(sheet, 52, 12, SMALL - 8, 118, span, from_zero([*values, *drawn]))
    frame.grid(write, 3)
    frame.foot()
    for limit, colour in zip(limits, (MUTED, ALERT), strict=True):
        if limit in drawn:
            sheet.line(frame.path(frame.x, (limit, limit)), colour, 1.2, "4 3")
    places = [float(place) for place in range(len(points))]
    sheet.line(frame.path(places, values), ACCENT, 2)
    sheet.dot(frame.at(places[-1], values[-1]), 3, ACCENT)
    for place, anchor in ((0, "start"), (len(points) - 1, "end")):
        if place or len(points) > 1 or anchor == "end":
            where = (frame.at(places[place], 0)[0], frame.bottom + 17)
            sheet.write(where, _day(points[place][0]), 10.5, MUTED, anchor)
    frame.strips(places, [f"{at}: {write(value)}" for at, value in points])
    return sheet.svg(f"{points[0][0]}: {write(values[0])}; {points[-1][0]}: {write(values[-1])}")


def _day(moment: str) -> str:
    """Return the day of a moment or of a run's id; other words as they are."""
    run = _RUN.match(moment)
    return "-".join(run.groups()) if run else printable(moment.partition("T")[0], 20)

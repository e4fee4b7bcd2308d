"""Charts of the pages: plain functions from tables and formats to one inline ``<svg>`` element each.

All are drawn on `sheet.Sheet`, some two hundred lines that write lines, areas, boxes, dots and words as SVG. Text stays
text (searchable, in the reader's font, sharp in print), nothing has to run in the reader's browser, and the same table
gives the same bytes. A plotting library takes longer to import than all charts of a page take to draw here, and its SVG
is several times as large. The one interaction that helps, the numbers under the pointer, is a ``<title>`` inside a
mark; a few lines of script on the page show it at once.

A chart is drawn once: the page scales it, and on a phone it keeps a width at which its letters can be read and is moved
sideways inside its card.
Colours are those of `palette`, written out in each mark, so that a chart also stands by itself in a notebook; the dark
scheme of a page exchanges them by a rule for each.
"""

from collections.abc import Callable, Mapping

from markupsafe import Markup

from reports.charts import bars, curves, experiment, intervals, series

CHARTS: Mapping[str, Callable[..., Markup]] = {
    "intervals": intervals.intervals,
    "response": curves.response,
    "carryover": curves.carryover,
    "decomposition": series.decomposition,
    "waterfall": bars.waterfall,
    "make_up": bars.make_up,
    "by_period": bars.by_period,
    "pairs": bars.pairs,
    "fit": series.fit,
    "outlook": series.outlook,
    "trend": series.trend,
    "paths": experiment.paths,
    "cumulative": experiment.cumulative,
    "placebo": experiment.placebo,
    "answers": experiment.answers,
}
"""Every chart by its name."""

"""The table that a comparison of two runs writes."""

from mixproof.records.table import Column, TableSpec

BRIDGE = TableSpec(
    "bridge",
    "what one cause has moved of a channel's answer between two runs; the rows of a channel and measure add up to its total",
    (
        Column("channel", "text", "", "paid channel"),
        Column("measure", "text", "", "roi, contribution (in outcome units over the window), or share of paid media"),
        Column("cause", "text", "", "total, or what moved it: new window, appended data, restated history, changed "
               "configuration, changed package, sampling noise"),
        Column("change", "number", "", "what the later run says less what the earlier says, or the part of it"),
        Column("error", "number", "", "Monte-Carlo standard error of the part", "as_is"),
        Column("clear", "flag", "", "whether it is more than two standard errors from nothing"),
        Column("before", "number", "", "of the total: what the earlier run says; empty for parts"),
        Column("after", "number", "", "of the total: what the later run says; empty for parts"),
        Column("caution", "text", "", "'mixed with demand' where either run says so of the channel"),
    ),
)  # fmt: skip

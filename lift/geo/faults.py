"""Every fault that geo experiments can raise: code -> (family, meaning, remedy)."""

FAULTS: dict[str, tuple[str, str, str]] = {
    "geo-column": (
        "data",
        "A column named in the YAML is not in the table.",
        "Correct the name under data, or add the column.",
    ),
    "geo-date": ("data", "Dates cannot be read.", "State their form in data.date_format."),
    "geo-number": (
        "data",
        "Values are missing or are no finite numbers.",
        "Give a number in every row; nothing is filled in.",
    ),
    "geo-name": (
        "data",
        "The name of a geo holds a line break, a control character or one that nobody sees.",
        "Write the name without it.",
    ),
    "geo-negative": ("data", "Counts or spend are negative.", "Correct the source."),
    "geo-duplicate": (
        "data",
        "A geo has several rows for one period.",
        "Sum them, if they are parts of one value, before reading.",
    ),
    "geo-gap": (
        "data",
        "A geo lacks periods that others have.",
        "Add the rows (0 where nothing was sold) or name the geo under excluded.",
    ),
    "geo-spacing": (
        "data",
        "Periods are not evenly spaced days or whole weeks.",
        "Give one row a day, or one a week, without holes.",
    ),
    "geo-unknown": (
        "data",
        "A geo named in the YAML is not in the table.",
        "Correct the name; it must be written as in the table.",
    ),
    "geo-window": (
        "data",
        "The test lies outside the data, or does not start and end with periods.",
        "Give data from before the start to the end of the cool-down, and dates that begin and end a period.",
    ),
    "geo-short": (
        "data",
        "Too little time before the test.",
        "Give at least 8 periods and as many as the test has.",
    ),
    "geo-controls": ("data", "Too few control geos.", "Leave at least 2 geos untreated."),
    "controls-dead": (
        "data",
        "Fewer than two control geos have an outcome that changes before the test.",
        "Check the source: controls without sales show nothing; or accept: [controls-dead] in the experiment.",
    ),
    "geo-is-a-sum": (
        "data",
        "A geo of the table is the sum of other geos.",
        "Remove its rows or name it under excluded; or accept: [geo-is-a-sum] in the experiment.",
    ),
    "intervention-contradicted": (
        "data",
        "What the YAML says was done is not what spend did.",
        "Correct intervention, cells, dates or the spend column; or accept: [intervention-contradicted] in the experiment.",
    ),
    "spend-alike": (
        "data",
        "The treated side's spend did not differ from the control's.",
        "Check cells, dates and the spend column; or accept: [spend-alike] in the experiment.",
    ),
    "geo-constant": (
        "data",
        "A treated geo's outcome never changes before the test.",
        "Check the source; such a series holds no information.",
    ),
    "geo-assignment": (
        "data",
        "The stated assignment cannot have given these treated geos.",
        "Correct assignment.groups or the cells.",
    ),
    "geo-design": (
        "data",
        "The design file was changed after it was written, or is none.",
        "Use the file as `mixproof design` wrote it.",
    ),
}

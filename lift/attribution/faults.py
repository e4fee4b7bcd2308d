"""Every fault that attribution can raise: code -> (family, meaning, remedy)."""

from mixproof.errors import Fault

FAULTS: dict[str, tuple[str, str, str]] = {
    "paths-column": (
        "data",
        "A column named under attribution.paths is not in the table.",
        "Correct the name, or add the column.",
    ),
    "paths-number": (
        "data",
        "Conversions, values or nulls of paths are missing, no finite numbers, or counts below zero.",
        "Give a number in every row, and write decimals as attribution.paths.decimal says; nothing is filled in.",
    ),
    "paths-touch": (
        "data",
        "A path has a touch without a usable name.",
        "Export the channel of every touch, and set attribution.paths.separator to a text that no channel's name holds.",
    ),
    "paths-ages": (
        "data",
        "Ages of touches do not match their paths.",
        "Give one age in days from 0 for every touch, in the order of the path, with the same separator.",
    ),
    "paths-nothing": (
        "data",
        "There is nothing to give credit for.",
        "Export paths with their conversions; rows without a path alone cannot be credited.",
    ),
    "paths-identifier": (
        "privacy",
        "Touches of paths are named like persons or clicks.",
        "Export channels or campaigns; paths are groups of journeys, never one person's.",
    ),
    "credit-without-nulls": (
        "data",
        "Markov and Shapley credit compare journeys with and without a conversion, and all nulls are 0.",
        "Export journeys without a conversion, or leave markov and shapley out of attribution.rules.",
    ),
    "credit-too-many-channels": (
        "data",
        "Shapley credit looks at every set of channels: at most 15 of them.",
        "Group channels before the export, or leave shapley out of attribution.rules.",
    ),
    "attribution-column": (
        "data",
        "An export lacks a column that its kind has.",
        "Name the column under the system's columns, or choose the kind of export that it is.",
    ),
    "attribution-number": (
        "data",
        "Amounts of an export are missing, no finite numbers, or counts below zero.",
        "Correct the source, and write decimals as the system's decimal says; nothing is filled in.",
    ),
    "attribution-date": (
        "data",
        "Days of an export cannot be read.",
        "Give the system's date_format, for example '%d.%m.%Y'.",
    ),
    "attribution-window": (
        "data",
        "Periods of an export end before they start, or share days.",
        "Say the length of a period under period, or export periods that do not share days.",
    ),
    "attribution-duplicate": (
        "data",
        "Rows of an export stand there twice.",
        "Remove the copies at their source; finer breakdowns differ in some column and are added up.",
    ),
    "attribution-currency": (
        "data",
        "The value of an export is not in the section's currency.",
        "Convert it, or correct attribution.currency; nothing is converted in silence.",
    ),
    "attribution-unit": (
        "data",
        "No experiment on a system's channels counts what the system counts.",
        "Name the system's outcome as the experiments do, or export what they count.",
    ),
    "attribution-geo": (
        "data",
        "An experiment was in geos that the system's export does not have.",
        "Write geos alike in both, or export the system without geos.",
    ),
    "attribution-interval": (
        "data",
        "A count lies outside its own interval.",
        "Copy count, lower and upper of one and the same cell.",
    ),
    "attribution-postback": (
        "data",
        "Postbacks have an index or a conversion value that is not known.",
        "Export sequence indices 0 to 2, and give every conversion value its money under conversion_values.",
    ),
    "attribution-identifier": (
        "privacy",
        "Channels, campaigns, geos or arms of an export are named like persons or clicks.",
        "Export sums over people: campaigns and channels, never click or transaction ids.",
    ),
}


def fault(code: str, where: str, what: str, remedy: str | None = None) -> Fault:
    """Return a fault of attribution; without `remedy` the catalogue's sentence is used.

    Parameters
    ----------
    code : str
        A key of `FAULTS`.
    where, what : str
        The place, and what is wrong there; never a value that could identify anyone.
    remedy : str, optional

    Returns
    -------
    Fault
    """
    return Fault(code, where, what, remedy or FAULTS[code][2])

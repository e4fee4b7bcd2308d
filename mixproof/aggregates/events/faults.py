"""Every fault of event tables: code -> (family, meaning, remedy)."""

from mixproof.errors import (
    ConfigError,
    DataError,
    Fault,
    IntegrityError,
    MixproofError,
    PrivacyError,
    ResourceError,
)

FAULTS: dict[str, tuple[str, str, str]] = {
    "events-column": (
        "data",
        "A table of events has no column that the YAML gives a role.",
        "Correct the name under `columns`, or export the table again with the column.",
    ),
    "events-type": (
        "data",
        "A column of events has a type that its role cannot have.",
        "Give instants as timestamps, days as dates, money as numbers; text of these forms is read, too.",
    ),
    "events-contract": (
        "data",
        "A table of events is not what its contract says.",
        "Export it as agreed; or keep what it is now as a new version: `mixproof contract CONFIG SOURCE --accept NAME`.",
    ),
    "events-contract-file": (
        "data",
        "A contract cannot be read, or has no version of that name.",
        "Write one from the table: `mixproof contract CONFIG SOURCE --accept NAME`.",
    ),
    "events-broken": (
        "data",
        "A file of events cannot be read by the engine.",
        "Export the file again; all files of one source have the same columns and types.",
    ),
    "events-empty": (
        "data",
        "No event of a table counts.",
        "Check `start`, `end`, consent and bot scores; ingestion.csv says what was left out and why.",
    ),
    "events-rate": (
        "data",
        "A currency has two rates of exchange for one day.",
        "Keep one rate a currency and day in the table of `rates`.",
    ),
    "events-withheld": (
        "privacy",
        "An arm of an experiment, or every cell of a table, has too few people to leave the engine.",
        "Take a longer window, fewer dimensions or `frequency: weekly`, so that more people stand behind each cell.",
    ),
    "events-stale": (
        "data",
        "The tables made of events are missing, or not those of today's events.",
        "Do `mixproof aggregate CONFIG` first; `mixproof run` does it by itself.",
    ),
    "events-key": (
        "data",
        "The key of the pseudonyms is missing, too short, or not the one that the state was made with.",
        "Set the environment variable that `events.state.key` names to the key of 32 characters or more; a new key "
        "needs a new `events.state.folder`.",
    ),
    "events-books": (
        "data",
        "Books that are closed would be opened again.",
        "Set `events.state.closed_through` to the day named here or a later one; or name a new `events.state.folder`, and "
        "books begin anew.",
    ),
    "events-state": (
        "data",
        "The state of event tables cannot be read.",
        "Bring its `state.json` back from a copy; or name a new `events.state.folder`: everything is worked out once more, and "
        "books begin anew.",
    ),
    "events-stream": (
        "config",
        "The tables of a stream are not made by this command, or the stream's state does not fit the section.",
        "Do `mixproof stream CONFIG`; topics or columns that have changed need a new `events.state.folder`, for which the "
        "topic is read from its beginning.",
    ),
    "events-stream-extra": (
        "config",
        "Reading topics needs libraries that are not installed.",
        "Install them with `pip install 'mixproof[kafka]'`.",
    ),
    "events-stream-broker": (
        "resource",
        "A broker cannot be reached, refuses the reader, or sends nothing more.",
        "Check `brokers`, `properties` and `password`, and that the broker runs; then start again: nothing is read twice.",
    ),
    "events-stream-topic": (
        "data",
        "The broker has no such topic.",
        "Correct the name under `events.stream.topics`, or let a producer write to it first.",
    ),
    "events-stream-gap": (
        "data",
        "Messages that are due are not at the broker any more: events are lost, and nothing is jumped over.",
        "Restore the topic from the named offset on; or name a new `events.state.folder`, give the lost events as files of the "
        "source, and the topic is read from where it begins now.",
    ),
    "events-memory": (
        "resource",
        "Aggregating needs more memory or disk than the engine may take.",
        "Raise `events.memory`, free disk space, or take a shorter window.",
    ),
    "events-engine": (
        "data",
        "The engine could not carry out a statement; its own words are kept back, for they may quote a row.",
        "Check the types of the columns that have roles; `mixproof contract` writes down what they are now.",
    ),
}
_FAMILIES: dict[str, type[MixproofError]] = {
    "config": ConfigError,
    "data": DataError,
    "privacy": PrivacyError,
    "resource": ResourceError,
    "integrity": IntegrityError,
}


def fault(code: str, where: str, what: str, remedy: str = "") -> Fault:
    """Return a fault of this folder's table.

    Parameters
    ----------
    code : str
        A key of `FAULTS`.
    where : str
        Source and column.
    what : str
        What is wrong; never a value of a row.
    remedy : str, default the table's
        What to do.

    Returns
    -------
    Fault
    """
    return Fault(code, where, what, remedy or FAULTS[code][2])


def error(code: str, where: str, what: str) -> MixproofError:
    """Return the error of one fault, of the family that the table gives it.

    Parameters
    ----------
    code : str
        A key of `FAULTS`.
    where : str
        Source and column.
    what : str
        What is wrong; never a value of a row.

    Returns
    -------
    MixproofError
        To be raised by the caller.
    """
    return _FAMILIES[FAULTS[code][0]](fault(code, where, what))

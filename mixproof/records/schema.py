"""Names of record schemas: what this version writes, and what it still reads."""

FORMER_NAME = "mixlift"
"""What the toolkit was called until version 0.1: records of experiments outlive the name they were written under."""


def is_schema(found: object, schema: str) -> bool:
    """Return whether a record names `schema`, or the same schema under the toolkit's former name.

    Parameters
    ----------
    found : object
        What the record says of itself.
    schema : str
        Name that this version writes.

    Returns
    -------
    bool
        False for anything that is no text.
    """
    return found in (schema, schema.replace("mixproof", FORMER_NAME, 1))

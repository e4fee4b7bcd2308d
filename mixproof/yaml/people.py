"""Identifiers of people in a config: keys and values are held to the forms that the columns of tables are held to."""

from collections.abc import Sequence

from mixproof.errors import Fault, PrivacyError
from mixproof.privacy.names import families_of
from mixproof.privacy.secrets import looks_secret
from mixproof.yaml.faults import FAULTS


def refuse_identifiers(texts: Sequence[tuple[str, int]], file: str) -> None:
    """Raise PrivacyError where a key or value of a config looks like an identifier of a person; it is not shown.

    Parameters
    ----------
    texts : sequence of (str, int)
        Keys and values as they are written, and their lines, counted from 1.
    file : str
        The config's name in messages.

    Raises
    ------
    PrivacyError
        ``config-identifier``, once a line and family.
    """
    # secrets have a fault of their own, which does not show them either
    texts = [entry for entry in texts if not looks_secret(entry[0])]
    families = families_of([text for text, _ in texts])
    found = [(line, family) for (_, line), family in zip(texts, families, strict=True) if family is not None]
    if found:
        remedy = FAULTS["config-identifier"][2]
        what = "A key or value looks like an identifier of a person ({}; not shown)."
        raise PrivacyError(
            Fault("config-identifier", f"{file}:{line}", what.format(family), remedy)
            for line, family in dict.fromkeys(found)
        )

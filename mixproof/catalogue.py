"""All fault codes: their family, exit code, meaning and remedy, collected from the rooms that raise them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mixproof.aggregates.events.faults import FAULTS as EVENTS
from mixproof.aggregates.faults import FAULTS as AGGREGATES
from mixproof.aggregates.finance.faults import FAULTS as FINANCE
from mixproof.aggregates.people.faults import FAULTS as PEOPLE
from mixproof.errors import (
    ConfigError,
    DataError,
    IntegrityError,
    LockError,
    MixproofError,
    PrivacyError,
    ResourceError,
    TrustError,
)
from mixproof.records.evidence_contract import FAULTS as EVIDENCE
from mixproof.records.faults import FAULTS as RECORDS
from mixproof.records.plan_record import FAULTS as PLAN_RECORD
from mixproof.yaml.faults import FAULTS as CONFIG

ERRORS: tuple[type[MixproofError], ...] = (
    ConfigError,
    DataError,
    PrivacyError,
    TrustError,
    ResourceError,
    LockError,
    IntegrityError,
    MixproofError,
)
EXIT_CODES: Mapping[str, int] = {error.family: error.exit_code for error in ERRORS}


@dataclass(frozen=True, slots=True)
class Entry:
    """One fault code.

    Parameters
    ----------
    code, family : str
    exit_code : int
        With which a command ends that meets it.
    meaning, remedy : str
    """

    code: str
    family: str
    exit_code: int
    meaning: str
    remedy: str


def collect(rooms: Iterable[Mapping[str, tuple[str, str, str]]]) -> dict[str, Entry]:
    """Return the entries of several rooms' tables, sorted by exit code and code.

    Raises
    ------
    ValueError
        Two rooms give one code, or a family is unknown: a fault of the rooms, never of the user.
    """
    entries: dict[str, Entry] = {}
    for room in rooms:
        for code, (family, meaning, remedy) in room.items():
            if code in entries:
                raise ValueError(f"fault code {code} is given twice")
            if family not in EXIT_CODES:
                raise ValueError(f"fault code {code}: family {family} is unknown")
            entries[code] = Entry(code, family, EXIT_CODES[family], meaning, remedy)
    return dict(sorted(entries.items(), key=lambda item: (item[1].exit_code, item[0])))


GROUND = (CONFIG, AGGREGATES, EVENTS, FINANCE, PEOPLE, RECORDS, EVIDENCE, PLAN_RECORD)
"""Tables of the rooms on the ground floor; the higher floors' are added by `workflow.documentation`."""

"""The one exception family: an exit code for each kind of trouble, and faults that say where, what and how to mend it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, with its place and its remedy.

    Parameters
    ----------
    code : str
        Stable name of the fault, a key of `mixproof.catalogue.FAULTS` (for example ``"date-gap"``).
    where : str
        ``file:line key`` for a config, ``table column, geo, dates`` for data. Never a row's values.
    what : str
        What is wrong with what was found there.
    remedy : str
        What is allowed, and what to do.
    """

    code: str
    where: str
    what: str
    remedy: str

    def as_dict(self) -> dict[str, str]:
        """Return the fault as plain strings, for ``--json``."""
        return {"code": self.code, "where": self.where, "what": self.what, "remedy": self.remedy}


class MixproofError(Exception):
    """Base of every error a user can meet; carries all faults found, not just the first."""

    exit_code: ClassVar[int] = 70
    family: ClassVar[str] = "internal"

    def __init__(self, faults: Fault | Iterable[Fault]) -> None:
        self.faults: Sequence[Fault] = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__("\n".join(f"{f.where}: {f.what} {f.remedy}" for f in self.faults))


class ConfigError(MixproofError):
    """The YAML or the command line is not what it should be."""

    exit_code = 2
    family = "config"


class DataError(MixproofError):
    """The data break their contract."""

    exit_code = 3
    family = "data"


class PrivacyError(MixproofError):
    """Raw identifiers, cells that are too small, or a spent budget."""

    exit_code = 4
    family = "privacy"


class TrustError(MixproofError):
    """The run finished, but its verdict is "not reportable"; results are written and marked so."""

    exit_code = 5
    family = "trust"


class ResourceError(MixproofError):
    """Disk, memory or time do not suffice."""

    exit_code = 6
    family = "resource"


class LockError(MixproofError):
    """Another run holds this output."""

    exit_code = 7
    family = "lock"


class IntegrityError(MixproofError):
    """An artefact is not what its manifest says."""

    exit_code = 8
    family = "integrity"

"""The budget of noised releases: what each costs is on the disk, in the registry's chain, before its noise is drawn.

Privacy loss adds up over all releases of one population. A population under a new name is recognised by its rows, so that
another name has no budget of its own. What was debited is never given back: a process that dies after the noise was drawn may
have shown it. The same request of the same rows is answered with the stored release, and costs nothing.
"""

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mixproof.privacy.releases.registry import ALIKE, DEBITED, NOISED, Registry

_ROUNDING = 1e-12


class SpentError(Exception):
    """The budget does not suffice."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked, of which rows, and what it costs.

    Parameters
    ----------
    name, population : str
    query : mapping of str to Any
        Tables, levels, bounds and columns, as JSON has them.
    fingerprint : str
        Hash of the numbers before noise.
    rows : sequence of str
        Hashes of some rows by which the data are recognised.
    rho : float
        Privacy loss.
    budget : float
        As the YAML says it.
    """

    name: str
    population: str
    query: Mapping[str, Any]
    fingerprint: str
    rows: Sequence[str]
    rho: float
    budget: float

    def digest(self) -> str:
        """Return the hash by which the same request is known."""
        what = json.dumps([self.fingerprint, self.query, self.rho], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(what.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Account:
    """What was spent on some people, and what may be.

    Parameters
    ----------
    spent, budget : float
        Privacy loss of all debits, and the smallest budget that any of them was made under.
    """

    spent: float
    budget: float

    @property
    def left(self) -> float:
        """Privacy loss that is left."""
        return max(self.budget - self.spent, 0.0)

    def covers(self, rho: float) -> bool:
        """Return whether a privacy loss may be spent."""
        return self.spent + rho <= self.budget * (1 + _ROUNDING)


def account(registry: Registry | None, request: Request) -> Account:
    """Return what was spent on the people of a request.

    Parameters
    ----------
    registry : Registry or None
        None where nothing was ever released.
    request : Request

    Returns
    -------
    Account
    """
    ours = set(request.rows)
    debits = [
        entry.query
        for entry in ([] if registry is None else registry.entries)
        if entry.outcome == DEBITED
        and (entry.population == request.population or _alike(ours, entry.query["rows"]))
    ]
    spent = math.fsum(float(query["rho"]) for query in debits)
    return Account(spent, min([request.budget, *(float(query["budget"]) for query in debits)]))


def stored(registry: Registry | None, request: Request) -> dict[str, Any] | None:
    """Return what the same request was answered with; None where it was not made.

    Parameters
    ----------
    registry : Registry or None
    request : Request

    Returns
    -------
    dict of str to Any, or None

    Raises
    ------
    RegistryError
        The kept file is missing or changed.
    """
    asked = request.digest()
    for entry in reversed([] if registry is None else registry.entries):
        if entry.outcome == NOISED and entry.request == asked and registry is not None:
            return registry.kept(entry)
    return None


def charged(registry: Registry, request: Request, draw: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return a noised release after its debit, and then the release itself, are on the disk.

    Parameters
    ----------
    registry : Registry
        Held by this process alone.
    request : Request
    draw : callable
        Draws the noise; called after the debit is on the disk, and never where the budget does not suffice.

    Returns
    -------
    mapping of str to Any

    Raises
    ------
    SpentError
        The budget does not suffice; nothing is debited or drawn.
    """
    found = account(registry, request)
    if not found.covers(request.rho):
        raise SpentError(
            f"It costs rho {request.rho:.6g}, and {found.left:.6g} of {found.budget:.6g} are left"
        )
    asked, query = (
        request.digest(),
        {"rho": request.rho, "budget": request.budget, "rows": list(request.rows)},
    )
    registry.write(
        DEBITED, request.name, request.population, request=asked, fingerprint=request.fingerprint, query=query,
        rows=request.rows,
    )  # fmt: skip
    answer = draw()
    registry.write(
        NOISED, request.name, request.population, request=asked, fingerprint=request.fingerprint,
        query={"rho": request.rho, **request.query}, record=answer,
    )  # fmt: skip
    return answer


def _alike(ours: set[str], theirs: Sequence[str]) -> bool:
    return len(ours & set(theirs)) >= ALIKE * max(min(len(ours), len(theirs)), 1)

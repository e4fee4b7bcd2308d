"""A release with noise: charged to the budget, drawn, kept, and laid out with its standard deviation beside each number."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from mixproof.aggregates.people.bounded import Bounded, bounded_tables
from mixproof.aggregates.people.config import Budget, Noise, PeopleTable
from mixproof.aggregates.people.faults import FAULTS
from mixproof.errors import ConfigError, Fault, PrivacyError
from mixproof.privacy.noise import epsilon, is_installed, most_often_right, noised, scale_of
from mixproof.privacy.releases.budget import Account, Request, SpentError, account, charged, stored
from mixproof.privacy.releases.registry import REFUSED, RELEASED, STORED, Registry, known_elsewhere

NOISE_SD = "_noise_sd"
"""End of the name of a column that holds the standard deviation of another one's noise."""


def noised_release(
    table: PeopleTable, budget: Budget, folder: Path, registry: Registry | None, keep: bool
) -> tuple[dict[str, pd.DataFrame], tuple[str, ...]]:
    """Return the tables of a noised release by file name, none where nothing is kept, and what is said about them.

    Parameters
    ----------
    table : PeopleTable
        With `noise`.
    budget : Budget
    folder : pathlib.Path
        The data folder.
    registry : Registry or None
        What was released before.
    keep : bool
        Whether to release; without, nothing is drawn, so that looking costs nothing.

    Returns
    -------
    tuple of (dict of str to pandas.DataFrame, tuple of str)

    Raises
    ------
    DataError
        The file cannot be read, or a number is larger than the declared bounds allow.
    PrivacyError
        ``privacy-budget``: it is spent. ``people-differs``: another registry knows the rows.
    ConfigError
        ``privacy-extra``: OpenDP is not installed.
    """
    if table.noise is None:
        raise RuntimeError("this release has no noise")
    if not is_installed():
        what = "The YAML asks for noise, and OpenDP is not there."
        raise ConfigError(_fault("privacy-extra", f"release {table.name}", what))
    noise = table.noise
    found, rows = bounded_tables(table, noise, folder)
    request = Request(
        table.name, table.population, _query(table, noise), _fingerprint(found), rows, noise.rho, budget.rho
    )
    answer: Mapping[str, Any] | None = stored(registry, request)
    before = account(registry, request)
    said = list(_guarantee(table, noise, found, budget))
    if answer is not None:
        said.append("It is the stored release again, with the same noise: it costs nothing.")
        if keep and registry is not None:
            registry.write(STORED, table.name, table.population, request=request.digest())
    elif keep and registry is not None:
        answer = _charged(registry, request, lambda: _drawn(found, _share(noise, found)))
    elif not before.covers(request.rho):
        said.append("A run would refuse it: the budget does not suffice.")
    said += _account(account(registry, request), budget, answer is not None)
    said += _beside_exact(table, registry)
    handed_out = answer is not None and keep
    return _laid_out(table, noise, found, answer or {}) if handed_out else {}, tuple(said)


def _charged(
    registry: Registry, request: Request, draw: Callable[[], Mapping[str, Any]]
) -> Mapping[str, Any]:
    """Return a noised release after its debit; what is refused is written down."""
    elsewhere = known_elsewhere(registry, request.rows)
    try:
        if elsewhere:
            raise SpentError(f"These rows were released under the registry {elsewhere}")
        return charged(registry, request, draw)
    except SpentError as error:
        registry.write(REFUSED, request.name, request.population, request=request.digest())
        code = "people-differs" if elsewhere else "privacy-budget"
        raise PrivacyError(_fault(code, f"release {request.name}", f"{error}.")) from None


def _query(table: PeopleTable, noise: Noise) -> dict[str, Any]:
    asked = table.model_dump(mode="json", exclude={"name", "file", "population", "noise"})
    # in which order levels are named, and which file holds the rows, makes no other release
    levels = {dim: sorted(kept) for dim, kept in sorted(noise.levels.items())}
    return {**asked, "noise": {**noise.model_dump(mode="json"), "levels": levels}}


def _fingerprint(found: Sequence[Bounded]) -> str:
    parts = [
        [list(one.dims), *sorted([list(key), *(int(v[at]) for v in one.values.values())] for at, key in enumerate(one.keys))]
        for one in found
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def _share(noise: Noise, found: Sequence[Bounded]) -> float:
    """Return the privacy loss of one measure of one table."""
    return noise.rho / sum(moved > 0 for one in found for moved in one.sensitivity.values())


def _drawn(found: Sequence[Bounded], rho: float) -> dict[str, Any]:
    """Return numbers with noise, by table and measure, as JSON keeps them."""
    return {
        "tables": [
            {"dims": list(one.dims), "keys": [list(key) for key in one.keys],
             "values": {
                 name: (values if not one.sensitivity[name] else noised(values, one.sensitivity[name], rho)).tolist()
                 for name, values in one.values.items()
             }}
            for one in found
        ]
    }  # fmt: skip


def _laid_out(
    table: PeopleTable, noise: Noise, found: Sequence[Bounded], answer: Mapping[str, Any]
) -> dict[str, pd.DataFrame]:
    """Return a table for each grid: levels, numbers, and the standard deviation of the noise in each."""
    tables, rho = {}, _share(noise, found)
    for one, kept in zip(found, answer["tables"], strict=True):
        columns: dict[str, object] = {
            dim: [key[at] for key in kept["keys"]] for at, dim in enumerate(one.dims)
        }
        for name, moved in one.sensitivity.items():
            money = name in table.money
            columns[name] = [_written(int(value), money) for value in kept["values"][name]]
            if moved:
                columns[name + NOISE_SD] = scale_of(moved, rho) / (100 if money else 1)
        tables[f"{table.name}_by_{'_'.join(one.dims)}"] = pd.DataFrame(columns)
    return tables


def _written(value: int, money: bool) -> str:
    sign, size = "-" * (value < 0), abs(value)
    return f"{sign}{size // 100}.{size % 100:02}" if money else str(value)


def _guarantee(table: PeopleTable, noise: Noise, found: Sequence[Bounded], budget: Budget) -> Iterator[str]:
    rho, cells = _share(noise, found), sum(len(one.keys) for one in found)
    yield (
        f"{cells:,} numbers a measure are released with noise (discrete Gaussian), at every declared level, with people or "
        "without; rows at other levels are left out."
    )
    for one in found:
        sds = ", ".join(
            f"{scale_of(moved, rho) / (100 if name in table.money else 1):,.2f} in {name}"
            for name, moved in one.sensitivity.items()
            if moved
        )
        yield f"Standard deviation of the noise by {' and '.join(one.dims)}: {sds}."
    if noise.public:
        yield f"Released as they are, because they are declared to be nobody's secret: {', '.join(noise.public)}."
    bounds = ", ".join(f"{noise.most[name]:,.10g} of {name}" for name in noise.most)
    what = "cells of a table" if noise.person is not None else "rows of the file"
    inside = f", and at most {bounds} in each" if bounds else ""
    held = "the engine keeps each to" if noise.person is not None else "it is declared that each has"
    yield (
        f"Guarantee: what is released hardly depends on any one person, with rho {noise.rho:.6g} (zero-concentrated "
        f"differential privacy), that is epsilon {epsilon(noise.rho, budget.delta):.2f} at delta {budget.delta:g}; a person is "
        f"all of his rows, {held} at most {noise.rows_per_person:,} {what}{inside}."
    )


def _account(found: Account, budget: Budget, released: bool) -> Iterator[str]:
    when = "" if released else " before this release"
    yield f"Budget of these people: rho {found.spent:.6g} of {found.budget:.6g} is spent{when}, {found.left:.6g} left."
    if budget.rho > found.budget:
        yield f"The YAML says {budget.rho:.6g}; the smaller one that earlier releases were made under stands."
    guarantee = f"epsilon {epsilon(found.budget, budget.delta):.2f} at delta {budget.delta:g}"
    yield (
        f"Whoever has everything that the whole budget lets out, and thought the odds even that a person is in it, tells so "
        f"rightly in at most {most_often_right(found.budget):.0%} of cases ({guarantee})."
    )


def _beside_exact(table: PeopleTable, registry: Registry | None) -> Iterator[str]:
    entries = [] if registry is None else registry.entries
    if any(entry.outcome == RELEASED and entry.population == table.population for entry in entries):
        yield (
            f"Of the population {table.population} exact numbers were released, too: the guarantee is of the noised ones alone."
        )


def _fault(code: str, where: str, what: str) -> Fault:
    return Fault(code, where, what, FAULTS[code][2])


__all__ = ["NOISE_SD", "noised_release"]

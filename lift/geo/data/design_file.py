"""The design file: what was planned, sealed with its own hash, so that an analysis can be held against it."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from mixproof.aggregates.reading.paths import safe_path
from mixproof.errors import DataError, Fault
from mixproof.records.schema import is_schema

SCHEMA = "mixproof-geo-design-1"


@dataclass(frozen=True, slots=True)
class GeoDesign:
    """A planned geo test.

    Parameters
    ----------
    name : str
    geos : tuple of str
        All geos of the plan.
    treated : tuple of str
    excluded : tuple of str
    assignment : {"chosen", "complete", "strata"}
    groups : tuple of tuple of str
        Groups within which geos were drawn.
    periods, cooldown : int
        Length in data periods.
    period_days : int
    method : str
    level, power : float
    mde : float or None
        Smallest relative effect found with that power, on windows the selection did not see; None where there is none.
    expected_lift : float
    delivered_power : float
        Power at the expected lift, on the same windows.
    budget : float or None
        Spend that the test needs, in the section's currency.
    run : bool
        Whether the test is worth running.
    reasons : tuple of str
    seed : int
    data_sha256 : str
        Of the table the plan was made from.
    """

    name: str
    geos: tuple[str, ...]
    treated: tuple[str, ...]
    excluded: tuple[str, ...]
    assignment: Literal["chosen", "complete", "strata"]
    groups: tuple[tuple[str, ...], ...]
    periods: int
    cooldown: int
    period_days: int
    method: str
    level: float
    power: float
    mde: float | None
    expected_lift: float
    delivered_power: float
    budget: float | None
    run: bool
    reasons: tuple[str, ...]
    seed: int
    data_sha256: str

    def to_json(self) -> str:
        """Return the file's text, with the SHA-256 of everything else in it."""
        body: dict[str, Any] = {"schema": SCHEMA, **asdict(self)}
        return json.dumps({**body, "sha256": _seal(body)}, indent=2, ensure_ascii=False) + "\n"


def _seal(body: dict[str, Any]) -> str:
    canonical = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def read_design(folder: Path, name: str) -> GeoDesign:
    """Return the plan in a design file.

    Parameters
    ----------
    folder : pathlib.Path
        The data folder.
    name : str
        The file as the YAML names it, relative to the folder.

    Returns
    -------
    GeoDesign
        The plan, its hash checked.

    Raises
    ------
    ConfigError
        The path leads out of the data folder.
    DataError
        There is no such file; it is no design file, or was changed after it was written.
    """
    place = f"design {name}"
    remedy = "Use the file as `mixproof design` wrote it, or remove the key: a test without a design file can be analysed too."
    path = safe_path(folder, name, "design")
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        sealed = body.pop("sha256")
        if not is_schema(body.get("schema"), SCHEMA):
            raise ValueError("schema")
    except (ValueError, KeyError, AttributeError) as error:
        raise DataError(
            Fault("geo-design", place, "It is not a design file of this version.", remedy)
        ) from error
    if _seal(body) != sealed:
        raise DataError(
            Fault(
                "geo-design", place, "It was changed after it was written: its hash does not match.", remedy
            )
        )
    del body["schema"]
    for key in ("geos", "treated", "excluded", "reasons"):
        body[key] = tuple(body[key])
    body["groups"] = tuple(tuple(group) for group in body["groups"])
    return GeoDesign(**body)

"""The `calibrate:` section: which experiments the media-mix model must agree with, and how far they may be off."""

from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import Field

from mixproof.config import Section
from mixproof.records.evidence import Evidence

Size = Annotated[float, Field(ge=0, le=2)]
Kind = Literal["people", "geos", "platform", "imported"]
"""Kinds of measurement: each has one size of bias, which its tests find out together."""


class Bias(Section):
    """How far a test may miss what its channel does in the panel, as a share of the effect; 0 says not at all.

    Each is the scale of a half-normal prior, so the experiments themselves find out how large it is.
    """

    people: Size = 0.15
    """Holdouts of people, run by the house."""
    geos: Size = 0.15
    """Tests of regions."""
    platform: Size = 0.15
    """A platform's own studies."""
    imported: Size = 0.15
    """Statements and results of other tools."""
    age: Size = 0.10
    """What a test that lies far outside the panel's dates may be off in addition."""
    half_life_weeks: Annotated[float, Field(gt=0)] = 52.0
    """Weeks outside the panel's dates after which half of the memory is gone."""


class CalibrateConfig(Section):
    """What experiments say of the channels: their readouts become part of the model's likelihood."""

    experiments: tuple[Annotated[str, Field(min_length=1, max_length=120)], ...] | None = None
    """Names of experiments of the `lift` section; default all of them."""
    files: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    """Evidence of other runs: JSON files from their folder `evidence`, relative to the data folder."""
    tolerance: Annotated[float, Field(ge=0, le=0.5)] = 0.02
    """Share by which the spend of a test and that of the same cells of the panel may differ."""
    bias: Bias = Bias()
    """How far tests may miss what the channel does in the panel."""
    floor: Annotated[float, Field(ge=0, le=2)] = 0.25
    """Least standard error of a statement without window or dose, as a share of its value."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a model is calibrated with.

    Parameters
    ----------
    options : CalibrateConfig
    evidence : tuple of Evidence
        One for each experiment.
    """

    options: CalibrateConfig
    evidence: tuple[Evidence, ...]

    def until(self, day: str) -> "Calibration":
        """Return what was known before `day`, an ISO date: tests whose last counted day lies before it."""
        known = [item for item in self.evidence if _last_day(item) is not None and str(_last_day(item)) < day]
        return replace(self, evidence=tuple(known))


def kind_of(item: Evidence) -> Kind:
    """Return the kind of measurement whose bias a test shares."""
    if item.measurement == "platform_study":
        return "platform"
    if item.measurement == "imported_statement":
        return "imported"
    if item.measurement is None and item.kind == "imported":
        return "imported"
    return (
        "geos" if item.kind == "geo" or item.measurement in ("randomised_geos", "matched_geos") else "people"
    )


def _last_day(item: Evidence) -> object:
    ends = [readout.end for readout in item.readouts if readout.end is not None]
    return max(ends) if len(ends) == len(item.readouts) else None

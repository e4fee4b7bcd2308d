"""What a model is calibrated with: evidence of experiments, and how far each kind of measurement may be off."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from mixproof.records.evidence import Evidence
from mmm.config import CalibrateConfig

Kind = Literal["people", "geos", "platform", "imported"]
"""Kinds of measurement: each has one size of bias, which its tests find out together."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a model is calibrated with.

    Parameters
    ----------
    options : CalibrateConfig
    evidence : tuple of Evidence
        One for each experiment.
    left_out : str or None
        Experiment that the model is not to know; the outcomes that it has used stay out of the panel's likelihood.
    """

    options: CalibrateConfig
    evidence: tuple[Evidence, ...]
    left_out: str | None = None

    def until(self, day: str) -> "Calibration":
        """Return what was known before `day`, an ISO date: tests whose last counted day lies before it."""
        ends = [(item, _last_day(item)) for item in self.evidence]
        return replace(self, evidence=tuple(item for item, end in ends if end is not None and str(end) < day))


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


def _last_day(item: Evidence) -> date | None:
    ends = [readout.end for readout in item.readouts if readout.end is not None]
    return max(ends) if len(ends) == len(item.readouts) else None

"""What sections of one YAML must agree on: one file a section, and all of them together."""

from lift.attribution.config import AttributionConfig
from lift.config import LiftConfig
from mixproof.aggregates.config import DataConfig
from mixproof.errors import Fault
from mixproof.yaml.source import Document
from mmm.config import CalibrateConfig, MmmConfig
from workflow.crosschecks.lift import cross_check_attribution, cross_check_calibrate, cross_check_lift
from workflow.crosschecks.model import check_name, check_visible, cross_check


def cross_checks(
    name: str,
    data: DataConfig | None,
    mmm: MmmConfig | None,
    lift: LiftConfig | None,
    calibrate: CalibrateConfig | None,
    attribution: AttributionConfig | None,
    document: Document,
) -> list[Fault]:
    """Return everything in which the sections of a YAML do not fit together.

    Parameters
    ----------
    name : str
        Name of the run.
    data, mmm, lift, calibrate, attribution : section or None
    document : Document

    Returns
    -------
    list of Fault
    """
    found = [*check_name(name, document), *check_visible(document)]
    if data is not None and mmm is not None:
        found += cross_check(data, mmm, document)
    if lift is not None:
        found += cross_check_lift(lift, data, document)
    if calibrate is not None:
        found += cross_check_calibrate(calibrate, lift, document)
    if attribution is not None:
        found += cross_check_attribution(attribution, lift, data, document)
    return found

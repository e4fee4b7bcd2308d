"""What sections of one YAML must agree on: one file a section, and all of them together."""

from lift.attribution.config import AttributionConfig
from lift.config import LiftConfig
from mixproof.aggregates.config import DataConfig
from mixproof.config import Section
from mixproof.errors import Fault
from mixproof.yaml.source import Document, Scan
from mixproof.yaml.validation import bounded, raise_if, validate
from mmm.config import CalibrateConfig, MmmConfig
from workflow.crosschecks.lift import cross_check_attribution, cross_check_calibrate, cross_check_lift
from workflow.crosschecks.model import check_name, check_visible, cross_check


def valid[T: Section](model: type[T], scan: Scan) -> T:
    """Return the config that a scanned YAML holds.

    Parameters
    ----------
    model : type of Section
        Of the whole YAML.
    scan : Scan

    Returns
    -------
    Section

    Raises
    ------
    ConfigError
        With every fault of its keys and values.
    """
    config, faults = validate(model, scan)
    if config is None:
        raise_if(faults)
        raise AssertionError("a config that does not validate has faults")
    return config


def raise_unfit(
    name: str,
    data: DataConfig | None,
    mmm: MmmConfig | None,
    lift: LiftConfig | None,
    calibrate: CalibrateConfig | None,
    attribution: AttributionConfig | None,
    document: Document,
) -> None:
    """Raise where the sections of a YAML do not fit together.

    Parameters
    ----------
    name : str
        Name of the run.
    data, mmm, lift, calibrate, attribution : section or None
    document : Document

    Raises
    ------
    ConfigError
        With everything in which they do not, as `cross_checks` tells it.
    """
    found = cross_checks(name, data, mmm, lift, calibrate, attribution, document)
    raise_if(bounded(found, document.file))


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

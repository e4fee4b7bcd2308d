"""What experiments, calibration and attribution must agree on with each other and with the data section."""

from collections.abc import Iterator

from lift.attribution.config import AttributionConfig
from lift.config import LiftConfig
from mixproof.aggregates.config import DataConfig
from mixproof.errors import Fault
from mixproof.text import look
from mixproof.yaml.source import Document, KeyPath
from mixproof.yaml.validation import in_file_order, suggestions
from mmm.config import CalibrateConfig


def cross_check_lift(lift: LiftConfig, data: DataConfig | None, document: Document) -> tuple[Fault, ...]:
    """Return everything in which experiments and data do not fit together, in the order of the file.

    Parameters
    ----------
    lift : LiftConfig
    data : DataConfig or None
        Without a data section experiments stand alone, and there is nothing to disagree with.
    document : Document

    Returns
    -------
    tuple of Fault
        Empty where all fits.
    """
    found = [*_names_distinct(lift, document)]
    if data is not None:
        found += [*_currency(lift, data, document), *_channels(lift, data, document)]
    return in_file_order(found)


def cross_check_attribution(
    attribution: AttributionConfig, lift: LiftConfig | None, data: DataConfig | None, document: Document
) -> tuple[Fault, ...]:
    """Return everything in which attribution does not fit experiments and data.

    Parameters
    ----------
    attribution : AttributionConfig
    lift : LiftConfig or None
    data : DataConfig or None
    document : Document

    Returns
    -------
    tuple of Fault
    """
    for name, section in (("experiments", lift), ("the data section", data)):
        if section is not None and section.currency != attribution.currency:
            what = f"Attribution counts money in {attribution.currency}, {name} in {section.currency}."
            remedy = "Convert one of them at its source, or keep attribution in a YAML of its own."
            where = document.where(("attribution", "currency"))
            return (Fault("config-currency", where, what, remedy),)
    return ()


def cross_check_calibrate(
    calibrate: CalibrateConfig, lift: LiftConfig | None, document: Document
) -> tuple[Fault, ...]:
    """Return everything in which the experiments that calibrate a model are not those of the YAML.

    Parameters
    ----------
    calibrate : CalibrateConfig
    lift : LiftConfig or None
    document : Document

    Returns
    -------
    tuple of Fault
    """
    known = [test.name for test in lift.experiments] if lift is not None else []
    unknown = [(n, name) for n, name in enumerate(calibrate.experiments or ()) if name not in known]
    remedies = suggestions((name for _, name in unknown), known)
    found = []
    for (place, name), (_, remedy) in zip(unknown, remedies, strict=True):
        where = document.where(("calibrate", "experiments", place))
        what = f"`{name[:60]}` is no experiment of the lift section."
        more = "An experiment of another run is given by its evidence, under calibrate.files."
        found.append(Fault("config-unknown-experiment", where, what, f"{remedy} {more}".strip()))
    return in_file_order(found)


def _currency(lift: LiftConfig, data: DataConfig, document: Document) -> Iterator[Fault]:
    """Money of experiments and of the panel meets in one model and on one page."""
    if lift.currency != data.currency:
        what = f"Experiments count money in {lift.currency}, the data section in {data.currency}."
        remedy = "Convert one of them at its source, or keep the experiments in a YAML of their own."
        yield Fault("config-currency", document.where(("lift", "currency")), what, remedy)


def _channels(lift: LiftConfig, data: DataConfig, document: Document) -> Iterator[Fault]:
    """An experiment tells the model about a channel only under the name that the model knows."""
    known = (
        [m.name for m in data.channels] + [m.name for m in data.organic] + [m.name for m in data.treatments]
    )
    unknown = [(path, name) for path, name in _named(lift) if name not in known]
    remedies = suggestions((name for _, name in unknown), known)
    for (path, _), (name, remedy) in zip(unknown, remedies, strict=True):
        what = f"`{name[:60]}` is no channel of the data section."
        more = "Keep tests of what is not in the model in a YAML of their own."
        yield Fault("config-unknown-channel", document.where(path), what, f"{remedy} {more}".strip())


def _names_distinct(lift: LiftConfig, document: Document) -> Iterator[Fault]:
    """Two tests whose names look alike cannot be told apart in a table."""
    seen: dict[str, str] = {}
    for section in ("experiments", "registry"):
        for index, test in enumerate(getattr(lift, section)):
            if seen.setdefault(look(test.name), test.name) != test.name:
                what = "The name cannot be told apart from that of another test."
                where = document.where(("lift", section, index, "name"))
                yield Fault("config-name-twice", where, what, "Give every test a name of its own.")


def _named(lift: LiftConfig) -> Iterator[tuple[KeyPath, str]]:
    """Yield each channel that a test names, with its key path."""
    for section in ("experiments", "registry"):
        for index, test in enumerate(getattr(lift, section)):
            for place, name in enumerate(test.channels):
                yield ("lift", section, index, "channels", place), name

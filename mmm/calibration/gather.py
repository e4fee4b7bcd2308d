"""The evidence that a model is calibrated with: experiments of the same YAML, and records that other runs wrote."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from mixproof.aggregates.panel import Panel
from mixproof.errors import ConfigError, DataError, Fault
from mixproof.records.evidence import Evidence
from mixproof.records.run_folder.files import is_safe_name
from mmm.calibration.calibration import Calibration
from mmm.config import CalibrateConfig
from mmm.faults import FAULTS


def gather(options: CalibrateConfig, analysed: Sequence[Evidence], folder: Path, panel: Panel) -> Calibration:
    """Return what a panel is calibrated with: one record for each experiment that the section names.

    Parameters
    ----------
    options : CalibrateConfig
    analysed : sequence of Evidence
        Of all experiments of the YAML.
    folder : pathlib.Path
        Folder that evidence files are read from.
    panel : Panel

    Returns
    -------
    Calibration
        A holdout proves conversions and revenue of the same people: the panel's kind of outcome is taken.

    Raises
    ------
    DataError
        A file is not evidence, or one experiment would count twice.
    """
    faults: list[Fault] = []
    named = [
        item for item in analysed if options.experiments is None or item.experiment in options.experiments
    ]
    groups = [named]
    for file in options.files:
        try:
            if not is_safe_name(file) or not (folder / file).resolve().is_relative_to(folder.resolve()):
                raise ValueError("outside the data folder")
            groups.append([Evidence.from_json((folder / file).read_text(encoding="utf-8"))])
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "It is not a record of evidence."
            faults.append(_fault("calibrate-file", f"calibrate.files: {file}", f"{reason}"))
    chosen = [item for group in groups for item in _of_the_panel(group, panel)]
    faults += _twice(chosen)
    if faults:
        raise DataError(faults)
    return Calibration(options, tuple(chosen))


def recall(
    options: CalibrateConfig, folder: Path | None, described: Sequence[str], panel: Panel
) -> Calibration:
    """Return what the model of a run was calibrated with, from the evidence that its folder keeps.

    Parameters
    ----------
    options : CalibrateConfig
    folder : pathlib.Path or None
        The run's folder of evidence: of its own experiments, and what it read from files.
    described : sequence of str
        Names of the experiments of its own YAML.
    panel : Panel

    Returns
    -------
    Calibration

    Raises
    ------
    ConfigError
        There is no evidence.
    """
    files = [] if folder is None else sorted(folder.glob("*.json"))
    if not files:
        _, meaning, remedy = FAULTS["calibrate-missing"]
        raise ConfigError(Fault("calibrate-missing", "calibrate", meaning, remedy))
    kept = [Evidence.from_json(file.read_text(encoding="utf-8")) for file in files]
    wanted = described if options.experiments is None else options.experiments
    place = {name: number for number, name in enumerate(described)}
    chosen = [item for item in kept if item.experiment in wanted or item.experiment not in described]
    chosen.sort(key=lambda item: place.get(item.experiment, len(place)))
    return Calibration(options, tuple(_of_the_panel(chosen, panel)))


def _of_the_panel(evidence: Sequence[Evidence], panel: Panel) -> Iterator[Evidence]:
    """Yield one record of each experiment, of the panel's kind of outcome where there is one."""
    for name in dict.fromkeys(item.experiment for item in evidence):
        same = [item for item in evidence if item.experiment == name]
        alike = [item for item in same if item.outcome_kind == panel.outcome_kind]
        yield (alike or same)[0]


def _twice(chosen: Sequence[Evidence]) -> Iterator[Fault]:
    names = [item.experiment for item in chosen]
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        what = "Its evidence is given more than once."
        yield _fault("calibrate-twice", f"calibrate: {name}", what)


def _fault(code: str, where: str, what: str) -> Fault:
    return Fault(code, where, what, FAULTS[code][2])

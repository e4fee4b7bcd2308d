"""Every kind of experiment and how it is analysed: a new kind is a row here and a member of `lift.config.AnyExperiment`."""

from collections.abc import Callable, Mapping
from typing import Any

from lift.experiment import Context, Experiment, ExperimentResult
from lift.geo.analyse import analyse_geo, read_geo
from lift.geo.config import Geo
from lift.holdout.analyse import analyse_holdout
from lift.holdout.config import Holdout
from lift.imports.config import Imported
from lift.imports.results import analyse_import

Analysis = Callable[[Any, Context], ExperimentResult]
"""(section, Context) -> ExperimentResult."""
ANALYSES: Mapping[type[Experiment], Analysis] = {
    Holdout: analyse_holdout,
    Geo: analyse_geo,
    Imported: analyse_import,
}
"""Section of the YAML -> the function that analyses it."""
READERS: Mapping[type[Experiment], Analysis] = {**ANALYSES, Geo: read_geo}
"""The same for `check`: what takes no time is analysed, the data of geo tests are read."""

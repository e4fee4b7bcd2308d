"""The stage that plans tests: what those that might be run could show."""

from collections.abc import Sequence

from lift.design.config import DesignConfig
from workflow.config import RunConfig
from workflow.inputs import hash_files
from workflow.lazy import imported
from workflow.stages.stage import Stage
from workflow.stages.state import RunState


def design_reads(state: RunState) -> Sequence[str]:
    """Return the design section, the seed and the hashes of its files."""
    hashes = state.read_files(hash_files(design_files(state.design), state.data_folder))
    return [state.design.model_dump_json(), str(state.config.seed), *hashes]


def make_design(state: RunState) -> None:
    """Plan every test, and keep the options, the design files and what was found.

    Raises
    ------
    DataError, ConfigError, PrivacyError
        With the faults of all plans together.
    """
    found = imported("design")(state.design, state.data_folder, state.config.seed)
    state.raise_if_changed()
    state.tables.update(found.tables)
    state.verdicts.append(found.verdict)
    state.files.update({f"designs/{name}": text for name, text in found.files.items()})


def check_plans(state: RunState) -> None:
    """Read what the plans need, and plan nothing.

    Raises
    ------
    DataError, ConfigError, PrivacyError
        With the faults of all plans together.
    """
    imported("read_plans")(state.design, state.data_folder)
    state.raise_if_changed()


def design_files(design: DesignConfig) -> list[str]:
    """Return the files that the plans of a section read, as the YAML names them."""
    return list(dict.fromkeys(plan.data.file for plan in design.plans if plan.kind == "geo"))


def has_plans(config: RunConfig) -> bool:
    """Return whether a config plans tests."""
    return config.design is not None


DESIGN = Stage("design", "planning tests", design_reads, make_design, has_plans)
PLANS = Stage("design", "reading what plans need", design_reads, check_plans, has_plans, checks=True)
"""What `check` does instead: it reads everything that the plans need, in seconds."""

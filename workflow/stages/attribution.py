"""The stage that judges user-level attribution: credit by rule, and what systems claim."""

from collections.abc import Sequence

from lift.attribution.config import AttributionConfig
from workflow.inputs import hash_files
from workflow.lazy import imported
from workflow.stages.stage import Stage
from workflow.stages.state import RunState


def attribution_reads(state: RunState) -> Sequence[str]:
    """Return the attribution section, the seed, the hashes of its files, and the experiments that it is held against."""
    section = _section(state)
    hashes = state.read_files(hash_files(attribution_files(section), state.data_folder))
    return [section.model_dump_json(), str(state.config.seed), *hashes, *state.read_by("lift")]


def analyse_attribution(state: RunState) -> None:
    """Work out credit and claims, and keep their tables and findings.

    Raises
    ------
    DataError, ConfigError, PrivacyError
        With the faults of all tables together.
    """
    section, seed = _section(state), state.config.seed
    found = imported("analyse_attribution")(section, state.data_folder, state.evidence, seed)
    state.raise_if_changed()
    state.tables.update(found.tables)
    state.verdicts.append(found.verdict)
    state.display.say(f"          attribution: {found.verdict.grade}")


def attribution_files(section: AttributionConfig) -> list[str]:
    """Return the files that a section reads, as the YAML names them."""
    paths = [section.paths.file] if section.paths is not None else []
    return list(dict.fromkeys([*paths, *(system.file for system in section.systems)]))


def _section(state: RunState) -> AttributionConfig:
    if state.config.attribution is None:
        raise RuntimeError("this run has no attribution section: the stage is not wanted")
    return state.config.attribution


ATTRIBUTION = Stage(
    "attribution",
    "judging attribution",
    attribution_reads,
    analyse_attribution,
    lambda config: config.attribution is not None,
    checks=True,
)

"""The stages that judge user-level attribution: credit by rule, and what systems claim.

Claims are judged before the model is sampled, so that faults of their tables are told at once. Where some lie beyond what was
tested, they are judged again once there is a model, whose response curves carry factors to other levels of spend.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np

from lift.attribution.config import AttributionConfig
from lift.attribution.factors.levels import BEYOND, Curve
from workflow.config import RunConfig
from workflow.inputs import hash_files
from workflow.lazy import imported
from workflow.stages.stage import Stage, has_model
from workflow.stages.state import RunState
from workflow.triangulation.sources import spend_of


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


def levels_read(state: RunState) -> Sequence[str]:
    """Return the claims and the model that carries their factors."""
    return [*state.read_by("attribution", "effects")]


def judge_again(state: RunState) -> None:
    """Judge claims again with the model's response curves, where some lie beyond what was tested."""
    if not (state.tables["attribution"]["status"] == BEYOND).any():
        return
    section, seed = _section(state), state.config.seed
    found = imported("analyse_attribution")(
        section, state.data_folder, state.evidence, seed, curves_of(state)
    )
    state.raise_if_changed()
    state.tables.update(found.tables)
    # the verdict on the same claims without a model is no longer true
    state.verdicts[:] = [
        found.verdict
        if any(finding.check == "attribution_reach" for finding in verdict.findings)
        else verdict
        for verdict in state.verdicts
    ]


def curves_of(state: RunState) -> dict[str, Curve]:
    """Return what the model says that each paid channel brings by level of spend."""
    dates = state.panel.data["date"].values.astype("datetime64[D]")
    first, last = (
        np.searchsorted(dates, np.datetime64(str(state.facts[name]), "D")) for name in ("start", "end")
    )
    ends = np.r_[dates[1:], dates[-1] + np.median(np.diff(dates))]
    days, money = int((ends[last] - dates[first]).astype(int)), spend_of(state.panel)
    response = state.tables["response"]
    curves = {}
    for channel in state.panel.paid:
        mine = response[response["channel"] == channel]
        spend, outcome = (mine[name].to_numpy(float) for name in ("spend", "outcome_mean"))
        curves[channel] = Curve(spend, outcome, days, partial(money, channel))
    return curves


def attribution_files(section: AttributionConfig) -> list[str]:
    """Return the files that a section reads, as the YAML names them."""
    paths = [section.paths.file] if section.paths is not None else []
    return list(dict.fromkeys([*paths, *(system.file for system in section.systems)]))


def _section(state: RunState) -> AttributionConfig:
    if state.config.attribution is None:
        raise RuntimeError("this run has no attribution section: the stage is not wanted")
    return state.config.attribution


def has_claims_and_model(config: RunConfig) -> bool:
    """Return whether a config has claims of attribution systems, and a model of the same channels."""
    return config.attribution is not None and bool(config.attribution.systems) and has_model(config)


ATTRIBUTION = Stage(
    "attribution",
    "judging attribution",
    attribution_reads,
    analyse_attribution,
    lambda config: config.attribution is not None,
    checks=True,
)

LEVELS = Stage(
    "levels",
    "carrying factors of attribution to other levels of spend",
    levels_read,
    judge_again,
    has_claims_and_model,
)

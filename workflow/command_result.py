"""What a command hands back: an exit code, where the results are, how far they may be believed."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from mixproof.errors import TrustError
from mixproof.records.verdict import Grade, Verdict
from workflow.inputs import panel_sentence
from workflow.lazy import imported
from workflow.preflight import estimate
from workflow.stages.state import RunState


def exit_code(verdict: Verdict) -> int:
    """Return 0 when the answer may be used, else the code of `TrustError`."""
    return TrustError.exit_code if verdict.grade is Grade.NOT_REPORTABLE else 0


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """A published run.

    Parameters
    ----------
    exit_code : int
        0, or 5 when the run is not reportable.
    run_dir : pathlib.Path
        Its folder.
    verdict : Verdict
        How far it may be believed.
    channels : tuple of dict
        Key figures: name, kind, spend, contribution and ROI with interval of each channel and group.
    timings : mapping of str to float
        Seconds that each stage took.
    """

    exit_code: int
    run_dir: Path
    verdict: Verdict
    channels: tuple[dict[str, Any], ...] = ()
    timings: Mapping[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the run as JSON-ready values: its files, key figures, verdict and timings."""
        return {
            "run": str(self.run_dir),
            "verdict": self.verdict.as_dict(),
            "pages": self._files("report/*.html"),
            "workbooks": self._files("report/*.xlsx"),
            "tables": self._files("tables/*.csv"),
            "designs": self._files("designs/*.json"),
            "channels": list(self.channels),
            "timings": {name: round(seconds, 3) for name, seconds in self.timings.items()},
        }

    def text(self) -> str:
        """Return verdict, reasons, run folder, pages and workbooks in lines for people."""
        lines = [f"verdict:  {self.verdict.grade}"]
        lines += [f"  - {finding.sentence}" for finding in self.verdict.reasons]
        lines.append(f"run:      {self.run_dir}")
        lines += [f"page:     {file}" for file in self._files("report/*.html")]
        lines += [f"workbook: {file}" for file in self._files("report/*.xlsx")]
        lines += [f"design:   {file}" for file in self._files("designs/*.json")]
        return "\n".join(lines)

    def _files(self, pattern: str) -> list[str]:
        return [str(file) for file in sorted(self.run_dir.glob(pattern))]


_KEY_FIGURES = (
    "channel", "kind", "reported_as", "spend", "contribution_mean", "contribution_lower", "contribution_upper",
    "roi_mean", "roi_median", "roi_lower", "roi_upper", "caution",
)  # fmt: skip


def key_figures(tables: Mapping[str, pd.DataFrame]) -> tuple[dict[str, Any], ...]:
    """Return the key figures of a run's table ``channels``; what is no number, or infinite, is None."""
    if "channels" not in tables:
        return ()
    rows = tables["channels"].filter(list(_KEY_FIGURES)).to_dict("records")
    return tuple({str(key): _plain(value) for key, value in row.items()} for row in rows)


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """What `check` found: that everything fits together, and in words what would be done.

    Parameters
    ----------
    exit_code : int
        0, or 5 when the priors imply something that cannot be.
    facts : dict
        What is known of the data, as in the manifest's ``panel``.
    sentences : tuple of str
        What was checked and what the run would need.
    verdict : Verdict or None
        What the priors imply, when asked for.
    """

    exit_code: int
    facts: dict[str, Any]
    sentences: tuple[str, ...]
    verdict: Verdict | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the outcome as JSON-ready values."""
        prior = {"prior": self.verdict.as_dict()} if self.verdict is not None else {}
        return {"panel": self.facts, "sentences": list(self.sentences), **prior}

    def text(self) -> str:
        """Return the outcome in lines for people."""
        lines = list(self.sentences)
        if self.verdict is not None:
            lines.append(f"prior:   {self.verdict.grade}")
            lines += [f"  - {finding.sentence}" for finding in self.verdict.findings]
        return "\n".join(lines)


def known_before_sampling(state: RunState, prior: bool) -> CheckOutcome:
    """Return what is known before sampling, and what the priors imply when asked for.

    Parameters
    ----------
    state : RunState
        Data are read and experiments analysed.
    prior : bool
        Whether the outcome that the priors imply is simulated.

    Returns
    -------
    CheckOutcome
        Sentences, facts, and the exit code of what is known so far.
    """
    known = _of_experiments(state)
    if state.config.data is None:
        return CheckOutcome(exit_code(state.verdict), {}, known)
    need = estimate(state.panel, state.mmm)
    sentences = [
        f"data:    {panel_sentence(state.facts)}",
        *(f"notice:  {text}" for text in state.panel.notices),
    ]
    sentences += [f"rows:    {row.table}: {row.read} read, {row.used} used" for row in state.panel.ledger]
    sentences += [f"ledger:  {found.sentence}" for found in state.verdict.findings if found.check == "ledger"]
    sentences += [f"run:     {need.sentence()}", *known]
    if not prior:
        return CheckOutcome(0, state.facts, tuple(sentences))
    implied = imported("check_prior")(state.panel, state.mmm, state.config.seed)
    return CheckOutcome(exit_code(implied.verdict), state.facts, tuple(sentences), implied.verdict)


def _of_experiments(state: RunState) -> tuple[str, ...]:
    """Return what is known of experiments and plans: what takes seconds is analysed, the rest is named."""
    sentences = []
    if state.config.lift is not None:
        for test in state.lift.experiments:
            found = Verdict(tuple(f for f in state.verdict.findings if f.subject == test.name))
            unread = [f.sentence for f in found.findings if f.check == "not_analysed"]
            sentences.append(f"lift:    {test.name}: {unread[0] if unread else found.grade}")
    if state.config.attribution is not None:
        said = [f for f in state.verdict.findings if f.check.startswith(("credit", "attribution"))]
        sentences.append(f"attribution: {Verdict(tuple(said)).grade}")
    if state.config.design is not None:
        sentences += [f"design:  {plan.name}: {plan.kind}" for plan in state.design.plans]
    return tuple(sentences)

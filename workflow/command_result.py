"""What a command hands back: an exit code, where the results are, how far they may be believed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
    """A published run."""

    exit_code: int
    run_dir: Path
    verdict: Verdict


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
    """Return what is known before sampling, and what the priors imply when asked for."""
    known = _of_experiments(state)
    if state.config.data is None:
        return CheckOutcome(exit_code(state.verdict), {}, known)
    need = estimate(state.panel, state.mmm)
    sentences = [
        f"data:    {panel_sentence(state.facts)}",
        *(f"notice:  {text}" for text in state.panel.notices),
    ]
    sentences += [f"rows:    {row.table}: {row.read} read, {row.used} used" for row in state.panel.ledger]
    sentences += [f"run:     {need.sentence()}", *known]
    if not prior:
        return CheckOutcome(0, state.facts, tuple(sentences))
    implied = imported("check_prior")(state.panel, state.mmm, state.config.seed)
    return CheckOutcome(exit_code(implied.verdict), state.facts, tuple(sentences), implied.verdict)


def _of_experiments(state: RunState) -> tuple[str, ...]:
    """Return what is known of experiments and plans: they are analysed in seconds, so that is the check."""
    sentences = []
    if state.config.lift is not None:
        for test in state.lift.experiments:
            found = Verdict(tuple(f for f in state.verdict.findings if f.subject == test.name))
            sentences.append(f"lift:    {test.name}: {found.grade}")
    if state.config.attribution is not None:
        said = [f for f in state.verdict.findings if f.check.startswith(("credit", "attribution"))]
        sentences.append(f"attribution: {Verdict(tuple(said)).grade}")
    if state.config.design is not None:
        sentences += [f"design:  {plan.name}: {plan.kind}" for plan in state.design.plans]
    return tuple(sentences)

"""One stage of a run: what it is called, what decides its result, what it does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workflow.config import RunConfig
from workflow.stages.state import RunState


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of a run; each file of this folder that does one ends in its row.

    Parameters
    ----------
    name : str
        Key of its hash and its duration in the manifest.
    says : str
        What it does, for people who wait.
    reads : callable
        Returns everything that decides the result, as texts; their hash is the stage's key.
    does : callable
        Does it.
    wanted : callable
        Whether a config asks for it.
    checks : bool
        Whether `check` does it too: it reads everything and takes seconds.
    """

    name: str
    says: str
    reads: Callable[[RunState], Sequence[str]]
    does: Callable[[RunState], None]
    wanted: Callable[[RunConfig], bool]
    checks: bool = False


def has_model(config: RunConfig) -> bool:
    """Return whether a config describes data and a model of them."""
    return config.data is not None and config.mmm is not None


def always(config: RunConfig) -> bool:
    """Return True: the stage is part of every run."""
    return True

"""Where a run stands, while it runs: a live line on a terminal, plain lines elsewhere, nothing when nobody listens."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from mixproof.text import visible

if TYPE_CHECKING:
    from rich.console import Console

PLAIN_SECONDS = 60.0
"""Seconds between two lines of progress where there is no terminal; the last state is said in any case."""


class Display:
    """Says what the stages do, on a rich console or not at all."""

    def __init__(self, console: "Console | None") -> None:
        self._console = console

    def say(self, text: str) -> None:
        """Say one line."""
        if self._console is not None:
            self._console.print(visible(text), markup=False)

    @contextmanager
    def sampling(self) -> "Iterator[Watcher]":
        """Give a watcher of the sampler, alive while the block runs."""
        if self._console is None or not self._console.is_terminal:
            watcher = Watcher(self.say, PLAIN_SECONDS)
            yield watcher
            watcher.finish()
            return
        from rich.live import Live  # only where somebody looks
        from rich.text import Text

        with Live(Text(""), console=self._console, refresh_per_second=5, transient=True) as live:
            yield Watcher(lambda text: live.update(Text(visible(text))), 0.0)


class Watcher:
    """Turns what the sampler says into a line, at most once in some seconds."""

    def __init__(self, say: Any, seconds: float) -> None:
        self._say, self._seconds = say, seconds
        self._last = time.monotonic()
        self._waiting: Mapping[str, Any] | None = None

    def __call__(self, progress: Mapping[str, Any]) -> None:
        """Take one progress report: what the sampler is at, or a sentence under ``says``."""
        if "says" in progress:
            self._say(f"          {progress['says']}")
            return
        now = time.monotonic()
        self._waiting = progress
        if now - self._last >= self._seconds:
            self._last = now
            self.finish()

    def finish(self) -> None:
        """Say the last state, unless it has been said."""
        if self._waiting is not None:
            self._say(sampling_line(self._waiting))
            self._waiting = None


def sampling_line(progress: Mapping[str, Any]) -> str:
    """Return one line: draws, rate, time to the next judgement, divergences and the verdict so far.

    Parameters
    ----------
    progress : mapping
        Fields of `mmm.sampling.chain_set.Progress`; ``draws`` after tuning and ``target`` are counted a chain.
    """
    draws, target, elapsed = progress["draws"], progress["target"], progress["elapsed"]
    done = sum(max(0, count) for count in draws)
    rate = done / elapsed if elapsed > 0 else 0.0
    parts = [f"sampling {done:,} of {target * len(draws):,} draws in {len(draws)} chains"]
    if progress["tuning"]:
        parts.append("still adapting")
    if rate > 0:
        # chains run side by side, so the slowest decides
        slowest = max(0, target - min(draws)) / max(1, min(draws)) * elapsed
        parts.append(f"{rate:,.0f} draws/s")
        parts.append(f"judged in about {duration(slowest)}" if min(draws) > 0 else "time left not known yet")
    parts.append(f"{duration(elapsed)} so far")
    if progress["divergences"]:
        parts.append(f"{progress['divergences']} divergences")
    parts.append(_state(progress.get("convergence")))
    return ", ".join(parts)


def duration(seconds: float) -> str:
    """Return a span of time as people say it: ``8 s``, ``3 min``, ``1 h 20 min``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02d} min"


def megabytes(count: float) -> str:
    """Return a number of bytes as text, for example ``1,234 MB``."""
    return f"{count / 1e6:,.0f} MB"


def _state(convergence: Mapping[str, Any] | None) -> str:
    if convergence is None:
        return "not judged yet"
    r_hat, ess = convergence["r_hat"], convergence["ess"]
    worst = f"R-hat {r_hat:.3f} ({convergence['r_hat_parameter']})"
    return f"last verdict: {worst}, ESS {ess:,.0f} ({convergence['ess_parameter']})"

"""What people see while they wait."""

import io

import pytest
from rich.console import Console

from workflow.progress import Display, Watcher, duration, sampling_line

BASE = {"draws": (300, 200), "target": 500, "tuning": False, "divergences": 0, "steps": 9, "elapsed": 10.0}
STATE = {
    "r_hat": 1.0234,
    "r_hat_parameter": "roi[tv]",
    "ess": 212.4,
    "ess_parameter": "sigma",
    "divergences": 0,
}

LINES = [
    (
        {"convergence": None},
        "sampling 500 of 1,000 draws in 2 chains, 50 draws/s, judged in about 15 s, 10 s so far, not judged yet",
    ),
    (
        {"convergence": STATE, "divergences": 3},
        "sampling 500 of 1,000 draws in 2 chains, 50 draws/s, judged in about 15 s, 10 s so far, 3 divergences, "
        "last verdict: R-hat 1.023 (roi[tv]), ESS 212 (sigma)",
    ),
    (
        {"draws": (0, -20), "tuning": True, "elapsed": 4.0, "convergence": None},
        "sampling 0 of 1,000 draws in 2 chains, still adapting, 4 s so far, not judged yet",
    ),
    (
        {"draws": (90, 0), "tuning": True, "convergence": None},
        "sampling 90 of 1,000 draws in 2 chains, still adapting, 9 draws/s, time left not known yet, 10 s so far, "
        "not judged yet",
    ),
]


@pytest.mark.parametrize(("change", "line"), LINES)
def test_a_line_says_rate_time_left_and_verdict(change: dict, line: str) -> None:
    assert sampling_line({**BASE, **change}) == line


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (8.4, "8 s"), (89, "89 s"), (100, "2 min"), (4800, "80 min"), (7300, "2 h 02 min")],
)
def test_durations_are_said_as_people_say_them(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_plain_lines_come_seldom() -> None:
    lines: list[str] = []
    watch = Watcher(lines.append, 3600.0)
    for elapsed in range(5):
        watch({**BASE, "elapsed": float(elapsed), "convergence": None})
    assert lines == []
    for _ in range(2):
        watch.finish()
    (line,) = lines  # the last state, once
    assert "4 s so far" in line


@pytest.mark.parametrize("terminal", [True, False])
def test_both_kinds_of_display_show_the_line(terminal: bool) -> None:
    shown = io.StringIO()
    console = Console(file=shown, force_terminal=terminal, width=200, color_system=None)
    with Display(console).sampling() as watch:
        watch({**BASE, "convergence": None})
    assert "50 draws/s" in shown.getvalue()


def test_nobody_listening_hears_nothing(capsys: pytest.CaptureFixture) -> None:
    display = Display(None)
    display.say("nothing")
    with display.sampling() as watch:
        watch({**BASE, "convergence": None})
    assert capsys.readouterr() == ("", "")


def test_a_sentence_is_said_at_once() -> None:
    said: list[str] = []
    watcher = Watcher(said.append, 1000.0)
    for text in ("compiling", "compiled"):
        watcher({"says": text})
    assert [line.strip() for line in said] == ["compiling", "compiled"]

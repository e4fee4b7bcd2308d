"""The walk of a parameter, on a small tree, and that of a panel through a fit."""

from pathlib import Path

import pytest

from benchmarks.walk import stays
from tests.architecture.source import ROOT

FILES = {
    "a.py": "from b import half, whole\n\ndef start(panel):\n    x = whole(panel)\n    half(panel)\n    half(x)\n",
    "b.py": "from c import Problem, deep\n\ndef whole(panel) -> Problem:\n    deep(1, given=panel)\n    return Problem()\n\n"
    "def half(p):\n    return p\n",
    "c.py": "class Problem:\n    pass\n\ndef deep(number, given):\n    return deep(number, given)\n",
}


@pytest.mark.parametrize(("onward", "expected"), [(False, "abcab"), (True, "abcabab")])
def test_a_walk_goes_where_the_parameter_is_passed_on(
    onward: bool, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert "".join(path.stem for path in stays(Path("a.py"), "start", "panel", onward)) == expected


def test_a_panel_in_a_fit_hardly_comes_back_to_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    found = stays(Path("mmm/fit.py"), "fit", "panel")
    assert len(found) - len(set(found)) <= 20

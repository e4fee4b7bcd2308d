"""The face: importing it costs nothing, it leads to the roof, and a file that hides a package is named."""

import subprocess
import sys
from pathlib import Path

import pytest

import mixproof

HEAVY = ("pymc", "nutpie", "numba", "arviz", "pandas", "xarray", "numpy", "matplotlib")
SAMPLERS = ("pymc", "nutpie", "numba", "arviz")


def python(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Return what a new process says that starts in `folder`, whose files are found first, as in a notebook."""
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, ''); {code}"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize(
    ("code", "absent"),
    [("import mixproof; dir(mixproof)", HEAVY), ("from mixproof import run, open, check, Run", SAMPLERS)],
    ids=["import", "face"],
)
def test_what_is_not_needed_is_not_imported(code: str, absent: tuple[str, ...], tmp_path: Path) -> None:
    said = python(f"{code}; print([name for name in {absent} if name in sys.modules])", tmp_path)
    assert (said.stdout.strip(), said.returncode) == ("[]", 0), said.stderr


@pytest.mark.parametrize("name", ["mmm", "reports", "lift", "workflow"])
@pytest.mark.parametrize("before", ["", "import {}; "], ids=["not imported", "imported"])
def test_a_file_that_hides_a_package_is_named_in_one_sentence(name: str, before: str, tmp_path: Path) -> None:
    (tmp_path / f"{name}.py").write_text("spend = 1\n")
    said = python(f"{before.format(name)}import mixproof; mixproof.run", tmp_path)
    last = said.stderr.strip().splitlines()[-1]
    file = (tmp_path / f"{name}.py").resolve()
    assert last.startswith(f"ImportError: {file} hides the package `{name}`")
    assert "rename it" in last


def test_every_name_is_there_and_no_other() -> None:
    for name in mixproof.FACE:
        assert callable(getattr(mixproof, name))
        assert name in dir(mixproof)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        mixproof.nothing  # noqa: B018

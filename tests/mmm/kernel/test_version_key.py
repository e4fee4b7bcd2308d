"""The key that tells versions of the kernel apart covers all that it is made of."""

from pathlib import Path

import pytest

import mmm
from mmm.kernel import version_key
from mmm.kernel.entries.parts import of_any_model
from mmm.kernel.version_key import compiled_from, kernel_key

ALL = [part.function for part in of_any_model()]


def test_the_key_covers_every_file_that_is_compiled() -> None:
    files, constants = compiled_from(*ALL)
    package = Path(mmm.__file__).parent
    maths = {
        path for path in (package / "kernel" / "maths").glob("*.py") if path.name not in ("__init__.py",)
    }
    entries = {
        package / "kernel" / "entries" / f"{name}.py"
        for name in ("steps", "parts", "log_density", "kept_draw", "coordinates")
    }
    families = {package / "transforms" / f"{name}.py" for name in ("geometric", "hill", "kernel", "tanh")}
    assert maths | entries | families | {package / "kernel" / "buffer" / "header.py"} <= files
    assert any(each.startswith("mmm.kernel.maths.likelihood.TAIL_FLOOR=") for each in constants)
    assert any("fastmath" in each for each in constants)


def _altered(monkeypatch: pytest.MonkeyPatch, what: str, tmp_path: Path) -> None:
    if what == "a source file":
        found = compiled_from(*ALL)
        copy = tmp_path / "likelihood.py"
        source = next(path for path in found[0] if path.name == "likelihood.py")
        copy.write_text(source.read_text() + "\n# another version\n")
        changed = (found[0] - {source} | {copy}, found[1])
        monkeypatch.setattr(version_key, "compiled_from", lambda *functions: changed)
    elif what == "a number of the priors":
        from mmm.kernel.maths import likelihood

        monkeypatch.setattr(likelihood, "TAIL_FLOOR", 3.5)
    elif what == "the processor":
        monkeypatch.setattr(version_key, "_processor", lambda: "another")
    else:
        monkeypatch.setattr(version_key, "version", lambda name: "9.9" if name == what else "1.0")


@pytest.mark.parametrize(
    "what", ["a source file", "a number of the priors", "the processor", "numba", "llvmlite"]
)
def test_the_key_changes_with(what: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if what in ("numba", "llvmlite"):
        monkeypatch.setattr(version_key, "version", lambda name: "1.0")
    before = kernel_key()
    _altered(monkeypatch, what, tmp_path)
    assert kernel_key() != before


@pytest.mark.parametrize("name", ["UNKNOWN", "version_key"])
def test_a_name_that_cannot_be_told_is_no_key(name: str) -> None:
    def unknown() -> object:
        return UNKNOWN

    def module() -> object:
        return version_key.kernel_key

    with pytest.raises(TypeError, match=f"what {name} is compiled in as cannot be told"):
        compiled_from(unknown if name == "UNKNOWN" else module)


UNKNOWN = [1.0]

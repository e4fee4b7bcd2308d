"""The sampler comes without ArviZ, and ArviZ is there for whoever asks for it."""

import subprocess
import sys

import pytest

PROGRAM = """
import sys
from mmm.sampling.nutpie_import import nutpie
heavy = {"arviz", "arviz_stats", "arviz_plots", "matplotlib", "pymc", "scipy.stats"} & set(sys.modules)
assert not heavy, heavy
assert sys.modules["nutpie.sample"].arviz.__name__ == "arviz"
assert "arviz" not in sys.modules
import numpy
namespace = {"version": numpy.__version__}
sys.modules["arviz"] = type(sys)("arviz")
sys.modules["arviz"].from_dict = namespace
assert sys.modules["nutpie.sample"].arviz.from_dict is namespace
"""


def test_nutpie_is_imported_without_arviz_and_finds_it_when_it_asks() -> None:
    subprocess.run([sys.executable, "-c", PROGRAM], check=True)


@pytest.mark.walk  # compiles as long as hundreds of other tests take together
def test_models_of_pymc_compile_in_a_process_that_has_imported_the_sampler_first() -> None:
    code = (
        "from mmm.sampling.nutpie_import import nutpie\n"
        "import pymc as pm\n"
        "with pm.Model() as model:\n"
        "    pm.Normal('b', pm.Data('centre', 1.0))\n"
        "print(nutpie.compile_pymc_model(model).n_dim)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "1", done.stderr[-2000:]

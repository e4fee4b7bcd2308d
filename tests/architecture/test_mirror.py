"""Tests stand where one looks for them: a module of some length has a test file of its name."""

from tests.architecture.source import ROOT, SOURCES, files

LONG = 100
"""Lines from which on a module has a test file of its own name, somewhere below ``tests/<package>/``."""

WITHOUT = {
    "lift/attribution/contract/columns.py",
    "lift/attribution/contract/exports.py",
    "lift/attribution/contract/open.py",
    "lift/experiment.py",
    "mixproof/aggregates/reading/cell_sql.py",
    "workflow/inputs.py",
    "lift/geo/data/design_file.py",
    "lift/geo/data/experiment_data.py",
    "lift/holdout/columns.py",
    "lift/holdout/comparisons.py",
    "lift/holdout/methods/counts.py",
    "lift/holdout/methods/interval.py",
    "lift/holdout/primary.py",
    "lift/pool_tests.py",
    "lift/tables.py",
    "mixproof/aggregates/contract/completeness.py",
    "mixproof/aggregates/reading/assembly.py",
    "mixproof/aggregates/reading/cells.py",
    "mixproof/aggregates/reading/loading.py",
    "mixproof/aggregates/reading/measures.py",
    "mixproof/aggregates/simulate/market.py",
    "mixproof/aggregates/simulate/scene.py",
    "mixproof/aggregates/simulate/writing.py",
    "mixproof/records/run_folder/run_draft.py",
    "mmm/backtest/leave_future_out.py",
    "mmm/components/design.py",
    "mmm/config.py",
    "mmm/kernel/buffer/header.py",
    "mmm/kernel/buffer/pack.py",
    "mmm/model/likelihoods.py",
    "mmm/problem/vector.py",
    "mmm/sampling/chain_set.py",
    "reports/design.py",
    "reports/experiment_inputs.py",
    "reports/page.py",
    "reports/render.py",
    "reports/sections/experiment/trust.py",
    "reports/sections/summary/channels.py",
    "reports/sections/summary/returns.py",
}
"""Modules that have none yet, tested under other names: the list only ever gets shorter."""


def has_its_test(name: str) -> bool:
    """Return whether a test file of the module's name is there."""
    wanted = "/test_" + name.rsplit("/", 1)[1]
    return any(test.endswith(wanted) for test in files(f"tests/{name.split('/')[0]}"))


def test_long_modules_have_a_test_file_of_their_name() -> None:
    long = [
        name
        for name in SOURCES
        if not name.endswith("/__init__.py")
        and len((ROOT / name).read_text(encoding="utf-8").splitlines()) > LONG
    ]
    assert [name for name in long if name not in WITHOUT and not has_its_test(name)] == []

"""A warm run begins from the newest posterior of its name, says so, and is another run for it."""

import json
import shutil
from pathlib import Path

import pytest
import xarray as xr

from mixproof.errors import IntegrityError
from workflow.run import run


@pytest.fixture(autouse=True)
def says_where_it_began(world) -> None:
    """Let the fake sampler say, in what it returns from its own process, whether it was given something to begin from."""
    plain = world.fit

    def fit(*data, earlier: xr.Dataset | None = None, **how) -> xr.DataTree:
        tree = plain(*data, **how)
        tree.attrs = {"log_density": "kernel", "start": "pilots" if earlier is None else "earlier"}
        return tree

    world.fit = fit


def manifest_of(folder: Path) -> dict:
    return json.loads((folder / "manifest.json").read_text())


def test_a_first_run_begins_from_nothing_and_the_next_from_it(world) -> None:
    first = run(world.config, output=world.runs, warm=True).run_dir
    assert manifest_of(first)["sampling"] == {"log_density": "kernel", "start": "pilots"}
    second = run(world.config, output=world.runs, warm=True).run_dir
    found = manifest_of(second)
    assert found["sampling"]["start"] == "earlier"
    assert found["sampling"]["earlier_run"] == first.name
    assert found["stages"]["fit"] != manifest_of(first)["stages"]["fit"]
    third = run(world.config, output=world.runs).run_dir
    assert manifest_of(third)["sampling"] == {"log_density": "kernel", "start": "pilots"}
    assert manifest_of(third)["stages"]["fit"] == manifest_of(first)["stages"]["fit"]


def test_a_draft_is_passed_over(world) -> None:
    first = run(world.config, output=world.runs).run_dir
    plain = world.fit

    def drafted(*data, **how) -> xr.DataTree:
        tree = plain(*data, **how)
        tree.attrs = {"log_density": "kernel", "method": "draft"}
        return tree

    world.fit = drafted
    draft = run(world.config, output=world.runs).run_dir
    assert manifest_of(draft)["sampling"] == {"log_density": "kernel", "method": "draft"}
    world.fit = plain
    assert (
        manifest_of(run(world.config, output=world.runs, warm=True).run_dir)["sampling"]["earlier_run"]
        == first.name
    )


def test_an_earlier_run_that_was_changed_is_refused(world) -> None:
    first = run(world.config, output=world.runs).run_dir
    (first / "config.yaml").write_text("name: another\n")
    with pytest.raises(IntegrityError):
        run(world.config, output=world.runs, warm=True)


def test_a_newest_posterior_that_is_gone_is_not_replaced_by_an_older_one(world) -> None:
    run(world.config, output=world.runs)
    newest = run(world.config, output=world.runs).run_dir
    shutil.rmtree(newest / "posterior.zarr")
    with pytest.raises(IntegrityError):
        run(world.config, output=world.runs, warm=True)

"""Summaries and contexts of the runs that `made_run` makes, each written once a session."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from reports.context import Context
from reports.inputs import read_inputs
from reports.numbers import Numbers
from reports.summary import write_summary
from tests.reports.made_plan import Made, make_planned
from tests.reports.made_run import FolderOnDisk, World, make_run


@dataclass(frozen=True)
class Summary:
    """What was written for a world, and the run it was written from."""

    run: FolderOnDisk
    page: Path
    workbook: Path

    @property
    def html(self) -> str:
        return self.page.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def summary(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Summary]:
    """Return a writer of summaries, ``summary(kind="count")``; each world is written once a session."""

    @cache
    def write(**what: Any) -> Summary:
        run = make_run(tmp_path_factory.mktemp("run"), World(**what))
        return Summary(run, *write_summary(run))

    return write


@pytest.fixture(scope="session")
def context(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Context]:
    """Return a maker of contexts, ``context(kind="count")``, without anything being drawn."""

    @cache
    def make(**what: Any) -> Context:
        return Context.of(read_inputs(make_run(tmp_path_factory.mktemp("run"), World(**what))), Numbers())

    return make


@pytest.fixture(scope="session")
def planning(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Context]:
    """Return a maker of contexts of runs with plans, ``planning(mixed=("TV",))``, without anything being drawn."""

    @cache
    def make(world: World | None = None, **what: Any) -> Context:
        run = make_planned(tmp_path_factory.mktemp("planned"), world, Made(**what))
        return Context.of(read_inputs(run), Numbers())

    return make

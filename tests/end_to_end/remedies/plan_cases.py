"""Plans with one fault, and the plan after its remedy; the run they begin from is the same."""

from pathlib import Path

from mixproof.aggregates.sources import read_panel
from mmm.plan.constraints import constraints
from mmm.plan.window import build_window, raise_without_money
from mmm.problem.problem import build_problem
from tests.end_to_end.remedies.folder import CONFIG, TABLE, Case, Files, by_geo, national, swap, table
from workflow.config import load_config

PLAN = """\
plan:
  periods: 4
  current: {like: last_periods}
  budget: {total: 8000}
"""
BOUND = "  bounds: [{channels: [tv], at_most: 5000}]\n"


def planned(path: Path) -> None:
    """Read a config and its panel, and work the window and the constraints of the plan out."""
    config = load_config(path)
    assert config.data is not None and config.mmm is not None and config.plan is not None
    problem = build_problem(read_panel(config.data, path.parent), config.mmm)
    window = build_window(problem, config.plan)
    raise_without_money(window, config.plan)
    constraints(window, config.plan)


def year() -> Files:
    """Return a good national folder with a plan."""
    files = national()
    return {**files, TABLE: table(60).to_csv(index=False), CONFIG: str(files[CONFIG]) + PLAN + BOUND}


def orders() -> Files:
    """Return the same with counts that have no value in money."""
    files = year()
    counts = table(60)
    counts["sales"] = counts["sales"].round()
    config = str(files[CONFIG]).replace("kind: revenue", "kind: count")
    return {CONFIG: config, TABLE: counts.to_csv(index=False)}


def geos() -> Files:
    """Return a good folder of two geos with a plan."""
    files = by_geo()
    return {**files, CONFIG: str(files[CONFIG]) + PLAN + BOUND.replace("channels: [tv]", "geos: [north]")}


WINDOWS = (
    Case("plan-channel", (swap("channels: [tv], at", "channels: [radio], at"),), "Name a paid channel",
         (swap("channels: [radio]", "channels: [tv]"),)),
    Case("plan-geo", (swap("geos: [north]", "geos: [west]"),), "Name a geo of the panel",
         (swap("geos: [west]", "geos: [north]"),), "named", geos),
    Case("plan-geo", (swap("geos: [north]", "geos: [west]"),), "leave `geos` out",
         (swap("geos: [west], ", ""),), "left out", geos),
    Case("plan-dates", (swap("at_most: 5000", "at_most: 5000, start: 2022-01-03"),), "inside the window",
         (swap("start: 2022-01-03", "start: 2023-03-06"),)),
    Case("plan-start", (swap("  periods: 4\n", "  periods: 4\n  start: 2022-06-06\n"),), "Leave `start` out",
         (swap("  start: 2022-06-06\n", ""),)),
    Case("plan-contradiction", (swap("at_most: 5000", "at_least: 9000"),), "Loosen one",
         (swap("at_least: 9000", "at_least: 900"),)),
    Case("plan-nothing", (swap("total: 8000", "total: 0"),), "`plan.current.budgets`",
         (swap("{total: 0}", "{total: 800}"),
          swap("{like: last_periods}", "{like: last_periods, budgets: {tv: 900}}"))),
    Case("plan-money", (swap("  periods: 4\n", "  periods: 4\n  objective: profit\n  margin: 0.5\n"),), "Give `plan.value`",
         (swap("  margin: 0.5\n", "  margin: 0.5\n  value: 40.0\n"),), "valued", orders),
    Case("plan-money", (swap("  periods: 4\n", "  periods: 4\n  objective: profit\n  margin: 0.5\n"),),
         "objective in units of outcome", (swap("  objective: profit\n", ""),), "in units", orders),
)  # fmt: skip
LIKE = (
    Case("plan-like", (swap("like: last_periods", "like: last_year"),), "like: last_periods",
         (swap("like: last_year", "like: last_periods"),), "last periods"),
)  # fmt: skip


def short() -> Files:
    """Return a good folder that does not reach back a year."""
    files = year()
    return {**files, TABLE: table(40).to_csv(index=False)}


CASES = tuple(
    Case(case.code, case.breaks, case.says, case.mends, case.name, case.base or base)
    for cases, base in ((WINDOWS, year), (LIKE, short))
    for case in cases
)

"""Every fault that a plan can raise: code -> (family, meaning, remedy)."""

FAULTS: dict[str, tuple[str, str, str]] = {
    "plan-channel": (
        "config",
        "The plan names a channel that the panel does not have, or one that costs nothing.",
        "Name a paid channel of the data section; unpaid ones have no budget.",
    ),
    "plan-contradiction": (
        "config",
        "Totals, bounds and commitments of the plan cannot all be kept.",
        "Loosen one of those that the message names.",
    ),
    "plan-geo": (
        "config",
        "The plan names a geo that the panel does not have.",
        "Name a geo of the panel, or leave `geos` out for all of them.",
    ),
    "plan-dates": (
        "config",
        "The days of a bound or a price lie outside the window of the plan.",
        "Name days inside the window.",
    ),
    "plan-like": (
        "config",
        "The panel does not reach back a year, so there are no same periods a year earlier.",
        "Use `like: last_periods`, or give `budgets`.",
    ),
    "plan-money": (
        "config",
        "The plan asks for money, and the outcome has no value in money.",
        "Give `plan.value`, the money that a unit of outcome is worth, or use an objective in units of outcome.",
    ),
    "plan-nothing": (
        "config",
        "There is nothing to plan: no channel costs money, or the current plan spends nothing and no bound allows more.",
        "Give `plan.current.budgets`, or bounds with `at_most`.",
    ),
    "scenarios-file": (
        "config",
        "A file of scenarios holds something else.",
        "Name a file with `scenarios:` alone, as the planner's page saves it; the plan itself stands in the run's YAML.",
    ),
    "plan-run": (
        "config",
        "The plan needs a run with a model, and there is none of this name.",
        "Run `mixproof run` with the YAML first, or name the folder of a run.",
    ),
    "plan-run-differs": (
        "config",
        "Data or model of the YAML are not those of the newest run, whose posterior the plan would use.",
        "Run `mixproof run` with the YAML again, or name the run's folder to plan from it as it is.",
    ),
    "planner-joint": (
        "config",
        "In a multiplicative model channels act on one another's effects: no page can add up what each of them brings.",
        "Give what you would try as `plan.scenarios` to `mixproof plan`, which computes them together.",
    ),
    "plan-start": (
        "config",
        "The window of a plan begins after the panel, where a period begins.",
        "Leave `start` out for the period after the panel, or name the first day of a later one.",
    ),
}

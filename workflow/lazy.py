"""Functions of other packages that a run may never need: named here, imported when first called.

The sampler's imports cost seconds. `mixproof check` must not pay for them, and while the sampling process does,
the process that waits for it brings in what comes after.
"""

import importlib
import threading
from collections.abc import Callable
from typing import Any

FUNCTIONS: dict[str, str | Callable[..., Any]] = {
    "event_files": "mixproof.aggregates.events.writing:input_files",
    "events_error": "mixproof.aggregates.events.faults:error",
    "events_key": "mixproof.aggregates.events.writing:key_of",
    "aggregates_folder": "mixproof.aggregates.events.writing:aggregates_folder",
    "aggregates_kept": "mixproof.aggregates.events.writing:kept",
    "keep_aggregates": "mixproof.aggregates.events.writing:keep",
    "recall_aggregates": "mixproof.aggregates.events.writing:recall",
    "published_aggregates": "mixproof.aggregates.events.writing:published",
    "restated_aggregates": "mixproof.aggregates.events.state.books:with_restated",
    "events_lock": "mixproof.aggregates.events.state.folder:state_lock",
    "update_events": "mixproof.aggregates.events.state.update:update",
    "commit_events": "mixproof.aggregates.events.state.folder:commit",
    "aggregate_events": "mixproof.aggregates.events.aggregate:aggregate",
    "read_panel": "mixproof.aggregates.sources:read_panel",
    "raise_if_not_computable": "mmm.problem.computable:raise_if_not_computable",
    "gather": "mmm.calibration.gather:gather",
    "recall": "mmm.calibration.gather:recall",
    "build_problem": "mmm.problem.problem:build_problem",
    "check_prior": "mmm.prior.check:check_prior",
    "kernel_is_kept": "mmm.kernel.load:kernel_is_kept",
    "kernel_functions": "mmm.kernel.load:kernel_functions",
    "fit": "mmm.fit:fit",
    "analyse": "mmm.analyse:analyse",
    "effect_draws": "mmm.effects.labelled:effect_draws",
    "with_inference_groups": "mmm.effects.inference_groups:with_inference_groups",
    "forecast_plans": "mmm.plan.forecast:forecast_plans",
    "make_plan": "mmm.plan.analyse:make_plan",
    "backtest": "mmm.backtest.analyse:backtest",
    "analyse_lift": "lift.analyse:analyse",
    "read_experiments": "lift.analyse:read_experiments",
    "analyse_attribution": "lift.attribution.analyse:analyse_attribution",
    "read_plans": "lift.design.analyse:read_plans",
    "design": "lift.design.analyse:design",
    "write_experiments": "reports.experiment:write_experiments",
    "write_backtest": "reports.backtest:write_backtest",
    "write_triangulation": "reports.experiment:write_triangulation",
    "write_designs": "reports.design:write_designs",
    "specs_of": "workflow.tables:specs_of",
    "write_summary": "reports.summary:write_summary",
    "protected_tables": "mixproof.aggregates.people.protection:protected_tables",
    "previewed_tables": "mixproof.aggregates.people.protection:previewed_tables",
    "registry_faults": "mixproof.aggregates.people.protection:registry_faults",
    "open_registry": "mixproof.privacy.releases.registry:opened",
    "calendar_of": "mixproof.aggregates.finance.reconcile:calendar_of",
    "reconcile": "mixproof.aggregates.finance.reconcile:reconcile",
    "write_bridge": "reports.finance.bridge:write_bridge",
    "write_finance": "reports.finance.page:write_finance",
    "judge_run": "workflow.health.observe:judge_run",
    "write_health": "reports.health.page:write_health",
    "write_watched": "reports.health.page:write_watched",
    "write_planning": "reports.planning.page:write_planning",
}
"""Name -> ``module:function``, or the function itself."""


def imported(name: str) -> Callable[..., Any]:
    """Return the function that `FUNCTIONS` has under `name`; its module is imported when this is first asked."""
    found = FUNCTIONS[name]
    if callable(found):
        return found
    module, _, function = found.partition(":")
    return getattr(importlib.import_module(module), function)


def import_early(*names: str) -> threading.Thread:
    """Return a thread that imports functions needed soon; what fails there fails again when called."""

    def load() -> None:
        for name in names:
            try:
                imported(name)
            except Exception:
                return

    thread = threading.Thread(target=load, name="mixproof-imports", daemon=True)
    thread.start()
    return thread

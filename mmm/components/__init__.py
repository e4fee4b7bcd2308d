"""The linear components of the outcome besides the intercept and the media, one a file; this table names them all.

They are built in this order, and each may leave out what those before it draw: the drift leaves trend and season alone,
common shocks leave all three alone.
"""

from mmm.components import control, drift, event, holiday, seasonality, shock, treatment, trend
from mmm.components.design import Component, ComponentInput, Design, from_calendar, score_spread

COMPONENTS: tuple[Component, ...] = (
    Component("trend", "baseline", False, trend.build, from_calendar, trend.ahead),
    Component("seasonality", "baseline", False, seasonality.build, from_calendar, seasonality.ahead),
    Component("drift", "baseline", False, drift.build, drift.rebase, drift.ahead),
    Component("shock", "baseline", False, shock.build, from_calendar, shock.ahead),
    Component("holiday", "baseline", True, holiday.build, from_calendar, holiday.ahead),
    Component("event", "baseline", True, event.build, from_calendar, event.ahead),
    Component("control", "baseline", True, control.build, control.rebase, control.ahead),
    Component("treatment", "treatment", True, treatment.build, treatment.rebase, treatment.ahead),
)

__all__ = ["COMPONENTS", "Component", "ComponentInput", "Design", "score_spread"]

"""The linear components of the outcome besides the intercept and the media, one a file; this table names them all.

They are built in this order, and each may leave out what those before it draw: the drift leaves trend and season alone,
common shocks leave all three alone.
"""

from mmm.components import control, drift, event, holiday, seasonality, shock, treatment, trend
from mmm.components.design import Component, ComponentInput, Design, from_calendar, score_spread

COMPONENTS: tuple[Component, ...] = (
    Component("trend", "baseline", False, trend.build, from_calendar),
    Component("seasonality", "baseline", False, seasonality.build, from_calendar),
    Component("drift", "baseline", False, drift.build, drift.rebase),
    Component("shock", "baseline", False, shock.build, from_calendar),
    Component("holiday", "baseline", True, holiday.build, from_calendar),
    Component("event", "baseline", True, event.build, from_calendar),
    Component("control", "baseline", True, control.build, control.rebase),
    Component("treatment", "treatment", True, treatment.build, treatment.rebase),
)

__all__ = ["COMPONENTS", "Component", "ComponentInput", "Design", "score_spread"]

"""The linear components of the outcome besides the intercept and the media, one a file; this table names them all."""

from mmm.components import control, drift, event, holiday, seasonality, shock, treatment, trend
from mmm.components.design import Component, Design, score_spread

COMPONENTS: tuple[Component, ...] = (
    Component("trend", "baseline", False, trend.build),
    Component("seasonality", "baseline", False, seasonality.build),
    Component("drift", "baseline", False, drift.build),
    Component("shock", "baseline", False, shock.build),
    Component("holiday", "baseline", True, holiday.build),
    Component("event", "baseline", True, event.build),
    Component("control", "baseline", True, control.build),
    Component("treatment", "treatment", True, treatment.build),
)

__all__ = ["COMPONENTS", "Component", "Design", "score_spread"]

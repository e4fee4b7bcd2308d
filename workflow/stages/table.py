"""The table of stages, in order: a new one is a new file of this folder and one more row here."""

from workflow.stages.aggregate import AGGREGATE, EVENTS, EVENTS_KEPT, RECONCILE
from workflow.stages.attribution import ATTRIBUTION, LEVELS
from workflow.stages.design import DESIGN, PLANS
from workflow.stages.effects import EFFECTS
from workflow.stages.fit import BACKTEST, FIT
from workflow.stages.lift import CALIBRATE, LIFT, READ
from workflow.stages.plan import PLAN, RECALL
from workflow.stages.publish import PREVIEW, PRIVACY, PUBLISH
from workflow.stages.report import HEALTH, REPORT
from workflow.triangulation.stage import BOOK, TRIANGULATE

STAGES = (
    EVENTS,
    AGGREGATE,
    RECONCILE,
    LIFT,
    CALIBRATE,
    ATTRIBUTION,
    DESIGN,
    FIT,
    EFFECTS,
    PLAN,
    LEVELS,
    TRIANGULATE,
    BOOK,
    PRIVACY,
    HEALTH,
    REPORT,
    PUBLISH,
)
"""What follows when the YAML and the output folder have been checked."""

OF_A_CHECK = (
    EVENTS_KEPT,
    *(READ if stage is LIFT else stage for stage in STAGES if stage.checks),
    PLANS,
    PREVIEW,
)
"""What reads data and takes seconds: faults of a run that need no sampling."""

OF_A_BACKTEST = (EVENTS, AGGREGATE, LIFT, CALIBRATE, BACKTEST, REPORT, PUBLISH)
"""The same for a backtest: the model is fitted to the past only, and there are no effects to report."""

OF_A_PLAN = (RECALL, PLAN, REPORT, PUBLISH)
"""The same for a plan from a published run: its panel and posterior are there already."""

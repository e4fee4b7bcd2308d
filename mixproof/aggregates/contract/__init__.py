"""The contract of the data: one check a function, all of them in one table, every fault in one report."""

from collections.abc import Callable

from mixproof.aggregates.contract.activity import channels_active, outcome_varies, regressors_vary
from mixproof.aggregates.contract.completeness import complete
from mixproof.aggregates.contract.history import enough_history
from mixproof.aggregates.contract.nation import spread_national
from mixproof.aggregates.contract.outcomes import regressors_are_no_outcomes
from mixproof.aggregates.contract.pairs import channels_are_parts, geos_are_parts, money_has_exposure
from mixproof.aggregates.contract.signs import counts_not_negative, exposure_not_negative, spend_not_negative
from mixproof.aggregates.contract.units import no_unit_switch
from mixproof.aggregates.reading.cells import Cells
from mixproof.aggregates.report import Report

# The order matters: national media are spread and refunds netted before anything is judged by geo; named repairs
# of what is missing come before checks that need complete series.
CHECKS: dict[str, Callable[[Cells, Report], None]] = {
    "national": spread_national,
    "spend": spend_not_negative,
    "exposure": exposure_not_negative,
    "count": counts_not_negative,
    "complete": complete,
    "outcome": outcome_varies,
    "activity": channels_active,
    "regressors": regressors_vary,
    "pairs": money_has_exposure,
    "geos": geos_are_parts,
    "channels": channels_are_parts,
    "outcomes": regressors_are_no_outcomes,
    "history": enough_history,
    "units": no_unit_switch,
}


def hold(cells: Cells, report: Report) -> None:
    """Run every check; faults and named repairs are recorded in `report`, repairs change `cells`.

    Parameters
    ----------
    cells : Cells
        Every measure on one grid of geos and periods.
    report : Report
        Receives faults and notices.
    """
    for check in CHECKS.values():
        check(cells, report)

"""What the page of a geo experiment draws, as rows of the lift tables: placebo statistics, donors, the certificate."""

from collections.abc import Mapping
from typing import Any

Row = dict[str, Any]

_CERTIFICATE = (
    "pseudo_tests",
    "windows",
    "sets",
    "level",
    "coverage",
    "false_positives",
    "coverage_printed",
    "bias",
    "rmse",
    "own_windows",
    "own_covered",
    "widen",
    "injected",
)


def picture_tables(experiment: str, cells: list[Mapping[str, Any]]) -> dict[str, list[Row]]:
    """Return rows of ``lift_placebo``, ``lift_donors`` and ``lift_certificate``.

    Parameters
    ----------
    experiment : str
    cells : list of mapping
        Facts of each cell, as `lift.geo.rows.page_facts` gives them.
    """
    placebo: list[Row] = []
    donors: list[Row] = []
    certificates: list[Row] = []
    for cell in cells:
        shared = {"experiment": experiment, "arm": cell["cell"]}
        if cell["observed_statistic"] is not None:
            placebo.append({**shared, "observed": True, "statistic": cell["observed_statistic"]})
            placebo += [{**shared, "observed": False, "statistic": t} for t in cell["placebo_statistics"]]
        donors += [{**shared, **donor} for donor in cell["donor_weights"]]
        facts = {name: cell["certificate"][name] for name in _CERTIFICATE}
        certificates.append({**shared, **facts, "sentence": cell["certificate"]["sentence"]})
    return {"lift_placebo": placebo, "lift_donors": donors, "lift_certificate": certificates}

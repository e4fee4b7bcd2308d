"""One attribution system held against experiments: what is left of its claims, how far off they are, and over-credit."""

from collections.abc import Mapping, Sequence

import pandas as pd

from lift.attribution.config import AttributionConfig
from lift.attribution.factors.calibrate import Held, calibrate
from lift.attribution.factors.levels import Curve
from lift.attribution.factors.matching import matches
from lift.attribution.factors.over_credit import over_credit_findings, over_credit_rows
from lift.attribution.factors.scorecard import scorecard_rows
from mixproof.records.evidence import Evidence

Curves = Mapping[str, Curve]
"""What a media-mix model says of channels at other levels of spend, by channel."""


def hold_against(
    config: AttributionConfig,
    rows: pd.DataFrame,
    evidence: Sequence[Evidence],
    seed: int,
    curves: Curves | None = None,
) -> Held:
    """Return what experiments leave of one system's claims, how far these are off, and what must be known of them.

    Parameters
    ----------
    config : AttributionConfig
    rows : pandas.DataFrame
        Of one system, as `mixproof.records.attribution.ATTRIBUTED`.
    evidence : sequence of Evidence
    seed : int
    curves : Curves, optional

    Returns
    -------
    Held

    Raises
    ------
    DataError
        As `lift.attribution.factors.matching.matches`.
    """
    system, outcome = str(rows["system"].iloc[0]), str(rows["outcome"].iloc[0])
    found, unused = matches(evidence, rows, outcome, config.currency)
    held = calibrate(config, rows, found, seed, curves)
    alone = [match for match in found if not match.parts]
    held.tables["scorecard"] += scorecard_rows(system, alone, config.factors, config.currency)
    held.findings[:0] = unused
    seen = list(over_credit_rows(rows, evidence, config.factors.level))
    held.tables["over_credit"] += seen
    held.findings += over_credit_findings(seen)
    return held

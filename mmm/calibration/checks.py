"""What keeps an experiment from calibrating a panel: refused by name, all of it at once."""

from collections.abc import Iterator, Sequence

import numpy as np

from mixproof.aggregates.panel import Panel
from mixproof.errors import DataError, Fault
from mixproof.records.evidence import Evidence, Readout
from mixproof.records.evidence_contract import FAULTS as EVIDENCE
from mixproof.records.evidence_contract import evidence_faults
from mmm.calibration.calibration import Calibration
from mmm.calibration.market import Market
from mmm.calibration.paths import spend_of
from mmm.calibration.treated import Treated, dose_of, is_inside, leaving, money_of_days, treated
from mmm.faults import FAULTS


def raise_if_unusable(calibration: Calibration, market: Market) -> None:
    """Raise everything that keeps experiments from calibrating a panel.

    Parameters
    ----------
    calibration : Calibration
    market : Market

    Raises
    ------
    DataError
        Channels, geos, units, windows, spend or shares do not fit, or the evidence contradicts itself.
    """
    faults = evidence_faults(calibration.evidence)
    for item in calibration.evidence:
        named = [*_names(item, market.panel)]
        faults += named or [*_unit(item, market.panel), *_of_one(item, market, calibration.options.tolerance)]
    faults = faults or [*_nothing_left(calibration.evidence, market)]
    if faults:
        raise DataError(faults)


def _names(item: Evidence, panel: Panel) -> Iterator[Fault]:
    where = f"evidence: {item.experiment}"
    channels = [name for name in item.channels if name not in panel.channels]
    if channels:
        yield _fault("evidence-channel", where, f"The data have no channel {', '.join(channels)}.")
    geos = [name for name in item.geos if name not in panel.geos]
    if geos and panel.geos != ["national"]:
        yield _fault("evidence-geo", where, f"The data have no geo {', '.join(geos[:3])}.")
    if not item.informative:
        yield _fault("calibrate-empty", where, "An effect or its standard error is not a finite number.")


def _unit(item: Evidence, panel: Panel) -> Iterator[Fault]:
    """Yield a fault where the test counted other things or other money; money can be asked of counts with a value."""
    where = f"evidence: {item.experiment}, {item.outcome}"
    valued = bool(np.isfinite(panel.data["outcome_value"].values).all())
    if item.currency != panel.currency:
        yield _fault("evidence-unit", where, f"Its money is {item.currency}, the panel's {panel.currency}.")
    elif item.estimand == "roi":
        if not valued:
            yield _fault("evidence-unit", where, "It states a return, and the panel's outcome has no value.")
    elif item.outcome_kind == "count" and panel.outcome_kind == "revenue":
        yield _fault("evidence-unit", where, "It measured a count, the panel's outcome is revenue.")
    elif item.outcome_kind == "revenue" and panel.outcome_kind == "count" and not valued:
        yield _fault("evidence-unit", where, "It measured revenue, and the panel's count has no value.")
    elif item.outcome_kind == panel.outcome_kind == "count" and item.outcome != panel.outcome_name:
        what = f"It counted `{item.outcome}`, the panel counts `{panel.outcome_name}`."
        yield _fault("evidence-unit", where, what)


def _of_one(item: Evidence, market: Market, tolerance: float) -> Iterator[Fault]:
    where = f"evidence: {item.experiment}"
    if item.estimand == "relative_lift":
        what = "It states a relative lift and not of what."
        yield _fault("calibrate-dose", where, what, "Give `baseline` to the imported result.")
        return
    if item.estimand == "roi":
        yield from _statement(item, market)
        return
    if item.start is None or item.end is None or any(r.start is None or r.end is None for r in item.readouts):
        what = "It states a total, and not over which days."
        yield _fault(
            "evidence-window", where, what, "Give start and end, or state it as a return: scope iroas."
        )
        return
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for readout in item.readouts:
        if (readout.arm, readout.channels) in seen:
            continue
        seen.add((readout.arm, readout.channels))
        who = treated(market, item, readout)
        if who.share is None:
            what = f"Which share of the market arm {readout.arm} had is not known."
            yield _fault("calibrate-share", where, what)
            continue
        for channel in readout.channels:
            yield from _dose(item, readout, who, channel, market)
    if not any(treated(market, item, readout).share is None for readout in item.readouts):
        yield from _money(item, market, tolerance)


def _statement(item: Evidence, market: Market) -> Iterator[Fault]:
    """A return needs money that it is a return on."""
    for name in item.channels:
        if not market.costs(market.panel.channels.index(name)):
            what = f"It states a return on {name}, which costs nothing in the panel."
            yield _fault("calibrate-dose", f"evidence: {item.experiment}", what)


def _dose(item: Evidence, readout: Readout, who: Treated, channel: str, market: Market) -> Iterator[Fault]:
    """What was spent with and without the test decides what the model is asked."""
    number = market.panel.channels.index(channel)
    path = spend_of(item, readout, channel)
    where = f"evidence: {item.experiment}, arm {readout.arm}, channel {channel}"
    if path is None and (market.costs(number) or who.whole):
        yield _fault("calibrate-dose", where, "What was spent on it with and without the test is not known.")
        return
    if path is None:
        return
    run, without = (np.asarray(rows, float).sum() for rows in (path.as_run, path.without))
    if run == without:
        yield _fault("calibrate-dose", where, "It was spent alike with and without the test.")
    elif run == 0 and not market.costs(number):
        what = (
            "It was off in the test, and what it would have been cannot be told from a channel without cost."
        )
        yield _fault("calibrate-dose", where, what)


def _money(item: Evidence, market: Market, tolerance: float) -> Iterator[Fault]:
    """Test and panel describe one campaign only where they count the same money."""
    if not is_inside(market, item):
        return
    arms: dict[tuple[str, ...], list[tuple[float, float, float, bool]]] = {}
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for readout in item.readouts:
        who = treated(market, item, readout)
        for channel in readout.channels:
            path = spend_of(item, readout, channel)
            if path is None or (readout.arm, path.channels) in seen:
                continue
            seen.add((readout.arm, path.channels))
            pair = money_of_days(market, dose_of(market, item, readout, who), channel)
            if pair is not None:
                without = float(np.asarray(path.without, float).sum())
                arms.setdefault(path.channels, []).append((*pair, without, who.whole))
    for channels, found in arms.items():
        for ours, theirs, without, whole in found:
            if whole and abs(ours - theirs) > tolerance * max(ours, theirs if ours else without):
                yield _different(item, channels, ours, theirs, tolerance)
        part = [pair for pair in found if not pair[3]]
        total = sum(pair[0] for pair in part)
        if part and total > (1 + tolerance) * part[0][1]:
            yield _different(item, channels, total, part[0][1], tolerance)


def _different(
    item: Evidence, channels: tuple[str, ...], ours: float, theirs: float, tolerance: float
) -> Fault:
    where = f"evidence: {item.experiment}, channel {' + '.join(channels)}"
    what = (
        f"The test spent {ours:,.0f} {item.currency} on its days, the panel has {theirs:,.0f} in the same cells: "
        f"more than {tolerance:.1%} apart."
    )
    return _fault("calibrate-spend", where, what)


def _nothing_left(evidence: Sequence[Evidence], market: Market) -> Iterator[Fault]:
    """A geo whose every outcome was used by tests has nothing left to be modelled."""
    known = market.panel.observed.copy()
    for item in evidence:
        for geo, date in leaving(market, item):
            known[geo, date] = False
    for number in np.flatnonzero(~known.any(axis=1)):
        where = f"calibrate, geo {market.panel.geos[number]}"
        yield _fault("calibrate-empty", where, "Experiments have used every outcome of the geo.")


def _fault(code: str, where: str, what: str, remedy: str | None = None) -> Fault:
    return Fault(code, where, what, remedy or (FAULTS | EVIDENCE)[code][2])

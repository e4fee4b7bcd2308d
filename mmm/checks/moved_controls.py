"""Moved controls: is a control moved by media themselves, so that it takes part of their effect away?

Visits, orders and new customers are steps on the way from media to sales. Asked of the data: what share of a control, beyond
trend and season, do the contributions of media explain, and how often would as much be explained if media had run at another
time? If media do move it, what they bring by way of the control is counted as the control's. How much that is follows from the
same regression. The answer without the control lies between the one with it and the sum of both: priors that have pulled an
effect up beside the control pull it down again without.

References
----------
MacKinnon, Warsi, Dwyer 1995, A simulation study of mediated effect measures, Multivariate Behavioral Research 30: without the
mediator an effect is the direct one plus the product of both paths.
"""

from dataclasses import dataclass

import numpy as np

from mixproof.aggregates.contract.seasons import season_terms
from mixproof.records.verdict import Finding
from mmm.checks import thresholds, wording
from mmm.checks.check import Check, Examination

NAME = "moved_controls"
FEWEST_PERIODS = 40
"""Periods below which nothing can be told apart."""
APART = 6
"""Periods by which media are moved at least to see what chance explains: carryover is mostly over by then."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What media have to do with one control.

    Parameters
    ----------
    share : float
        Of the control's variation beyond trend and season that contributions of media explain.
    chance : float
        How often as much is explained by the same contributions at another time.
    slopes : numpy.ndarray, shape (channel,)
        Contribution of the control that goes with one unit of each channel's.
    """

    share: float
    chance: float
    slopes: np.ndarray


def run(examined: Examination) -> list[Finding]:
    """Return one finding on all controls together, none where there are none."""
    found, panel = examined.found, examined.problem.panel
    controls = [str(name) for name in panel.data["control"].values]
    if not controls:
        return []
    dates = np.asarray(examined.problem.dates.values)
    if len(dates) < FEWEST_PERIODS:
        return [Finding(NAME, "pass", wording.CONTROLS_UNKNOWN)]
    place = {part.name: n for n, part in enumerate(found.parts) if part.kind == "baseline"}
    terms = season_terms(panel.frequency, dates)
    media = found.by_date[list(found.channels)].mean(axis=-1)
    moved = {name: moved_by(found.by_date[place[name]].mean(axis=-1), media, terms) for name in controls}
    return [judge(moved, dict(zip(panel.channels, media.sum(axis=1).tolist(), strict=True)))]


def moved_by(control: np.ndarray, media: np.ndarray, terms: np.ndarray) -> Moved:
    """Return what contributions of media have to do with that of a control.

    Parameters
    ----------
    control : numpy.ndarray, shape (date,)
    media : numpy.ndarray, shape (channel, date)
    terms : numpy.ndarray, shape (date, term)
        Trend and season.

    Returns
    -------
    Moved
    """
    basis, _ = np.linalg.qr(terms)

    def beyond(series: np.ndarray) -> np.ndarray:
        left: np.ndarray = series - (series @ basis) @ basis.T
        return left

    own = beyond(control)
    if not (own**2).sum() > 1e-18 * (control**2).sum():
        return Moved(0.0, 1.0, np.zeros(len(media)))
    share, slopes = _explained(own, beyond(media))
    others = [
        _explained(own, beyond(np.roll(media, shift, axis=1)))[0]
        for shift in range(APART, len(control) - APART + 1)
    ]
    return Moved(share, float(np.mean(np.array(others) >= share)), slopes)


def _explained(own: np.ndarray, media: np.ndarray) -> tuple[float, np.ndarray]:
    """Return which share of a remainder those of media explain, and their slopes."""
    size = np.sqrt((media**2).sum(axis=1))
    used = size > 0
    slopes = np.zeros(len(media))
    slopes[used] = np.linalg.lstsq((media[used] / size[used, None]).T, own, rcond=1e-6)[0] / size[used]
    return 1 - float(((own - slopes @ media) ** 2).sum() / (own**2).sum()), slopes


def judge(controls: dict[str, Moved], brought: dict[str, float]) -> Finding:
    """Return the finding on all controls.

    Parameters
    ----------
    controls : dict of str to Moved
        By the control's name.
    brought : dict of str to float
        What each channel brought, by its name, in the panel's order.

    Returns
    -------
    Finding
        A warning where media move a control and the answer would be another without it; its value is the share of it.
    """
    seen = {
        name: each
        for name, each in controls.items()
        if each.share >= thresholds.MOVED_SHARE and each.chance <= thresholds.MOVED_CHANCE
    }
    change = sum((each.slopes for each in seen.values()), np.zeros(len(brought)))
    now = np.array(list(brought.values()))
    without = now * (1 + change)
    largest = max((each.share for each in controls.values()), default=0.0)
    if not np.abs(without - now).sum() > thresholds.MOVED_ANSWER * np.abs(now).sum():
        words = wording.CONTROLS_STAND.format(share=largest, limit=thresholds.MOVED_SHARE)
        if seen:
            words = wording.CONTROLS_MATTER_LITTLE.format(controls=_listed(seen), share=largest)
        return Finding(NAME, "pass", words, largest, thresholds.MOVED_SHARE)
    sentence = wording.CONTROLS_MOVED.format(
        controls=_listed(seen),
        shares=" and ".join(f"{each.share:.0%}" for each in seen.values()),
        it="it" if len(seen) == 1 else "them",
        answers="; ".join(
            f"{name} would bring {'up' if after >= before else 'down'} to {after:,.0f} instead of {before:,.0f}"
            for name, before, after in zip(brought, now.tolist(), without.tolist(), strict=True)
        ),
    )
    return Finding(NAME, "warning", sentence, largest, thresholds.MOVED_SHARE, _listed(seen))


def _listed(controls: dict[str, Moved]) -> str:
    return " and ".join(controls)


CHECK = Check(NAME, run)

"""Controls and treatments that are the outcome under another name, or a part of it: they would explain media away."""

import re

import numpy as np

from mixproof.aggregates.contract.seasons import beyond_season
from mixproof.aggregates.reading.cells import Cells
from mixproof.aggregates.reading.measures import Measure
from mixproof.aggregates.report import Report, place

NEARLY_EQUAL = 0.85
"""Share of the outcome's variation beyond trend and season that a rising regressor explains, from which it is the outcome.

In the controls of public tables it is at most 0.25 (a competitor's sales); orders beside revenue have 0.8 to 1.
"""
NAMED_OUTCOME = 0.5
"""The same for a regressor whose name is that of an outcome or of a step on the way to one."""
EXACT = 0.01
"""Typical relative distance below which the outcome is a sum or a multiple of regressors."""
OUTCOME_NAME = re.compile(
    r"(^|[^a-z])(revenues?|sales|turnover|gmv|bookings?|orders?|transactions?|conversions?|purchases?|checkouts?|baskets?|carts?"
    r"|sessions?|visits?|visitors?|pageviews?|page views?|users?|clicks?|leads?|sign ?ups?|registrations?|installs?|downloads?"
    r"|subscriptions?|subscribers?|trials?|customers?|buyers?|clients?|units?|quantity|qty|items?|add to (cart|basket)|atc"
    r"|umsatz|umsaetze|umsätze|erlöse?|absatz|bestellungen|bestellung|auftraege|aufträge|verkaeufe|verkäufe|kaeufe|käufe|kunden"
    r"|neukunden|besuche|besucher|sitzungen|klicks|anmeldungen|registrierungen|warenkorb|warenkoerbe|stueck|stück|menge"
    r"|chiffre d ?affaires|ventes?|commandes?|achats?|clients|visites?|visiteurs|inscriptions?|panier|paniers|unites|unités"
    r"|ingresos|ventas|pedidos|compras|clientes|visitas|sesiones|clics|registros|unidades|carrito"
    r"|ricavi|vendite|ordini|acquisti|clienti|visite|sessioni|iscrizioni|unita|unità|carrello"
    r"|omzet|verkopen|bestellingen|klanten|bezoeken|bezoekers|sessies|aankopen|winkelwagen|receita|vendas|sprzedaz|zamowienia)"
    r"($|[^a-z])",
    re.IGNORECASE,
)
OTHERS_NAME = re.compile(
    r"(competitor|competition|rival|konkurren|wettbewerb|concurren|competidor|concorren|market|markt|industry|category|gdp"
    r"|price|preis|prix|precio|prezzo|prijs|per[_\s-]|rate$|index)",
    re.IGNORECASE,
)


def names_an_outcome(name: str) -> bool:
    """Say whether a column's name is that of an outcome of the own marketing: orders, visits, new customers, Umsatz."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    words = re.sub(r"[_\W]+", " ", words).strip()
    return OUTCOME_NAME.search(words) is not None and OTHERS_NAME.search(name) is None


def regressors_are_no_outcomes(cells: Cells, report: Report) -> None:
    """Report controls and treatments that nearly equal the outcome, or that it is a sum or a multiple of.

    Parameters
    ----------
    cells : Cells
        Outcome, worth, controls and treatments are read.
    report : Report
        Receives ``control-is-outcome``, unless the YAML accepts it.
    """
    outcome = next(iter(cells.of("outcome")), None)
    if outcome is None or outcome.table in cells.tainted:
        return
    known = cells.values[outcome.key]
    worth = next((cells.values[m.key] for m in cells.of("value")), None)
    regressors = [m for m in cells.of("control", "treatment") if m.table not in cells.tainted]
    parts = _adding_up(cells, known, regressors)
    for measure in regressors:
        values = cells.values[measure.key]
        if values.shape != known.shape:
            continue
        share = explained(known, values, cells.config.frequency, cells.dates)
        named = names_an_outcome(measure.column)
        what = ""
        if measure in parts:
            what = f"The outcome is the sum of {' and '.join(m.column for m in parts)}."
        elif _multiple(known, values) or (worth is not None and _alike(known * worth, values)):
            what = f"{measure.name} is the outcome in another unit."
        elif share >= (NAMED_OUTCOME if named else NEARLY_EQUAL):
            what = f"{measure.name} nearly equals the outcome: beyond trend and season it has {share:.0%} of its variation."
        if what:
            report.doubt(
                cells.config.accept, "control-is-outcome", place(measure.table, measure.column), what
            )


def explained(outcome: np.ndarray, values: np.ndarray, frequency: str, dates: np.ndarray) -> float:
    """Return which share of the outcome a regressor has beyond trend and season; 0 where the two run against each other.

    Parameters
    ----------
    outcome, values : numpy.ndarray, shape (geo, period)
    frequency : str
        Length of a period.
    dates : numpy.ndarray of datetime64, shape (period,)

    Returns
    -------
    float
        Square of the correlation, all geos together.
    """
    cross = own = other = 0.0
    for y, x in zip(outcome, values, strict=True):
        seen = np.isfinite(y) & np.isfinite(x)
        left = beyond_season(np.stack([y[seen], x[seen]]), frequency, dates[seen])
        if left is not None:
            cross, own, other = cross + left[0] @ left[1], own + left[0] @ left[0], other + left[1] @ left[1]
    return float(cross**2 / (own * other)) if cross > 0 and own > 0 and other > 0 else 0.0


def _multiple(outcome: np.ndarray, values: np.ndarray) -> bool:
    """Say whether the outcome is a fixed multiple of the values."""
    seen = np.isfinite(outcome) & np.isfinite(values) & (values > 0) & (outcome > 0)
    if seen.sum() < 8 or np.ptp(values[seen]) <= EXACT * np.abs(values[seen]).mean():
        return False
    ratio = outcome[seen] / values[seen]
    return float(np.median(np.abs(ratio / np.median(ratio) - 1))) < EXACT


def _alike(one: np.ndarray, other: np.ndarray) -> bool:
    seen = np.isfinite(one) & np.isfinite(other) & (one > 0)
    return bool(seen.sum() >= 8 and np.median(np.abs(other[seen] / one[seen] - 1)) < EXACT)


def _adding_up(cells: Cells, outcome: np.ndarray, regressors: list[Measure]) -> list[Measure]:
    """Return the regressors that add up to the outcome, two or more of them; none where they do not."""
    usable = [m for m in regressors if cells.values[m.key].shape == outcome.shape]
    if len(usable) < 2:
        return []
    table = np.stack([cells.values[m.key].ravel() for m in usable])
    seen = np.isfinite(table).all(axis=0) & np.isfinite(outcome.ravel())
    if seen.sum() < 2 * len(usable) + 8:
        return []
    y, x = outcome.ravel()[seen], table[:, seen]
    weights: np.ndarray = np.linalg.lstsq(x.T, y, rcond=None)[0]
    taken = np.asarray(np.round(weights))
    near = np.isin(taken, (0.0, 1.0)).all() and taken.sum() >= 2 and _alike(y, taken @ x)
    return [m for m, one in zip(usable, taken.tolist(), strict=True) if one] if near else []

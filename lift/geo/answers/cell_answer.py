"""One cell with everything known about it: the test it belongs to, what was asked of its series, and what they prove."""

from collections.abc import Mapping
from dataclasses import dataclass

from lift.geo.answers.money import Joint
from lift.geo.config import Cell
from lift.geo.data.experiment_data import GeoTest
from lift.geo.data.setting import Setting
from lift.geo.estimators.donors import Floats
from lift.geo.estimators.rolling import Fits
from lift.geo.inference.placebo import Inference
from lift.geo.trust.certificate import Certificate


@dataclass(frozen=True, slots=True)
class CellAnswer:
    """Everything one cell proves.

    Parameters
    ----------
    joint : Joint
        Answers for outcome, spend and their combinations.
    effect : Inference
        Total effect on the outcome over test and cool-down.
    inference : str
        How it was inferred: randomisation, placebo, conformal, or sign flips.
    se : float
        Standard error that a normal with the same interval would have; from the references where it is unbounded.
    counterfactual : numpy.ndarray, shape (series, time)
        Treated totals without the test; before it, the fit.
    covariance : numpy.ndarray, shape (post, post)
        Of the effects by period; adds up to ``se**2``.
    certificate : Certificate
    weights : numpy.ndarray, shape (units,)
        Donor weights.
    mix : mapping of str to float
        Weight of each member of the ensemble.
    references : numpy.ndarray, shape (references,)
        Studentised effects of the reference sets; entry 0 is the treated set.
    comparisons : tuple of (str, Inference)
        The same question by other methods.
    fits : Fits
        Weights of every set, from which other questions are answered.
    """

    joint: Joint
    effect: Inference
    inference: str
    se: float
    counterfactual: Floats
    covariance: Floats
    certificate: Certificate
    weights: Floats
    mix: Mapping[str, float]
    references: Floats
    comparisons: tuple[tuple[str, Inference], ...]
    fits: Fits


@dataclass(frozen=True, slots=True)
class AnalysedCell:
    """A cell, what was asked about it, and its answer.

    Parameters
    ----------
    test : GeoTest
    cell : Cell
    geos : tuple of str
        Names of the units of `setting`, in their order.
    setting : Setting
    answer : CellAnswer
    """

    test: GeoTest
    cell: Cell
    geos: tuple[str, ...]
    setting: Setting
    answer: CellAnswer

    @property
    def channels(self) -> tuple[str, ...]:
        """Channels treated in the cell."""
        return self.cell.channels or self.test.section.channels

    @property
    def actual(self) -> Floats:
        """Outcome of the treated geos in every period, shape (time,)."""
        return self.setting.outcome[self.setting.treated].sum(axis=0)

    @property
    def gap(self) -> Floats:
        """Actual minus counterfactual in every period, shape (time,)."""
        return self.actual - self.answer.counterfactual[0]

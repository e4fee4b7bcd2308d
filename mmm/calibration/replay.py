"""What experiments ask of the model: paths of exposure that it replays, and the readouts that count the difference.

A *path* is one channel's exposure in one geo over some periods, enough of them before the first that counts for nothing
to be still at work from before. The path as run of a test inside the panel is the panel's own row. All other paths lie
one behind the other in a row of *replayed cells*, which all channels share: each has its own paths there.

A *change* is the media effect as run less without the test, in one geo and period that a readout counts. With

    change[i]  = sum over pieces of sign coefficient[geo, channel] response[place]
    level[i]   = expected outcome in that cell

a readout is the sum of ``weight[i] change[i]`` over its cells in an additive model, and in a multiplicative one of
``weight[i] level[i] (1 - exp(-change[i]))``; of ``weight[i] level[i] (exp(change[i]) - 1)`` where the level is that
without the test, which the evidence states for tests outside the panel.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from mmm.calibration.calibration import Kind


@dataclass(frozen=True, slots=True)
class Experiment:
    """What one experiment measured, K readouts, and how it may err.

    Parameters
    ----------
    name : str
    channels : tuple of str
        All that were tested.
    kind : {"people", "geos", "platform", "imported"}
    labels : tuple of str, shape (K,)
        Arm and days of each readout.
    observed : numpy.ndarray, shape (K,)
        In the panel's outcome (money where the evidence is in money); a return for a statement of one.
    covariance : numpy.ndarray, shape (K, K)
        Floors included.
    degrees_of_freedom : float or None
        Of a Student-t; None for a normal.
    bias_scale : numpy.ndarray, shape (K,)
        Size of each readout at the prior's median: a bias of 1 shifts the readouts by this.
    bias_size : float
        Scale of the half-normal prior of the size that all tests of the kind share; 0 for none.
    age_variance : float
        What age adds to the variance of the bias, in squared `bias_scale`.
    weaker : bool
        Whether it is a statement without window or dose.
    notes : tuple of str
        What was assumed, in sentences.
    """

    name: str
    channels: tuple[str, ...]
    kind: Kind
    labels: tuple[str, ...]
    observed: np.ndarray
    covariance: np.ndarray
    degrees_of_freedom: float | None
    bias_scale: np.ndarray
    bias_size: float
    age_variance: float
    weaker: bool = False
    notes: tuple[str, ...] = ()

    @property
    def shape(self) -> str:
        """Law of its errors: "normal" or "student_t"."""
        return "normal" if self.degrees_of_freedom is None else "student_t"


@dataclass(frozen=True, slots=True)
class Replay:
    """All experiments of a problem, worked out.

    Parameters
    ----------
    experiments : tuple of Experiment
    exposure, frequency : numpy.ndarray, shape (replayed cell, channel)
        Paths in model units, zero behind the last one of a channel; frequency 1 where there is none.
    pieces : numpy.ndarray of int, shape (piece, 6)
        Channel, geo whose coefficient counts, first place, cells, first change, sign; sorted by channel. Places count
        the panel's cells, geo after geo, and behind them the replayed cells.
    weight : numpy.ndarray, shape (change,)
        What one unit of model effect in the cell adds to the readout.
    cell : numpy.ndarray of int, shape (change,)
        The panel's cell, geo after geo, whose expected outcome a multiplicative model multiplies; -1 where `level` is.
    level : numpy.ndarray, shape (change,)
        Outcome without the test over the geo's scale, where `cell` is -1.
    starts : numpy.ndarray of int, shape (readout + 1,)
        First change of each readout, and their number behind it; readouts of an experiment follow one another.
    left : numpy.ndarray of bool, shape (geo, date)
        Outcomes that the tests have already used: they leave the likelihood of the panel.
    """

    experiments: tuple[Experiment, ...]
    exposure: np.ndarray
    frequency: np.ndarray
    pieces: np.ndarray
    weight: np.ndarray
    cell: np.ndarray
    level: np.ndarray
    starts: np.ndarray
    left: np.ndarray = field(repr=False)

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """Kinds of measurement whose bias has a size to be found out, in order of appearance."""
        return tuple(dict.fromkeys(each.kind for each in self.experiments if each.bias_size > 0))

    @property
    def biased(self) -> tuple[Experiment, ...]:
        """Experiments that may be off as a whole."""
        return tuple(each for each in self.experiments if each.bias_size > 0 or each.age_variance > 0)

    @property
    def spans(self) -> tuple[slice, ...]:
        """Readouts of each experiment."""
        ends = np.cumsum([len(each.observed) for each in self.experiments])
        return tuple(
            slice(int(end - len(each.observed)), int(end))
            for end, each in zip(ends, self.experiments, strict=True)
        )

    def fingerprint(self) -> str:
        """SHA-256 of everything that has a part in the density."""
        digest = hashlib.sha256()
        for each in self.experiments:
            numbers = [each.observed, each.covariance, each.bias_scale]
            numbers.append(np.array([each.degrees_of_freedom or 0.0, each.bias_size, each.age_variance]))
            digest.update(f"{each.name}\n{each.kind}\n".encode())
            for values in numbers:
                digest.update(np.ascontiguousarray(values, float).tobytes())
        for values in (
            self.exposure, self.frequency, self.pieces, self.weight, self.cell, self.level, self.starts, self.left,
        ):  # fmt: skip
            digest.update(f"{values.shape}".encode() + np.ascontiguousarray(values, float).tobytes())
        return digest.hexdigest()

    def changes(self, responses: Sequence[np.ndarray], coefficient: np.ndarray) -> np.ndarray:
        """Return every change, shape (change, ...).

        Parameters
        ----------
        responses : sequence of numpy.ndarray, shape (place, ...)
            One a channel: response in the panel's cells, and behind them in the replayed ones.
        coefficient : numpy.ndarray, shape (geo, channel, ...)

        Returns
        -------
        numpy.ndarray, shape (change, ...)
        """
        total = np.zeros((len(self.weight), *coefficient.shape[2:]))
        for channel, geo, place, cells, into, sign in self.pieces:
            brought = coefficient[geo, channel] * responses[channel][place : place + cells]
            total[into : into + cells] += sign * brought
        return total

    def answers(self, change: np.ndarray, level: np.ndarray | None) -> np.ndarray:
        """Return every readout, shape (readout, ...).

        Parameters
        ----------
        change : numpy.ndarray, shape (change, ...)
        level : numpy.ndarray, shape (geo x date, ...), or None
            Expected outcome over the geo's scale, of a multiplicative model; None for an additive one.

        Returns
        -------
        numpy.ndarray, shape (readout, ...)
        """
        tail = (1,) * (change.ndim - 1)
        if level is not None:
            stated = self.level.reshape(-1, *tail) * np.expm1(change)
            change = np.where(
                (self.cell < 0).reshape(-1, *tail), stated, -level[self.cell] * np.expm1(-change)
            )
        counted = self.weight.reshape(-1, *tail) * change
        return np.add.reduceat(counted, self.starts[:-1], axis=0)

    def without(self, name: str) -> "Replay | None":
        """Return the same without one experiment, its outcomes still left out; None where it was the only one."""
        return self._of([number for number, each in enumerate(self.experiments) if each.name != name])

    def _of(self, kept: list[int]) -> "Replay | None":
        if not kept:
            return None
        readouts = np.concatenate([np.arange(self.spans[n].start, self.spans[n].stop) for n in kept])
        cells = np.concatenate([np.arange(self.starts[k], self.starts[k + 1]) for k in readouts])
        moved = np.full(len(self.weight) + 1, -1)
        moved[cells] = np.arange(len(cells))
        pieces = self.pieces[moved[self.pieces[:, 4]] >= 0].copy()
        pieces[:, 4] = moved[pieces[:, 4]]
        widths = self.starts[readouts + 1] - self.starts[readouts]
        return replace(
            self,
            experiments=tuple(self.experiments[n] for n in kept),
            pieces=pieces,
            weight=self.weight[cells],
            cell=self.cell[cells],
            level=self.level[cells],
            starts=np.concatenate([[0], np.cumsum(widths)]),
        )

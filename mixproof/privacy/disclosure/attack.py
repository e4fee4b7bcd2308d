"""What somebody can work out about hidden cells from everything that is published: a linear program, solved again and again.

Only hidden cells are unknown; the sums that they are part of are known less what is shown. The program is kept and its
objective changed from cell to cell, so that each begins where the one before ended.
"""

import highspy
import numpy as np
import scipy.sparse as sp


class Attack:
    """The attacker's program for one pattern of hidden cells.

    Parameters
    ----------
    values : numpy.ndarray, shape (cell,)
    relations : scipy.sparse.csr_array, shape (relation, cell)
    hidden : numpy.ndarray of bool, shape (cell,)
    known : numpy.ndarray, shape (cell,)
        How large the attacker knows each cell to be at most, without any table.
    """

    def __init__(
        self, values: np.ndarray, relations: sp.csr_array, hidden: np.ndarray, known: np.ndarray
    ) -> None:
        self.cells = np.flatnonzero(hidden)
        part = relations[:, self.cells]
        self.rows = np.flatnonzero(np.diff(part.indptr))
        part = part[self.rows].tocsc()
        self._place = {int(cell): at for at, cell in enumerate(self.cells)}
        self._solver = highspy.Highs()
        self._solver.setOptionValue("output_flag", False)
        self._solver.setOptionValue("threads", 1)
        program = highspy.HighsLp()
        program.num_row_, program.num_col_ = part.shape
        program.col_cost_ = np.zeros(len(self.cells))
        program.col_lower_ = np.zeros(len(self.cells))
        program.col_upper_ = known[self.cells].astype(float)
        program.row_lower_ = program.row_upper_ = part @ values[self.cells].astype(float)
        program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        program.a_matrix_.start_, program.a_matrix_.index_ = part.indptr, part.indices
        program.a_matrix_.value_ = part.data
        self._solver.passModel(program)

    def bound(self, cell: int, upwards: bool) -> tuple[float, np.ndarray, np.ndarray]:
        """Return how large or small a hidden cell can be, given all that is published.

        Parameters
        ----------
        cell : int
        upwards : bool
            Whether the largest is asked for.

        Returns
        -------
        tuple of (float, numpy.ndarray, numpy.ndarray)
            The bound; a table that has it, shape (hidden cell,); prices of the relations in `rows`.
        """
        place = self._place[cell]
        self._solver.changeColCost(place, -1.0 if upwards else 1.0)
        self._solver.run()
        solution = self._solver.getSolution()
        self._solver.changeColCost(place, 0.0)
        table = np.array(solution.col_value)
        return float(table[place]), table, np.array(solution.row_dual)


def intervals(
    values: np.ndarray, relations: sp.csr_array, hidden: np.ndarray, known: np.ndarray
) -> np.ndarray:
    """Return between which numbers an attacker can be sure that each hidden cell lies.

    Parameters
    ----------
    values : numpy.ndarray, shape (cell,)
    relations : scipy.sparse.csr_array, shape (relation, cell)
    hidden : numpy.ndarray of bool, shape (cell,)
    known : numpy.ndarray, shape (cell,)
        How large the attacker knows each cell to be at most, without any table.

    Returns
    -------
    numpy.ndarray, shape (hidden cell, 2)
    """
    attack = Attack(values, relations, hidden, known)
    return np.array(
        [[attack.bound(int(cell), up)[0] for up in (False, True)] for cell in attack.cells]
    ).reshape(-1, 2)

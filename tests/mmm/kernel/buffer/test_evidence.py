"""Pieces of experiments as the kernel reads them: what continues is one piece."""

import numpy as np

from mmm.kernel.buffer.evidence import joined

# channel, geo, place, cells, change, sign
CASES = [
    ("weeks that follow one another", [(0, 0, 7, 1, 0, 1), (0, 0, 8, 1, 1, 1), (0, 0, 9, 2, 2, 1)], [(0, 0, 7, 4, 0, 1)]),
    ("a week is left out", [(0, 0, 7, 1, 0, 1), (0, 0, 9, 1, 1, 1)], None),
    ("another geo", [(0, 0, 7, 1, 0, 1), (0, 1, 8, 1, 1, 1)], None),
    ("another sign", [(0, 0, 7, 1, 0, -1), (0, 0, 8, 1, 1, 1)], None),
    ("the same cell twice", [(0, 0, 7, 1, 0, 1), (0, 0, 7, 1, 1, 1)], None),
    ("another channel", [(0, 0, 7, 1, 0, 1), (1, 0, 8, 1, 1, 1)], None),
    ("signs in turn", [(0, 0, 7, 1, 0, 1), (0, 0, 30, 1, 0, -1), (0, 0, 8, 1, 1, 1), (0, 0, 31, 1, 1, -1)],
     [(0, 0, 30, 2, 0, -1), (0, 0, 7, 2, 0, 1)]),
]  # fmt: skip


def cells(pieces: list[tuple[int, ...]] | np.ndarray) -> list[tuple[int, ...]]:
    """Return what each cell of each piece counts for."""
    return sorted(
        (int(channel), int(geo), int(place) + k, int(into) + k, int(sign))
        for channel, geo, place, size, into, sign in pieces
        for k in range(int(size))
    )


def test_pieces_that_continue_one_another_are_one() -> None:
    for name, pieces, expected in CASES:
        found = joined(np.array(pieces))
        assert cells(found) == cells(pieces), name
        assert sorted(map(tuple, found.tolist())) == sorted(expected or pieces), name
        assert (np.diff(found[:, 0]) >= 0).all(), name

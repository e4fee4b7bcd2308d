"""Did two tests of one channel run at the same time on the same market?"""

from collections.abc import Iterator, Sequence
from itertools import combinations

from lift.experiment import Experiment
from lift.faults import fault
from mixproof.errors import Fault


def overlap_faults(experiments: Sequence[Experiment]) -> Iterator[Fault]:
    """Yield a fault for each pair of tests that share a channel and days, unless either names the other in `overlaps`.

    The cool-down counts: the effect of the first test still runs in the second. Geo tests and imports with disjoint
    geos do not meet.
    """
    for first, second in combinations(experiments, 2):
        shared = set(first.channels) & set(second.channels)
        if not shared or second.name in first.overlaps or first.name in second.overlaps:
            continue
        if (
            first.start is None
            or second.start is None
            or first.outcome_end is None
            or second.outcome_end is None
        ):
            continue
        if first.start > second.outcome_end or second.start > first.outcome_end:
            continue
        places = _geos(first), _geos(second)
        if places[0] and places[1] and not places[0] & places[1]:
            continue
        channels = ", ".join(sorted(shared))
        yield fault(
            "lift-overlap",
            f"lift.experiments: {first.name}, {second.name}",
            f"Both tested {channels} between {max(first.start, second.start)} and "
            f"{min(first.outcome_end, second.outcome_end)}.",
        )


def _geos(experiment: Experiment) -> set[str]:
    """Return the treated geos of a test; empty for the whole market."""
    named = set(getattr(experiment, "geos", ()))
    for cell in getattr(experiment, "cells", ()):
        named |= set(cell.geos)
    return named

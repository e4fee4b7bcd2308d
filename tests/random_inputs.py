"""How many random inputs a property is held to: some in the suite, a thousand where `--hypothesis-profile=thousand` asks.

The thousand take minutes and find what a change of the arithmetic itself brings; CONTRIBUTING.md says when to run them.
"""

from hypothesis import HealthCheck, settings

THOUSAND = 1000


def inputs(in_suite: int) -> settings:
    """Return the settings of a test that has `in_suite` random inputs, the same ones in each run."""
    asked = settings().max_examples
    return settings(
        max_examples=asked if asked == THOUSAND else in_suite,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )

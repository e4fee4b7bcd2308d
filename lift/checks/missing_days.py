"""Are there days on which nobody entered any arm?"""

from collections.abc import Sequence

from mixproof.records.verdict import Finding


def check(experiment: str, days: Sequence[int], labels: Sequence[str]) -> list[Finding]:
    """Return a warning where entry days leave holes.

    Parameters
    ----------
    experiment : str
    days : sequence of int
        Entry days counted from the start, rising.
    labels : sequence of str
        The same days as shown to people.
    """
    if len(days) < 2:
        return []
    holes = days[-1] - days[0] + 1 - len(days)
    if not holes:
        return [
            Finding("missing_days", "pass", f"All {len(days)} entry days are there.", 0.0, 0.0, experiment)
        ]
    before = [labels[i] for i in range(len(days) - 1) if days[i + 1] - days[i] > 1][:3]
    words = f"{holes} entry days are missing in every arm, the first after {', '.join(before)}."
    return [Finding("missing_days", "warning", words, float(holes), 0.0, experiment)]

"""Do a few large orders decide revenue?"""

from lift.checks.thresholds import CONTROL_CONVERTERS, ORDER_VARIATION
from mixproof.records.verdict import Finding


def check(experiment: str, variation: float, control_converters: float, method: str) -> list[Finding]:
    """Return a warning where orders are so skewed, or the control's buyers so few, that revenue hangs on a few people.

    Parameters
    ----------
    experiment : str
    variation : float
        Largest coefficient of variation of revenue among converters over the arms.
    control_converters : float
        Converters in the control.
    method : str
        Method of the primary interval of revenue, which the sentence names.
    """
    skewed, few = variation > ORDER_VARIATION, control_converters < CONTROL_CONVERTERS
    words = f"Order values vary by {variation:.2f} times their mean and the control has {control_converters:,.0f} buyers. "
    if not (skewed or few):
        words += "That is enough for revenue to be judged."
        return [Finding("whales", "pass", words, variation, ORDER_VARIATION, experiment)]
    words += (
        "A few large orders can decide revenue; Welch's interval would call null campaigns a success too often here. "
        f"The primary interval is by {method}."
    )
    return [Finding("whales", "warning", words, variation, ORDER_VARIATION, experiment)]

"""One family of identifiers: a row that says how it is recognised, and the SQL that recognises it."""

from dataclasses import dataclass

# Classes of letters that compile in a moment: Unicode's own have hundreds of ranges, and every use is compiled.
LETTER = r"A-Za-zªºµ\x{00c0}-\x{1fff}\x{2c00}-\x{d7ff}\x{f900}-\x{fdff}"
CAPITAL = r"A-Z\x{00c0}-\x{00de}\x{0100}-\x{024f}\x{0370}-\x{03ab}\x{0400}-\x{042f}"

_TRIMMED = " \t\r\n\"<>{}'"


@dataclass(frozen=True, slots=True)
class Recogniser:
    r"""How the engine tells one family of identifiers from ordinary text; every expression takes linear time (RE2).

    Parameters
    ----------
    family : str
        What a fault calls it.
    about : str
        Which forms are recognised, for the page of documentation.
    written : str, optional
        Expression for the whole cell, blanks and quotes around it taken off.
    compact : str, optional
        Expression for the whole cell in upper case without blanks and the marks ``. _ : / -``.
    inside : str, optional
        Expression for a part of a longer text, such as a URL or the name of a campaign.
    digits : (int, int), optional
        Fewest and most digits of a cell that is digits alone, apart from separators: a test before the expression.
    check : str, optional
        A condition in SQL on what has matched: ``t`` is the text, ``u`` the compact text, ``n`` its length.
    share : float
        Share of a column's distinct values that must match; 0 where one value is enough.
    least : int
        Number of distinct values that must match.
    wordy : bool
        Whether text without digits and without marks such as @ may have the form.
    fewest_digits : int
        Digits that a text of this form has at least: names and keys with fewer are spared the expression, whose
        compilation is what it costs.
    varied : str, optional
        A part of the text, in SQL, that must have almost as many values as the text: ``shop12`` is no user name.
    """

    family: str
    about: str
    written: str | None = None
    compact: str | None = None
    inside: str | None = None
    digits: tuple[int, int] | None = None
    check: str | None = None
    share: float = 0.0
    least: int = 1
    wordy: bool = False
    fewest_digits: int = 0
    varied: str | None = None

    @property
    def certain(self) -> bool:
        """Whether one value is enough, whatever else the column holds."""
        return self.share == 0

    @property
    def by_itself(self) -> bool:
        """Whether a name that stands alone (a channel, a sheet) is held to it."""
        return self.share <= 0.2 and self.least == 1

    def possible(self, digits: int) -> bool:
        """Return whether a text with so many digits can have the form."""
        return max(self.fewest_digits, self.digits[0] if self.digits else 0) <= digits

    @property
    def condition(self) -> str:
        """The SQL condition on ``t``, ``u``, ``n`` and ``g`` (whether ``u`` is digits alone)."""
        if self.digits is None:
            gate = "TRUE"
        else:
            low, high = self.digits
            gate = f"g AND n = {low}" if low == high else f"g AND n BETWEEN {low} AND {high}"
        forms = []
        if self.written:
            forms.append(f"regexp_full_match(t, {quoted(self.written)})")
        if self.compact:
            forms.append(f"regexp_full_match(u, {quoted(self.compact)})")
        if self.inside:
            forms.append(f"regexp_matches(t, {quoted(self.inside)})")
        matched = " OR ".join(forms) or "TRUE"
        # CASE, not AND: only CASE promises that the second test is made on what passed the first alone.
        checked = f"CASE WHEN {matched} THEN coalesce({self.check}, FALSE) ELSE FALSE END"
        return f"CASE WHEN {gate} THEN {checked if self.check else f'({matched})'} ELSE FALSE END"


def quoted(text: str) -> str:
    """Return a text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def bare(text: str) -> str:
    """Return a text without the blanks, quotes and brackets around it, as `trimmed` has it in SQL."""
    return text.strip(_TRIMMED)


def trimmed(text: str) -> str:
    """Return the SQL of a text without the blanks, quotes and brackets around it."""
    return f"trim({text}, {quoted(_TRIMMED)})"


def shaped(values: str) -> str:
    """Return values (k, v) with what conditions speak of: t, trimmed; u, compact; n, the length of u; g, digits alone."""
    compact = r"upper(regexp_replace(t, '[\s._:/\-\x{00a0}\x{2010}-\x{2014}]+', '', 'g'))"
    given = f"SELECT k, {trimmed('v')} AS t FROM {values}"
    both = f"SELECT k, t, {compact} AS u FROM ({given})"
    return f"(SELECT *, length(u) AS n, regexp_full_match(u, '[0-9]+') AS g FROM ({both}))"

"""Every fault of a release: code -> (family, meaning, remedy)."""

FAULTS: dict[str, tuple[str, str, str]] = {
    "people-cell": (
        "data",
        "A cell of a table to be released is empty, no whole number of people or no amount of at most two decimals, "
        "has a total's name, holds a control character or is an amount of nobody; or `where` keeps a level that no row "
        "has; or, with `noise`, a number is larger than its people may add, or two rows have the same levels.",
        "Write whole numbers from 0 on, money with at most two decimals (`decimal:` for a decimal comma), a level in every "
        "row that is not called as totals are and has no line breaks or control characters, and whose people an amount is. "
        "In `where` and `noise.levels` name levels as the file has them. With `noise` give each combination of levels one "
        "row, and in `noise.most` the most that a person can add.",
    ),
    "people-too-many": (
        "resource",
        "Tables to be released have more cells than can be protected together.",
        "Release fewer dimensions at once, or coarser ones.",
    ),
    "people-too-few": (
        "privacy",
        "Tables cannot be made safe: so few people are in them that totals give small numbers back whatever is hidden.",
        "Release coarser tables, or totals alone.",
    ),
    "privacy-budget": (
        "privacy",
        "A noised release costs more than is left of the budget of its people; nothing was drawn.",
        "Ask for a release that was made before, which costs nothing; for less at once with a smaller `noise.rho`; or treat it "
        "as spent: it is neither filled up nor counted anew under another name.",
    ),
    "privacy-extra": (
        "config",
        "A release is to have noise, and the package that draws it is not installed.",
        "Install it with `pip install 'mixproof[dp]'`, or take `noise` out of the table, which then is released with small "
        "numbers hidden.",
    ),
    "people-differs": (
        "privacy",
        "A release would tell of few people together with what was released before.",
        "Release other tables of the same rows, coarser ones say, or wait until more has changed; under the registry where "
        "the rows were released (`--output`), or as another `population` where other people are counted.",
    ),
    "people-unwritable": (
        "resource",
        "The registry of releases, or the folder that keeps where it ended, may not be written by this user.",
        "Give this user folders that it may write: that of runs (`--output`), and the state folder "
        "(`~/.local/state/mixproof/releases`, or name another one as XDG_STATE_HOME).",
    ),
    "people-registry": (
        "integrity",
        "The registry of releases lacks what it once held, or was changed: a new release cannot be compared with all earlier "
        "ones.",
        "Put its folder back from a copy, whole. Where that is lost for good, take away its file in the user's state folder "
        "(`~/.local/state/mixproof/releases`), release into another folder of runs (`--output`), and treat everything released "
        "until now as known to everybody.",
    ),
}

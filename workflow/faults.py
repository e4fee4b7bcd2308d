"""Every fault that the command line itself can raise: code -> (family, meaning, remedy)."""

FAULTS: dict[str, tuple[str, str, str]] = {
    "output-exists": (
        "config",
        "A file or folder that a command would write is already there.",
        "Name another one with --to, or give --force.",
    ),
    "output-unwritable": (
        "resource",
        "A file cannot be written.",
        "Check the folder, its permissions and the disk.",
    ),
    "internal": (
        "internal",
        "A fault of the tool itself; the log named in the message holds code places and versions, no data.",
        "Send the log to the maintainers.",
    ),
}

"""Every fault that the command line itself can raise: code -> (family, meaning, remedy)."""

FAULTS: dict[str, tuple[str, str, str]] = {
    "usage": (
        "config",
        "A command, option or argument is unknown, missing or has a wrong value.",
        "`mixproof --help` lists the commands, and `mixproof COMMAND --help` the options of one.",
    ),
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
    "data-folder": (
        "config",
        "There is no folder of this name to read tables from.",
        "Name a folder with --data, or leave it out to read beside the config.",
    ),
    "config-currency": (
        "config",
        "Two sections count money in different currencies.",
        "Convert one of them at its source, or keep the sections in YAMLs of their own.",
    ),
    "planner-extra": (
        "config",
        "The page is shown by a local server whose packages are not installed.",
        "Install them with `pip install 'mixproof[web]'`, or write the page into a file with --to.",
    ),
    "config-section": (
        "config",
        "The command is for a section that the YAML does not have.",
        "Add the section, or take `mixproof run`.",
    ),
    "report-before": (
        "config",
        "There is no run with a media-mix model of this name that the report could be held against.",
        "Name a run of the output folder under `report.before`, as NAME or NAME/RUN_ID, or leave the key out.",
    ),
    "compare-unlike": (
        "config",
        "Two runs that are compared are about other channels, geos, units or periods.",
        "Compare runs whose YAML has the same channels, geos, frequency, currency and outcome, and that share periods.",
    ),
    "release-held": (
        "trust",
        "A run is held back: it is not reportable, or moves answers of the champion without a reason in the data.",
        "See `mixproof compare` for what moved; where it is right, promote it with --accept and the reason.",
    ),
    "release-plan": (
        "config",
        "A plan is no answer that could be champion: it measures nothing, and is made from a run.",
        "Promote the run that the plan was made from.",
    ),
    "release-canary": (
        "config",
        "A run cannot answer for some geos beside the champion.",
        "Promote a run for all geos first; then name with --geo what both runs have in their table channels_by_geo.",
    ),
    "release-nothing": (
        "config",
        "There is no champion to go back to.",
        "Promote a run first; after two promotions there is one to go back to.",
    ),
    "release-trail": (
        "integrity",
        "The file with champion and trail was changed by hand or cut short.",
        "Restore it from a copy; or move it away and promote the run that is in use with --accept and the reason.",
    ),
    "health-nothing": (
        "config",
        "This folder holds no run, so there is no history whose health could be judged.",
        "Name a run's folder, the folder of all runs of a name (runs/demo, say), or a YAML with --output.",
    ),
    "trace-unknown": (
        "config",
        "A run has no such table, or the table no such column or value.",
        "Take one of the nearest that are named; `tables/columns.csv` of the run describes all tables.",
    ),
    "lift-window": (
        "data",
        "An experiment that is said to be part of the panel lies outside the panel's window.",
        "Correct start and end of the experiment, or its `in_panel`, or read a longer panel.",
    ),
    "internal": (
        "internal",
        "A fault of the tool itself; the log named in the message holds code places and versions, no data.",
        "Send the log to the maintainers.",
    ),
}

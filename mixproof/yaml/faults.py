"""Every fault that reading and validating a config can raise: code -> (family, meaning, remedy)."""

FAULTS: dict[str, tuple[str, str, str]] = {
    "config-unreadable": (
        "config",
        "The config file cannot be opened.",
        "Check the path and the permissions; `mixproof init TABLE` drafts a config from a table.",
    ),
    "config-encoding": ("config", "The config is not UTF-8 text.", "Save it as plain UTF-8."),
    "config-too-large": (
        "config",
        "The config has more than 1 MB or more than 50,000 values.",
        "A config holds settings; keep data in tables.",
    ),
    "config-too-deep": ("config", "The nesting is deeper than 32 levels.", "Write a flatter config."),
    "config-empty": ("config", "The config holds nothing.", "`mixproof init TABLE` drafts one."),
    "config-documents": ("config", "The file holds more than one document.", "Keep one config a file."),
    "config-character": (
        "config",
        "A text holds a control character, half of a character, or a code point that is none.",
        "Write the text without it.",
    ),
    "config-many": (
        "config",
        "There are more faults than a person reads; the first ones are shown.",
        "Mend those that are shown, then check again.",
    ),
    "config-syntax": (
        "config",
        "The file is not YAML 1.2 with a mapping at the top.",
        "Check indentation, colons and quotes at the place named.",
    ),
    "config-alias": (
        "config",
        "Anchors and aliases are refused: they can hide a bomb.",
        "Write the value out.",
    ),
    "config-tag": ("config", "Tags are refused: they can name code.", "Remove the tag; quote text."),
    "config-key": ("config", "A key is empty, a merge key, or no text.", "Write plain keys."),
    "config-duplicate-key": ("config", "A key stands twice in one mapping.", "Keep one of them."),
    "config-leading-zero": (
        "config",
        "A number with a leading zero is read differently by different programs.",
        "Drop the zero, or put text in quotes.",
    ),
    "config-not-finite": ("config", "NaN and infinity are no settings.", "Write a finite number."),
    "config-secret": (
        "config",
        "A password, token or connection string stands in the config; its value is never shown.",
        "Keep it in the environment and write ${env:NAME}.",
    ),
    "config-identifier": (
        "privacy",
        "A key or value of the config looks like an identifier of a person; it is never shown.",
        "Name columns, channels, files and places there; nothing about one person belongs into a config.",
    ),
    "config-template": (
        "config",
        "Templates and expressions have no meaning in a config.",
        "Write the value out.",
    ),
    "config-unknown-key": ("config", "A key is not known there.", "Take the nearest known key."),
    "config-unfilled": (
        "config",
        "A place that `mixproof init` could not guess still says FILL_IN.",
        "Write the value that the fault names in its place.",
    ),
    "config-missing-key": ("config", "A key that is needed is missing.", "Add it."),
    "config-not-allowed": ("config", "A value is none of the allowed ones.", "Take an allowed one."),
    "config-wrong-type": (
        "config",
        "A value is of the wrong type; nothing is coerced.",
        "Write numbers without quotes, lists with `-` or brackets.",
    ),
    "config-out-of-range": ("config", "A value lies outside its range.", "Choose a value inside it."),
    "config-inconsistent": (
        "config",
        "Settings of one section contradict each other.",
        "Change one of the settings so that what the fault says holds.",
    ),
    "config-name": (
        "config",
        "A name cannot be used in file names or tables on every system.",
        "Choose another name; `label:` keeps the table's own value.",
    ),
    "config-name-twice": (
        "config",
        "Two names look the same: they differ in case, in how letters are composed or in script, or in what has no width.",
        "Give every channel, treatment, control and event a name of its own.",
    ),
    "config-unknown-channel": (
        "config",
        "The model section speaks of a channel that the data section does not declare.",
        "Take the nearest declared name, or declare it.",
    ),
    "config-unknown-experiment": (
        "config",
        "The calibrate section speaks of an experiment that the lift section does not have.",
        "Take the nearest name of an experiment, or describe it under lift.",
    ),
    "config-prior-needs-spend": (
        "config",
        "A prior on ROI or mROI is stated for a channel that costs nothing.",
        "State it on share or coefficient.",
    ),
    "config-prior-needs-value": (
        "config",
        "A prior on ROI or mROI is stated, and the outcome has no money value.",
        "Add data.outcome.value, or state it on share or coefficient.",
    ),
    "config-likelihood": (
        "config",
        "The likelihood does not fit the outcome or its own options.",
        "Choose another family, or switch autocorrelation off.",
    ),
    "config-cycle": (
        "config",
        "A seasonal cycle is too short to be seen in data of this frequency.",
        "Leave it out.",
    ),
    "config-population": (
        "config",
        "Scaling by population is asked for, and no population is declared.",
        "Add data.population, or scale by outcome.",
    ),
    "config-date": ("config", "A date is not one of the calendar.", "Write it as YYYY-MM-DD."),
    "config-holiday": (
        "config",
        "Country, subdivision or holiday is not known.",
        "Take the ISO 3166 code, and names as the holidays library spells them.",
    ),
}

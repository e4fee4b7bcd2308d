"""Every fault that run folders and records can raise: code -> (family, meaning, remedy)."""

FAULTS: dict[str, tuple[str, str, str]] = {
    "output-name": (
        "config",
        "The run's name cannot be the name of a folder.",
        "Use letters, digits, '-', '_' and '.', at most 80 characters, not starting with a dot.",
    ),
    "output-is-input": (
        "config",
        "Results would be written where the data are read from.",
        "Choose another folder for --output.",
    ),
    "output-not-ours": (
        "config",
        "The output folder holds things that no run of mixproof has made.",
        "Choose an empty folder for --output, or move those things away; nothing was deleted.",
    ),
    "output-unusable": (
        "resource",
        "The output folder cannot be made or written to.",
        "Check that it is a folder on a writable disk and that you own it.",
    ),
    "output-locked": (
        "lock",
        "Another run holds this output.",
        "Wait for it to end; a run under another name need not wait, unless both make the same aggregates of events.",
    ),
    "disk-too-small": (
        "resource",
        "The run would need more than 90 % of the free disk space; nothing was started.",
        "Free space, choose another --output, or lower mmm.fit.max_draws.",
    ),
    "disk-full": (
        "resource",
        "The disk became full while writing; the unfinished run was removed, earlier runs are intact.",
        "Free space and run again: finished chains are kept where there was room for them.",
    ),
    "output-latest": (
        "config",
        "`latest` is a folder of its own, not a link to a run: a copy that followed links, perhaps.",
        "Remove or rename this folder; the next run makes the link again.",
    ),
    "artefact-swapped": (
        "integrity",
        "The manifest is that of another run than the folder's name says.",
        "Give each run folder its own name back: the manifest's run_id.",
    ),
    "output-gone": (
        "resource",
        "The output folder was removed, or closed to writing, while the run was writing to it.",
        "Make it writable and run again; nothing partial is left in it.",
    ),
    "memory-out": (
        "resource",
        "Memory ran out: the system gave no more.",
        "Raise the limit (`ulimit -v`), close other programs, or use a larger machine.",
    ),
    "memory-limit": (
        "resource",
        "A limit of the system gives this process less memory than any command needs.",
        "Raise the limit: `ulimit -v` for address space, `ulimit -d` for data.",
    ),
    "files-out": (
        "resource",
        "The system lets this process open no more files.",
        "Raise the limit, for example with `ulimit -n 1024`, and run again.",
    ),
    "processes-out": (
        "resource",
        "The system lets this user start no more processes or threads.",
        "Raise the limit (`ulimit -u`, and `ulimit -v` where it is set), or end other programs, and run again.",
    ),
    "memory-too-small": (
        "resource",
        "The run would need more memory than is free; nothing was started.",
        "Close other programs, lower mmm.fit.max_draws or mmm.fit.chains, or use a larger machine.",
    ),
    "memory-spent": (
        "resource",
        "Sampling was stopped because it used more memory than it may.",
        "Lower mmm.fit.chains or mmm.fit.max_draws, or use a larger machine; finished chains are kept.",
    ),
    "sampler-killed": (
        "resource",
        "The sampling process was ended from outside or could go on no longer, most likely because memory ran out.",
        "Use a larger machine or lower mmm.fit.chains; finished chains are kept and the next run resumes.",
    ),
    "run-not-found": (
        "config",
        "There is no run folder at this place.",
        "Name a run's folder, for example runs/demo/latest.",
    ),
    "run-without-model": (
        "config",
        "The run fitted no model: it has neither a posterior nor a panel.",
        "Name a run of a YAML with `data` and `mmm` sections; backtests, experiments and designs keep tables only.",
    ),
    "chart-unknown": (
        "config",
        "The run has no chart, or the chart no part, of this name.",
        "Choose one of those that the message lists.",
    ),
    "manifest-broken": (
        "integrity",
        "The manifest is not what was written.",
        "The run cannot be trusted any more; run it again from its config.",
    ),
    "artefact-missing": (
        "integrity",
        "A file that the manifest lists is gone.",
        "Restore it from a copy, or run again from the config.",
    ),
    "artefact-changed": (
        "integrity",
        "A file is not what its manifest says.",
        "Restore it from a copy, or run again from the config.",
    ),
    "artefact-foreign": (
        "integrity",
        "A file is not of a kind that mixproof writes; it was not opened.",
        "Only run folders written by mixproof can be read.",
    ),
    "artefact-extra": (
        "integrity",
        "A file or empty folder is in the run folder that its manifest does not list.",
        "Remove it if it is not needed; reports never read it.",
    ),
    "input-changed": (
        "integrity",
        "A data file changed while it was being read.",
        "Run again when nothing writes to it any more.",
    ),
}

"""Writing a file for the user without destroying one that is there."""

from pathlib import Path

from mixproof.errors import ConfigError, Fault, ResourceError


def write_new(path: Path, text: str, force: bool) -> None:
    """Write `text` to `path`.

    Raises
    ------
    ConfigError
        The file exists and `force` is not given.
    ResourceError
        The file cannot be written.
    """
    try:
        with path.open("w" if force else "x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        remedy = "Name another file with --to, or give --force."
        raise ConfigError(Fault("output-exists", str(path), "The file is already there.", remedy)) from None
    except OSError as error:
        what = f"The file cannot be written ({error.strerror})."
        raise ResourceError(
            Fault("output-unwritable", str(path), what, "Check the folder and its permissions.")
        ) from None

"""What must not stand in a config: passwords, tokens, connection strings; only ``${env:NAME}`` may."""

import re

_REFERENCE = re.compile(r"\$\{env:[A-Za-z_][A-Za-z0-9_]*\}")
_SECRET_KEY = re.compile(
    r"(^|[_\-.])(password|passwd|passphrase|pwd|secret|token|dsn|credentials?|api[_-]?key|access[_-]?key|private[_-]?key"
    r"|connection[_-]?string)$",
    re.IGNORECASE,
)
# Every expression begins at a fixed text or reads a bounded number of characters: time grows with the text, not its square.
_SECRET_VALUE = tuple(
    re.compile(pattern)
    for pattern in (
        r"[A-Za-z0-9]://[^/\s:@]*:[^/\s@]+@",  # scheme://user:password@host
        r"(?i)(^|[\s;?&])(password|pwd|passwd|secret|token|api_?key|sig|accountkey|sharedaccesskey)\s*=\s*[^\s;&]+",
        r"-----BEGIN [A-Z ]*PRIVATE KEY",
        r"\beyJ[A-Za-z0-9_\-]{8,300}\.[A-Za-z0-9_\-]{8}",  # JSON web token
        r"\b(gh[oprsu]_[A-Za-z0-9]{30,}|github_pat_\w{20,}|glpat-[\w\-]{16,}|xox[abprs]-[\w\-]{10,}|pypi-[\w\-]{30,})",
        r"\b([prs]k_(live|test)_[A-Za-z0-9]{10,}|sk-[A-Za-z0-9_\-]{20,}|hf_[A-Za-z0-9]{30,}|dapi[0-9a-f]{32})",
        r"\b(AKIA|ASIA)[A-Z0-9]{16}\b",
        r"\bAIza[A-Za-z0-9_\-]{30,}",
        r"(?i)\bbearer\s+[A-Za-z0-9._\-]{12,}",
    )
)


def is_reference(text: str) -> bool:
    """Return whether `text` is a reference to the environment, ``${env:NAME}``, and nothing else."""
    return _REFERENCE.fullmatch(text) is not None


def names_secret(key: str) -> bool:
    """Return whether a key of this name holds a secret (``password``, ``api_key``, ``db_token`` ...)."""
    return _SECRET_KEY.search(key) is not None


def looks_secret(text: str) -> bool:
    """Return whether `text` has the form of a password, token or connection string with credentials."""
    without_references = _REFERENCE.sub("", text)
    return any(pattern.search(without_references) for pattern in _SECRET_VALUE)

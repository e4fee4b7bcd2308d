"""Hashes, tokens and random ids: text that no person would write."""

from mixproof.privacy.recognisers.recogniser import Recogniser

_START, _END = "(?:^|[^0-9A-Za-z])", "(?:$|[^0-9A-Za-z])"
_UPPER = "len(regexp_replace(t, '[^A-Z]', '', 'g'))"
_LOWER = "len(regexp_replace(t, '[^a-z]', '', 'g'))"
_DIGITS = "len(regexp_replace(t, '[^0-9]', '', 'g'))"
_MARKS = "len(regexp_replace(t, '[0-9A-Za-z=]', '', 'g'))"
_RUNS = "len(regexp_extract_all(t, '[a-z]+|[A-Z]+|[0-9]+'))"
_BYTES = "|".join(
    f"[A-Za-z0-9+/_-]{{{n}}}={{0,{p}}}"
    for n, p in ((16, 0), (22, 2), (27, 1), (32, 0), (38, 2), (43, 1), (64, 0), (86, 2))
)
_BASE32 = "|".join(f"[A-Z2-7]{{{n}}}={{0,6}}" for n in (26, 32, 39, 45, 52, 58, 64, 77, 103))

DIGESTS = (
    Recogniser(
        "hash",
        "16 to 64 bytes as hexadecimal digits (MD5, SHA-1, SHA-224, SHA-256, SHA-512 ...), also inside longer texts.",
        inside=rf"{_START}(?:0[xX])?[0-9A-Fa-f]{{32,128}}{_END}",
        check="regexp_matches(t, '[1-9A-Fa-f]')",
    ),
    Recogniser(
        "hash",
        "The same with dashes, underscores, colons or blanks between its digits.",
        fewest_digits=4,
        compact=r"(?:MD5|SHA1|SHA256|SHA512|SHA|0X)?[0-9A-F]{32,128}",
        check="regexp_matches(u, '[A-F].*[A-F]') AND regexp_matches(u, '[0-9].*[0-9].*[0-9].*[0-9]')",
    ),
    Recogniser(
        "hash",
        "8 to 15 bytes as hexadecimal digits, letters among them, in a fifth of a column's values.",
        fewest_digits=3,
        compact=r"(?:0X)?[0-9A-F]{16,31}",
        check="regexp_matches(u, '[A-F]') AND regexp_matches(u, '[0-9].*[0-9].*[0-9]')",
        share=0.2,
    ),
    Recogniser(
        "hash",
        "Hashes of passwords and keys: $2b$, $argon2, $pbkdf2, sha256:, sha256$ ...",
        written=r"\$(?:2[abxy]?|argon2\w*|pbkdf2[\w-]*|scrypt|[156])\$.{16,}|(?i:md5|sha\d{1,3}|hmac|blake2\w*|scrypt|pbkdf2\w*)[:$=_-][\w+/=.-]{16,}",
    ),
    Recogniser(
        "hash",
        "Base64 of 16 to 64 bytes, plain or for URLs: upper, lower and digits well mixed.",
        written=_BYTES,
        check=f"{_UPPER} >= 4 AND {_LOWER} >= 4 AND {_RUNS} >= 0.5 * length(t) AND {_MARKS} <= 0.1 * length(t)",
    ),
    Recogniser(
        "hash",
        "Base64 of 8 bytes, in most values of a column.",
        written=r"[A-Za-z0-9+/_-]{11}=?",
        check=f"{_UPPER} >= 2 AND {_LOWER} >= 2 AND {_RUNS} >= 5 AND {_MARKS} <= 2",
        share=0.5,
        least=4,
    ),
    Recogniser(
        "hash",
        "Base32 of 16 to 64 bytes, in a fifth of a column's values.",
        fewest_digits=2,
        written=f"{_BASE32}|{_BASE32.replace('A-Z', 'a-z')}",
        check=f"{_DIGITS} >= 2 AND {_RUNS} >= 5",
        share=0.2,
    ),
    Recogniser(
        "hash",
        "Base32 of 8 or 10 bytes, in most values of a column.",
        written="[A-Z2-7]{13}(?:={3})?|[A-Z2-7]{16}|[a-z2-7]{13}(?:={3})?|[a-z2-7]{16}",
        check=f"{_DIGITS} >= 1 AND {_RUNS} >= 3",
        share=0.6,
        least=4,
    ),
    Recogniser(
        "session token",
        "JSON web tokens (eyJ...), and what begins with sess_, session-, tok_, auth0|, usr_, cus_, or similar.",
        fewest_digits=2,
        written=(
            r"eyJ[\w-]{10,}(?:[.=].*)?|(?i:sess|session|sid|tok|token|auth0|google-oauth2|cus|usr|acct|pm|cs|anon|visitor|vis|dev|ck|cookie)"
            r"[_|:-][A-Za-z0-9_-]{10,}"
        ),
        check=f"{_DIGITS} >= 2",
    ),
    Recogniser(
        "ULID",
        "26 characters of Crockford's alphabet, any case, in a fifth of a column's values.",
        fewest_digits=3,
        compact="[0-7][0-9A-HJKMNP-TV-Z]{25}",
        check="len(regexp_replace(u, '[^0-9]', '', 'g')) >= 3",
        share=0.2,
    ),
    Recogniser(
        "token",
        "40 and more characters of letters and digits, well mixed (UID2, RampID, ID5, encrypted ids).",
        fewest_digits=3,
        written=r"(?:[A-Za-z0-9]{1,6}[*:.-])?[A-Za-z0-9+/_~.-]{40,}={0,2}",
        check=f"{_UPPER} >= 6 AND {_LOWER} >= 6 AND {_DIGITS} >= 3 AND {_RUNS} >= 0.4 * length(t) AND {_MARKS} <= 0.1 * length(t)",
    ),
    Recogniser(
        "random id",
        "Ten and more characters of mixed upper and lower case and digits that change often, another in every row.",
        written=r"[A-Za-z0-9+/_=.~-]{10,}",
        check=f"{_UPPER} >= 2 AND {_LOWER} >= 2 AND {_RUNS} >= 0.42 * length(t) AND {_MARKS} <= 0.12 * length(t)",
        share=0.5,
        least=10,
    ),
    Recogniser(
        "random id",
        "16 and more letters of one case and digits that change often, another in every row (CUID, XID, base 36).",
        written=r"[a-z0-9_-]{16,}|[A-Z0-9_-]{16,}",
        check=f"{_DIGITS} >= 2 AND {_UPPER} + {_LOWER} >= 4 AND {_RUNS} >= 0.27 * length(t) AND {_MARKS} <= 0.07 * length(t)",
        share=0.5,
        least=10,
    ),
    Recogniser(
        "long number",
        "20 and more digits, another in every row: no campaign has so long a number.",
        digits=(20, 60),
        check="regexp_matches(u, '[1-9]')",
        share=0.5,
        least=4,
    ),
)  # fmt: skip

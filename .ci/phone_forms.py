"""Numbering plans of all countries as regular expressions: `python .ci/phone_forms.py` makes them from `phonenumbers`.

The library's metadata take half a second to load and are the same for years, so the expressions made of them are kept in
the package, and a test holds them current.
"""

import json
import re
from pathlib import Path

import phonenumbers

TARGET = Path(__file__).resolve().parent.parent / "mixproof" / "privacy" / "phone_forms.json"


def phone_forms() -> str:
    """Return, as JSON, expressions for international numbers, national ones with a leading 0, and ten American digits."""
    international: dict[int, set[str]] = {}
    national: set[str] = set()
    america: set[str] = set()
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        plan = phonenumbers.PhoneMetadata.metadata_for_region(region)
        if plan is None or plan.country_code is None:
            continue
        general = _pattern(plan.general_desc)
        international.setdefault(plan.country_code, set()).add(general)
        if plan.national_prefix == "0":
            national.add(general)
        if region in ("US", "CA"):
            america.add(_pattern(plan.fixed_line))
    forms = {
        "international": "|".join(
            f"{code}(?:{'|'.join(sorted(p))})" for code, p in sorted(international.items())
        ),
        "national": f"0(?:{'|'.join(sorted(national))})",
        "america": "|".join(sorted(america)),
    }
    return json.dumps(forms, indent=1) + "\n"


def _pattern(kind: phonenumbers.phonemetadata.PhoneNumberDesc | None) -> str:
    return re.sub(r"\s", "", (kind.national_number_pattern if kind is not None else None) or "")


if __name__ == "__main__":
    TARGET.write_text(phone_forms(), encoding="utf-8")

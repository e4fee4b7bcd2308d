"""Devices, browsers and clicks: advertising ids, addresses of networks, cookies, click ids."""

from mixproof.privacy.recognisers.recogniser import Recogniser

CLICK_KEYS = (
    "gclid|gclsrc|gbraid|wbraid|dclid|fbclid|fbc|fbp|msclkid|ttclid|twclid|li_fat_id|igshid|yclid|ymclid|epik|sccid"
    "|irclickid|clickid|click_id|rdt_cid|obclid|tblci|mc_eid|mkt_tok|_hsenc|vero_id|_kx|s_kwcid|aclid|rb_clickid"
)
PERSON_KEYS = (
    "uid|user_?id|userid|user|usr|e-?mail|mail|phone|tel|mobile|msisdn|customer_?(?:id|nr|number)|cust_?id|kunden_?nr|client_?id"
    "|member_?id|session_?id|sessionid|phpsessid|jsessionid|asp\\.net_sessionid|sid|token|access_token|auth|visitor_?id|cookie_?id"
    "|device_?id|idfa|idfv|gaid|aaid|adid|advertising_?id|subscriber_?id|contact_?id|crm_?id|household_?id|login|username|_ga|_gid|_fbp|_fbc"
    "|ecid|mcid|muid|anonymous_?id|distinct_?id|first_?name|last_?name|iban|ssn|dob|birth_?date"
)
_HEX = "[0-9A-Fa-f]"
_UUID = f"{_HEX}{{8}}[-_:]?{_HEX}{{4}}[-_:]?{_HEX}{{4}}[-_:]?{_HEX}{{4}}[-_:]?{_HEX}{{12}}"
_GROUP = f"{_HEX}{{1,4}}"
_SIX = f"(?:(?:{_GROUP}:){{7}}{_GROUP}|(?:{_GROUP}(?::{_GROUP}){{0,6}})?::(?:{_GROUP}(?::{_GROUP}){{0,6}})?)"
_OCTET = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)"
_FOUR = f"(?:{_OCTET}\\.){{3}}{_OCTET}"
_OCTETS = ", ".join(
    f"TRY_CAST(split_part(regexp_extract(t, '\\d+\\.\\d+\\.\\d+\\.\\d+'), '.', {i}) AS INTEGER)" for i in range(1, 5)
)  # fmt: skip
_START, _END = "(?:^|[^0-9A-Za-z])", "(?:$|[^0-9A-Za-z])"

DEVICES = (
    Recogniser(
        "device id or UUID",
        "32 hexadecimal digits in the groups 8-4-4-4-12, any case, dashes, underscores or colons (IDFA, GAID, IDFV).",
        inside=f"{_START}{_UUID}{_END}",
        check="regexp_matches(u, '[1-9A-F]') AND regexp_matches(t, '[1-9A-Fa-f]')",
    ),
    Recogniser(
        "click id",
        "The keys of advertising platforms (gclid, wbraid, fbclid, msclkid, ttclid ...) followed by a value.",
        written=rf"(?i:{CLICK_KEYS})[=:_-].{{6,}}",
        inside=rf"(?i)(?:^|[?&;#\s\"',{{|])(?:{CLICK_KEYS})[\"']?\s?(?:=|:|%3D)\s?[\"']?[\w.%~-]{{6,}}",
    ),
    Recogniser(
        "click id",
        "The values by themselves: Google EAIaIQ..., Cj0K..., 0AAAA..., Meta IwAR..., fb.1., TikTok E.C.P., X 2-...",
        fewest_digits=1,
        written=(
            r"(?:EAIaIQ|Cj[0-9a-zA-Z]K|Cj0K|CjwK|0AAAA|IwAR|IwY2|IwZX|PAAaa|dj0yJ|CL[a-zA-Z0-9]{2}_|CK[a-zA-Z0-9]{2}|CM[a-zA-Z0-9]{2}|COf?)"
            r"[\w-]{18,}|fb\.[0-9]\.\d{10,13}\..+|E\.C\.P\.[\w-]{8,}|2-[0-9a-z]{20,}|AF[\w-]{2}[\w-]{40,}"
        ),
        check="regexp_matches(t, '[0-9]') AND regexp_matches(t, '[A-Za-z]')",
    ),
    Recogniser(
        "cookie or client id",
        "Cookies of Google Analytics (GA1., GS1.), of Adobe (MCMID), of consent and session tools.",
        written=(
            r"(?i)(?:GA1|GS1|GS2|GCL|GSX)\.\d?\.?(?:[\d.-]+|[\w.$-]{12,})|amp-[\w-]{16,}|(?:MCMID\|)?\d{38}|s%3A[\w%.-]{16,}"
            r"|[\dA-F]{16,24}(?:@|%40)AdobeOrg|v1\|[\w|.-]{16,}|\d{6,10}\.1[0-9]{9}\.\d+\.\d+(?:\.\d+)*"
        ),
    ),
    Recogniser(
        "cookie or client id",
        "Client ids of Google Analytics by themselves: nine or ten digits, a point, the second of the first visit.",
        fewest_digits=17,
        written=r"\d{7,10}\.1[0-9]{9}",
        share=0.5,
        least=4,
    ),
    Recogniser(
        "key and value of a person",
        "Keys that name people or sessions in URLs, cookies and JSON: ?uid=, user_id:, email=, PHPSESSID=, token= ...",
        inside=rf"(?i)(?:^|[?&;#\s\"',{{|])(?:{PERSON_KEYS})[\"']?(?:=|%3D|\"\s?:\s?|:)[\"']?[^&\s\"',}}]{{4,}}",
        check="regexp_matches(t, '[0-9@]|%40')",
    ),
    Recogniser(
        "IPv4 address",
        "Four numbers up to 255, two of them 32 or more, with port or network; version numbers have none so large.",
        fewest_digits=4,
        written=rf"(?:(?i:https?://|ip[:=]?\s?))?{_FOUR}(?::\d{{1,5}})?(?:/\d{{1,2}})?/?",
        check=f"len([x for x in [{_OCTETS}] if x >= 32]) >= 2",
    ),
    Recogniser(
        "IPv6 address",
        "Full, shortened, with brackets and port, with a zone, with a network, with an IPv4 address inside.",
        fewest_digits=1,
        written=(
            rf"\[?{_SIX}(?:%[\w.-]+)?\]?(?::\d{{1,5}}|/\d{{1,3}})?"
            rf"|\[?(?:::|(?:{_GROUP}:){{1,6}}:?)(?:(?i:ffff):)?{_FOUR}\]?(?::\d{{1,5}}|/\d{{1,3}})?"
        ),
        check="regexp_matches(t, '[0-9]') AND length(t) >= 4",
    ),
    Recogniser(
        "MAC address",
        "Six or eight pairs of hexadecimal digits with colons or dashes, or three groups of four with points.",
        written=rf"(?:{_HEX}{{2}}[:-]){{5}}{_HEX}{{2}}|(?:{_HEX}{{2}}[:-]){{7}}{_HEX}{{2}}|(?:{_HEX}{{4}}\.){{2,3}}{_HEX}{{4}}",
    ),
    Recogniser(
        "MAC address",
        "Twelve hexadecimal digits, letters among them, in most values of a column.",
        fewest_digits=2,
        compact="[0-9A-F]{12}",
        check="regexp_matches(u, '[A-F]') AND regexp_matches(u, '[0-9].*[0-9]')",
        share=0.5,
        least=4,
    ),
)  # fmt: skip

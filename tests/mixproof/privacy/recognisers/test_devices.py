"""Device ids, click ids, cookies and network addresses by their forms; versions, sizes and campaigns are none."""

from mixproof.privacy.recognisers.devices import DEVICES
from tests.mixproof.privacy.recognised import families_seen

SEEN = {
    "38400000-8cf0-11bd-b23e-10b96e40000d": "device id or UUID",
    "{38400000-8CF0-11BD-B23E-10B96E40000D}": "device id or UUID",
    "https://shop.example/?gclid=EAIaIQobChMI9vW7": "click id",
    "fb.1.1596403881668.1116446470": "click id",
    "GA1.2.1234567890.1612345678": "cookie or client id",
    "1234567890.1612345678": "cookie or client id",
    "https://shop.example/?user_id=4711": "key and value of a person",
    "192.168.178.21": "IPv4 address",
    "2001:db8::8a2e:370:7334": "IPv6 address",
    "00:1B:44:11:3A:B7": "MAC address",
}
LEFT = (
    "1.2.3.4",
    "12:30:05",
    "1920x1080",
    "video_15s_beach_final.png",
    "spring 2024",
    "https://shop.example/?page=2",
)


def test_devices_are_seen_by_their_form() -> None:
    for (text, family), seen in zip(SEEN.items(), families_seen(DEVICES, list(SEEN)), strict=True):
        assert family in seen, text


def test_ordinary_texts_are_left() -> None:
    assert families_seen(DEVICES, LEFT) == [set() for _ in LEFT]

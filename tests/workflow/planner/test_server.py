"""The planner's page is shown to whoever has the token, at its own address, and to nobody else."""

import asyncio
import threading
import urllib.error
import urllib.request
from typing import Any

import pytest

pytest.importorskip("starlette")
uvicorn = pytest.importorskip("uvicorn")

from workflow.planner.server import planner_app, serve  # noqa: E402

PORT, TOKEN = 4711, "right"
HOST, COOKIE = f"127.0.0.1:{PORT}", f"mixproof_{PORT}={TOKEN}"
Headers = list[tuple[str, str]]


def ask(
    headers: Headers, path: str = "/", query: str = "", method: str = "GET"
) -> tuple[int, dict[str, str], str]:
    """Return status, headers and body of the answer to one request."""
    said: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    raw = [(name.encode(), value.encode()) for name, value in headers]
    scope = {"type": "http", "method": method, "path": path, "query_string": query.encode(), "headers": raw}
    asyncio.run(planner_app("<p>numbers</p>", PORT, TOKEN)(scope, receive, send))
    found = {name.decode().lower(): value.decode() for name, value in said[0]["headers"]}
    return said[0]["status"], found, b"".join(part.get("body", b"") for part in said[1:]).decode()


@pytest.mark.parametrize(
    ("headers", "query", "method", "status"),
    [
        ([("host", HOST), ("cookie", COOKIE)], "", "GET", 200),
        ([("host", HOST), ("cookie", f"other=1; {COOKIE}")], "", "HEAD", 200),
        ([("host", HOST), ("origin", f"http://{HOST}"), ("cookie", COOKIE)], "", "GET", 200),
        ([("host", HOST)], f"token={TOKEN}", "GET", 303),
        ([("host", HOST)], "", "GET", 403),
        ([("host", HOST)], "token=wrong", "GET", 403),
        ([("host", HOST)], "token=", "GET", 403),
        ([("host", HOST)], "token=r%C3%AFght", "GET", 403),
        ([("host", HOST), ("cookie", f"mixproof_{PORT}=wrong")], "", "GET", 403),
        ([("host", HOST), ("cookie", f"mixproof_1={TOKEN}")], "", "GET", 403),
        ([("host", HOST), ("origin", "http://evil.example"), ("cookie", COOKIE)], "", "GET", 403),
        ([("host", HOST), ("origin", "null"), ("cookie", COOKIE)], "", "GET", 403),
        (
            [("host", HOST), ("origin", "http://127.0.0.1:1"), ("cookie", COOKIE)],
            f"token={TOKEN}",
            "GET",
            403,
        ),
        ([("host", "evil.example"), ("cookie", COOKIE)], f"token={TOKEN}", "GET", 400),
        ([("host", f"evil.example:{PORT}"), ("cookie", COOKIE)], "", "GET", 400),
        ([("host", "127.0.0.1:1"), ("cookie", COOKIE)], "", "GET", 400),
        ([("host", "127.0.0.1"), ("cookie", COOKIE)], "", "GET", 400),
        ([("host", HOST), ("host", "evil.example"), ("cookie", COOKIE)], "", "GET", 400),
        ([("cookie", COOKIE)], "", "GET", 400),
        ([("host", HOST), ("cookie", COOKIE)], "", "POST", 405),
        ([("host", HOST), ("origin", f"http://{HOST}"), ("cookie", COOKIE)], "", "DELETE", 405),
        ([("host", HOST), ("cookie", COOKIE)], "", "OPTIONS", 405),
    ],
)
def test_who_is_answered(headers: Headers, query: str, method: str, status: int) -> None:
    found, sent, body = ask(headers, query=query, method=method)
    assert found == status
    assert ("numbers" in body) == (status == 200)
    assert sent["x-content-type-options"] == "nosniff" and sent["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in sent


def test_the_token_moves_into_a_cookie_that_other_sites_do_not_send() -> None:
    _, sent, _ = ask([("host", HOST)], query=f"token={TOKEN}")
    assert sent["location"] == "/"
    assert {"httponly", "samesite=strict"} <= {part.strip().lower() for part in sent["set-cookie"].split(";")}


def test_there_is_nothing_else_to_be_had() -> None:
    assert ask([("host", HOST), ("cookie", COOKIE)], path="/config.yaml")[0] == 404
    assert "frame-ancestors 'none'" in ask([("host", HOST), ("cookie", COOKIE)])[1]["content-security-policy"]


def test_the_address_that_is_told_shows_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    servers: list[Any] = []
    real = uvicorn.Server

    class Kept(real):  # type: ignore[misc, valid-type]
        def __init__(self, config: Any) -> None:
            super().__init__(config)
            servers.append(self)

    monkeypatch.setattr(uvicorn, "Server", Kept)
    told: list[str] = []
    there = threading.Event()

    def ready(address: str) -> None:
        told.append(address)
        there.set()

    running = threading.Thread(target=serve, args=("<p>numbers</p>", ready), daemon=True)
    running.start()
    assert there.wait(20)
    jar = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    try:
        with jar.open(told[0], timeout=20) as answer:
            assert b"numbers" in answer.read() and "token" not in answer.url
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(told[0].split("?")[0], timeout=20)
    finally:
        servers[0].should_exit = True
        running.join(20)
    assert not running.is_alive()

"""The planner's page on this machine alone: one address, a token of its own, and nothing that can be written.

Whatever another page in the same browser tries is refused: a name that leads here by a changed address book (the host must be
the address itself), a request that another page sends (its origin), and whoever does not know the token, which is in the
address that the command prints and from then on in a cookie that other sites' requests do not carry.
"""

import hmac
import secrets
import socket
from collections.abc import Callable

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

ADDRESS = "127.0.0.1"
HEADERS = {
    "Content-Security-Policy": "frame-ancestors 'none'",  # the page states the rest of its policy itself
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guard:
    """Lets requests through that come to this address, from no other site, with the token.

    Parameters
    ----------
    app : starlette.types.ASGIApp
        What is guarded.
    port : int
        Of the server.
    token : str
    """

    def __init__(self, app: ASGIApp, port: int, token: str) -> None:
        self._app, self._token = app, token
        self._host = f"{ADDRESS}:{port}"
        self._cookie = f"mixproof_{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            return
        await self._answer(Request(scope, receive))(scope, receive, send)

    def _answer(self, request: Request) -> ASGIApp:
        hosts, origins = request.headers.getlist("host"), request.headers.getlist("origin")
        if hosts != [self._host]:
            return _refused(400, "This is not the address of the planner.")
        if origins and origins != [f"http://{self._host}"]:
            return _refused(403, "Another site asks.")
        if request.method not in ("GET", "HEAD"):
            return _refused(405, "There is nothing to write here.")
        given = request.query_params.get("token")
        if given is not None and self._knows(given):
            # from here on the cookie carries the token, and the address no longer shows it
            answer = RedirectResponse("/", 303, headers=HEADERS)
            answer.set_cookie(self._cookie, self._token, httponly=True, samesite="strict")
            return answer
        if not self._knows(request.cookies.get(self._cookie, "")):
            return _refused(403, "Open the address that the command has printed: it has the token.")
        return self._app

    def _knows(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self._token.encode())


def _refused(status: int, words: str) -> Response:
    return PlainTextResponse(words, status, headers=HEADERS)


def planner_app(page: str, port: int, token: str) -> ASGIApp:
    """Return the application that shows one page to whoever has the token.

    Parameters
    ----------
    page : str
        HTML text.
    port : int
        Of the server.
    token : str

    Returns
    -------
    starlette.types.ASGIApp
    """

    async def show(_: Request) -> Response:
        return HTMLResponse(page, headers=HEADERS)

    return Guard(Starlette(routes=[Route("/", show)]), port, token)


def serve(page: str, ready: Callable[[str], None]) -> None:
    """Show a page on this machine until the process is asked to end.

    Parameters
    ----------
    page : str
        HTML text.
    ready : callable
        Is told the address, with the token, before the first request is answered.
    """
    with socket.socket() as listening:
        listening.bind((ADDRESS, 0))
        port, token = listening.getsockname()[1], secrets.token_urlsafe(24)
        config = uvicorn.Config(
            planner_app(page, port, token),
            log_level="warning",
            access_log=False,
            server_header=False,
            lifespan="off",
        )
        listening.listen()
        ready(f"http://{ADDRESS}:{port}/?token={token}")
        uvicorn.Server(config).run(sockets=[listening])

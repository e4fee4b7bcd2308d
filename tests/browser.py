"""A headless Chromium, driven by its own protocol over two pipes: no driver, no network, no further package."""

import fcntl
import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WHY = "there is no Chromium on this machine"
SECONDS = 60.0


class Browser:
    """One page of a browser that resolves no name: it reaches this machine and nothing else."""

    def __init__(self, profile: Path, width: int = 1200, height: int = 1000) -> None:
        assert CHROMIUM is not None, WHY
        ours, theirs = os.pipe(), os.pipe()
        reading, writing = (fcntl.fcntl(fd, fcntl.F_DUPFD, 20) for fd in (ours[0], theirs[1]))

        def place() -> None:
            os.dup2(reading, 3)
            os.dup2(writing, 4)

        options = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--remote-debugging-pipe",
            f"--user-data-dir={profile}",
            f"--window-size={width},{height}",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        ]
        self._process = subprocess.Popen(
            [CHROMIUM, *options], preexec_fn=place, pass_fds=(3, 4), stderr=subprocess.DEVNULL
        )
        for fd in (ours[0], theirs[1], reading, writing):
            os.close(fd)
        self._out, self._in = os.fdopen(ours[1], "wb", buffering=0), os.fdopen(theirs[0], "rb", buffering=0)
        self._count, self._rest, self.requests = 0, b"", list[str]()
        target = self._ask("Target.createTarget", {"url": "about:blank"})["targetId"]
        attached = self._ask("Target.attachToTarget", {"targetId": target, "flatten": True})
        self._session: str | None = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network"):
            self._ask(f"{domain}.enable")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        self._out.close()
        self._in.close()

    def open(self, address: str) -> None:
        """Show an address and wait until its scripts have run."""
        self._ask("Page.navigate", {"url": address})
        self.wait_for("document.readyState === 'complete' && location.href !== 'about:blank'")

    def evaluate(self, script: str) -> Any:
        """Return the value of an expression of the page, of a promise what it comes to."""
        asked = {"expression": script, "returnByValue": True, "awaitPromise": True}
        found = self._ask("Runtime.evaluate", asked)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def wait_for(self, condition: str) -> None:
        """Wait until an expression of the page is true."""
        end = time.monotonic() + SECONDS
        while not self.evaluate(condition):
            assert time.monotonic() < end, condition
            time.sleep(0.05)

    def wait_for_file(self, file: Path) -> None:
        """Wait until a file is there."""
        end = time.monotonic() + SECONDS
        while not file.is_file():
            assert time.monotonic() < end, file
            self.evaluate("1")
            time.sleep(0.05)

    def download_to(self, folder: Path) -> None:
        """Let the page save files into a folder."""
        self._ask(
            "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(folder)}, of_page=False
        )

    def _ask(self, method: str, params: dict[str, Any] | None = None, of_page: bool = True) -> dict[str, Any]:
        self._count += 1
        message: dict[str, Any] = {"id": self._count, "method": method, "params": params or {}}
        session = getattr(self, "_session", None)
        if of_page and session is not None:
            message["sessionId"] = session
        self._out.write(json.dumps(message).encode() + b"\0")
        while True:
            said = self._next()
            if said.get("method") == "Network.requestWillBeSent":
                self.requests.append(said["params"]["request"]["url"])
            if said.get("id") == self._count:
                assert "error" not in said, said["error"]
                return said["result"]

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            more = self._in.read(65536)
            assert more, "the browser has ended"
            self._rest += more
        whole, self._rest = self._rest.split(b"\0", 1)
        return json.loads(whole)

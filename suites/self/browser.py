# SPDX-License-Identifier: Apache-2.0
"""A headless Chromium, driven through its debugging pipe with nothing but Python's own library.

Clicks and keys are real input events. What the page complains about is kept in Page.complaints.
"""
import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time


class BrowserError(Exception):
    """The browser refused, or did not answer in time."""


class Browser:
    """`with Browser() as browser: page = browser.page()`."""

    def __init__(self, program="chromium"):
        self._profile = tempfile.mkdtemp(prefix="assay-browser-")
        to_browser, self._write = os.pipe()
        self._read, from_browser = os.pipe()

        def give_pipes():  # Chromium reads commands from 3 and answers on 4
            ends = os.dup(to_browser), os.dup(from_browser)
            high = [os.dup(end) for end in ends]
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        command = [program, "--headless", "--remote-debugging-pipe", "--disable-gpu",
                   "--hide-scrollbars", "--no-first-run", "--disable-dev-shm-usage",
                   f"--user-data-dir={self._profile}"]
        if os.geteuid() == 0:  # as in containers, where its sandbox does not start
            command.append("--no-sandbox")
        self._process = subprocess.Popen(
            command, pass_fds=(3, 4), preexec_fn=give_pipes,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self._buffer = b""
        self._number = 0
        self._pages = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.call("Browser.close", {})
        except (BrowserError, OSError):
            self._process.kill()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._write)
        os.close(self._read)
        shutil.rmtree(self._profile, ignore_errors=True)

    def _message(self, seconds):
        """The next message of the browser; None if none comes in time."""
        end = time.monotonic() + seconds
        while b"\0" not in self._buffer:
            if not select.select([self._read], [], [], max(0.0, end - time.monotonic()))[0]:
                return None
            more = os.read(self._read, 1 << 16)
            if not more:
                raise BrowserError("the browser ended")
            self._buffer += more
        text, self._buffer = self._buffer.split(b"\0", 1)
        return json.loads(text)

    def _note(self, message):
        page = self._pages.get(message.get("sessionId"))
        if page is not None and "method" in message:
            page.note(message["method"], message["params"])

    def call(self, method, parameters, session=None, seconds=60):
        """Runs one command of the protocol and returns its result."""
        self._number += 1
        request = {"id": self._number, "method": method, "params": parameters}
        if session:
            request["sessionId"] = session
        os.write(self._write, json.dumps(request).encode() + b"\0")
        while True:
            message = self._message(seconds)
            if message is None:
                raise BrowserError(f"{method}: no answer in {seconds} s")
            if message.get("id") == self._number:
                if "error" in message:
                    raise BrowserError(f"{method}: {message['error']['message']}")
                return message["result"]
            self._note(message)

    def page(self, width=1280, height=900):
        """A new, empty page of this size."""
        target = self.call("Target.createTarget", {"url": "about:blank"})["targetId"]
        session = self.call("Target.attachToTarget",
                            {"targetId": target, "flatten": True})["sessionId"]
        self._pages[session] = Page(self, session)
        self._pages[session].begin(width, height)
        return self._pages[session]


class Page:
    """One tab."""

    def __init__(self, browser, session):
        self._browser = browser
        self._session = session
        self._has_script = True
        self.complaints = []

    def call(self, method, **parameters):
        return self._browser.call(method, parameters, self._session)

    def begin(self, width, height):
        for domain in ("Page", "Runtime", "Log"):
            self.call(domain + ".enable")
        self.size(width, height)
        # A page behind another one draws nothing, and one without focus shows none.
        self.call("Page.bringToFront")
        self.call("Emulation.setFocusEmulationEnabled", enabled=True)
        self.prefer("light")

    def note(self, method, parameters):
        if method == "Runtime.exceptionThrown":
            details = parameters["exceptionDetails"]
            self.complaints.append(details.get("exception", details).get("description", str(details)))
        elif method == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "warning"):
            self.complaints.append(str(parameters["args"]))
        elif method == "Log.entryAdded" and parameters["entry"]["level"] in ("error", "warning"):
            self.complaints.append(parameters["entry"]["text"])

    def close(self):
        self.call("Page.close")

    def size(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=False)

    def prefer(self, scheme):
        """What the reader's system has: "dark" or "light"; and nothing moves by itself."""
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": scheme},
                            {"name": "prefers-reduced-motion", "value": "reduce"}])

    def without_script(self):
        self.call("Emulation.setScriptExecutionDisabled", value=True)
        self._has_script = False

    def open(self, address):
        """Loads an address and waits until it stands."""
        self.call("Page.navigate", url="about:blank")
        self.call("Page.navigate", url=address)
        self.until("document.readyState === 'complete' && location.href !== 'about:blank'")
        self.settle()

    def settle(self):
        """Two frames: what was asked for has been drawn."""
        if not self._has_script:
            return
        self.evaluate("new Promise(done => setTimeout(() => requestAnimationFrame("
                      "() => requestAnimationFrame(done)), 60))")

    def evaluate(self, expression):
        """The value of an expression in the page."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True,
                           awaitPromise=True)
        if "exceptionDetails" in result:
            raise BrowserError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def until(self, expression, seconds=20):
        end = time.monotonic() + seconds
        while not self.evaluate(f"!!({expression})"):
            if time.monotonic() > end:
                raise BrowserError(f"never true: {expression}")
            time.sleep(0.02)

    def click(self, selector):
        """A real click in the middle of what stands there, brought into view before."""
        box = self.evaluate(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
            "if (!e) return null; e.scrollIntoView({block: 'center', behavior: 'instant'});"
            "const b = e.getBoundingClientRect();"
            "return [b.left + b.width / 2, b.top + b.height / 2]; })()")
        if box is None:
            raise BrowserError(f"nothing to click: {selector}")
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1],
                      button="none" if kind == "mouseMoved" else "left", clickCount=1)
        self.settle()

    def key(self, name, text=""):
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=name, code=name, text=text,
                      windowsVirtualKeyCode={"Tab": 9, "Enter": 13, "Escape": 27}.get(name, 0))
        self.settle()

    def write(self, selector, text):
        """Writes into a field as if typed."""
        self.click(selector)
        self.call("Input.insertText", text=text)
        self.settle()

    def picture(self, file, clip=None):
        """A PNG of the visible part, or of `clip`: x, y, width, height on the page."""
        settings = {"format": "png", "optimizeForSpeed": False}
        if clip:
            settings["clip"] = dict(zip(("x", "y", "width", "height"), clip), scale=1)
            settings["captureBeyondViewport"] = True
        with open(file, "wb") as out:
            out.write(base64.b64decode(self.call("Page.captureScreenshot", **settings)["data"]))

    def pdf(self):
        return base64.b64decode(self.call("Page.printToPDF")["data"])

"""Headless Chromium, driven through its pipe: real keys, any width, light and dark, with and without script.

Needs no package. Names are not resolved, so that a page under test can reach nothing.
"""

import base64
import itertools
import json
import os
import select
import subprocess
import tempfile
import time
from pathlib import Path

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars",
         "--no-first-run", "--host-resolver-rules=MAP * ~NOTFOUND", "--remote-debugging-pipe"]
KEYS = {"Enter": (13, "\r"), "Escape": (27, ""), "ArrowRight": (39, ""), "ArrowDown": (40, ""), "ArrowLeft": (37, ""),
        "ArrowUp": (38, ""), "Tab": (9, "")}
PATIENCE = 120


class Browser:
    def __init__(self, program="chromium"):
        # For the browser's profile and for what a check writes.
        self.folder = tempfile.TemporaryDirectory(prefix="page-check-", ignore_cleanup_errors=True)
        command = [program, *FLAGS, f"--user-data-dir={self.folder.name}/profile", "about:blank"]
        theirs_in, self.out = os.pipe()
        self.inn, theirs_out = os.pipe()
        # Chromium reads commands from 3 and answers on 4. High numbers first: the pipes may have been given 3 and 4.
        high_in, high_out = os.dup2(theirs_in, 60, True), os.dup2(theirs_out, 61, True)

        def plug():
            os.dup2(high_in, 3, True)
            os.dup2(high_out, 4, True)

        self.process = subprocess.Popen(command, preexec_fn=plug, close_fds=False, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for end in (theirs_in, theirs_out, high_in, high_out):
            os.close(end)
        self.rest, self.events, self.numbers, self.session = b"", [], itertools.count(1), None
        pages = [target for target in self.call("Target.getTargets")["targetInfos"] if target["type"] == "page"]
        self.session = self.call("Target.attachToTarget", targetId=pages[0]["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network"):
            self.call(f"{domain}.enable")
        # The page's own policy would hide what it asks for.
        self.call("Page.setBypassCSP", enabled=True)
        self.call("Emulation.setFocusEmulationEnabled", enabled=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.session = None
            self.call("Browser.close")
            self.process.wait(20)
        except (OSError, RuntimeError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        self.folder.cleanup()

    def message(self):
        deadline = time.monotonic() + PATIENCE
        while b"\0" not in self.rest:
            if not select.select([self.inn], [], [], max(0, deadline - time.monotonic()))[0]:
                raise RuntimeError("the browser does not answer")
            read = os.read(self.inn, 1 << 20)
            if not read:
                raise RuntimeError("the browser has ended")
            self.rest += read
        one, self.rest = self.rest.split(b"\0", 1)
        return json.loads(one)

    def call(self, method, **parameters):
        number = next(self.numbers)
        request = {"id": number, "method": method, "params": parameters}
        if self.session:
            request["sessionId"] = self.session
        data = json.dumps(request).encode() + b"\0"
        while data:
            data = data[os.write(self.out, data):]
        while True:
            message = self.message()
            if message.get("id") == number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]
            self.events.append(message)

    def wait(self, event):
        while not any(message.get("method") == event for message in self.events):
            self.events.append(self.message())

    def open(self, page, width=1280, height=900, dark=False, script=True):
        """Opens a file; `self.events` holds afterwards what happened meanwhile."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.media("", dark)
        self.call("Emulation.setScriptExecutionDisabled", value=not script)
        # By way of an empty page: the same file once more would not be loaded again if only its anchor differed.
        for url in ("about:blank", Path(page).resolve().as_uri()):
            self.events.clear()
            self.call("Page.navigate", url=url)
            self.wait("Page.loadEventFired")
        if script:
            self.settle()

    def media(self, kind, dark=False):
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", media=kind, features=features)

    def settle(self):
        """Two frames: what observers do has been done."""
        self.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))")

    def run(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True, userGesture=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(json.dumps(answer["exceptionDetails"])[:600])
        return answer["result"].get("value")

    def press(self, key):
        code, text = KEYS[key]
        common = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        self.call("Input.dispatchKeyEvent", type="keyDown", **common, **({"text": text} if text else {}))
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def type(self, text):
        self.call("Input.insertText", text=text)

    def allow_copying(self):
        held, self.session = self.session, None
        self.call("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
        self.session = held

    def picture(self, file, whole=False):
        answer = self.call("Page.captureScreenshot", captureBeyondViewport=whole)
        Path(file).write_bytes(base64.b64decode(answer["data"]))

    def pdf(self, file):
        answer = self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=False)
        Path(file).write_bytes(base64.b64decode(answer["data"]))

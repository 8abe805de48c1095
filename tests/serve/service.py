"""What the tests of the service share: starting it, asking it, and pictures to ask about."""
import base64
import http.client
import json
import os
import re
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../cli"))
import harness  # noqa: E402 (its folder is only known now)


class Reply:
    def __init__(self, got):
        self.status = got.status
        self.headers = dict(got.getheaders())
        self.raw = got.read()

    def json(self):
        return json.loads(self.raw)

    def error(self):
        return self.json()["error"]


class Service:
    """A service on a free port of loopback, in the tester's folder."""

    def __init__(self, t, *arguments, before=None, listen="127.0.0.1:0", wrap=()):
        self.process = subprocess.Popen(
            [*wrap, t.numeral, "serve", *map(str, arguments), "--listen", listen],
            cwd=t.folder, env=t.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, preexec_fn=before)
        self.line = self.process.stdout.readline()
        match = re.search(r"http://(.*?):(\d+)(,|\s)", self.line)
        if not match:
            raise RuntimeError(f"the service says {self.line!r}, {self.process.stderr.read()!r}")
        self.port = int(match.group(2))
        self.connection = None

    def ask(self, method, path, body=None, type=None, fresh=False, **headers):
        """A request, on the connection that is open; gives the Reply."""
        head = {key.replace("_", "-"): value for key, value in headers.items()}
        if type:
            head["Content-Type"] = type
        if fresh or not self.connection:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            self.connection.request(method, path, body, head)
            return Reply(self.connection.getresponse())
        except (http.client.HTTPException, OSError):
            self.connection = None
            if fresh:
                raise
            return self.ask(method, path, body, type, True, **headers)

    def get(self, path, **headers):
        return self.ask("GET", path, **headers)

    def post(self, path, picture, **headers):
        return self.ask("POST", path, picture, "image/png", **headers)

    def teach(self, picture, label, **headers):
        body = json.dumps({"image": base64.b64encode(picture).decode(), "label": label})
        return self.ask("POST", "/v1/teach", body, "application/json", **headers)

    def end(self, how=signal.SIGTERM):
        """Ends it; gives its status and what it said on standard error."""
        self.connection = None
        self.process.send_signal(how)
        _, said = self.process.communicate(timeout=60)
        return self.process.returncode, said


def form(parts, boundary="b0undary"):
    """Body and type of a form of [(name, file name or None, bytes)]."""
    out = b""
    for name, file, content in parts:
        out += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"'.encode()
        out += f'; filename="{file}"'.encode() if file is not None else b""
        out += b"\r\n\r\n" + content + b"\r\n"
    return out + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def pen_pictures(t, n):
    """n pen digits, as PNG of dark ink on light paper, and their labels."""
    t.good("data", "convert", f"pen:test[0:{n}]", "-o", "pen.csv", "-q")
    out = []
    with open(t.path("pen.csv"), encoding="utf-8") as file:
        for line in file:
            if line[0].isdigit():
                label, *pixels = map(int, line.split(","))
                rows = [[255] * 60 for _ in range(60)]
                for i, value in enumerate(pixels):
                    rows[16 + i // 28][16 + i % 28] = 255 - value
                out.append((label, harness.png(60, 60, rows)))
    return out

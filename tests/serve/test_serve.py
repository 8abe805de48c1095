#!/usr/bin/env python3
"""The service: every address, wrong requests, who may ask, teaching and a restart.

usage: test_serve.py NUMERAL
"""
import base64
import json
import os
import re
import signal
import socket
import threading
import time

import service
from service import Service, form, harness

TOKEN = "a-token-of-23-characters"


def same(t, reply, wanted, what):
    """The reply is the command's answer, but for what the picture is called."""
    got = reply.json()
    t.check(reply.status == 200 and reply.headers["Content-Type"] == "application/json",
            f"{what}: {reply.status} {reply.headers}")
    for answer in (got, wanted):
        answer.pop("input")
    t.check(got == wanted, f"{what}: {got} is not {wanted}")


def check_answers(t, s, pictures):
    for at, (_, picture) in enumerate(pictures[:4]):
        t.write("one.png", picture)
        same(t, s.post("/v1/predict", picture),
             json.loads(t.good("predict", "m.model", "one.png", "--json", "-")), "predict")
        same(t, s.post("/v1/read", picture),
             json.loads(t.good("read", "m.model", "one.png", "--json", "-")), "read")
        same(t, s.post("/v1/why", picture),
             json.loads(t.good("why", "m.model", "one.png", "--json", "-")), "why")
        if at == 0:
            same(t, s.post("/v1/doctor", picture),
                 json.loads(t.good("doctor", "m.model", "one.png", "--json", "-")), "doctor")
    near = s.post("/v1/why?k=9", pictures[0][1]).json()["neighbours"]
    t.check(len(near) == 9 and len(near[8]["pixels"]) == 28, "why of nine neighbours")
    text = base64.b64encode(pictures[0][1]).decode()
    one = s.post("/v1/predict", pictures[0][1]).json()
    untold = s.ask("POST", "/v1/predict", pictures[0][1], "application/x-www-form-urlencoded")
    t.check(untold.json() == one, "a picture of which curl was told nothing")
    as_json = s.ask("POST", "/v1/predict", json.dumps({"image": text}), "application/json")
    t.check(as_json.json() == one, "a picture in JSON")
    body, kind = form([("a", "a.png", pictures[0][1]), ("b", "b.png", b"no picture")])
    both = s.ask("POST", "/v1/predict", body, kind).json()["answers"]
    t.check(both[0] == {**one, "input": "a.png"} and both[1]["refused"] == "unreadable" and
            "b.png: is no picture" in both[1]["error"], f"a form: {both}")
    several = s.ask("POST", "/v1/read", json.dumps({"images": [text, text]}),
                    "application/json").json()["answers"]
    t.check(len(several) == 2 and several[0] == several[1], "pages in JSON")


def check_places(t, s):
    model = s.get("/v1/model").json()
    told = t.json("info", "m.model")
    t.check({key: model[key] for key in told} == told and model["can_teach"] is True and
            model["n_taught"] == 0 and model["needs_token"] is False, f"model: {model}")
    t.check(s.get("/healthz").json() == {"status": "ok"}, "healthz")
    t.check("/v1/predict" in s.get("/openapi.json").json()["paths"], "openapi.json")
    metrics = s.get("/metrics")
    t.check(metrics.headers["Content-Type"].startswith("text/plain; version=0.0.4"),
            "metrics: type")
    for line in metrics.raw.decode().splitlines():
        t.check(re.fullmatch(r"# (HELP|TYPE) \w+ .*|numeral_\w+(\{[\w=\".,+]+\})? [\d.]+",
                             line), f"metrics: {line!r}")
    page = s.get("/")
    t.check(page.status == 200 and b"<!doctype html>" in page.raw[:40].lower(), "the page")
    t.check("default-src 'self'" in page.headers["Content-Security-Policy"] and
            "unsafe" not in page.headers["Content-Security-Policy"], "its policy")
    for name in re.findall(rb'(?:src|href)="([\w.-]+)"', page.raw):
        t.check(s.get("/" + name.decode()).status == 200, f"the page's {name}")
    again = s.get("/", If_None_Match=page.headers["ETag"])
    t.check(again.status == 304 and again.raw == b"", "a page that is known")
    t.check(s.ask("HEAD", "/").raw == b"", "HEAD")


def check_refusals(t, s, picture):
    """[status, words, method, path, body, type]."""
    text = base64.b64encode(picture).decode()
    for status, words, method, path, body, kind in (
            (404, "nothing at this address", "GET", "/v2/predict", None, None),
            (404, "nothing at this address", "GET", "/../../etc/passwd", None, None),
            (404, "nothing at this address", "GET", "/%2e%2e/meson.build", None, None),
            (405, "takes POST", "GET", "/v1/predict", None, None),
            (405, "takes DELETE", "PUT", "/v1/taught/1", None, None),
            (405, "takes GET, HEAD", "DELETE", "/v1/model", None, None),
            (400, "has no body", "POST", "/v1/predict", None, None),
            (415, "is no picture", "POST", "/v1/predict", b"hello", "image/png"),
            (422, "PNG", "POST", "/v1/read", picture[:60], "image/png"),
            (415, "a body of text/plain", "POST", "/v1/why", b"hello", "text/plain"),
            (415, "is no picture", "POST", "/v1/predict", b"7,0,0\n", "application/octet-stream"),
            (400, "is no JSON", "POST", "/v1/predict", b"{", "application/json"),
            (400, "is no JSON", "POST", "/v1/predict", b"[" * 100000, "application/json"),
            (400, "expected {", "POST", "/v1/predict", b"[]", "application/json"),
            (400, "expected {", "POST", "/v1/predict", b'{"image":"","images":[]}',
             "application/json"),
            (400, "base64", "POST", "/v1/predict", b'{"image":"!"}', "application/json"),
            (400, "base64", "POST", "/v1/predict", b'{"images":[7]}', "application/json"),
            (400, "no picture", "POST", "/v1/predict", b'{"images":[]}', "application/json"),
            (413, "257 pictures", "POST", "/v1/predict",
             json.dumps({"images": [""] * 257}), "application/json"),
            (400, "names no boundary", "POST", "/v1/predict", b"x", "multipart/form-data"),
            (400, "a field 'x'", "POST", "/v1/predict",
             *form([("a", "a.png", picture), ("x", None, b"1")])),
            (400, "k=0", "POST", "/v1/why?k=0", picture, "image/png"),
            (400, "expect=x", "POST", "/v1/read?expect=x", picture, "image/png"),
            (400, "limit=-1", "GET", "/v1/taught?limit=-1", None, None),
            (400, "id=x", "DELETE", "/v1/taught/x", None, None),
            (400, "id=1/1", "DELETE", "/v1/taught/1/1", None, None),
            (415, "a body of application/x-www", "POST", "/v1/predict", b"a=b",
             "application/x-www-form-urlencoded"),
            (400, "no picture in the request, expected 1 to 256: files", "POST", "/v1/predict",
             *form([("label", None, b"1")])),
            (400, "without 'data:...,'", "POST", "/v1/predict",
             json.dumps({"image": "data:image/png;base64," + text}), "application/json"),
            (404, "no taught digit", "DELETE", "/v1/taught/99", None, None),
            (400, "one image and its label", "POST", "/v1/teach", json.dumps({"image": text}),
             "application/json"),
            (400, "one image and its label", "POST", "/v1/teach",
             json.dumps({"image": text, "label": ""}), "application/json"),
            (400, "label must be a line", "POST", "/v1/teach",
             json.dumps({"image": text, "label": "a\nb"}), "application/json"),
            (400, "must be a text", "POST", "/v1/teach",
             json.dumps({"image": text, "label": 7}), "application/json"),
            (422, "no ink", "POST", "/v1/teach", *form([
                ("image", "a.png", harness.png(9, 9, [[255] * 9] * 9)), ("label", None, b"1")])),
            (415, "no picture", "POST", "/v1/teach",
             *form([("image", "a.png", b"x"), ("label", None, b"1")])),
    ):
        got = s.ask(method, path, body, kind)
        t.check(got.status == status and words in got.error() and len(got.error()) < 400,
                f"{method} {path} {str(body)[:50]}: {got.status} {got.raw[:200]}, expected "
                f"{status} with {words!r}")
    big = s.ask("POST", "/v1/predict", b"x", "image/png", Content_Length=str(1 << 40))
    t.check(big.status == 413, f"a body of a terabyte: {big.status}")
    t.check(s.get("/healthz").status == 200, "it lives on")


def check_guard(t, s, picture):
    for status, headers in (
            (421, {"Host": "evil.example:80"}), (421, {"Host": "127.0.0.1.evil.example"}),
            (200, {"Host": f"localhost:{s.port}"}), (200, {"Host": "[::1]"}),
            (403, {"Origin": "http://evil.example"}), (403, {"Origin": "null"}),
            (403, {"Sec-Fetch-Site": "cross-site"}),
            (200, {"Origin": f"http://127.0.0.1:{s.port}"}),
            (200, {"Sec-Fetch-Site": "same-origin"})):
        got = s.post("/v1/predict", picture, fresh=True, **headers)
        t.check(got.status == status, f"{headers}: {got.status}, expected {status}")
    got = s.teach(picture, "1", Origin="https://evil.example")
    t.check(got.status == 403 and s.get("/v1/taught").json()["taught"] == [],
            "a page from elsewhere teaches")


def check_framed(t, s, picture):
    def teach(image):
        return s.ask("POST", "/v1/teach", json.dumps({"image": image, "label": "cat",
                                                      "framed": True}), "application/json")

    kept = s.get("/v1/taught").json()["taught"][-1]
    again = teach(kept["image"]).json()
    last = s.get("/v1/taught").json()["taught"][-1]
    t.check(last["image"] == kept["image"] and last["row"] == again["row"] != kept["row"],
            "a framed image is kept as it is")
    s.ask("DELETE", f"/v1/taught/{again['id']}")
    got = teach(base64.b64encode(picture).decode())
    t.check(got.status == 422 and "a framed image has 28 x 28" in got.error(), got.error())


def check_teaching(t, s, pictures):
    label, picture = pictures[0]
    first = s.teach(picture, "cat").json()
    t.check(first["id"] == 1 and first["name"] == "cat" and first["n_taught"] == 1,
            f"teach: {first}")
    got = s.post("/v1/predict", picture).json()
    t.check(got["name"] == "cat" and got["neighbours"][0] ==
            {"row": first["row"], "label": first["label"], "distance": 0}, f"taught: {got}")
    body, kind = form([("image", "a.png", pictures[1][1]), ("label", None, b"7"),
                       ("source", None, b"a form")])
    second = s.ask("POST", "/v1/teach", body, kind).json()
    t.check(second["label"] == 7, f"teach by a form: {second}")
    listed = s.get("/v1/taught").json()["taught"]
    t.check([(d["id"], d["label"], d["source"]) for d in listed] ==
            [(1, "cat", "http"), (2, "7", "a form")], f"taught: {listed}")
    t.check(base64.b64decode(listed[0]["image"]).startswith(b"\x89PNG") and
            re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", listed[0]["created"]),
            "the picture and the time of a taught digit")
    t.check([d["id"] for d in s.get("/v1/taught?after=1").json()["taught"]] == [2] and
            len(s.get("/v1/taught?limit=1").json()["taught"]) == 1, "a part of the list")
    t.check(s.ask("DELETE", "/v1/taught/1").json() == {"id": 1, "n_taught": 1}, "undo")
    t.check(s.ask("DELETE", "/v1/taught/1").status == 404, "undo once more")
    t.check(s.post("/v1/predict", picture).json()["label"] != first["label"], "forgotten")
    third = s.teach(picture, "cat").json()
    t.check(third["id"] == 3, f"an id is given once: {third}")
    check_framed(t, s, picture)
    return s.post("/v1/predict", picture).json()


def check_restart(t, before, pictures):
    """What was taught is DATA while the service runs, and is known again to the next one."""
    info = t.json("data", "info", "taught.db")
    t.check(info["n"] == 2 and info["height"] == 28, f"taught.db as DATA: {info}")
    t.good("teach", "m.model", "taught.db", "-o", "better.model", "-q")
    t.write("one.png", pictures[0][1])
    taught = json.loads(t.good("predict", "better.model", "one.png", "--json", "-"))
    t.check(taught["name"] == "cat" and taught["confidence"] == before["confidence"],
            "numeral teach of taught.db")
    t.bad("taught.db: is in use by another service", "serve", "m.model", "--teach",
          "taught.db", "--listen", "127.0.0.1:0")
    return info


def check_blocked(t, s):
    """No thread but the first, which waits for it, is ever ended by SIGTERM."""
    for task in os.listdir(f"/proc/{s.process.pid}/task"):
        with open(f"/proc/{s.process.pid}/task/{task}/status", encoding="ascii") as file:
            text = file.read()
        blocked = int(re.search(r"SigBlk:\s*(\w+)", text).group(1), 16)
        t.check(int(task) == s.process.pid or blocked >> (signal.SIGTERM - 1) & 1,
                f"a thread takes SIGTERM: {text}")


def check_drain(t, s, pictures):
    """SIGTERM: what was asked is answered, then it ends well."""
    check_blocked(t, s)
    got = []
    page = form([(f"p{i}", f"p{i}.png", picture) for i, (_, picture) in enumerate(pictures)])
    asker = threading.Thread(target=lambda: got.append(
        s.ask("POST", "/v1/doctor", *page, fresh=True)))
    asker.start()
    while s.process.poll() is None and not got and not jobs_wait(s):
        time.sleep(0.01)
    status, said = s.end()
    asker.join()
    t.check(status == 0 and said == "", f"ended: {status} {said!r}")
    t.check(got[0].status == 200 and len(got[0].json()["answers"]) == len(pictures),
            "what was under way is answered")
    t.check(not os.path.exists(t.path("taught.db-wal")), "the log is gone")


def jobs_wait(s):
    with socket.create_connection(("127.0.0.1", s.port), timeout=10) as own:
        own.sendall(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        text = b"".join(iter(lambda: own.recv(65536), b""))
    return b"\nnumeral_jobs 0" not in text


def check_token(t, picture):
    t.write("short.token", "short\n")
    t.write("my.token", TOKEN + "\n")
    t.bad("needs --token-file", "serve", "m.model", "--teach", "t.db", "--listen",
          "0.0.0.0:0", status=2)
    t.bad("short.token: its first line must be a token", "serve", "m.model", "--teach",
          "t.db", "--token-file", "short.token", "--listen", "127.0.0.1:0")
    s = Service(t, "m.model", "--teach", "t.db", "--token-file", "my.token",
                listen="0.0.0.0:0")
    t.check(s.get("/v1/model").json()["needs_token"] is True, "the token is told of")
    for token in (None, "Bearer wrong", "Bearer " + TOKEN[:-1], "Basic " + TOKEN):
        headers = {"Authorization": token} if token else {}
        got = s.teach(picture, "1", **headers)
        t.check(got.status == 401 and got.headers["WWW-Authenticate"] == "Bearer",
                f"{token}: {got.status}")
    t.check(s.ask("DELETE", "/v1/taught/1").status == 401, "undo without the token")
    t.check(s.teach(picture, "1", Authorization="Bearer " + TOKEN).status == 200, "the token")
    t.check(s.post("/v1/predict", picture).status == 200, "reading needs no token")
    t.check(s.end()[0] == 0, "ended")
    s = Service(t, "m.model")
    got = s.teach(picture, "1")
    t.check(got.status == 403 and "--teach" in got.error() and
            s.get("/v1/model").json()["can_teach"] is False, "a service that is not taught")
    t.bad("cannot listen: Address already in use; port 0 is any free one", "serve", "m.model", "--listen",
          f"127.0.0.1:{s.port}")
    s.end(signal.SIGINT)
    check_beginnings(t)


def check_beginnings(t):
    """What it cannot begin with is told in one sentence."""
    os.mkdir(t.path("a.folder"))
    t.write("no.db", "this is no database, although it is as long as the head of one\n" * 4)
    with open(t.path("m.model"), "rb") as file:
        t.write("cut.model", file.read(5000))
    there = ["serve", "m.model", "--listen", "127.0.0.1:0"]
    for words, arguments in (
            ("gone.model: cannot open", ["serve", "gone.model"]),
            ("cut.model", ["serve", "cut.model"]),
            ("a.folder: is a folder", ["serve", "a.folder"]),
            ("no such address", ["serve", "m.model", "--listen", "192.0.2.1:0"]),
            ("gone.token: cannot open", [*there, "--token-file", "gone.token"]),
            ("openssl rand", [*there, "--token-file", "gone.token"]),
            ("a.folder: cannot read: Is a directory", [*there, "--token-file", "a.folder"]),
            ("a.folder: cannot open", [*there, "--teach", "a.folder"]),
            ("gone/t.db: cannot create", [*there, "--teach", "gone/t.db"]),
            ("no.db: is a damaged database", [*there, "--teach", "no.db"])):
        t.bad(words, *arguments)
    for words, arguments in (
            ("expected ADDRESS:PORT", ["serve", "gone.model", "--listen", "nowhere"]),
            ("expected ADDRESS:PORT", ["serve", "m.model", "--listen", "127.0.0.1:99999"]),
            ("expected http://HOST", [*there, "--origin", "ftp://example.org"]),
            ("from 1 to 86400", [*there, "--patience", "0"])):
        t.bad(words, *arguments, status=2)


def check_full_disk(t, pictures):
    """No room: 507, nothing half taught, and it goes on when there is room again."""
    import resource
    s = Service(t, "m.model", "--teach", "full.db")
    first = s.teach(pictures[0][1], "1")
    size = os.path.getsize(t.path("full.db-wal"))
    resource.prlimit(s.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    got = s.teach(pictures[1][1], "2")
    t.check(first.status == 200 and got.status == 507 and "the disk is full" in got.error(),
            f"a full disk: {got.status} {got.raw}")
    t.check(s.get("/v1/model").json()["n_rows"] == 301 and
            s.post("/v1/predict", pictures[1][1]).status == 200, "it lives on, unchanged")
    resource.prlimit(s.process.pid, resource.RLIMIT_FSIZE,
                     (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    t.check(s.teach(pictures[1][1], "2").status == 200, "room again")
    s.end()


def test(t):
    t.good("train", "pen:train[0:300]", "--preset", "fast", "-o", "m.model", "-q")
    pictures = service.pen_pictures(t, 8)
    s = Service(t, "m.model", "--teach", "taught.db")
    check_answers(t, s, pictures)
    check_places(t, s)
    check_refusals(t, s, pictures[0][1])
    check_guard(t, s, pictures[0][1])
    before = check_teaching(t, s, pictures)
    check_restart(t, before, pictures)
    status, said = s.end(signal.SIGKILL)
    s = Service(t, "m.model", "--teach", "taught.db")
    t.check("taught 2 digits" in s.line, f"the next one says {s.line!r}")
    after = s.post("/v1/predict", pictures[0][1]).json()
    t.check({**after, "neighbours": 0} == {**before, "neighbours": 0}, "known again")
    check_drain(t, s, pictures)
    check_token(t, pictures[0][1])
    check_full_disk(t, pictures)


if __name__ == "__main__":
    harness.main(test)

#!/usr/bin/env python3
"""The service among bad clients and bad luck.

usage: hostile.py NUMERAL [kills N | malformed N [SEED] | slow]

kills N      killed (SIGKILL) N times at a random moment while three clients teach: each
             digit whose teaching was answered is there, the database opens
malformed N  N requests that are wrong somewhere between the first byte and the last picture;
             most telling of a build with AddressSanitizer. It answers a good one throughout,
             ends well, and holds no more memory than before
slow         1,000 idle connections and 50 that drip do not keep others waiting, and who
             drips for longer than the service has patience is cut off

Without a second argument each of them, in short. Seeds are fixed unless given.
"""
import base64
import json
import os
import random
import signal
import socket
import sqlite3
import threading
import time

import service
from service import Service, form, harness


# ---- killed while teaching ----

def teach_until_dead(s, pictures, done, stop):
    """One client: (id, label) of what was answered goes to `done`."""
    n = 0
    while not stop.is_set():
        label, picture = pictures[n % len(pictures)]
        n += 1
        try:
            connection = service.http.client.HTTPConnection("127.0.0.1", s.port, timeout=20)
            body = json.dumps({"image": base64.b64encode(picture).decode(),
                               "label": str(label), "source": f"{n}"})
            connection.request("POST", "/v1/teach", body, {"Content-Type": "application/json"})
            got = service.Reply(connection.getresponse())
            if got.status == 200:
                done.append((got.json()["id"], str(label)))
        except (OSError, ValueError, service.http.client.HTTPException):
            return


def kill_once(t, pictures, chance, known):
    s = Service(t, "m.model", "--teach", "killed.db", "--threads", 2)
    stop, done = threading.Event(), []
    clients = [threading.Thread(target=teach_until_dead, args=(s, pictures, done, stop))
               for _ in range(3)]
    for client in clients:
        client.start()
    time.sleep(chance.uniform(0.01, 0.25))
    s.process.send_signal(signal.SIGKILL)
    s.process.communicate()
    stop.set()
    for client in clients:
        client.join()
    known.update(done)
    with sqlite3.connect(t.path("killed.db")) as db:
        there = dict(db.execute("SELECT id, label FROM digits"))
        whole = db.execute("PRAGMA integrity_check").fetchone()[0]
    db.close()
    lost = {key: label for key, label in known.items() if there.get(key) != label}
    t.check(whole == "ok" and not lost, f"killed: {whole}, lost {lost}")
    return len(done)


def kills(t, n):
    chance = random.Random(14)
    pictures = service.pen_pictures(t, 30)
    known, taught = {}, 0
    for _ in range(n):
        taught += kill_once(t, pictures, chance, known)
    s = Service(t, "m.model", "--teach", "killed.db")
    t.check(s.get("/v1/model").json()["n_taught"] >= len(known) == taught,
            "the last service knows them all")
    s.end()
    print(f"killed {n} times; {taught} digits were answered, all are there")


# ---- malformed requests ----

CORPUS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../fuzz/corpus")

METHODS = [b"GET", b"POST", b"DELETE", b"PUT", b"HEAD", b"OPTIONS", b"TRACE", b"get", b"",
           b"P" * 300, b"\0", b"POST\t"]
PATHS = [b"/", b"/v1/predict", b"/v1/read", b"/v1/why?k=3", b"/v1/doctor", b"/v1/teach",
         b"/v1/taught", b"/v1/taught/1", b"/v1/taught/" + b"9" * 30, b"/v1/model", b"/metrics",
         b"/healthz", b"/openapi.json", b"/../x", b"/%00", b"/%", b"*", b"http://a/", b"/" * 9000,
         b"/v1/why?k=" + b"1" * 500, b"/v1/taught?after=-1&limit=%zz", b"/main.js?" + b"a&" * 999]
HEADERS = [b"Host: localhost", b"Host:", b"Host: [::1", b"Host: a\0b", b"Content-Length: 5",
           b"Content-Length: -1", b"Content-Length: 99999999999999999999", b"Content-Length: 0x5",
           b"Transfer-Encoding: chunked", b"Transfer-Encoding: gzip", b"Expect: 100-continue",
           b"Connection: close", b"Origin: null", b"Origin: http://localhost", b"X: " + b"y" * 9000,
           b": ", b"no colon", b" folded", b"Authorization: Bearer", b"If-None-Match: \"",
           b"Content-Type: application/json", b"Content-Type: image/png", b"Content-Type: ",
           b"Content-Type: multipart/form-data; boundary=\"", b"Cookie: " + b"a=b; " * 2000,
           b"Content-Type: multipart/form-data; boundary=" + b"x" * 90]


def bend(chance, content):
    """Bytes changed, cut, doubled or put in between."""
    content = bytearray(content)
    for _ in range(chance.choice((0, 1, 1, 2, 4, 30))):
        at = chance.randrange(len(content) + 1)
        kind = chance.randrange(5)
        if kind == 0 and at < len(content):
            content[at] = chance.randrange(256)
        elif kind == 1 and at < len(content):
            content[at] ^= 1 << chance.randrange(8)
        elif kind == 2:
            del content[at:at + chance.choice((1, 4, 200))]
        elif kind == 3:
            content[at:at] = content[max(0, at - 20):at]
        else:
            content[at:at] = chance.choice((b"\0", b"\r\n", b"--b0undary", b"\"", b"{", b"\xff"))
    return bytes(content)


def bodies(pictures):
    """(content type, body) that are right."""
    label, picture = pictures[0]
    text = base64.b64encode(picture).decode()
    out = [("image/png", p) for _, p in pictures[:4]]
    out += [("image/x-portable-graymap", b"P5 9 9 255\n" + bytes(range(81)))]
    for kind in ("jpeg", "png", "pnm", "tiff", "others"):
        for name in sorted(os.listdir(os.path.join(CORPUS, kind))):
            with open(os.path.join(CORPUS, kind, name), "rb") as file:
                out.append(("image/" + kind, file.read()))
    for value in ({"image": text}, {"images": [text, text]},
                  {"image": text, "label": str(label), "source": "fuzz"}):
        out.append(("application/json", json.dumps(value).encode()))
    for parts in ([("a", "a.png", picture)], [("image", "a", picture), ("label", None, b"7")],
                  [("a", "a.png", picture), ("b", "b.png", b"")]):
        body, kind = form(parts)
        out.append((kind, body))
    return out


def chunked(chance, body, length):
    """The body in chunks, some with what may stand behind a size, some of a wrong size."""
    out = b""
    for _ in range(chance.randrange(3)):
        at = chance.randrange(len(body) + 1)
        out += b"%x%s\r\n%s\r\n" % (at, chance.choice((b"", b";a=b", b" ")), body[:at])
        body = body[at:]
        length = len(body)
    size = b"%x" % length if chance.random() < 0.8 else chance.choice((b"-1", b"f" * 20, b"z"))
    return out + size + b"\r\n" + body + b"\r\n0\r\n" + chance.choice((b"", b"A: b\r\n")) + b"\r\n"


def requests_of(chance, good):
    """What goes over one connection: a request, or several at once."""
    return b"".join(request_of(chance, good) for _ in range(chance.choice((1,) * 9 + (3,))))


def request_of(chance, good):
    """A request that is right but for some of its parts."""
    kind, body = chance.choice(good)
    body = bend(chance, body)
    method, path = b"POST", chance.choice(PATHS[1:6])
    if chance.random() < 0.3:
        method = chance.choice(METHODS if chance.random() < 0.3 else METHODS[:3])
        path = chance.choice(PATHS)
    lines = [method + b" " + path + b" " + chance.choice((b"HTTP/1.1",) * 30 + (
        b"HTTP/1.0", b"HTTP/9.9", b"", b"HTTP"))]
    lines.append(b"Host: 127.0.0.1")
    lines.append(b"Content-Type: " + kind.encode())
    length = len(body) if chance.random() < 0.92 else chance.randrange(2 * len(body) + 2)
    if chance.random() < 0.1:
        lines.append(b"Transfer-Encoding: chunked")
        body = chunked(chance, body, length)
    else:
        lines.append(b"Content-Length: %d" % length)
    if chance.random() < 0.25:
        lines += [chance.choice(HEADERS) for _ in range(chance.randrange(4))]
    whole = b"\r\n".join(lines) + b"\r\n\r\n" + body
    return bend(chance, whole) if chance.random() < 0.15 else whole


def send_one(port, content):
    """Sends it and reads what comes, a moment at most; gives the first line."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as own:
        own.settimeout(0.1)
        try:
            own.sendall(content)
            if len(content) % 8 == 0:
                own.shutdown(socket.SHUT_WR)
            return own.recv(4096)[:60]
        except OSError:
            return b""


def resident(s):
    with open(f"/proc/{s.process.pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))


def send_many(s, good, n, seed, counts):
    chance = random.Random(seed)
    for _ in range(n):
        line = send_one(s.port, requests_of(chance, good))
        counts[line[9:12]] = counts.get(line[9:12], 0) + 1


def malformed(t, n, seed=1):
    clients = 4
    pictures = service.pen_pictures(t, 8)
    good = bodies(pictures)
    s = Service(t, "m.model", "--teach", "fuzzed.db", "--threads", 2)
    wanted = s.get("/v1/model").json()["recipe"]
    memory, all_counts, began = 0, {}, time.monotonic()
    for done in range(0, n, 1000):
        counts = [{} for _ in range(clients)]
        senders = [threading.Thread(target=send_many, args=(
            s, good, min(1000, n - done) // clients, repr((seed, done, i)), counts[i]))
            for i in range(clients)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        for one in counts:
            for key, value in one.items():
                all_counts[key] = all_counts.get(key, 0) + value
        if not t.check(s.process.poll() is None and
                       s.post("/v1/predict", pictures[0][1], fresh=True).status == 200 and
                       s.get("/v1/model").json()["recipe"] == wanted,
                       f"it answers after {done + 1000} requests"):
            break
        memory = memory or resident(s)
    now, took = resident(s), time.monotonic() - began
    t.check(now < 2 * memory + 100000, f"memory: {memory} KiB, then {now} KiB")
    status, said = s.end()
    t.check(status == 0 and said == "", f"the end: {status} {said[:3000]!r}")
    told = {key.decode("latin1") or "none": n for key, n in sorted(all_counts.items())}
    t.check({"200", "400", "404"} <= set(told), f"all kinds of answers: {told}")
    print(f"{n} requests in {took:.0f} s: {told}; {memory} KiB, then {now} KiB")


# ---- slow ones ----

def slow(t):
    (_, picture), = service.pen_pictures(t, 1)
    s = Service(t, "m.model", "--threads", 2)
    idle = [socket.create_connection(("127.0.0.1", s.port), timeout=20) for _ in range(1000)]
    drips = [socket.create_connection(("127.0.0.1", s.port), timeout=20) for _ in range(50)]
    for one in drips:
        one.sendall(b"POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\n")
    slowest = 0.0
    for _ in range(100):
        for one in drips:
            one.sendall(b"x")
        began = time.monotonic()
        right = s.post("/v1/predict", picture).status == 200
        slowest = max(slowest, time.monotonic() - began)
        t.check(right, "it answers meanwhile")
    t.check(slowest < 1, f"the slowest answer took {slowest:.3f} s")
    text = s.get("/metrics").raw.decode()
    open_now = int(text.split("\nnumeral_connections ")[1].split()[0])
    t.check(open_now >= 1051, f"{open_now} connections are open")
    print(f"{len(idle)} idle and {len(drips)} slow connections; the slowest answer "
          f"{slowest * 1000:.1f} ms")
    for one in idle + drips:
        one.close()
    status, said = s.end()
    t.check(status == 0 and said == "", f"the end: {status} {said!r}")


def outlast(t):
    """A byte now and then keeps no connection for longer than --patience."""
    s = Service(t, "m.model", "--threads", 2, "--patience", 2)
    with socket.create_connection(("127.0.0.1", s.port), timeout=20) as own:
        own.sendall(b"POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\n")
        began = time.monotonic()
        own.settimeout(0.3)
        ended = False
        while not ended and time.monotonic() - began < 20:
            try:
                own.sendall(b"x")
                ended = own.recv(1000) == b""
            except socket.timeout:
                pass
            except OSError:
                ended = True
        took = time.monotonic() - began
    t.check(ended and 2 <= took < 10, f"who drips is cut off after {took:.1f} s")
    t.check(s.get("/healthz").status == 200, "others are answered after it")
    s.end()


def test(t):
    import resource
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 4096), most))
    # what has been freed is held back, as much as this and no more
    t.environment["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=16"
    t.good("train", "pen:train[0:300]", "--preset", "fast", "-o", "m.model", "-q")
    what = service.sys.argv[2:] or ["all"]
    if what[0] == "all":
        kills(t, 8)
        malformed(t, 2000)
        slow(t)
        outlast(t)
    elif what[0] == "slow":
        slow(t)
        outlast(t)
    else:
        {"kills": kills, "malformed": malformed}[what[0]](t, *map(int, what[1:]))


if __name__ == "__main__":
    harness.main(test)

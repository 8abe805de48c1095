"""What the tests of the command share: running it, counting checks, making small files."""
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib


class Tester:
    """Runs the command in a folder of its own, without network and named data."""

    def __init__(self, numeral):
        self.numeral = os.path.abspath(numeral)
        self.folder = tempfile.mkdtemp(prefix="numeral-cli-")
        self.passed = self.failed = 0
        self.keys = set()  # (command, name of a field that it wrote)
        self.environment = {key: value for key, value in os.environ.items()
                            if not key.startswith(("NUMERAL_", "XDG_"))}
        self.environment.update(XDG_CACHE_HOME=self.path("cache"), LC_ALL="C.UTF-8",
                                NUMERAL_MIRROR="http://127.0.0.1:9")

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, name, content):
        """Makes a file of bytes or text, with its folders; gives its path."""
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return path

    def run(self, *arguments, stdin=b"", stdout=subprocess.PIPE, environment=None,
            before=None):
        """Runs `numeral ARGUMENTS`; output is text where it is UTF-8, else bytes."""
        done = subprocess.run([self.numeral, *map(str, arguments)], input=stdin,
                              stdout=stdout, stderr=subprocess.PIPE, cwd=self.folder,
                              env={**self.environment, **(environment or {})},
                              preexec_fn=before, timeout=300)
        done.stderr = done.stderr.decode("utf-8", "replace")
        done.raw = done.stdout
        done.stdout = (done.stdout or b"").decode("utf-8", "replace")
        return done

    def check(self, right, what):
        if right:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED: {what}", flush=True)
        return bool(right)

    def good(self, *arguments, **how):
        """The command must do it silently on standard error; gives what it printed."""
        done = self.run(*arguments, **how)
        self.check(done.returncode == 0 and done.stderr == "",
                   f"{' '.join(map(str, arguments))}: status {done.returncode}, "
                   f"standard error {done.stderr!r}")
        return done.stdout

    def json(self, *arguments, **how):
        text = self.good(*arguments, "--json", "-", **how)
        try:
            value = json.loads(text)
        except ValueError as why:
            self.check(False, f"{' '.join(map(str, arguments))}: no JSON: {why}")
            return {}
        self.keys |= {(arguments[0], key) for key in keys_of(value)}
        return value

    def check_documented(self):
        """docs/json.md names every field that was seen in the section of its command."""
        with open(os.path.join(os.path.dirname(__file__), "../../docs/json.md"),
                  encoding="utf-8") as file:
            head, *sections = file.read().split("\n## ")
        texts = {re.match(r"`numeral (\w+)`", text).group(1): text for text in sections}
        texts.update(train=texts["eval"], demo=texts["eval"])
        texts["bench"] += texts["neighbours"]
        for command, key in sorted(self.keys):
            self.check(f"`{key}`" in texts.get(command, "") or f"`{key}`" in head,
                       f"docs/json.md: {command} does not name {key!r}")

    def bad(self, words, *arguments, status=1, **how):
        """The command must refuse in one sentence that holds `words`, leaving no file."""
        before = self.listing()
        done = self.run(*arguments, **how)
        name = " ".join(map(str, arguments))
        lines = done.stderr.splitlines()
        self.check(done.returncode == status,
                   f"{name}: status {done.returncode}, expected {status}: {done.stderr!r}")
        self.check(len(lines) == 1 and done.stderr.startswith("numeral: ") and
                   done.stderr.endswith("\n"), f"{name}: not one sentence: {done.stderr!r}")
        self.check(words in done.stderr, f"{name}: {done.stderr!r} does not hold {words!r}")
        self.check(len(done.stderr) < 600 and all(c.isprintable() for c in
                                                  done.stderr.rstrip("\n")),
                   f"{name}: the sentence is too long or has odd characters: {done.stderr!r}")
        after = self.listing()
        self.check(before == after, f"{name}: left {sorted(after ^ before)[:5]}")
        return done

    def listing(self):
        """Every file with its size and time."""
        out = set()
        for folder, _, names in os.walk(self.folder):
            for name in names:
                about = os.lstat(os.path.join(folder, name))
                out.add((os.path.join(folder, name), about.st_size, about.st_mtime_ns))
        return out

    def fields(self, value, wanted, what):
        """`value` must have these fields of these types (bool is no number here)."""
        for name, kinds in wanted.items():
            there = isinstance(value, dict) and name in value
            right = there and isinstance(value[name], kinds) and (
                kinds is bool or not isinstance(value[name], bool))
            self.check(right, f"{what}: field {name!r} is "
                       f"{value[name]!r}" if there else f"{what}: no field {name!r}")

    def finish(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0


NUMBER = (int, float)


def keys_of(value):
    """The names of all fields in a JSON value."""
    if isinstance(value, dict):
        return set(value).union(*(keys_of(part) for part in value.values()))
    return set().union(*(keys_of(part) for part in value)) if isinstance(value, list) else set()


def idx(kind, shape, content):
    return struct.pack(f">HBB{len(shape)}I", 0, kind, len(shape), *shape) + content


def png(width, height, rows=None):
    """A grey PNG; without rows only its header is true."""
    def chunk(name, content):
        return (struct.pack(">I", len(content)) + name + content +
                struct.pack(">I", zlib.crc32(name + content)))
    return (b"\x89PNG\r\n\x1a\n" +
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(b"\0" if rows is None else
                                         b"".join(b"\0" + bytes(row) for row in rows))) +
            chunk(b"IEND", b""))


def npy(descr, shape, content):
    head = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape!r}, }}"
    head += " " * (63 - (10 + len(head)) % 64) + "\n"
    return b"\x93NUMPY\x01\0" + struct.pack("<H", len(head)) + head.encode() + content


def main(part):
    """Runs `part(tester)` on the command that the first argument names."""
    tester = Tester(sys.argv[1])
    try:
        part(tester)
        tester.check_documented()
    finally:
        status = tester.finish()
    sys.exit(status)

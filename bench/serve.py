#!/usr/bin/env python3
"""How many digits a second the service reads, and how long they wait: wrk and hey, if they
are installed, on the same processors as the service.

usage: bench/serve.py NUMERAL MODEL [DATA] [--seconds N] [--rate N] [--threads N]

The first 200 digits of DATA (default: pen:test) are sent in turn, each as a PNG of its own.
wrk says how many requests a second are answered over 16 connections; hey, which sends one
picture over and over, asks RATE times a second (default 1,000) and says how long 99 of 100
take at most. Beside it stands what a request costs the service's processors, which other work
on the machine hardly changes.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile

MOST = 200


def start(numeral, model, threads):
    process = subprocess.Popen(
        [numeral, "serve", model, "--listen", "127.0.0.1:0", "--threads", str(threads)],
        stdout=subprocess.PIPE, text=True)
    line = process.stdout.readline()
    match = re.search(r"http://\S+?:\d+", line)
    if not match:
        sys.exit(f"bench/serve: the service says {line!r}")
    return process, match.group(0)


def pictures_of(numeral, data, folder):
    subprocess.run([numeral, "data", "convert", f"{data}[0:{MOST}]", "-o", folder + "/pics/",
                    "-q"], check=True)
    return sorted(os.path.join(where, name) for where, _, names in os.walk(folder + "/pics")
                  for name in names if name.endswith(".png"))


def processor_seconds(process):
    with open(f"/proc/{process.pid}/stat", encoding="ascii") as file:
        user, system = file.read().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def wrk(url, pictures, folder, seconds):
    script = os.path.join(folder, "post.lua")
    with open(script, "w", encoding="utf-8") as file:
        file.write("local paths = {" + ", ".join(f'"{path}"' for path in pictures) + """}
local requests, at = {}, 0
function init()
    wrk.headers["Content-Type"] = "image/png"
    for i, path in ipairs(paths) do
        local f = io.open(path, "rb")
        requests[i] = wrk.format("POST", nil, nil, f:read("*a"))
        f:close()
    end
end
function request()
    at = at % #requests + 1
    return requests[at]
end
""")
    done = subprocess.run(["wrk", "-t2", "-c16", f"-d{seconds}s", "--latency", "-s", script, url],
                          capture_output=True, text=True, check=True)
    rate = re.search(r"Requests/sec:\s*([\d.]+)", done.stdout).group(1)
    p99 = re.search(r"99%\s*(\S+)", done.stdout).group(1)
    wrong = re.search(r"Non-2xx.*|Socket errors.*", done.stdout)
    n = int(re.search(r"(\d+) requests in", done.stdout).group(1))
    return n, (f"wrk, 16 connections, {seconds} s: {float(rate):,.0f} a second, 99 % within {p99}"
               f"{'; ' + wrong.group(0) if wrong else ''}")


def hey(url, pictures, seconds, rate):
    clients = 10
    done = subprocess.run(["hey", "-z", f"{seconds}s", "-c", str(clients), "-q",
                           str(rate // clients), "-m", "POST", "-T", "image/png", "-D",
                           pictures[0], url], capture_output=True, text=True, check=True)
    got = float(re.search(r"Requests/sec:\s*([\d.]+)", done.stdout).group(1))
    p50 = float(re.search(r"50%+ in ([\d.]+)", done.stdout).group(1))
    p99 = float(re.search(r"99%+ in ([\d.]+)", done.stdout).group(1))
    codes = dict(re.findall(r"\[(\d{3})\]\s+(\d+) responses", done.stdout))
    return sum(map(int, codes.values())), (
        f"hey, {rate} a second wanted, {seconds} s: {got:,.0f} a second, half within "
        f"{p50 * 1000:.1f} ms, 99 % within {p99 * 1000:.1f} ms; status {', '.join(codes)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("numeral")
    parser.add_argument("model")
    parser.add_argument("data", nargs="?", default="pen:test")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--rate", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    how = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        pictures = pictures_of(how.numeral, how.data, folder)
        process, url = start(how.numeral, how.model, how.threads)
        try:
            print(f"{len(pictures)} pictures, {how.threads} threads, {os.cpu_count()} processors, "
                  f"load {os.getloadavg()[0]:.1f}")
            url += "/v1/predict"
            for tool, run in (("wrk", lambda: wrk(url, pictures, folder, how.seconds)),
                              ("hey", lambda: hey(url, pictures, how.seconds, how.rate))):
                if not shutil.which(tool):
                    print(f"{tool} is not installed")
                    continue
                before = processor_seconds(process)
                n, line = run()
                spent = processor_seconds(process) - before
                print(f"{line}; {1e6 * spent / max(1, n):.0f} µs of processor a request")
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()

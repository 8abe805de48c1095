#!/usr/bin/env python3
"""How many digits a second the service reads, and how long they wait: wrk and hey, if they
are installed, on the same processors as the service.

usage: bench/serve.py NUMERAL MODEL [PICTURE] [--seconds N] [--rate N] [--threads N]

PICTURE is sent with every request (default: a digit of MODEL's own pen set, as PNG). wrk says
how many requests a second are answered over 16 connections; hey asks RATE times a second
(default 1,000) and says how long 99 of 100 take at most.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile


def start(numeral, model, threads):
    process = subprocess.Popen(
        [numeral, "serve", model, "--listen", "127.0.0.1:0", "--threads", str(threads)],
        stdout=subprocess.PIPE, text=True)
    line = process.stdout.readline()
    match = re.search(r"http://\S+?:\d+", line)
    if not match:
        sys.exit(f"bench/serve: the service says {line!r}")
    return process, match.group(0)


def picture_of(numeral, folder):
    subprocess.run([numeral, "data", "convert", "pen:test[0:1]", "-o", folder + "/pics/", "-q"],
                   check=True)
    for where, _, names in os.walk(folder + "/pics"):
        for name in names:
            return os.path.join(where, name)


def wrk(url, picture, folder, seconds):
    script = os.path.join(folder, "post.lua")
    with open(script, "w", encoding="utf-8") as file:
        file.write(f"""local f = io.open("{picture}", "rb")
wrk.method = "POST"
wrk.body = f:read("*a")
wrk.headers["Content-Type"] = "image/png"
""")
    done = subprocess.run(["wrk", "-t2", "-c16", f"-d{seconds}s", "--latency", "-s", script, url],
                          capture_output=True, text=True, check=True)
    rate = re.search(r"Requests/sec:\s*([\d.]+)", done.stdout).group(1)
    p99 = re.search(r"99%\s*(\S+)", done.stdout).group(1)
    wrong = re.search(r"Non-2xx.*|Socket errors.*", done.stdout)
    print(f"wrk, 16 connections, {seconds} s: {float(rate):,.0f} a second, 99 % within {p99}"
          f"{'; ' + wrong.group(0) if wrong else ''}")


def hey(url, picture, seconds, rate):
    clients = 10
    done = subprocess.run(["hey", "-z", f"{seconds}s", "-c", str(clients), "-q",
                           str(rate // clients), "-m", "POST", "-T", "image/png", "-D", picture,
                           url], capture_output=True, text=True, check=True)
    got = re.search(r"Requests/sec:\s*([\d.]+)", done.stdout).group(1)
    p50 = re.search(r"50%+ in ([\d.]+)", done.stdout).group(1)
    p99 = re.search(r"99%+ in ([\d.]+)", done.stdout).group(1)
    codes = ", ".join(re.findall(r"\[(\d{3})\]\s+\d+ responses", done.stdout))
    print(f"hey, {rate} a second wanted, {seconds} s: {float(got):,.0f} a second, half within "
          f"{float(p50) * 1000:.1f} ms, 99 % within {float(p99) * 1000:.1f} ms; status {codes}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("numeral")
    parser.add_argument("model")
    parser.add_argument("picture", nargs="?")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--rate", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    how = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        picture = os.path.abspath(how.picture or picture_of(how.numeral, folder))
        process, url = start(how.numeral, how.model, how.threads)
        try:
            print(f"{os.path.getsize(picture)} bytes a picture, {how.threads} threads, "
                  f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
            for tool, run in (("wrk", lambda: wrk(url + "/v1/predict", picture, folder,
                                                  how.seconds)),
                              ("hey", lambda: hey(url + "/v1/predict", picture, how.seconds,
                                                  how.rate))):
                if shutil.which(tool):
                    run()
                else:
                    print(f"{tool} is not installed")
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()

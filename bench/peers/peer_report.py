#!/usr/bin/python3
"""Writes peers.md and its two pictures from the results of measure.py.

usage: peer_report.py RESULTS_FOLDER DOCS_FOLDER
"""
import json
import math
import os
import statistics
import sys

import peer_data

BRUTE, EXACT, FLAT = "numeral brute", "numeral exact", "FAISS Flat (AVX2)"
NEAR = "numeral near"
HNSW = "hnswlib, recall 0.99"
HNSW_999 = "hnswlib, recall 0.999"
IVF = "FAISS IVF-PQ fastscan (AVX2), recall 0.99"

# (data, numeral's index, its mode, peer, its mode, at least this many times as fast)
GOALS = (
    ("mnist", BRUTE, "batch", FLAT, "batch", 2),
    ("mnist", BRUTE, "batch", "scikit-learn brute", "batch", 4),
    ("mnist", BRUTE, "single", FLAT, "single", 4),
    ("mnist-dense", BRUTE, "batch", FLAT, "batch", 1),
    ("random", BRUTE, "batch", FLAT, "batch", 1),
    ("mnist", EXACT, "single", FLAT, "batch", 16),
    ("mnist", EXACT, "single", HNSW, "single", 4),
    ("mnist", EXACT, "single", IVF, "single", 1),
    ("mnist", EXACT, "batch", IVF, "batch", 1),
    ("mnist", EXACT, "self", FLAT, "batch", 14),
    ("mnist", NEAR, "single", HNSW_999, "single", 12),
    ("mnist-features", BRUTE, "batch", FLAT, "batch", 1),
    ("mnist-features", EXACT, "batch", BRUTE, "batch", 8),
    ("mnist-features-k100", EXACT, "batch", BRUTE, "batch", 4),
    ("random", EXACT, "batch", BRUTE, "batch", 0.83),
    ("mnist-240k", EXACT, "single", FLAT, "batch", 22),
    ("mnist-240k", EXACT, "single", HNSW, "single", 1),
)

GROWN = ("mnist", "mnist-240k", "mnist-1m")
GROWING = ((EXACT, "single"), (NEAR, "single"), (HNSW, "single"), (FLAT, "batch"))

METHOD = """# numeral beside other people's software

`bench/peers/run` sets up and runs this comparison and writes this page.

Every peer is a process with its index built, waiting. A round goes once through all of
them, in each mode and with each number of threads, so that a machine which slows down now
and then slows all of them; a factor is the median, over rounds, of the ratio within the
round. *Batch* is all queries in one call; *single* is one query in each call. Queries per
second are medians of wall time. Each section gives the load average when it began: where
that is far from 0 other work took part of the machine, absolute figures are too low, and
factors by processor time are the sounder ones. *Self* is each row among the others
(leave-one-out), all rows in one call. An entry with a stated recall is approximate, set
to the cheapest of the tried settings that reaches this recall on the queries of the run.

FAISS is built from Debian's source package for AVX2, and its packaged build (SSE) is a
second row; hnswlib is built with `-O3 -march=native`; scikit-learn, scipy and OpenBLAS are
Debian's packages. Rows are float32 for FAISS, hnswlib and OpenBLAS, float64 for Python's
libraries (scikit-learn's brute force takes as long with float32), bytes for numeral and FAISS SQ8 direct.
numeral takes the best instruction set there is, and hnswlib is compiled for it; FAISS has
AVX2. `NUMERAL_CPU=avx2 bench/peers/run` holds numeral to that as well.
*OpenBLAS SGEMM alone* only multiplies: all rows with all queries, with no search for the
smallest.

| data | rows × dimensions | zeros | what |
|---|---|---|---|
{sets}

Each exact peer's neighbours are compared with numeral's, id by id, and the distances of the
rows it named are computed anew in integers. A row counts towards recall when it is no
farther than the true k-th neighbour.
"""

WHAT = {
    "mnist": "MNIST pixels, test digits as queries",
    "fashion-mnist": "Fashion-MNIST pixels, test images as queries",
    "mnist-dense": "MNIST after a random rotation of the pixel space, as bytes 1 to 255",
    "random": "uniform random bytes 1 to 255: no structure",
    "mnist-features": "what the preset `accurate` searches: 64 numbers a digit, k = 5",
    "mnist-features-k100": "the same, k = 100",
    "mnist-240k": "MNIST and seeded random affine copies",
    "mnist-1m": "MNIST and seeded random affine copies",
}


def load(folder):
    results = {}
    for name in peer_data.NAMES:
        path = os.path.join(folder, name + ".json")
        if os.path.exists(path):
            with open(path) as file:
                results[name] = json.load(file)
    return results


def peer_of(result, name):
    return next((peer for peer in result["peers"] if peer["name"] == name), None)


def times_of(peer, mode, threads):
    return next((times for times in peer["results"]
                 if times["mode"] == mode and times["threads"] == threads), None)


def factor(result, ours, our_mode, theirs, their_mode, threads, clock="wall"):
    """How many times as fast ours is, by the median over rounds; None if not measured."""
    peers = peer_of(result, ours), peer_of(result, theirs)
    if None in peers:
        return None
    own, other = (times_of(peer, mode, threads)
                  for peer, mode in zip(peers, (our_mode, their_mode)))
    if own is None or other is None:
        return None
    return statistics.median(b / a for a, b in zip(own[clock], other[clock]))


def digits(value):
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def threads_of(result):
    return sorted({times["threads"] for times in result["peers"][0]["results"]})


def goal_rows(results):
    for data, ours, our_mode, theirs, their_mode, least in GOALS:
        for threads in threads_of(results[data]) if data in results else ():
            if threads > 1 and our_mode == "single":
                continue  # one query is one thread's work
            got = factor(results[data], ours, our_mode, theirs, their_mode, threads)
            if got is not None:
                cpu = factor(results[data], ours, our_mode, theirs, their_mode, threads,
                             "cpu")
                yield (f"| {data} | {threads} | {ours}, {our_mode} | {theirs}, {their_mode} "
                       f"| {least} | {got:.2f} | {cpu:.2f} "
                       f"| {'yes' if got >= least else 'no'} |")


def goal_table(results):
    rows = list(goal_rows(results))
    if not rows:
        return ""
    return "\n".join([
        "## Goals", "",
        "How many times as fast as the peer; the second figure counts processor time",
        "instead of wall time, which other work on the machine disturbs less.", "",
        "| data | threads | numeral | peer | at least | factor | by processor time | met |",
        "|---|---|---|---|---|---|---|---|", *rows, "",
        *filter(None, map(build_goal, results.values()))])


def build_goal(result):
    """Building and memory of the exact index beside hnswlib's; "" where not measured."""
    own, other = peer_of(result, EXACT), peer_of(result, HNSW)
    if own is None or other is None:
        return ""
    return (thread_goal(result) + f"{result['data']}: the exact index is built "
            f"{other['build_seconds'] / own['build_seconds']:.1f} times as fast as hnswlib's "
            f"(at least 10), and takes {own['bytes'] / result['n'] / result['dims']:.2f} "
            f"times the raw bytes (at most 1.8).\n")


def thread_goal(result):
    """How much two threads gain; "" where not measured."""
    own = peer_of(result, EXACT)
    one, two = (times_of(own, "batch", threads) for threads in (1, 2))
    if one is None or two is None:
        return ""
    gain = statistics.median(a / b for a, b in zip(one["wall"], two["wall"]))
    return (f"{result['data']}: two threads answer {gain:.2f} times as many queries a second "
            f"as one (at least 1.8). ")


def growth_table(results):
    """How time grows with rows: t ~ n^exponent between one set of MNIST and the next."""
    grown = [results[name] for name in GROWN if name in results]
    if len(grown) < 2:
        return ""
    lines = ["## Growth", "",
             "Microseconds a query (1 thread; FAISS Flat in batches, others one at a time),",
             "and the exponent of the growth from the set before.", "",
             "| rows | " + " | ".join(name for name, _ in GROWING) + " |",
             "|---" * (1 + len(GROWING)) + "|"]
    before = {}
    for result in grown:
        cells = [f"{result['n']:,}"]
        for name, mode in GROWING:
            peer = peer_of(result, name)
            times = times_of(peer, mode, 1) if peer else None
            if not times:
                cells.append("–")
                continue
            micros = 1e6 / times["queries_per_second"]
            cells.append(digits(micros))
            if name in before:
                n, least = before[name]
                exponent = math.log(micros / least) / math.log(result["n"] / n)
                cells[-1] += f" (n^{exponent:.2f})"
            before[name] = result["n"], micros
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join([*lines, ""])


def mode_cells(result, peer, mode, threads, has_exact):
    times = times_of(peer, mode, threads)
    if times is None:
        return ["–"] * (3 if has_exact else 2)
    cells = [digits(times["queries_per_second"])]
    for base in (BRUTE, EXACT) if has_exact else (BRUTE,):
        got = factor(result, base, mode, peer["name"], mode, threads)
        cells.append("1" if peer["name"] == base else digits(got))
    return cells


def speed_table(result, mode, threads):
    has_exact = peer_of(result, EXACT) is not None
    bases = ["brute is × as fast"] + (["exact is × as fast"] if has_exact else [])
    head = ["", "recall", "queries/s", *bases]
    if mode == "single":
        head += ["median", "99th percentile"]
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for peer in result["peers"]:
        times = times_of(peer, mode, threads)
        if times is None:
            continue
        recall = f"{peer['answers']['recall']:.6g}" if peer["answers"] else "–"
        cells = [peer["name"], recall,
                 *mode_cells(result, peer, mode, threads, has_exact)]
        if mode == "single":
            cells += [f"{digits(1e6 * times[name])} µs" for name in ("p50", "p99")]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def settings_text(peer):
    return ", ".join(f"{name} = {value}" for name, value in peer["settings"].items())


def build_table(result):
    raw = result["n"] * result["dims"]
    lines = ["| | what | settings | build | memory | of the raw bytes | ids that differ |"
             " distances that differ |", "|---|---|---|---|---|---|---|---|"]
    for peer in result["peers"]:
        answers = peer["answers"]
        found = ([f"{answers['ids_different']:,}",
                  f"{answers['exact_distances_different']:,} of "
                  f"{answers['queries'] * result['k']:,}"] if answers else ["–", "–"])
        lines.append("| " + " | ".join(
            [peer["name"], peer["description"], settings_text(peer),
             f"{peer['build_seconds']:.2f} s", f"{peer['bytes'] / 2**20:,.0f} MiB",
             f"{peer['bytes'] / raw:.2f}", *found]) + " |")
    return lines


def section(result):
    lines = [f"## {result['data']}: {result['n']:,} rows", "",
             f"{result['cpu']}; {result['date']}; {result['rounds']} rounds of "
             f"{result['queries']:,} queries, k = {result['k']}; load average at the start "
             f"{result['load_before']:.1f}.", ""]
    for threads in threads_of(result):
        for mode in ("batch", "single", "self"):
            if mode == "single" and threads > 1:
                continue  # one query is one thread's work for every peer
            if not any(times_of(peer, mode, threads) for peer in result["peers"]):
                continue
            lines += [f"### {mode.capitalize()}, {threads} "
                      f"thread{'s' if threads > 1 else ''}", "",
                      *speed_table(result, mode, threads), ""]
    lines += ["### Build, memory, answers", "",
              f"Built with {threads_of(result)[-1]} threads where the peer can.", "",
              *build_table(result), ""]
    return "\n".join(lines)


def plotter():
    try:
        import matplotlib
    except ImportError:
        return None
    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "numeral", "svg.fonttype": "none",
                                "font.size": 9,
                                "axes.spines.top": False, "axes.spines.right": False})
    from matplotlib import pyplot
    return pyplot


def save(pyplot, figure, path):
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)


def best_points(curve):
    """(recall, queries a second) of the settings that no other one beats in both."""
    points = sorted(((point["recall"], point["queries"] / point["cpu_seconds"])
                     for point in curve if point["recall"] >= 0.9), reverse=True)
    best = []
    for recall, speed in points:
        if not best or speed > best[-1][1]:
            best.append((recall, speed))
    return best


def plot_recall(pyplot, result, path):
    """Queries per second of processor time in batch against recall."""
    figure, axes = pyplot.subplots(figsize=(7, 4))
    colors = pyplot.get_cmap("tab20").colors
    axes.set_prop_cycle(color=colors[::2] + colors[1::2])  # the strong ones first
    threads = threads_of(result)[0]
    for peer in result["peers"]:
        if "curve" in peer:
            axes.plot(*zip(*best_points(peer["curve"])), "o-", markersize=3, linewidth=1,
                      label=peer["name"].split(", recall")[0])
        elif peer["answers"] and not peer["settings"]:
            times = times_of(peer, "batch", threads)
            speed = 1 / statistics.median(times["cpu"])
            axes.plot(peer["answers"]["recall"], speed, "D" if peer["name"].startswith("numeral") else "x",
                      label=peer["name"])
    axes.set(yscale="log", xlabel=f"recall at {result['k']}",
             ylabel="queries a second of processor time",
             title=f"{result['data']}, {result['n']:,} rows, batches")
    axes.legend(fontsize=7, loc="lower left")
    save(pyplot, figure, path)


def plot_growth(pyplot, results, path):
    """Microseconds a query, one at a time, against the number of rows."""
    figure, axes = pyplot.subplots(figsize=(7, 4))
    for name in (BRUTE, EXACT, NEAR, FLAT, HNSW):
        points = []
        for data in results:
            peer = peer_of(results[data], name)
            times = times_of(peer, "single", 1) if peer else None
            if times:
                points.append((results[data]["n"], 1e6 / times["queries_per_second"]))
        if points:
            axes.plot(*zip(*sorted(points)), "o-", markersize=4, label=name)
    axes.set(xscale="log", yscale="log", xlabel="rows",
             ylabel="µs a query, one at a time, 1 thread", title="MNIST and affine copies")
    axes.legend(fontsize=8)
    save(pyplot, figure, path)


def pictures(results, docs):
    """Draws what there is data for; returns the lines of the page that show it."""
    pyplot, lines = plotter(), []
    if pyplot is None:
        return lines
    if "mnist" in results and any("curve" in peer for peer in results["mnist"]["peers"]):
        plot_recall(pyplot, results["mnist"], os.path.join(docs, "peers-recall.svg"))
        lines += ["![Queries a second against recall](peers-recall.svg)", ""]
    grown = {name: results[name] for name in GROWN if name in results}
    if len(grown) > 1:
        plot_growth(pyplot, grown, os.path.join(docs, "peers-growth.svg"))
        lines += ["![Time a query against rows](peers-growth.svg)", ""]
    return lines


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.split("\n\n")[1])
    folder, docs = sys.argv[1:]
    results = load(folder)
    if not results:
        sys.exit(f"peer_report: {folder}: no results")
    os.makedirs(docs, exist_ok=True)
    sets = "\n".join(f"| {name} | {result['n']:,} × {result['dims']} "
                     f"| {100 * result['zeros']:.0f} % | {WHAT[name]} |"
                     for name, result in results.items())
    parts = [METHOD.format(sets=sets), goal_table(results), growth_table(results),
             "\n".join(pictures(results, docs)), *map(section, results.values())]
    path = os.path.join(docs, "peers.md")
    with open(path + ".tmp", "w") as file:
        file.write("\n".join(part for part in parts if part))
    os.replace(path + ".tmp", path)
    print(f"peer_report: {path}", file=sys.stderr)


if __name__ == "__main__":
    main()

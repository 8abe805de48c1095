#!/usr/bin/env python3
"""Fits the weights of src/page/lattice.c to candidates that bench/pages wrote.

usage: page_weights.py FILE.tsv        (needs python3-numpy)

    numeral train mnist:train[0:50000] -o part.model
    build/bench/pages -n 400 -seed 31 -candidates c.tsv part.model mnist:train[50000:60000]
    bench/page_weights.py c.tsv

A candidate is a whole digit where it covers a drawn one better than all others do, by at
least 0.6 (area in common over area together). `of_whole` is logistic regression of that on
the terms, less clear cases left out. `of_path`, `of_label` and the two numbers of dropped
pieces maximise the likelihood of the true path of each line among all its paths (a
semi-Markov conditional random field), by Adam. Pages whose number four divides are left
out, and judged on.
"""
import collections
import sys

import numpy as np

TERMS, LABELS, LEAST = 22, 10, 0.6


def load(path):
    pieces, lines = collections.defaultdict(dict), collections.defaultdict(list)
    with open(path, encoding="utf-8") as file:
        for row in file:
            f = row.rstrip("\n").split("\t")
            key = (int(f[1]), int(f[2]))
            if f[0] == "P":
                pieces[key][int(f[3])] = float(f[4])
            else:
                lines[key].append((int(f[3]), int(f[4]), float(f[5]), (int(f[6]), int(f[7])),
                                   int(f[8]), int(f[9]), [float(x) for x in f[10:]]))
    return pieces, lines


def features(candidates):
    terms = np.array([c[6] for c in candidates])
    labels = np.zeros((len(candidates), LABELS))
    labels[np.arange(len(candidates)), [min(c[5], LABELS - 1) for c in candidates]] = 1
    return np.concatenate([terms, labels[:, 1:]], 1)


def true_path(candidates, first, last, ink):
    """The candidates of the digits drawn on a line, if they follow each other."""
    best = {}
    for i, c in enumerate(candidates):
        if c[2] > LEAST and (c[3] not in best or c[2] > candidates[best[c[3]]][2]):
            best[c[3]] = i
    if not best:
        return None
    drawn = collections.Counter(key[0] for key in best).most_common(1)[0][0]
    path = [best[key] for key in sorted(best) if key[0] == drawn]
    if len(path) < candidates[path[0]][4] or any(last[a] > first[b] for a, b in zip(path, path[1:])):
        return None
    dropped = [i for i in range(len(ink))
               if not any(first[p] <= i < last[p] for p in path)]
    return None if sum(ink[dropped]) > 0.5 else (path, dropped)


def logsum(values):
    most = max(values)
    return most + np.log(sum(np.exp(v - most) for v in values))


class Line:
    def __init__(self, candidates, pieces):
        begin = min(pieces)
        self.ink = np.array([pieces[begin + i] for i in range(len(pieces))])
        self.first = np.array([c[0] - begin for c in candidates])
        self.last = np.array([c[1] - begin + 1 for c in candidates])
        self.features = features(candidates)
        self.truth = true_path(candidates, self.first, self.last, self.ink)
        n = len(self.ink)
        self.into, self.out = [[] for _ in range(n + 1)], [[] for _ in range(n + 1)]
        for i in range(len(candidates)):
            self.into[self.last[i]].append(i)
            self.out[self.first[i]].append(i)

    def gradient(self, w, d):
        n, scores = len(self.ink), self.features @ w
        drop = d[0] + d[1] * self.ink
        ahead, behind = np.zeros(n + 1), np.zeros(n + 1)
        for j in range(1, n + 1):
            ahead[j] = logsum([ahead[j - 1] + drop[j - 1]] +
                              [ahead[self.first[i]] + scores[i] for i in self.into[j]])
        for j in range(n - 1, -1, -1):
            behind[j] = logsum([behind[j + 1] + drop[j]] +
                               [behind[self.last[i]] + scores[i] for i in self.out[j]])
        path, dropped = self.truth
        chance = np.exp(ahead[self.first] + scores + behind[self.last] - ahead[n])
        lost = np.exp(ahead[:-1] + drop + behind[1:] - ahead[n])
        truly = np.zeros(n)
        truly[dropped] = 1
        likelihood = sum(scores[path]) + sum(drop[dropped]) - ahead[n]
        return (likelihood, self.features[path].sum(0) - chance @ self.features,
                np.array([(truly - lost).sum(), ((truly - lost) * self.ink).sum()]))


def fit_paths(lines):
    """Adam (Kingma & Ba 2015) on standardised features."""
    stacked = np.concatenate([line.features for line in lines])
    mean, spread = stacked.mean(0), stacked.std(0) + 1e-6
    mean[0], spread[0] = 0, 1
    for line in lines:
        line.features = (line.features - mean) / spread
    kept = [line for line in lines if line.page % 4]
    judged = [line for line in lines if line.page % 4 == 0]
    size = stacked.shape[1]
    w, d = np.zeros(size), np.array([-2.0, -9.0])
    m, v, step = np.zeros(size + 2), np.zeros(size + 2), 0
    order = np.random.default_rng(0)
    for epoch in range(14):
        order.shuffle(kept)
        for begin in range(0, len(kept), 32):
            step += 1
            g = np.zeros(size + 2)
            batch = kept[begin:begin + 32]
            for line in batch:
                _, of_w, of_d = line.gradient(w, d)
                g[:size] += of_w
                g[size:] += of_d
            g /= len(batch)
            g[:size] -= 1e-3 * w
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
            move = 0.08 * 0.8 ** epoch * (m / (1 - 0.9 ** step)) / (
                np.sqrt(v / (1 - 0.999 ** step)) + 1e-8)
            w, d = w + move[:size], d + move[size:]
        value = np.mean([line.gradient(w, d)[0] for line in judged])
        print(f"epoch {epoch}: log-likelihood of pages left out {value:.4f}", file=sys.stderr)
    raw = w / spread
    raw[0] = w[0] - np.sum(w[1:] * mean[1:] / spread[1:])
    return raw, d


def fit_whole(terms, whole, page):
    """Logistic regression by Newton's method."""
    kept = page % 4 != 0
    w = np.zeros(TERMS)
    for _ in range(60):
        p = 1 / (1 + np.exp(-np.clip(terms[kept] @ w, -30, 30)))
        g = terms[kept].T @ (whole[kept] - p) - 0.01 * w
        h = (terms[kept] * (p * (1 - p))[:, None]).T @ terms[kept] + 0.01 * np.eye(TERMS)
        w += np.linalg.solve(h, g)
    right = ((terms[~kept] @ w > 0) == (whole[~kept] > 0.5)).mean()
    print(f"whole digits told from others, of pages left out: {right:.4f}", file=sys.stderr)
    return w


def main():
    pieces, rows = load(sys.argv[1])
    lines, terms, whole, pages = [], [], [], []
    best = collections.defaultdict(float)
    for (page, _), candidates in rows.items():
        for c in candidates:
            best[(page, c[3])] = max(best[(page, c[3])], c[2])
    for (page, number), candidates in rows.items():
        line = Line(candidates, pieces[(page, number)])
        line.page = page
        if line.truth:
            lines.append(line)
        for c in candidates:
            is_best = c[2] > LEAST and c[2] >= best[(page, c[3])] - 1e-9
            if is_best or c[2] < LEAST:
                terms.append(c[6])
                whole.append(float(is_best))
                pages.append(page)
    print(f"{len(lines)} of {len(rows)} lines have a path", file=sys.stderr)
    of_whole = fit_whole(np.array(terms), np.array(whole), np.array(pages))
    paths, drop = fit_paths(lines)
    for name, values in (("of_path", paths[:TERMS]), ("of_label", [0, *paths[TERMS:]]),
                         ("of_whole", of_whole), ("DROP, DROP_INK", drop)):
        print(f"{name}: " + ", ".join(f"{x:.5g}" for x in values))


if __name__ == "__main__":
    main()

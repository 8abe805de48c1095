#!/usr/bin/env python3
"""Fits the weights of src/page/lattice.c to candidates that bench/pages wrote.

usage: page_weights.py FILE.tsv        (needs python3-numpy)

    numeral train mnist:train[0:50000] -o part.model
    build/bench/pages -n 400 -seed 41 -candidates c.tsv part.model mnist:train[50000:60000]
    bench/page_weights.py c.tsv

`of_path`, `of_label` and the two numbers of dropped pieces maximise the chance, among all
paths of a line, of those that spell what was drawn (a semi-Markov conditional random field;
which of them is right stays hidden), by Adam. A candidate may stand for a digit where it has
its label and covers it by at least 0.45 (area in common over area together). `of_whole` is
logistic regression of whether a candidate covers a digit better than all others do, by at
least 0.6, on the terms, less clear cases left out. Pages whose number four divides are left
out, and judged on.
"""
import collections
import sys

import numpy as np

TERMS, LABELS, WHOLE, COVERS = 25, 10, 0.6, 0.45
NEVER = -1e30

Candidate = collections.namedtuple("Candidate", "first last cover digit text label terms")


def load(path):
    pieces, lines = collections.defaultdict(dict), collections.defaultdict(list)
    with open(path, encoding="utf-8") as file:
        for row in file:
            f = row.rstrip("\n").split("\t")
            key = (int(f[1]), int(f[2]))
            if f[0] == "P":
                pieces[key][int(f[3])] = float(f[4])
            else:
                lines[key].append(Candidate(int(f[3]), int(f[4]), float(f[5]),
                                            (int(f[6]), int(f[7])), f[8], int(f[9]),
                                            [float(x) for x in f[10:]]))
    return pieces, lines


def features(candidates):
    terms = np.array([c.terms for c in candidates])
    labels = np.zeros((len(candidates), LABELS))
    labels[np.arange(len(candidates)), [min(c.label, LABELS - 1) for c in candidates]] = 1
    return np.concatenate([terms, labels[:, 1:]], 1)


def logsum(values):
    most = max(values)
    return most + np.log(sum(np.exp(v - most) for v in values)) if most > NEVER else NEVER


class Line:
    """A line of pieces, and the edges over them."""

    def __init__(self, page, candidates, pieces):
        begin = min(pieces)
        self.page = page
        self.ink = np.array([pieces[begin + i] for i in range(len(pieces))])
        self.first = np.array([c.first - begin for c in candidates])
        self.last = np.array([c.last - begin + 1 for c in candidates])
        self.features = features(candidates)
        self.labels = [c.label for c in candidates]
        n = len(self.ink)
        self.into, self.out = [[] for _ in range(n + 1)], [[] for _ in range(n + 1)]
        for i in range(len(candidates)):
            self.into[self.last[i]].append(i)
            self.out[self.first[i]].append(i)
        self.find_truth(candidates)

    def find_truth(self, candidates):
        """self.stands[t]: the candidates that may stand for digit t of what was drawn."""
        seen = collections.Counter(c.digit[0] for c in candidates if c.cover > WHOLE)
        self.text = self.stands = None
        if not seen:
            return
        drawn = seen.most_common(1)[0][0]
        self.text = next(c.text for c in candidates if c.digit[0] == drawn)
        stands = [[i for i, c in enumerate(candidates)
                   if c.digit == (drawn, t) and c.cover > COVERS and str(c.label) == digit]
                  for t, digit in enumerate(self.text)]
        reached = 0
        for edges in stands:
            reached = min((self.last[i] for i in edges if self.first[i] >= reached), default=None)
            if reached is None:
                return
        self.stands = stands

    def sums(self, scores, drop):
        """The logarithm of the sum over all paths, and the chances of edges and drops."""
        n = len(self.ink)
        ahead, behind = np.zeros(n + 1), np.zeros(n + 1)
        for j in range(1, n + 1):
            ahead[j] = logsum([ahead[j - 1] + drop[j - 1]] +
                              [ahead[self.first[i]] + scores[i] for i in self.into[j]])
        for j in range(n - 1, -1, -1):
            behind[j] = logsum([behind[j + 1] + drop[j]] +
                               [behind[self.last[i]] + scores[i] for i in self.out[j]])
        chance = np.exp(ahead[self.first] + scores + behind[self.last] - ahead[n])
        return ahead[n], chance, np.exp(ahead[:-1] + drop + behind[1:] - ahead[n])

    def sums_of_truth(self, scores, drop):
        """The same over the paths that spell what was drawn: states are (digits, piece)."""
        n, size = len(self.ink), len(self.text)
        ahead = np.full((size + 1, n + 1), NEVER)
        behind = np.full((size + 1, n + 1), NEVER)
        ahead[0] = np.concatenate([[0], np.cumsum(drop)])
        for t, edges in enumerate(self.stands):
            into = collections.defaultdict(list)
            for i in edges:
                into[self.last[i]].append(ahead[t, self.first[i]] + scores[i])
            for j in range(1, n + 1):
                ahead[t + 1, j] = logsum([ahead[t + 1, j - 1] + drop[j - 1]] + into[j])
        behind[size] = np.concatenate([np.cumsum(drop[::-1])[::-1], [0]])
        for t in range(size - 1, -1, -1):
            out = collections.defaultdict(list)
            for i in self.stands[t]:
                out[self.first[i]].append(behind[t + 1, self.last[i]] + scores[i])
            for j in range(n - 1, -1, -1):
                behind[t, j] = logsum([behind[t, j + 1] + drop[j]] + out[j])
        whole = ahead[size, n]
        chance, lost = np.zeros(len(scores)), np.zeros(n)
        for t, edges in enumerate(self.stands):
            for i in edges:
                chance[i] += np.exp(ahead[t, self.first[i]] + scores[i] +
                                    behind[t + 1, self.last[i]] - whole)
        for t in range(size + 1):
            lost += np.exp(ahead[t, :-1] + drop + behind[t, 1:] - whole)
        return whole, chance, lost

    def gradient(self, w, d):
        scores = self.features @ w
        drop = d[0] + d[1] * self.ink
        everything, chance, lost = self.sums(scores, drop)
        true, true_chance, true_lost = self.sums_of_truth(scores, drop)
        less = true_lost - lost
        return (true - everything, (true_chance - chance) @ self.features,
                np.array([less.sum(), (less * self.ink).sum()]))

    def best(self, w, d):
        """What the best path spells."""
        scores, drop = self.features @ w, d[0] + d[1] * self.ink
        value, text = [0.0], [""]
        for j in range(1, len(self.ink) + 1):
            ways = [(value[j - 1] + drop[j - 1], text[j - 1])]
            ways += [(value[self.first[i]] + scores[i], text[self.first[i]] + str(self.labels[i]))
                     for i in self.into[j]]
            most, spelt = max(ways)
            value.append(most)
            text.append(spelt)
        return text[-1]


def fit_paths(lines):
    """Adam (Kingma & Ba 2015) on standardised features."""
    stacked = np.concatenate([line.features for line in lines])
    mean, spread = stacked.mean(0), stacked.std(0) + 1e-6
    mean[0], spread[0] = 0, 1
    for line in lines:
        line.features = (line.features - mean) / spread
    kept = [line for line in lines if line.page % 4 and line.stands]
    judged = [line for line in lines if line.page % 4 == 0 and line.text]
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
            move = 0.1 * 0.8 ** epoch * (m / (1 - 0.9 ** step)) / (
                np.sqrt(v / (1 - 0.999 ** step)) + 1e-8)
            w, d = w + move[:size], d + move[size:]
        value = np.mean([line.gradient(w, d)[0] for line in judged if line.stands])
        right = np.mean([line.best(w, d) == line.text for line in judged])
        print(f"epoch {epoch}: of pages left out: log-likelihood {value:.4f}, "
              f"{100 * right:.2f} % of lines right", file=sys.stderr)
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
    terms, whole, pages = [], [], []
    best = collections.defaultdict(float)
    for (page, _), candidates in rows.items():
        for c in candidates:
            best[(page, c.digit)] = max(best[(page, c.digit)], c.cover)
    for (page, _), candidates in rows.items():
        for c in candidates:
            is_best = c.cover > WHOLE and c.cover >= best[(page, c.digit)] - 1e-9
            if is_best or c.cover < WHOLE:
                terms.append(c.terms)
                whole.append(float(is_best))
                pages.append(page)
    lines = [Line(page, candidates, pieces[(page, number)])
             for (page, number), candidates in rows.items()]
    print(f"{sum(line.stands is not None for line in lines)} of {len(rows)} lines can be spelt",
          file=sys.stderr)
    of_whole = fit_whole(np.array(terms), np.array(whole), np.array(pages))
    paths, drop = fit_paths(lines)
    for name, values in (("of_path", paths[:TERMS]), ("of_label", [0, *paths[TERMS:]]),
                         ("of_whole", of_whole), ("DROP, DROP_INK", drop)):
        print(f"{name}: " + ", ".join(f"{x:.5g}" for x in values))


if __name__ == "__main__":
    main()

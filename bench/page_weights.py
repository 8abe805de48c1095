#!/usr/bin/env python3
"""Fits the weights of src/page/lattice.c to candidates that bench/pages wrote.

usage: page_weights.py FILE.tsv...     (needs python3-numpy and python3-scipy)

    numeral train mnist:train[0:50000] -o part.model
    build/bench/pages -n 250 -seed 43 -candidates a.tsv part.model mnist:train[50000:60000]
    build/bench/pages -n 350 -seed 44 -candidates b.tsv part.model mnist:train[50000:60000]
    bench/page_weights.py a.tsv b.tsv

`of_path`, `of_label` and the two numbers of dropped regions maximise the chance, among all
paths of a line, of those that spell what was drawn (a semi-Markov conditional random field;
which of them is right stays hidden), by L-BFGS. A candidate may stand for a digit where it has
its label and covers it by at least 0.45 (area in common over area together). A line whose truth
takes odd cuts, as its whole digits are misread, shall not pull much: it adds not -log p but
-log(e^-5 + (1 - e^-5) p). `of_whole` and `of_whole_label` are logistic regression of whether a
candidate covers a digit better than all others do, by at least 0.6, on terms and label, less
clear cases left out; those of lattice.c were fitted to the first 330 pages of seed 43. Pages
whose number four divides are left out and judged on; then the path's weights are fitted to all
pages; 20 minutes of processor time in all.
"""
import collections
import sys

import numpy as np
import scipy.optimize

TERMS, LABELS, WHOLE, COVERS, OUTLIER = 25, 10, 0.6, 0.45, 5
NEVER = -1e30

Candidate = collections.namedtuple("Candidate", "first last cover digit text label terms")


def load(paths):
    """Pages of the second file are numbered from 100,000 on, and so on."""
    regions, lines = collections.defaultdict(list), collections.defaultdict(list)
    for number, path in enumerate(paths):
        with open(path, encoding="utf-8") as file:
            for row in file:
                f = row.rstrip("\n").split("\t")
                key = (int(f[1]) + 100000 * number, int(f[2]))
                if f[0] == "R":
                    regions[key].append((int(f[3]), int(f[4]), float(f[5])))
                else:
                    lines[key].append(Candidate(int(f[3]), int(f[4]), float(f[5]),
                                                (int(f[6]), int(f[7])), f[8], int(f[9]),
                                                [float(x) for x in f[10:]]))
    return regions, lines


def features(candidates):
    terms = np.array([c.terms for c in candidates])
    labels = np.zeros((len(candidates), LABELS))
    labels[np.arange(len(candidates)), [min(c.label, LABELS - 1) for c in candidates]] = 1
    return np.concatenate([terms, labels[:, 1:]], 1)


def logsum(values):
    most = max(values)
    return most + np.log(sum(np.exp(v - most) for v in values)) if most > NEVER else NEVER


class Line:
    """A line of borders, and the edges between them: candidates, then dropped regions."""

    def __init__(self, page, candidates, regions):
        begin = min(r[0] for r in regions)
        self.page = page
        self.size = len(candidates)
        self.ink = np.array([r[2] for r in regions])
        self.first = np.array([c.first for c in candidates] + [r[0] for r in regions]) - begin
        self.last = np.array([c.last for c in candidates] + [r[1] for r in regions]) - begin
        self.features = features(candidates)
        self.labels = [c.label for c in candidates] + [""] * len(regions)
        self.n = max(self.last) + 1
        self.into, self.out = [[] for _ in range(self.n)], [[] for _ in range(self.n)]
        for i, (first, last) in enumerate(zip(self.first, self.last)):
            self.into[last].append(i)
            self.out[first].append(i)
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
        if self.sums_of_truth(np.zeros(len(self.first)))[0] == NEVER:
            self.stands = None

    def sums(self, scores):
        """The logarithm of the sum over all paths, and the chance of each edge."""
        ahead, behind = np.full(self.n, NEVER), np.full(self.n, NEVER)
        ahead[0] = behind[-1] = 0
        for j in range(1, self.n):
            ahead[j] = logsum([ahead[self.first[i]] + scores[i] for i in self.into[j]] or [NEVER])
        for j in range(self.n - 2, -1, -1):
            behind[j] = logsum([behind[self.last[i]] + scores[i] for i in self.out[j]] or [NEVER])
        return ahead[-1], np.exp(ahead[self.first] + scores + behind[self.last] - ahead[-1])

    def sums_of_truth(self, scores):
        """The same over the paths that spell what was drawn: states are (digits, border)."""
        n, size = self.n, len(self.text)
        ahead = np.full((size + 1, n), NEVER)
        behind = np.full((size + 1, n), NEVER)
        ahead[0, 0] = behind[size, -1] = 0
        may = [set(edges) for edges in self.stands] + [set()]
        for j in range(n):
            for i in self.into[j]:
                first = self.first[i]
                if i >= self.size:
                    ahead[:, j] = np.logaddexp(ahead[:, j], ahead[:, first] + scores[i])
                else:
                    for t in range(size):
                        if i in may[t]:
                            ahead[t + 1, j] = np.logaddexp(ahead[t + 1, j],
                                                           ahead[t, first] + scores[i])
        for j in range(n - 1, -1, -1):
            for i in self.out[j]:
                last = self.last[i]
                if i >= self.size:
                    behind[:, j] = np.logaddexp(behind[:, j], behind[:, last] + scores[i])
                else:
                    for t in range(size):
                        if i in may[t]:
                            behind[t, j] = np.logaddexp(behind[t, j],
                                                        behind[t + 1, last] + scores[i])
        whole = ahead[size, -1]
        if whole < NEVER / 2:
            return NEVER, None
        chance = np.zeros(len(scores))
        for i in range(self.size, len(scores)):
            chance[i] = np.exp(ahead[:, self.first[i]] + scores[i] + behind[:, self.last[i]] -
                               whole).sum()
        for t, edges in enumerate(self.stands):
            for i in edges:
                chance[i] += np.exp(ahead[t, self.first[i]] + scores[i] +
                                    behind[t + 1, self.last[i]] - whole)
        return whole, chance

    def scores(self, w, d):
        return np.concatenate([self.features @ w, d[0] + d[1] * self.ink])

    def gradient(self, w, d):
        scores = self.scores(w, d)
        everything, chance = self.sums(scores)
        true, true_chance = self.sums_of_truth(scores)
        more = true_chance - chance
        return (true - everything, more[:self.size] @ self.features,
                np.array([more[self.size:].sum(), more[self.size:] @ self.ink]))

    def best(self, w, d):
        """What the best path spells."""
        scores = self.scores(w, d)
        value, text = [0.0], [""]
        for j in range(1, self.n):
            most, spelt = max(((value[self.first[i]] + scores[i],
                                text[self.first[i]] + str(self.labels[i])) for i in self.into[j]),
                              default=(NEVER, ""))
            value.append(most)
            text.append(spelt)
        return text[-1]


def standardise(lines):
    stacked = np.concatenate([line.features for line in lines])
    mean, spread = stacked.mean(0), stacked.std(0) + 1e-6
    mean[0], spread[0] = 0, 1
    for line in lines:
        line.features = (line.features - mean) / spread
    return mean, spread


def fit_paths(lines):
    """Weights of standardised features, and of dropped regions (L-BFGS: Liu & Nocedal 1989)."""
    kept = [line for line in lines if line.stands]
    size, least = lines[0].features.shape[1], np.exp(-OUTLIER)

    def loss(x):
        value, slope = 0.5 * x[:size] @ x[:size], np.concatenate([x[:size], [0, 0]])
        for line in kept:
            true, of_w, of_d = line.gradient(x[:size], x[size:])
            chance = (1 - least) * np.exp(true)
            value -= np.log(least + chance)
            slope -= chance / (least + chance) * np.concatenate([of_w, of_d])
        return value / len(kept), slope / len(kept)

    start = np.concatenate([np.zeros(size), [-2.0, -9.0]])
    x = scipy.optimize.minimize(loss, start, jac=True, method="L-BFGS-B",
                                options={"maxiter": 60}).x
    return x[:size], x[size:]


def judge_paths(lines, w, d):
    value = np.mean([line.gradient(w, d)[0] for line in lines if line.stands])
    right = np.mean([line.best(w, d) == line.text for line in lines if line.text])
    print(f"of pages left out: log-likelihood {value:.4f}, {100 * right:.2f} % of lines right",
          file=sys.stderr)


def fit_whole(terms, whole, page):
    """Logistic regression by Newton's method."""
    kept = page % 4 != 0
    w = np.zeros(terms.shape[1])
    for _ in range(60):
        p = 1 / (1 + np.exp(-np.clip(terms[kept] @ w, -30, 30)))
        g = terms[kept].T @ (whole[kept] - p) - 0.01 * w
        h = (terms[kept] * (p * (1 - p))[:, None]).T @ terms[kept] + 0.01 * np.eye(len(w))
        w += np.linalg.solve(h, g)
    right = ((terms[~kept] @ w > 0) == (whole[~kept] > 0.5)).mean()
    print(f"whole digits told from others, of pages left out: {right:.4f}", file=sys.stderr)
    return w


def main():
    regions, rows = load(sys.argv[1:])
    used, whole, pages = [], [], []
    best = collections.defaultdict(float)
    for (page, _), candidates in rows.items():
        for c in candidates:
            best[(page, c.digit)] = max(best[(page, c.digit)], c.cover)
    for (page, _), candidates in rows.items():
        for c in candidates:
            is_best = c.cover > WHOLE and c.cover >= best[(page, c.digit)] - 1e-9
            if is_best or c.cover < WHOLE:
                used.append(c)
                whole.append(float(is_best))
                pages.append(page)
    lines = [Line(page, candidates, regions[(page, number)])
             for (page, number), candidates in rows.items()]
    print(f"{sum(line.stands is not None for line in lines)} of {len(rows)} lines can be spelt",
          file=sys.stderr)
    of_whole = fit_whole(features(used), np.array(whole), np.array(pages))
    mean, spread = standardise(lines)
    judge_paths([line for line in lines if line.page % 4 == 0],
                *fit_paths([line for line in lines if line.page % 4]))
    w, drop = fit_paths(lines)
    paths = w / spread
    paths[0] = w[0] - np.sum(w[1:] * mean[1:] / spread[1:])
    for name, values in (("of_path", paths[:TERMS]), ("of_label", [0, *paths[TERMS:]]),
                         ("of_whole", of_whole[:TERMS]),
                         ("of_whole_label", [0, *of_whole[TERMS:]]), ("DROP, DROP_INK", drop)):
        print(f"{name}: " + ", ".join(f"{x:.5g}" for x in values))


if __name__ == "__main__":
    main()

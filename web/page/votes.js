// The vote, counted anew in the page for any k: as `numeral list vote` defines it.

/** Votes of the nearest k, nearest first: `uniform` one each; `distance` 1 / distance, where
 * exact copies overrule all others (Dudani 1976). */
export function weigh(neighbours, k, weights) {
  const voters = neighbours.slice(0, k);
  if (weights !== "distance") {
    return voters.map(() => 1);
  }
  if (voters.some((voter) => voter.length === 0)) {
    return voters.map((voter) => (voter.length === 0 ? 1 : 0));
  }
  return voters.map((voter) => 1 / voter.length);
}

/** {shares: Map label -> share of the votes, winner, tied}. Of equal sums the label wins
 * whose nearest neighbour is nearest. */
export function tally(neighbours, k, weights) {
  const each = weigh(neighbours, k, weights);
  const sums = new Map();
  each.forEach((weight, i) => {
    const { label } = neighbours[i];
    sums.set(label, (sums.get(label) ?? 0) + weight);
  });
  const total = each.reduce((sum, weight) => sum + weight, 0);
  const most = Math.max(...sums.values());
  const first = [...sums].filter(([, sum]) => sum >= most * (1 - 1e-12));
  return {
    // a Map keeps the order in which labels came: the nearest first
    winner: first[0][0],
    tied: first.length > 1,
    shares: new Map([...sums].map(([label, sum]) => [label, sum / total])),
    each: each.map((weight) => weight / total),
  };
}

/* Generated: python3 tests/reference/rerank.py > tests/unit/reference_rerank.h. */
/* clang-format off */
static const double ridge_plain[] = {
    0.70376615103312024, 1.139567995096278, 1.3945832317338254, 1.3945832317338254,
};
static const double ridge_other[] = {
    1.4955247748624705, 1.8704833433830557, 2.0792489852193095, 2.0792489852193095,
};
static const double tangent_distances[] = {
    184568.76557803087, 287175.93752757291, 114605.00848496016, 231284.61324207438,
};

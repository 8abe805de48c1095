/* A seeded, portable random generator: xoshiro256** (Blackman & Vigna 2018), seeded by
 * SplitMix64. The same numbers on every machine; not for secrets. */
#ifndef NUMERAL_BASE_RANDOM_H
#define NUMERAL_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

typedef struct numeral_random {
    uint64_t state[4];
} numeral_random;

/* `stream` separates independent uses of one seed. */
numeral_random numeral_random_seed(uint64_t seed, uint64_t stream);
uint64_t numeral_random_next(numeral_random *random);
/* Uniform in [0, bound), bound > 0, without bias. */
uint64_t numeral_random_below(numeral_random *random, uint64_t bound);
/* Uniform in [0, 1), 53 bits. */
double numeral_random_unit(numeral_random *random);
/* About normal(0, 1): the sum of 12 uniforms less 6, so that it needs no log or cos and
 * is the same everywhere; |value| < 6. */
double numeral_random_normal(numeral_random *random);
/* Puts 0..n-1 into `order` in random order (Fisher & Yates). */
void numeral_random_permutation(numeral_random *random, uint32_t *order, size_t n);

#endif

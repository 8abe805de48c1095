/* xoshiro256** (Blackman & Vigna 2018), seeded by SplitMix64; bounds without bias by
 * rejection. */
#include "base/random.h"

static uint64_t split_mix(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static uint64_t rotate(uint64_t x, int by)
{
    return (x << by) | (x >> (64 - by));
}

numeral_random numeral_random_seed(uint64_t seed, uint64_t stream)
{
    uint64_t mix = seed;
    uint64_t state = split_mix(&mix) ^ (stream * UINT64_C(0xda942042e4dd58b5));
    numeral_random random;
    for (int i = 0; i < 4; i++) {
        random.state[i] = split_mix(&state);
    }
    return random;
}

uint64_t numeral_random_next(numeral_random *random)
{
    uint64_t *s = random->state;
    uint64_t result = rotate(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

uint64_t numeral_random_below(numeral_random *random, uint64_t bound)
{
    uint64_t reject_below = (0 - bound) % bound; /* 2^64 mod bound */
    for (;;) {
        uint64_t r = numeral_random_next(random);
        if (r >= reject_below) {
            return r % bound;
        }
    }
}

double numeral_random_unit(numeral_random *random)
{
    return (double)(numeral_random_next(random) >> 11) * 0x1p-53;
}

double numeral_random_normal(numeral_random *random)
{
    double sum = -6.0;
    for (int i = 0; i < 12; i++) {
        sum += numeral_random_unit(random);
    }
    return sum;
}

void numeral_random_permutation(numeral_random *random, uint32_t *order, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t j = (size_t)numeral_random_below(random, i + 1);
        order[i] = order[j];
        order[j] = (uint32_t)i;
    }
}

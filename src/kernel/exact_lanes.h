/* Which lanes a mask leaves, first ones first, for packing them by a shuffle. */
#ifndef NUMERAL_KERNEL_EXACT_LANES_H
#define NUMERAL_KERNEL_EXACT_LANES_H

#include <stdint.h>

/* Lane i in a byte behind those of the lanes before it, if the mask has it. */
#define LANE(mask, i)                                                                    \
    ((mask) >> (i)&1                                                                     \
         ? (uint64_t)(i) << 8 * __builtin_popcount((mask) & ((1u << (i)) - 1))           \
         : 0)
#define LANES_OF(mask)                                                                   \
    (LANE(mask, 0) | LANE(mask, 1) | LANE(mask, 2) | LANE(mask, 3) | LANE(mask, 4) |     \
     LANE(mask, 5) | LANE(mask, 6) | LANE(mask, 7))
#define FOUR_MASKS(of, mask) of(mask), of((mask) + 1), of((mask) + 2), of((mask) + 3)
#define SIXTEEN_MASKS(of, mask)                                                          \
    FOUR_MASKS(of, mask), FOUR_MASKS(of, (mask) + 4), FOUR_MASKS(of, (mask) + 8),        \
        FOUR_MASKS(of, (mask) + 12)
#define ALL_MASKS(of)                                                                    \
    SIXTEEN_MASKS(of, 0u), SIXTEEN_MASKS(of, 16u), SIXTEEN_MASKS(of, 32u),               \
        SIXTEEN_MASKS(of, 48u), SIXTEEN_MASKS(of, 64u), SIXTEEN_MASKS(of, 80u),          \
        SIXTEEN_MASKS(of, 96u), SIXTEEN_MASKS(of, 112u), SIXTEEN_MASKS(of, 128u),        \
        SIXTEEN_MASKS(of, 144u), SIXTEEN_MASKS(of, 160u), SIXTEEN_MASKS(of, 176u),       \
        SIXTEEN_MASKS(of, 192u), SIXTEEN_MASKS(of, 208u), SIXTEEN_MASKS(of, 224u),       \
        SIXTEEN_MASKS(of, 240u)

/* For each mask of eight lanes: the numbers of the lanes set, a byte each. */
static const uint64_t lanes_of_8[256] = {ALL_MASKS(LANES_OF)};

/* For each mask of four 32-bit lanes: the bytes of the lanes set, then those of lane 0.
 */
#define BYTES_OF(mask)                                                                   \
    {                                                                                    \
        LANE_BYTES(mask, 0), LANE_BYTES(mask, 1), LANE_BYTES(mask, 2),                   \
            LANE_BYTES(mask, 3)                                                          \
    }
#define LANE_BYTES(mask, at)                                                             \
    (uint32_t)(0x03020100 + 0x04040404 * (LANES_OF(mask) >> 8 * (at)&0xff))
static const _Alignas(16) uint32_t lanes_of_4[16][4] = {SIXTEEN_MASKS(BYTES_OF, 0u)};

#endif

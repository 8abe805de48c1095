/* The image distortion model's kernels of every instruction set that this machine has,
 * against the plain C reference, bit for bit; every buffer ends at an unreadable page. It
 * needs the C library alone, so that it also builds for another machine. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guard.h"

#include "kernel/idm.h"

typedef struct extent {
    size_t height, width;
} extent;

static const extent sizes[] = {{28, 28}, {8, 8},   {1, 1},   {1, 40}, {40, 1},
                               {29, 29}, {20, 61}, {33, 28}, {3, 7},  {12, 16}};
enum { N_SIZES = sizeof sizes / sizeof *sizes, KINDS = 5 };

/* Nothing, noise, strokes, extremes, or ink in the middle rows alone. */
static void make_image(int kind, extent size, uint8_t *image)
{
    for (size_t i = 0; i < size.height * size.width; i++) {
        uint32_t r = random_bits();
        size_t row = i / size.width;
        bool middle = row >= size.height / 3 && row < size.height / 2 + 1;
        bool ink = kind == 1 || (kind == 2 && r % 4 == 0) || (kind == 4 && middle);
        image[i] = kind == 3 ? (i % 2 ? 255 : 0) : ink ? (uint8_t)(r >> 8) : 0;
    }
}

static bool same(const char *what, const numeral_idm_shape *shape, const guarded *a,
                 const guarded *b)
{
    bool equal = memcmp(a->data, b->data, a->bytes) == 0;
    if (!equal) {
        printf("%s of %zu x %zu differs\n", what, shape->height, shape->width);
    }
    return equal;
}

static bool compare_costs(const numeral_idm_kernels *set, const numeral_idm_shape *shape,
                          const guarded *query, const guarded *reference, int warp,
                          size_t first, size_t end)
{
    size_t bytes = shape->cost_values * sizeof(uint16_t);
    guarded a = guard(bytes, AT_END), b = guard(bytes, AT_END);
    const int8_t *q = (const int8_t *)query->data, *r = (const int8_t *)reference->data;
    uint64_t expected = numeral_idm_kernels_ref.cost_rows(shape, q, r, warp, first, end,
                                                          (uint16_t *)(void *)a.data);
    uint64_t found =
        set->cost_rows(shape, q, r, warp, first, end, (uint16_t *)(void *)b.data);
    bool good = same("cost map", shape, &a, &b) && found == expected;
    unguard(&a);
    unguard(&b);
    return good;
}

static bool compare(const numeral_idm_kernels *set, extent size, int kind)
{
    numeral_idm_shape shape = numeral_idm_shape_make(size.height, size.width);
    guarded image = guard(size.height * size.width, AT_END);
    guarded scratch = guard(shape.scratch_values * sizeof(int16_t), AT_END);
    guarded maps[2] = {guard(shape.map_bytes, AT_END), guard(shape.map_bytes, AT_END)};
    guarded other = guard(shape.map_bytes, AT_END);
    bool good = true;
    for (int i = 0; i < 2; i++) {
        make_image((kind + i) % KINDS, size, image.data);
        int16_t *space = (int16_t *)(void *)scratch.data;
        numeral_idm_kernels_ref.gradient(&shape, image.data, space,
                                         (int8_t *)maps[i].data);
        memset(scratch.data, POISON, scratch.bytes);
        set->gradient(&shape, image.data, space, (int8_t *)other.data);
        good &= same("gradient map", &shape, &maps[i], &other);
    }
    size_t rows = shape.height + 2;
    for (int warp = 0; warp <= NUMERAL_IDM_MAX_WARP; warp += warp < 3 ? 1 : 3) {
        good &= compare_costs(set, &shape, &maps[0], &maps[1], warp, 0, rows);
        good &=
            compare_costs(set, &shape, &maps[0], &maps[1], warp, rows / 3, rows / 3 + 1);
    }
    unguard(&image);
    unguard(&scratch);
    unguard(&maps[0]);
    unguard(&maps[1]);
    unguard(&other);
    return good;
}

int main(void)
{
    bool good = true;
    for (int cpu = NUMERAL_CPU_REF + 1; cpu < NUMERAL_CPU_COUNT; cpu++) {
        if (!numeral_cpu_available((numeral_cpu)cpu)) {
            continue;
        }
        const numeral_idm_kernels *set = numeral_idm_kernels_get((numeral_cpu)cpu);
        bool own = set != &numeral_idm_kernels_ref;
        for (size_t s = 0; s < N_SIZES && own; s++) {
            for (int kind = 0; kind < KINDS && good; kind++) {
                good = compare(set, sizes[s], kind);
            }
        }
        printf("instruction set %d: %s\n", cpu, own ? "compared" : "has none of its own");
        good &= own;
    }
    return good ? 0 : 1;
}

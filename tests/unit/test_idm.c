/* The image distortion model's kernels: gradient maps and cost maps against a naive
 * double loop, and every instruction set against the plain C one, byte for byte. */
#include <stdlib.h>
#include <string.h>

#include "unit/pattern.h"

#include "base/random.h"
#include "kernel/idm.h"

typedef struct extent {
    size_t height, width;
} extent;

static const extent sizes[] = {{28, 28}, {8, 8},   {1, 1},   {1, 40},
                               {40, 1},  {29, 29}, {20, 61}, {33, 28}};
enum { N_SIZES = sizeof sizes / sizeof *sizes };

/* Strokes on zero ground, or noise, or nothing, by `kind`. */
static void make_image(numeral_random *random, int kind, size_t n, uint8_t *image)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t r = numeral_random_next(random);
        bool ink = kind == 0 ? (r >> 8) % 4 == 0 : kind == 1;
        image[i] = ink ? (uint8_t)r : 0;
        image[i] = kind == 3 ? (i % 2 ? 255 : 0) : image[i];
    }
}

static double pixel(const uint8_t *image, size_t height, size_t width, long y, long x)
{
    bool inside = y >= 0 && x >= 0 && y < (long)height && x < (long)width;
    return inside ? (image[y * (long)width + x] + 1) / 2 : 0; /* halved, rounded up */
}

/* Blur, then Sobel, then a twelfth, each as its own sum over the plane. */
static void naive_gradient(const uint8_t *image, size_t height, size_t width, long y,
                           long x, int *gx, int *gy)
{
    static const double blur[3] = {1 / 8.0, 6 / 8.0, 1 / 8.0};
    static const double across[3] = {-1, 0, 1}, along[3] = {1, 2, 1};
    double sums[2] = {0, 0};
    for (long sy = -1; sy <= 1; sy++) {
        for (long sx = -1; sx <= 1; sx++) {
            double smooth = 0;
            for (long by = -1; by <= 1; by++) {
                for (long bx = -1; bx <= 1; bx++) {
                    smooth += blur[by + 1] * blur[bx + 1] *
                              pixel(image, height, width, y + sy + by, x + sx + bx);
                }
            }
            sums[0] += smooth * across[sx + 1] * along[sy + 1];
            sums[1] += smooth * across[sy + 1] * along[sx + 1];
        }
    }
    double values[2];
    for (int i = 0; i < 2; i++) {
        values[i] = fmin(63, fmax(-63, floor(sums[i] * 64 * 85 / 32768 + 0.5)));
    }
    *gx = (int)values[0];
    *gy = (int)values[1];
}

static void gradient_is_blurred_sobel(void **state)
{
    (void)state;
    numeral_random random = numeral_random_seed(1, 0);
    for (size_t s = 0; s < N_SIZES; s++) {
        size_t h = sizes[s].height, w = sizes[s].width;
        numeral_idm_shape shape = numeral_idm_shape_make(h, w);
        uint8_t *image = malloc(h * w);
        int8_t *map = malloc(shape.map_bytes);
        int16_t *scratch = malloc(shape.scratch_values * sizeof *scratch);
        make_image(&random, (int)(s % 4), h * w, image);
        memset(map, 0x55, shape.map_bytes);
        numeral_idm_kernels_ref.gradient(&shape, image, scratch, map);
        long pad = NUMERAL_IDM_PAD, stride = (long)shape.stride;
        for (long y = -pad; y < (long)h + pad; y++) {
            for (long x = -pad; x < stride - pad; x++) {
                const int8_t *found = map + ((y + pad) * stride + x + pad) * 2;
                int gx, gy;
                naive_gradient(image, h, w, y, x, &gx, &gy);
                assert_int_equal(found[0], gx);
                assert_int_equal(found[1], gy);
            }
        }
        free(image);
        free(map);
        free(scratch);
    }
}

static long naive_energy(const numeral_idm_shape *shape, const int8_t *a, const int8_t *b,
                         long y, long x, long dy, long dx)
{
    long pad = NUMERAL_IDM_PAD, stride = (long)shape->stride;
    const int8_t *p = a + ((y + pad) * stride + x + pad) * 2;
    const int8_t *r = b + ((y + dy + pad) * stride + x + dx + pad) * 2;
    long gx = p[0] - r[0], gy = p[1] - r[1];
    return (gx * gx + gy * gy) / 8;
}

static long naive_cost(const numeral_idm_shape *shape, const int8_t *a, const int8_t *b,
                       long y, long x, long warp)
{
    long best = 1000000;
    for (long dy = -warp; dy <= warp; dy++) {
        for (long dx = -warp; dx <= warp; dx++) {
            long sum = 0;
            for (long cy = -1; cy <= 1; cy++) {
                for (long cx = -1; cx <= 1; cx++) {
                    sum += naive_energy(shape, a, b, y + cy, x + cx, dy, dx);
                }
            }
            best = sum < best ? sum : best;
        }
    }
    return best;
}

/* Two gradient maps of a size, and room for two cost maps. */
typedef struct maps {
    numeral_idm_shape shape;
    int8_t *query, *reference;
    uint16_t *cost, *other;
} maps;

static maps make_maps(const extent *size, int kind, uint64_t seed)
{
    maps m = {.shape = numeral_idm_shape_make(size->height, size->width)};
    size_t n = size->height * size->width;
    numeral_random random = numeral_random_seed(seed, 1);
    uint8_t *image = malloc(n);
    int16_t *scratch = malloc(m.shape.scratch_values * sizeof *scratch);
    m.query = malloc(m.shape.map_bytes);
    m.reference = malloc(m.shape.map_bytes);
    m.cost = malloc(m.shape.cost_values * sizeof *m.cost);
    m.other = malloc(m.shape.cost_values * sizeof *m.other);
    make_image(&random, kind, n, image);
    numeral_idm_kernels_ref.gradient(&m.shape, image, scratch, m.query);
    make_image(&random, (kind + 1) % 4, n, image);
    numeral_idm_kernels_ref.gradient(&m.shape, image, scratch, m.reference);
    free(image);
    free(scratch);
    return m;
}

static void free_maps(maps *m)
{
    free(m->query);
    free(m->reference);
    free(m->cost);
    free(m->other);
}

static void cost_is_the_best_displacement(void **state)
{
    (void)state;
    for (size_t s = 0; s < N_SIZES; s++) {
        maps m = make_maps(&sizes[s], (int)(s % 3), s);
        for (int warp = 0; warp <= NUMERAL_IDM_MAX_WARP; warp += 3) {
            uint64_t sum = numeral_idm_kernels_ref.cost_rows(
                &m.shape, m.query, m.reference, warp, 0, m.shape.height + 2, m.cost);
            uint64_t expected = 0;
            for (size_t y = 0; y < m.shape.height + 2; y++) {
                for (size_t x = 0; x < m.shape.width + 2; x++) {
                    long cost = naive_cost(&m.shape, m.query, m.reference, (long)y - 1,
                                           (long)x - 1, warp);
                    assert_int_equal(m.cost[y * m.shape.cost_stride + x], cost);
                    expected += (uint64_t)cost;
                }
            }
            assert_true(sum == expected);
        }
        free_maps(&m);
    }
}

/* The largest cost there is: gradients of opposite sign everywhere. */
static void cost_does_not_overflow(void **state)
{
    (void)state;
    const extent square = {28, 28};
    for (int cpu = 0; cpu < NUMERAL_CPU_COUNT; cpu++) {
        maps m = make_maps(&square, 0, 5);
        memset(m.query, 63, m.shape.map_bytes);
        memset(m.reference, -63, m.shape.map_bytes);
        if (numeral_cpu_available((numeral_cpu)cpu)) {
            const numeral_idm_kernels *kernels =
                numeral_idm_kernels_get((numeral_cpu)cpu);
            uint64_t sum =
                kernels->cost_rows(&m.shape, m.query, m.reference, 1, 0, 30, m.cost);
            assert_true(sum == 900u * 35721u);
        }
        free_maps(&m);
    }
}

static void compare_costs(const numeral_idm_kernels *kernels, maps *m, int warp,
                          size_t first, size_t end)
{
    size_t bytes = m->shape.cost_values * sizeof *m->cost;
    memset(m->cost, 0xa5, bytes);
    memset(m->other, 0xa5, bytes);
    uint64_t expected = numeral_idm_kernels_ref.cost_rows(
        &m->shape, m->query, m->reference, warp, first, end, m->cost);
    uint64_t found =
        kernels->cost_rows(&m->shape, m->query, m->reference, warp, first, end, m->other);
    assert_true(found == expected);
    assert_memory_equal(m->cost, m->other, bytes);
}

static void compare_gradients(const numeral_idm_kernels *kernels, const extent *size,
                              int kind)
{
    numeral_idm_shape shape = numeral_idm_shape_make(size->height, size->width);
    numeral_random random = numeral_random_seed(77, (uint64_t)kind);
    size_t n = size->height * size->width;
    uint8_t *image = malloc(n);
    int16_t *scratch = malloc(shape.scratch_values * sizeof *scratch);
    int8_t *map = malloc(shape.map_bytes), *other = malloc(shape.map_bytes);
    make_image(&random, kind, n, image);
    memset(map, 0xa5, shape.map_bytes);
    memset(other, 0x5a, shape.map_bytes);
    numeral_idm_kernels_ref.gradient(&shape, image, scratch, map);
    kernels->gradient(&shape, image, scratch, other);
    assert_memory_equal(map, other, shape.map_bytes);
    free(image);
    free(scratch);
    free(map);
    free(other);
}

static void every_instruction_set_agrees(void **state)
{
    (void)state;
    for (int cpu = 0; cpu < NUMERAL_CPU_COUNT; cpu++) {
        if (!numeral_cpu_available((numeral_cpu)cpu)) {
            continue;
        }
        const numeral_idm_kernels *kernels = numeral_idm_kernels_get((numeral_cpu)cpu);
        for (size_t s = 0; s < N_SIZES; s++) {
            for (int kind = 0; kind < 4; kind++) {
                size_t rows = sizes[s].height + 2;
                maps m = make_maps(&sizes[s], kind, 100 + s);
                compare_gradients(kernels, &sizes[s], kind);
                compare_costs(kernels, &m, kind * 2, 0, rows);
                compare_costs(kernels, &m, 1, rows / 3, rows / 3 + 1);
                free_maps(&m);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradient_is_blurred_sobel),
        cmocka_unit_test(cost_is_the_best_displacement),
        cmocka_unit_test(cost_does_not_overflow),
        cmocka_unit_test(every_instruction_set_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

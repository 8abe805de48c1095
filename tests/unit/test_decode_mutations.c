/* Thousands of damaged files from good seeds: each gives a set or one sentence. The same
 * ones in every run; most telling under the address sanitiser. */
#include "tests/unit/data_bytes.h"
#include "tests/unit/npz_halves.h"
#include "tests/unit/png_make.h"

#include "base/random.h"
#include "tests/fuzz/decode_any.h"

enum { MUTATIONS = 400, MAX_BYTES = 4096 };

typedef struct seed {
    uint8_t bytes[MAX_BYTES];
    size_t n;
} seed;

static seed from(const void *bytes, size_t n)
{
    seed s = {.n = n};
    memcpy(s.bytes, bytes, n);
    return s;
}

static seed packed(const seed *plain)
{
    numeral_buffer out = {.max_bytes = 1 << 21};
    assert_int_equal(numeral_gzip_deflate(plain->bytes, plain->n, &out, NULL), 0);
    seed s = from(out.data, out.size);
    numeral_buffer_free(&out);
    return s;
}

static seed png(int type, int interlaced)
{
    uint8_t rows[512] = {0};
    png_file f = png_begin(9, 7, 8, type, interlaced);
    png_chunk(&f, "PLTE", rows, 30);
    png_end(&f, rows, sizeof rows);
    return from(f.bytes, f.n);
}

/* One to four changes: a byte, a bit, an edge value, a cut, a copy. */
static void mutate(seed *s, numeral_random *random)
{
    static const uint8_t edges[] = {0, 1, 0x7F, 0x80, 0xFF};
    size_t n_changes = 1 + (size_t)numeral_random_below(random, 4);
    for (size_t i = 0; i < n_changes && s->n > 0; i++) {
        size_t at = (size_t)numeral_random_below(random, s->n);
        size_t other = (size_t)numeral_random_below(random, s->n);
        size_t run = s->n - (at > other ? at : other);
        switch (numeral_random_below(random, 5)) {
        case 0:
            s->bytes[at] = (uint8_t)numeral_random_next(random);
            break;
        case 1:
            s->bytes[at] ^= (uint8_t)(1 << numeral_random_below(random, 8));
            break;
        case 2:
            s->bytes[at] = edges[numeral_random_below(random, sizeof edges)];
            break;
        case 3:
            s->n = at;
            break;
        default:
            memmove(s->bytes + at, s->bytes + other, run < 16 ? run : 16);
        }
    }
}

static void hammer(const seed *good, uint64_t stream)
{
    numeral_random random = numeral_random_seed(20, stream);
    for (int i = 0; i < MUTATIONS; i++) {
        seed s = *good;
        mutate(&s, &random);
        /* its own block, so that reading beyond the end is seen */
        uint8_t *exact = malloc(s.n ? s.n : 1);
        memcpy(exact, s.bytes, s.n);
        decode_any(exact, s.n);
        free(exact);
    }
}

static void every_format(void **state)
{
    (void)state;
    static const uint8_t idx[] = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0,  0,
                                  0, 3, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    static const uint8_t reals[] = {0, 0, 0x0D, 2, 0,    0,    0, 1, 0, 0,
                                    0, 2, 0x40, 0, 0x3F, 0x80, 0, 0, 0, 0};
    static const char npy[] =
        "\x93NUMPY\x01\x00\x46\x00{'descr': '|u1', 'fortran_order': "
        "True, 'shape': (2, 2, 2), }            \n12345678";
    static const char csv[] = "label,\"a\",b,c,d\n7,1,2.5,3,4\none,5,6,7,255\n";
    static const char pgm[] = "P2\n# map\n3 2\n15\n1 2 3 4 5 15\n";
    static const char ppm[] = "P6 2 1 255 abcdef";
    static const uint8_t gif[] = {
        'G', 'I', 'F', '8', '9', 'a', 2, 0, 2, 0, 0x80, 0, 0, 0,    0, 0, 255, 255,
        255, ',', 0,   0,   0,   0,   2, 0, 2, 0, 0,    2, 3, 0x44, 2, 5, 0,   ';'};
    static const uint8_t bmp[] = {'B', 'M', 70, 0, 0, 0, 0, 0, 0,  0, 54, 0, 0,
                                  0,   40,  0,  0, 0, 2, 0, 0, 0,  2, 0,  0, 0,
                                  1,   0,   24, 0, 0, 0, 0, 0, 16, 0, 0,  0, [69] = 9};
    static const uint8_t tiff[] = {
        'I', 'I', '*', 0, 8, 0, 0,   0, 8, 0, 0,  1, 3, 0, 1, 0, 0, 0, 4, 0, 0, 0, 1,  1,
        3,   0,   1,   0, 0, 0, 2,   0, 0, 0, 2,  1, 3, 0, 1, 0, 0, 0, 8, 0, 0, 0, 3,  1,
        3,   0,   1,   0, 0, 0, 1,   0, 0, 0, 6,  1, 3, 0, 1, 0, 0, 0, 1, 0, 0, 0, 17, 1,
        4,   0,   1,   0, 0, 0, 110, 0, 0, 0, 22, 1, 3, 0, 1, 0, 0, 0, 2, 0, 0, 0, 23, 1,
        4,   0,   1,   0, 0, 0, 8,   0, 0, 0, 0,  0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8};
    seed seeds[] = {from(idx, sizeof idx),
                    from(reals, sizeof reals),
                    from(npy, sizeof npy - 1),
                    from(npz_halves, sizeof npz_halves),
                    from(csv, sizeof csv - 1),
                    from(pgm, sizeof pgm - 1),
                    from(ppm, sizeof ppm - 1),
                    png(0, 0),
                    png(6, 1),
                    png(3, 1),
                    from(gif, sizeof gif),
                    from(bmp, sizeof bmp),
                    from(tiff, sizeof tiff),
                    {{0}, 0}};
    size_t n = sizeof seeds / sizeof *seeds;
    seeds[n - 1] = packed(&seeds[0]);
    for (size_t i = 0; i < n; i++) {
        hammer(&seeds[i], i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_format)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

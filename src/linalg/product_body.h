/* A product of matrices of REAL, which NAME tells from those of the other type. Each
 * element of the result is summed in the order of depth, slice by slice, whatever the
 * width of vectors, so that every machine gives the same bits. */

typedef REAL NAME(vec) __attribute__((vector_size(16)));

enum {
    NAME(LANES) = 16 / sizeof(REAL),
    /* A block of the result is 4 × 2 vectors: with the two of b and the one of a that
     * meet there, 11 of the 16 registers that the smallest machines have. */
    NAME(HIGH) = 4,
    NAME(WIDE) = 2 * NAME(LANES),
    /* 32 steps of a slice: the packed left factor of 112 columns takes 28 kB in double
     * and stays in the first-level cache. */
    NAME(DEPTH) = 32,
    NAME(MOST_HIGH) = 112,
};

/* Element d of line i is at data[i·line + d·step]. */
typedef struct NAME(factor) {
    const REAL *data;
    size_t line, step;
} NAME(factor);

/* Lines [first, first + width) over `depth` steps from `from`: step after step, width to
 * each; zeros behind the last line. */
static void NAME(pack)(NAME(factor) f, size_t first, size_t n_lines, size_t width,
                       size_t from, size_t depth, REAL *out)
{
    for (size_t i = 0; i < width; i++) {
        const REAL *line = f.data + (first + i) * f.line + from * f.step;
        for (size_t d = 0; d < depth; d++) {
            out[d * width + i] = first + i < n_lines ? line[d * f.step] : 0;
        }
    }
}

/* block (HIGH × WIDE) = Σ over depth of a's step times b's step. */
static void NAME(multiply)(const REAL *a, const REAL *b, size_t depth, REAL *block)
{
    NAME(vec) sums[NAME(HIGH)][2] = {0};
    for (size_t d = 0; d < depth; d++) {
        NAME(vec) left, right;
        memcpy(&left, b + d * NAME(WIDE), sizeof left);
        memcpy(&right, b + d * NAME(WIDE) + NAME(LANES), sizeof right);
        for (size_t i = 0; i < NAME(HIGH); i++) {
            sums[i][0] += a[d * NAME(HIGH) + i] * left;
            sums[i][1] += a[d * NAME(HIGH) + i] * right;
        }
    }
    memcpy(block, sums, sizeof sums);
}

/* out (m × n, rows `stride` apart) += a·bᵀ over `depth` steps, m <= MOST_HIGH. */
static void NAME(product)(NAME(factor) a, size_t m, NAME(factor) b, size_t n,
                          size_t depth, REAL *out, size_t stride)
{
    REAL packed_a[NAME(DEPTH) * NAME(MOST_HIGH)], packed_b[NAME(DEPTH) * NAME(WIDE)];
    REAL block[NAME(HIGH) * NAME(WIDE)];
    for (size_t from = 0; from < depth; from += NAME(DEPTH)) {
        size_t d = depth - from < NAME(DEPTH) ? depth - from : NAME(DEPTH);
        for (size_t i = 0; i < m; i += NAME(HIGH)) {
            NAME(pack)(a, i, m, NAME(HIGH), from, d, packed_a + i * d);
        }
        for (size_t j = 0; j < n; j += NAME(WIDE)) {
            NAME(pack)(b, j, n, NAME(WIDE), from, d, packed_b);
            for (size_t i = 0; i < m; i += NAME(HIGH)) {
                NAME(multiply)(packed_a + i * d, packed_b, d, block);
                for (size_t y = 0; y < NAME(HIGH) && i + y < m; y++) {
                    for (size_t x = 0; x < NAME(WIDE) && j + x < n; x++) {
                        out[(i + y) * stride + j + x] += block[y * NAME(WIDE) + x];
                    }
                }
            }
        }
    }
}

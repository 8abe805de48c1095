/* The projection: leading principal directions of a sample, as integers.
 *
 * The subspace is found by orthogonal iteration on the sample itself (no covariance
 * matrix is formed) with a last Rayleigh-Ritz step (Halko, Martinsson & Tropp 2011).
 * Any matrix would be exact to search with, so the sample and the iteration decide speed
 * only; what the proofs need is sigma >= ‖P‖, bounded from the integer Gram matrix by
 * Gershgorin's discs. Bands of 32 directions are mixed by a Hadamard matrix with random
 * signs, which evens out their ranges and so makes the coarse step small. */
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/threads.h"
#include "index/exact/exact.h"
#include "linalg/covariance.h"
#include "linalg/symmetric.h"

/* Chosen for the time to build: what each saves of a search is in docs/exact.md. */
enum {
    SAMPLE_VALUES = 6 << 20, /* rows × dimensions of the sample, at most */
    MAX_SAMPLE = 8192,
    MIN_SAMPLE = 1024,
    ROUNDS = 2,
    EXTRA = 16,   /* directions beyond those kept: the iteration's last ones are rough */
    MAX_BITS = 14 /* of an entry of the matrix: times a value, twice, it fits 32 bits */
};

typedef struct basis {
    const numeral_exact *exact;
    const numeral_rows *rows;
    uint8_t *sample; /* n_sample stored rows */
    uint32_t *order;
    size_t n_sample, dims, m;
    double *mean;       /* dims */
    double *directions; /* m × dims */
    float *packed;      /* dims × m: the directions, for products */
    float *products;    /* n_sample × m */
    double *means;      /* m */
} basis;

/* Value `dim` of row `s` of the sample. */
static int value_at(const basis *b, size_t s, size_t dim)
{
    return numeral_row_value(b->exact->head.dtype, b->sample + s * b->exact->stride, dim);
}

static void take_sample(basis *b)
{
    numeral_random random = numeral_random_seed(1, 0x73616d706c65); /* "sample" */
    numeral_random_permutation(&random, b->order, b->rows->n_rows);
    for (size_t s = 0; s < b->n_sample; s++) {
        numeral_row_store(b->rows->dtype, numeral_rows_at(b->rows, b->order[s]), b->dims,
                          b->exact->stride, b->sample + s * b->exact->stride);
    }
}

static void find_mean(basis *b)
{
    memset(b->mean, 0, b->dims * sizeof *b->mean);
    for (size_t s = 0; s < b->n_sample; s++) {
        for (size_t j = 0; j < b->dims; j++) {
            b->mean[j] += value_at(b, s, j);
        }
    }
    for (size_t j = 0; j < b->dims; j++) {
        b->mean[j] = floor(b->mean[j] / (double)b->n_sample + 0.5);
    }
}

/* products = sample × directions', for rows begin .. end. */
static void multiply_rows(void *context, size_t begin, size_t end, int worker)
{
    basis *b = context;
    (void)worker;
    for (size_t s = begin; s < end; s++) {
        float *out = b->products + s * b->m;
        memset(out, 0, b->m * sizeof *out);
        for (size_t j = 0; j < b->dims; j++) {
            float x = (float)value_at(b, s, j);
            const float *direction = b->packed + j * b->m;
            for (size_t i = 0; x != 0.0f && i < b->m; i++) {
                out[i] += x * direction[i];
            }
        }
    }
}

/* packed = sample' × products, for dimensions begin .. end. */
static void multiply_columns(void *context, size_t begin, size_t end, int worker)
{
    basis *b = context;
    (void)worker;
    memset(b->packed + begin * b->m, 0, (end - begin) * b->m * sizeof *b->packed);
    for (size_t s = 0; s < b->n_sample; s++) {
        const float *product = b->products + s * b->m;
        for (size_t j = begin; j < end; j++) {
            float x = (float)value_at(b, s, j);
            float *out = b->packed + j * b->m;
            for (size_t i = 0; x != 0.0f && i < b->m; i++) {
                out[i] += x * product[i];
            }
        }
    }
}

static void pack(basis *b)
{
    for (size_t j = 0; j < b->dims; j++) {
        for (size_t i = 0; i < b->m; i++) {
            b->packed[j * b->m + i] = (float)b->directions[i * b->dims + j];
        }
    }
}

/* Centres the products, so that the mean need not be subtracted from the sample. */
static void centre_products(basis *b)
{
    memset(b->means, 0, b->m * sizeof *b->means);
    for (size_t s = 0; s < b->n_sample; s++) {
        for (size_t i = 0; i < b->m; i++) {
            b->means[i] += (double)b->products[s * b->m + i];
        }
    }
    for (size_t s = 0; s < b->n_sample; s++) {
        for (size_t i = 0; i < b->m; i++) {
            b->products[s * b->m + i] -= (float)(b->means[i] / (double)b->n_sample);
        }
    }
}

static void multiply(basis *b, int threads)
{
    pack(b);
    numeral_parallel_for(b->n_sample, 64, threads, multiply_rows, b);
    centre_products(b);
}

static void iterate(basis *b, int threads)
{
    multiply(b, threads);
    numeral_parallel_for(b->dims, 1 + b->dims / 8, threads, multiply_columns, b);
    for (size_t i = 0; i < b->m; i++) {
        for (size_t j = 0; j < b->dims; j++) {
            b->directions[i * b->dims + j] = (double)b->packed[j * b->m + i];
        }
    }
    numeral_orthonormalise(b->directions, b->m, b->dims);
}

static void gram_of_products(const basis *b, double *gram)
{
    memset(gram, 0, b->m * b->m * sizeof *gram);
    for (size_t s = 0; s < b->n_sample; s++) {
        const float *z = b->products + s * b->m;
        for (size_t i = 0; i < b->m; i++) {
            double zi = (double)z[i];
            double *row = gram + i * b->m;
            for (size_t j = 0; j <= i; j++) {
                row[j] += zi * (double)z[j];
            }
        }
    }
    numeral_mirror(gram, b->m, 1.0);
}

/* Turns the directions to the eigenvectors within their span, largest first. */
static numeral_status ritz(basis *b, int threads, numeral_error *err)
{
    double *gram = NULL, *turned = NULL;
    numeral_status status;
    TRY_ALLOC(gram = numeral_allocate(b->m * b->m + 2 * b->m, sizeof *gram, err));
    TRY_ALLOC(turned = numeral_allocate_zero(b->m * b->dims, sizeof *turned, err));
    multiply(b, threads);
    gram_of_products(b, gram);
    double *values = gram + b->m * b->m;
    if (numeral_symmetric_eigen(gram, b->m, values, values + b->m)) {
        for (size_t i = 0; i < b->m; i++) {
            for (size_t k = 0; k < b->m; k++) {
                double weight = gram[(b->m - 1 - i) * b->m + k];
                for (size_t j = 0; j < b->dims; j++) {
                    turned[i * b->dims + j] += weight * b->directions[k * b->dims + j];
                }
            }
        }
        memcpy(b->directions, turned, b->m * b->dims * sizeof *turned);
    }
done:
    numeral_release(gram);
    numeral_release(turned);
    return status;
}

/* Whether 32 directions are all there: fewer would not stay orthogonal when mixed. */
static bool is_full_band(const basis *b, size_t first)
{
    for (size_t i = first; i < first + EXACT_HALF; i++) {
        double norm = 0.0;
        for (size_t j = 0; i < b->m && j < b->dims; j++) {
            norm += b->directions[i * b->dims + j] * b->directions[i * b->dims + j];
        }
        if (!(norm > 0.5)) {
            return false;
        }
    }
    return true;
}

/* Mixes 32 directions by H·S/√32 (Hadamard, random signs). */
static void mix_band(basis *b, size_t first, numeral_random *random)
{
    uint64_t signs = numeral_random_next(random);
    double factor = 1.0 / sqrt((double)EXACT_HALF), column[EXACT_HALF];
    for (size_t j = 0; j < b->dims; j++) {
        for (size_t i = 0; i < EXACT_HALF; i++) {
            double value = b->directions[(first + i) * b->dims + j];
            column[i] = (signs >> i) & 1 ? -value : value;
        }
        /* The Hadamard transform, by halves as an FFT. */
        for (size_t half = 1; half < EXACT_HALF; half *= 2) {
            for (size_t i = 0; i < EXACT_HALF; i++) {
                if (!(i & half)) {
                    double a = column[i], c = column[i + half];
                    column[i] = a + c;
                    column[i + half] = a - c;
                }
            }
        }
        for (size_t i = 0; i < EXACT_HALF; i++) {
            b->directions[(first + i) * b->dims + j] = column[i] * factor;
        }
    }
}

/* P = round(V·2^bits) as [n_pairs][n_out][2]. */
static void round_matrix(const basis *b, int bits, int16_t *matrix)
{
    size_t n_out = b->exact->n_out;
    double scale = ldexp(1.0, bits);
    memset(matrix, 0, b->exact->n_pairs * n_out * 2 * sizeof *matrix);
    for (size_t o = 0; o < n_out && o < b->m; o++) {
        for (size_t j = 0; j < b->dims; j++) {
            double value = floor(b->directions[o * b->dims + j] * scale + 0.5);
            bool usable = value >= -scale && value <= scale; /* not when NaN */
            matrix[numeral_exact_matrix_at(n_out, o, j)] = usable ? (int16_t)value : 0;
        }
    }
}

static int64_t matrix_at(const numeral_exact *exact, const int16_t *matrix, size_t o,
                         size_t j)
{
    return matrix[numeral_exact_matrix_at(exact->n_out, o, j)];
}

/* max over rows i < n of Σ_j |(P·P')_ij|, j < n: at least ‖P‖² of the first n rows. */
static double norm_bound(const numeral_exact *exact, const int64_t *gram, size_t n)
{
    double most = 0.0;
    for (size_t i = 0; i < n; i++) {
        double sum = 0.0;
        for (size_t j = 0; j < n; j++) {
            sum += fabs((double)gram[i * exact->n_out + j]);
        }
        most = sum > most ? sum : most;
    }
    return sqrt(most) * (1.0 + 1e-12);
}

static numeral_status bound_matrix(numeral_exact *exact, const int16_t *matrix,
                                   numeral_error *err)
{
    size_t n = exact->n_out, dims = exact->head.n_dims;
    int64_t *gram = numeral_allocate_zero(n * n, sizeof *gram, err);
    if (!gram) {
        return NUMERAL_ERROR_MEMORY;
    }
    for (size_t j = 0; j < dims; j++) {
        int64_t column[EXACT_MAX_OUT];
        for (size_t i = 0; i < n; i++) {
            column[i] = matrix_at(exact, matrix, i, j);
            for (size_t k = 0; column[i] && k <= i; k++) {
                gram[i * n + k] += column[i] * column[k];
            }
        }
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++) {
            gram[k * n + i] = gram[i * n + k];
        }
    }
    exact->numbers.sigma_head = norm_bound(exact, gram, exact->n_head);
    exact->numbers.sigma_all = norm_bound(exact, gram, n);
    numeral_release(gram);
    return NUMERAL_OK;
}

/* Few 8-bit dimensions need no projection, only an order: the widest first, then pairs of
 * a wide and a narrow one, so that pair sums stay small. P is a permutation. */
static void order_dimensions(basis *b, int16_t *matrix, int32_t *offsets)
{
    double variance[EXACT_MAX_HEAD] = {0};
    size_t order[EXACT_MAX_HEAD], n_out = b->exact->n_out;
    int least[EXACT_MAX_HEAD], most[EXACT_MAX_HEAD];
    for (size_t j = 0; j < b->dims; j++) {
        least[j] = 255;
        most[j] = 0;
        order[j] = j;
        for (size_t s = 0; s < b->n_sample; s++) {
            double d = value_at(b, s, j) - b->mean[j];
            variance[j] += d * d;
        }
        for (size_t i = j; i > 0 && variance[order[i]] > variance[order[i - 1]]; i--) {
            size_t swap = order[i];
            order[i] = order[i - 1];
            order[i - 1] = swap;
        }
    }
    for (size_t r = 0; r < b->rows->n_rows; r++) {
        uint8_t row[EXACT_MAX_HEAD];
        numeral_row_store(b->rows->dtype, numeral_rows_at(b->rows, r), b->dims,
                          sizeof row, row);
        for (size_t j = 0; j < b->dims; j++) {
            least[j] = row[j] < least[j] ? row[j] : least[j];
            most[j] = row[j] > most[j] ? row[j] : most[j];
        }
    }
    /* Place i of a band takes from its wide end and its narrow end in turn. */
    memset(matrix, 0, b->exact->n_pairs * n_out * 2 * sizeof *matrix);
    memset(offsets, 0, n_out * sizeof *offsets);
    for (size_t o = 0; o < n_out; o++) {
        size_t band = o - o % EXACT_HALF, i = o % EXACT_HALF;
        size_t from = band + (i % 2 ? EXACT_HALF - 1 - i / 2 : i / 2);
        if (from >= b->dims) {
            continue;
        }
        size_t j = order[from];
        /* As near to the mean as lets every value fit a signed byte. */
        int centre = (int)b->mean[j];
        centre = centre < most[j] - 127 ? most[j] - 127 : centre;
        centre = centre > least[j] + 128 ? least[j] + 128 : centre;
        matrix[numeral_exact_matrix_at(n_out, o, j)] = 1;
        offsets[o] = centre;
    }
}

/* No row as stored is longer: of 8 bits, none that there can be. */
static double longest_row(const numeral_rows *rows)
{
    int64_t most = 0;
    if (rows->dtype != NUMERAL_I16) {
        return 255.0 * sqrt((double)rows->n_dims) + 1.0;
    }
    for (size_t r = 0; r < rows->n_rows; r++) {
        int16_t row[NUMERAL_MAX_DIMS];
        size_t bytes = rows->n_dims * sizeof *row;
        numeral_row_store(rows->dtype, numeral_rows_at(rows, r), rows->n_dims, bytes,
                          row);
        int64_t sum = numeral_row_sum(rows->dtype, row, rows->n_dims).squares;
        most = sum > most ? sum : most;
    }
    return sqrt((double)most) + 1.0;
}

static numeral_status find_directions(basis *b, const numeral_run *run,
                                      numeral_error *err)
{
    int threads = run ? run->threads : 1;
    numeral_random random = numeral_random_seed(1, 0x6578616374); /* "exact" */
    for (size_t i = 0; i < b->m * b->dims; i++) {
        b->directions[i] = numeral_random_unit(&random) - 0.5;
    }
    numeral_orthonormalise(b->directions, b->m, b->dims);
    for (int round = 0; round < ROUNDS; round++) {
        iterate(b, threads);
    }
    numeral_status status = ritz(b, threads, err);
    /* Bands keep their span, and so what each stage of a search can prune. */
    for (size_t band = 0; band < b->exact->n_out; band += EXACT_HALF) {
        if (is_full_band(b, band)) {
            mix_band(b, band, &random);
        }
    }
    return status;
}

static numeral_status principal(basis *b, numeral_exact *exact, int16_t *matrix,
                                int32_t *offsets, const numeral_run *run,
                                numeral_error *err)
{
    double longest = longest_row(b->rows);
    int bits = MAX_BITS;
    numeral_status status;
    TRY(find_directions(b, run, err));
    /* The finest matrix with which no row's y can leave 32 bits, offsets included. */
    do {
        round_matrix(b, bits--, matrix);
        TRY(bound_matrix(exact, matrix, err));
    } while (exact->numbers.sigma_all * longest > EXACT_MAX_Y);
    /* The mean becomes the origin: coarse values lie evenly around 0. */
    for (size_t o = 0; o < exact->n_out; o++) {
        int64_t sum = 0;
        for (size_t j = 0; j < b->dims; j++) {
            sum += matrix_at(exact, matrix, o, j) * (int64_t)b->mean[j];
        }
        offsets[o] = (int32_t)sum; /* |mean| <= longest + rounding: below 2^30 */
    }
done:
    return status;
}

static numeral_status allocate(basis *b, numeral_error *err)
{
    numeral_status status;
    TRY_ALLOC(b->order = numeral_allocate(b->rows->n_rows, sizeof *b->order, err));
    TRY_ALLOC(b->sample = numeral_allocate(b->n_sample, b->exact->stride, err));
    TRY_ALLOC(b->mean = numeral_allocate(b->dims, sizeof *b->mean, err));
    TRY_ALLOC(b->means = numeral_allocate(b->m, sizeof *b->means, err));
    TRY_ALLOC(b->directions =
                  numeral_allocate(b->m * b->dims, sizeof *b->directions, err));
    TRY_ALLOC(b->packed = numeral_allocate(b->m * b->dims, sizeof *b->packed, err));
    TRY_ALLOC(b->products =
                  numeral_allocate(b->n_sample * b->m, sizeof *b->products, err));
done:
    return status;
}

static void release(basis *b)
{
    numeral_release(b->order);
    numeral_release(b->sample);
    numeral_release(b->mean);
    numeral_release(b->means);
    numeral_release(b->directions);
    numeral_release(b->packed);
    numeral_release(b->products);
}

static size_t sample_size(size_t n_rows, size_t dims)
{
    size_t wanted = SAMPLE_VALUES / dims;
    wanted = wanted > MAX_SAMPLE ? MAX_SAMPLE : wanted;
    wanted = wanted < MIN_SAMPLE ? MIN_SAMPLE : wanted;
    return wanted < n_rows ? wanted : n_rows;
}

numeral_status numeral_exact_basis(numeral_exact *exact, const numeral_rows *rows,
                                   int16_t *matrix, int32_t *offsets,
                                   const numeral_run *run, numeral_error *err)
{
    size_t dims = exact->head.n_dims, m = exact->n_out + EXTRA;
    basis b = {.exact = exact, .rows = rows, .dims = dims, .m = m < dims ? m : dims};
    numeral_status status;
    b.n_sample = sample_size(exact->head.n_rows, dims);
    TRY(allocate(&b, err));
    take_sample(&b);
    find_mean(&b);
    if (exact->ordered) {
        order_dimensions(&b, matrix, offsets);
        TRY(bound_matrix(exact, matrix, err));
    } else {
        TRY(principal(&b, exact, matrix, offsets, run, err));
    }
    /* A matrix of zeros (all rows are equal) bounds no norm. */
    exact->numbers.max_norm =
        exact->numbers.sigma_all > 0.0 ? EXACT_MAX_Y / exact->numbers.sigma_all : 1e9;
done:
    release(&b);
    return status;
}

bool numeral_exact_basis_like(numeral_exact *exact, const numeral_exact *like,
                              const numeral_rows *rows, int16_t *matrix, int32_t *offsets)
{
    const numeral_exact_numbers *n = &like->numbers;
    /* A permutation is quickly found, and its offsets suit the range of its rows alone.
     */
    if (exact->ordered || like->n_out != exact->n_out ||
        like->n_pairs != exact->n_pairs || longest_row(rows) > n->max_norm) {
        return false;
    }
    memcpy(matrix, like->matrix, exact->n_pairs * exact->n_out * 2 * sizeof *matrix);
    memcpy(offsets, like->offsets, exact->n_out * sizeof *offsets);
    exact->numbers.sigma_head = n->sigma_head;
    exact->numbers.sigma_all = n->sigma_all;
    exact->numbers.max_norm = n->max_norm;
    return true;
}

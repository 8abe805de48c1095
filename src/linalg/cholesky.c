/* Cholesky by outer products: row k of U is finished, then its multiples are taken off
 * the rows below, those of four rows at once. Each element sees its subtractions in the
 * order of k, however wide the vectors are, and no sum is reordered, so that every
 * machine gives the same bits. */
#include "linalg/cholesky.h"

#include <math.h>

enum { PANEL = 4 }; /* rows taken off in one go, whose factors stay in registers */

static bool finish_row(double *a, size_t n, size_t k)
{
    double *row = a + k * n;
    if (!(row[k] > 0)) {
        return false;
    }
    double pivot = sqrt(row[k]);
    row[k] = pivot;
    for (size_t j = k + 1; j < n; j++) {
        row[j] /= pivot;
    }
    return true;
}

/* Takes the multiples of row k off row i. */
static void subtract_one(double *a, size_t n, size_t k, size_t i)
{
    const double *finished = a + k * n;
    double *row = a + i * n, factor = finished[i];
    for (size_t j = i; j < n; j++) {
        row[j] -= factor * finished[j];
    }
}

/* The same for the rows k .. k + PANEL - 1, one after the other. */
static void subtract_panel(double *restrict row, const double *restrict finished,
                           size_t n, size_t i)
{
    const double *r0 = finished, *r1 = r0 + n, *r2 = r1 + n, *r3 = r2 + n;
    double f0 = r0[i], f1 = r1[i], f2 = r2[i], f3 = r3[i];
    for (size_t j = i; j < n; j++) {
        row[j] = row[j] - f0 * r0[j] - f1 * r1[j] - f2 * r2[j] - f3 * r3[j];
    }
}

bool numeral_cholesky_factor(double *a, size_t n)
{
    for (size_t first = 0; first < n; first += PANEL) {
        size_t end = n - first < PANEL ? n : first + PANEL;
        for (size_t k = first; k < end; k++) {
            if (!finish_row(a, n, k)) {
                return false;
            }
            for (size_t i = k + 1; i < end; i++) {
                subtract_one(a, n, k, i);
            }
        }
        for (size_t i = end; i < n; i++) {
            subtract_panel(a + i * n, a + first * n, n, i);
        }
    }
    return true;
}

void numeral_cholesky_solve(const double *u, size_t n, double *b)
{
    for (size_t k = 0; k < n; k++) {
        b[k] /= u[k * n + k];
        for (size_t j = k + 1; j < n; j++) {
            b[j] -= u[k * n + j] * b[k];
        }
    }
    for (size_t k = n; k-- > 0;) {
        for (size_t j = k + 1; j < n; j++) {
            b[k] -= u[k * n + j] * b[j];
        }
        b[k] /= u[k * n + k];
    }
}

/* Householder tridiagonalisation and QL with implicit shifts, after EISPACK's tred2 and
 * tql2 (Bowdler, Martin, Reinsch & Wilkinson 1968). Only + - * / sqrt in a fixed order,
 * so that every machine finds the same basis. v holds tred2's matrix transposed, column
 * after column, so that the inner loops run along memory. */
#include "linalg/symmetric.h"

#include <float.h>
#include <math.h>

/* Applies the reflection in row i (scaled, in d) to the leading block, after which row i
 * has nothing beside the diagonal but e[i]; returns h = |reflection|²/2. */
static double reflect(double *v, size_t n, size_t i, double *d, double *e)
{
    double scale = 0.0, h = 0.0;
    for (size_t k = 0; k < i; k++) {
        scale += fabs(d[k]);
    }
    if (scale == 0.0) {
        e[i] = d[i - 1];
        for (size_t j = 0; j < i; j++) {
            d[j] = v[j * n + i - 1];
            v[j * n + i] = 0.0;
            v[i * n + j] = 0.0;
        }
        return 0.0;
    }
    for (size_t k = 0; k < i; k++) {
        d[k] /= scale;
        h += d[k] * d[k];
    }
    double f = d[i - 1];
    double g = f > 0.0 ? -sqrt(h) : sqrt(h);
    e[i] = scale * g;
    h -= f * g;
    d[i - 1] = f - g;
    for (size_t j = 0; j < i; j++) {
        e[j] = 0.0;
    }
    /* e = A·d, from the lower triangle alone */
    for (size_t j = 0; j < i; j++) {
        f = d[j];
        v[i * n + j] = f;
        g = e[j] + v[j * n + j] * f;
        for (size_t k = j + 1; k < i; k++) {
            g += v[j * n + k] * d[k];
            e[k] += v[j * n + k] * f;
        }
        e[j] = g;
    }
    f = 0.0;
    for (size_t j = 0; j < i; j++) {
        e[j] /= h;
        f += e[j] * d[j];
    }
    /* A -= d·eᵀ + e·dᵀ with e less what lies along d */
    double hh = f / (h + h);
    for (size_t j = 0; j < i; j++) {
        e[j] -= hh * d[j];
    }
    for (size_t j = 0; j < i; j++) {
        f = d[j];
        g = e[j];
        for (size_t k = j; k < i; k++) {
            v[j * n + k] -= f * e[k] + g * d[k];
        }
        d[j] = v[j * n + i - 1];
        v[j * n + i] = 0.0;
    }
    return h;
}

/* Multiplies the reflections together: v becomes the orthogonal matrix. */
static void accumulate(double *v, size_t n, double *d)
{
    for (size_t i = 0; i + 1 < n; i++) {
        v[i * n + n - 1] = v[i * n + i];
        v[i * n + i] = 1.0;
        double h = d[i + 1];
        if (h != 0.0) {
            for (size_t k = 0; k <= i; k++) {
                d[k] = v[(i + 1) * n + k] / h;
            }
            for (size_t j = 0; j <= i; j++) {
                double g = 0.0;
                for (size_t k = 0; k <= i; k++) {
                    g += v[(i + 1) * n + k] * v[j * n + k];
                }
                for (size_t k = 0; k <= i; k++) {
                    v[j * n + k] -= g * d[k];
                }
            }
        }
        for (size_t k = 0; k <= i; k++) {
            v[(i + 1) * n + k] = 0.0;
        }
    }
    for (size_t j = 0; j < n; j++) {
        d[j] = v[j * n + n - 1];
        v[j * n + n - 1] = 0.0;
    }
    v[(n - 1) * n + n - 1] = 1.0;
}

static void tridiagonalise(double *v, size_t n, double *d, double *e)
{
    for (size_t j = 0; j < n; j++) {
        d[j] = v[j * n + n - 1];
    }
    for (size_t i = n - 1; i > 0; i--) {
        d[i] = reflect(v, n, i, d, e);
    }
    accumulate(v, n, d);
    e[0] = 0.0;
}

/* One QL sweep with implicit shift on the block l..m. */
static void sweep(double *v, size_t n, double *d, double *e, size_t l, size_t m,
                  double *shift)
{
    double g = d[l];
    double p = (d[l + 1] - g) / (2.0 * e[l]);
    double r = sqrt(p * p + 1.0);
    r = p < 0 ? -r : r;
    d[l] = e[l] / (p + r);
    d[l + 1] = e[l] * (p + r);
    double dl1 = d[l + 1], h = g - d[l], el1 = e[l + 1];
    for (size_t i = l + 2; i < n; i++) {
        d[i] -= h;
    }
    *shift += h;
    p = d[m];
    double c = 1.0, c2 = 1.0, c3 = 1.0, s = 0.0, s2 = 0.0;
    for (size_t i = m; i-- > l;) {
        c3 = c2;
        c2 = c;
        s2 = s;
        g = c * e[i];
        h = c * p;
        r = sqrt(p * p + e[i] * e[i]);
        e[i + 1] = s * r;
        s = e[i] / r;
        c = p / r;
        p = c * d[i] - s * g;
        d[i + 1] = h + s * (c * g + s * d[i]);
        for (size_t k = 0; k < n; k++) {
            double upper = v[(i + 1) * n + k], lower = v[i * n + k];
            v[(i + 1) * n + k] = s * lower + c * upper;
            v[i * n + k] = c * lower - s * upper;
        }
    }
    p = -s * s2 * c3 * el1 * e[l] / dl1;
    e[l] = s * p;
    d[l] = c * p;
}

static void sort_ascending(double *v, size_t n, double *d)
{
    for (size_t i = 0; i + 1 < n; i++) {
        size_t least = i;
        for (size_t j = i + 1; j < n; j++) {
            least = d[j] < d[least] ? j : least;
        }
        if (least == i) {
            continue;
        }
        double value = d[least];
        d[least] = d[i];
        d[i] = value;
        for (size_t k = 0; k < n; k++) {
            value = v[i * n + k];
            v[i * n + k] = v[least * n + k];
            v[least * n + k] = value;
        }
    }
}

bool numeral_symmetric_eigen(double *matrix, size_t n, double *values, double *scratch)
{
    double *v = matrix, *d = values, *e = scratch, shift = 0.0, largest = 0.0;
    if (n == 0) {
        return true;
    }
    tridiagonalise(v, n, d, e);
    for (size_t i = 1; i < n; i++) {
        e[i - 1] = e[i];
    }
    e[n - 1] = 0.0;
    for (size_t l = 0; l < n; l++) {
        double size = fabs(d[l]) + fabs(e[l]);
        largest = size > largest ? size : largest;
        size_t m = l;
        while (m < n - 1 && fabs(e[m]) > DBL_EPSILON * largest) {
            m++;
        }
        /* A value takes two sweeps on average; 60 have never been seen. */
        for (int round = 0; m > l && fabs(e[l]) > DBL_EPSILON * largest; round++) {
            if (round == 60) {
                return false;
            }
            sweep(v, n, d, e, l, m, &shift);
        }
        d[l] += shift;
        e[l] = 0.0;
    }
    sort_ascending(v, n, d);
    return true;
}

/* Eight partial sums, so that the compiler may use vectors without reordering. */
static double dot(const double *a, const double *b, size_t n)
{
    double lanes[8] = {0};
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        for (size_t j = 0; j < 8; j++) {
            lanes[j] += a[i + j] * b[i + j];
        }
    }
    for (; i < n; i++) {
        lanes[0] += a[i] * b[i];
    }
    return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) +
           ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
}

void numeral_orthonormalise(double *vectors, size_t n, size_t dims)
{
    for (size_t i = 0; i < n; i++) {
        double *row = vectors + i * dims;
        double before = sqrt(dot(row, row, dims));
        for (size_t pass = 0; pass < 2; pass++) {
            for (size_t j = 0; j < i; j++) {
                const double *other = vectors + j * dims;
                double along = dot(row, other, dims);
                for (size_t k = 0; k < dims; k++) {
                    row[k] -= along * other[k];
                }
            }
        }
        double norm = sqrt(dot(row, row, dims));
        double factor = norm > 1e-9 * before && norm > 1e-150 ? 1.0 / norm : 0.0;
        for (size_t k = 0; k < dims; k++) {
            row[k] *= factor;
        }
    }
}

/* McNemar's test (1947): of the digits that exactly one of two models reads right, half
 * should fall to each if neither is better. */
#include <numeral/scores.h>

#include <math.h>

/* Below that chi² is too rough an approximation; the usual limit. */
enum { FEWEST_FOR_CHI2 = 25 };

/* Twice the chance of at most `fewer` heads in n fair tosses (n below 25). */
static double binomial_test(size_t fewer, size_t n)
{
    double term = ldexp(1, -(int)n), tail = 0;
    for (size_t i = 0; i <= fewer; i++) {
        tail += term;
        term *= (double)(n - i) / (double)(i + 1);
    }
    return fmin(1, 2 * tail);
}

numeral_comparison numeral_compare_predictions(const numeral_label *truth,
                                               const numeral_label *first,
                                               const numeral_label *second, size_t n)
{
    numeral_comparison out = {.n = n};
    for (size_t i = 0; i < n; i++) {
        bool one = first[i] == truth[i], two = second[i] == truth[i];
        out.both_right += one && two;
        out.only_first += one && !two;
        out.only_second += !one && two;
        out.both_wrong += !one && !two;
        out.differ += first[i] != second[i];
    }
    size_t single = out.only_first + out.only_second;
    size_t fewer = out.only_first < out.only_second ? out.only_first : out.only_second;
    out.exact = single < FEWEST_FOR_CHI2;
    if (out.exact) {
        out.statistic = (double)fewer;
        out.p_value = binomial_test(fewer, single);
    } else {
        /* The -1: counts are whole, chi² is not (Edwards 1948). */
        double gap = fmax(0, (double)(single - 2 * fewer) - 1);
        out.statistic = gap * gap / (double)single;
        out.p_value = erfc(sqrt(out.statistic / 2));
    }
    return out;
}

/* One strange character in a line of digits is a blot or a joined pair; where many are as
 * strange, the line is a word. Characters are taken as independent of each other (naive
 * Bayes): the evidence of a line is a sum. */
#include "page/words.h"

/* How much likelier a character of such a likeness (model/likeness.h), or a greater one,
 * is in a word than in a line of digits, as logarithms: about, of 7,679 characters read
 * of synthetic pages of training digits (bench/pages -n 160 -seed 501), and 2,631 of
 * pages of which every other line is of letters (-n 48 -seed 401 -words; likeness is not
 * among what it prints). Last, by judgement, how much rarer words are than numbers. */
static const struct level {
    double likeness, evidence;
} levels[] = {{0.01, -1.7}, {0.001, 2.2}, {0.00001, 4.4}, {0, 7.4}};
static const double RARER = -4;

bool numeral_page_is_word(const numeral_reading_of *readings, const uint32_t *which,
                          size_t n)
{
    double sum = RARER;
    for (size_t i = 0; i < n; i++) {
        const struct level *level = levels;
        while (readings[which[i]].likeness < level->likeness) {
            level++;
        }
        sum += level->evidence;
    }
    return sum > 0;
}

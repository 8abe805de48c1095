/* Every path from the line's left end to its right one goes from border to border, over
 * digits and over regions that are dropped. Its logarithm of likelihood is the sum of
 * those of its candidates being whole digits and rightly read, and of what it drops being
 * none.
 */
#include "page/lattice.h"

#include <math.h>

#include "base/elementary.h"
#include "base/fail.h"
#include "base/memory.h"

enum { TERMS = NUMERAL_LATTICE_TERMS, LABELS = 10 };

static const double NEVER = -1e30, SUREST = 30;

/* All weights were fitted by bench/page_weights.py to synthetic pages of mnist:train's
 * last 10,000 digits, read by a model of the first 50,000: `of_path` and `of_label` to
 * give the true path of a line the greatest likelihood, lines whose digits are misread
 * counting little, `of_whole` and `of_whole_label` to part candidates that are one digit
 * from those that are not: a 1 between two cuts is likelier whole than anything else as
 * narrow. */
static const double of_path[TERMS] = {
    5.4271,   -0.37471, -0.38818, -1.6799, -0.82161, -0.24843, 6.6453,  -0.83174, 4.8357,
    -3.7115,  0.10709,  -13.502,  -2.0163, 1.7684,   -5.5095,  -2.3313, 8.1712,   1.7497,
    -0.89708, -0.76791, 0.38427,  0.49066, 0.24536,  0.40179,  10.158};
static const double of_label[LABELS] = {0,       -3.4399,  -1.0345, -1.2912,  1.1415,
                                        0.48515, -0.57068, -1.7219, -0.25196, -0.40117};
static const double of_whole[TERMS] = {
    -9.7607, -2.0269, 0.19621, -1.4615, -0.059308, -9.8228, 3.4539,   7.2872,  49.592,
    -27.831, -5.6741, -32.484, -3.6225, -0.85448,  -3.2256, -0.78637, -41.528, -0.40154,
    -1.2834, -14.045, -6.4192, 0.06385, 1.5563,    1.6086,  -9.8002};
static const double of_whole_label[LABELS] = {
    0, 6.9666, -0.43089, 0.68, -0.36215, 0.76344, -0.72686, -1.1365, 0.15462, 0.22476};

/* Of a dropped region, and for its ink: a column one stroke wide and as high as the line.
 */
static const double DROP = -1.1123, DROP_INK = -7.7815;

static double clamp(double value, double low, double high)
{
    return value < low ? low : value > high ? high : value;
}

static void order_classes(const double *votes, size_t n_classes, numeral_reading_of *out)
{
    out->n_alternatives = 0;
    for (size_t place = 0; place < NUMERAL_PAGE_ALTERNATIVES; place++) {
        size_t best = n_classes;
        for (size_t c = 0; c < n_classes; c++) {
            bool taken = c == out->winner && place > 0;
            for (size_t i = 0; i < place; i++) {
                taken = taken || out->alternatives[i] == c;
            }
            bool better = best == n_classes || votes[c] > votes[best];
            best = !taken && better && (votes[c] > 0 || c == out->winner) ? c : best;
        }
        best = place == 0 ? out->winner : best;
        if (best == n_classes) {
            return;
        }
        out->alternatives[place] = (uint16_t)best;
        out->shares[place] = votes[best];
        out->n_alternatives++;
    }
}

/* What is known of a candidate, as numbers of moderate size: how near its neighbours are
 * and how sure its label is; its height, width and place in the line; what was cut at its
 * ends and not cut inside; and some of that again for a 1, which is narrow. */
static void see(const numeral_candidate *c, const numeral_read_verdict *verdict,
                double unit, bool one, double terms[TERMS])
{
    double near = clamp(sqrt(verdict->distances[0]) / unit, 0, 5);
    double far = clamp(sqrt(verdict->distances[verdict->n_voters - 1]) / unit, 0, 5);
    double tall = numeral_log(clamp(c->height, 0.05, 20)), rise = fabs(c->rise);
    bool inner = c->inside < 9; /* a cut inside was not used */
    const double all[TERMS] = {
        1,
        near,
        near * near,
        far,
        numeral_log(1.0001 - verdict->confidence),
        fabs(tall),
        tall,
        tall * tall,
        c->width,
        c->width * c->width,
        rise,
        rise * rise,
        c->cut_left > 0,
        c->cut_left,
        c->cut_right > 0,
        c->cut_right,
        c->gap,
        inner && c->inside < 3 ? 1 - c->inside / 3 : 0,
        inner,
        one ? c->width : 0,
        one ? fabs(tall) : 0,
        one ? near : 0,
        c->runs_left > 1,
        c->runs_right > 1,
        c->loose,
    };
    for (size_t i = 0; i < TERMS; i++) {
        terms[i] = all[i];
    }
}

static double weigh(const double *weights, const double *terms)
{
    double sum = 0;
    for (size_t i = 0; i < TERMS; i++) {
        sum += weights[i] * terms[i];
    }
    return sum;
}

void numeral_lattice_answer(const numeral_read_verdict *verdict, size_t n_classes,
                            numeral_reading_of *out)
{
    out->confidence = verdict->confidence;
    out->likeness = verdict->likeness;
    out->winner = verdict->winner;
    order_classes(verdict->votes, n_classes, out);
}

void numeral_lattice_judge(const numeral_candidate *candidate,
                           const numeral_read_verdict *verdict, double unit, int label,
                           size_t n_classes, numeral_reading_of *out)
{
    see(candidate, verdict, unit, label == 1, out->terms);
    bool known = label >= 0 && label < LABELS;
    double z = weigh(of_whole, out->terms) + (known ? of_whole_label[label] : 0);
    out->whole = 1 / (1 + numeral_exp(-clamp(z, -SUREST, SUREST)));
    out->score = weigh(of_path, out->terms) + (known ? of_label[label] : 0);
    numeral_lattice_answer(verdict, n_classes, out);
}

/* The score of dropping a region. */
static double drop(const numeral_lattice *l, const numeral_region *region)
{
    return DROP + DROP_INK * (double)region->pixels / (l->stroke * l->height);
}

/* log(e^a + e^b). */
static double add_logs(double a, double b)
{
    double more = a > b ? a : b, less = a > b ? b : a;
    return less < more - SUREST ? more : more + numeral_log(1 + numeral_exp(less - more));
}

/* States are (border, digits so far); where digits are not counted the second is always
 * 0. */
typedef struct search {
    size_t n, counts;         /* borders of the line; states of each */
    const uint16_t *spelling; /* classes that the digits must have; NULL: any */
    double *best, *all;
    int32_t *from; /* the candidate that the best path came by, or -1 - a region */
} search;

static void search_free(search *s)
{
    numeral_release(s->best);
    numeral_release(s->all);
    numeral_release(s->from);
}

static numeral_status search_make(const numeral_lattice *l, size_t counts,
                                  const uint16_t *spelling, search *out,
                                  numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    search s = {.n = l->end - l->from + 1, .counts = counts, .spelling = spelling};
    size_t n_states = s.n * counts;
    TRY_ALLOC(s.best = numeral_allocate(n_states, sizeof *s.best, err));
    TRY_ALLOC(s.all = numeral_allocate(n_states, sizeof *s.all, err));
    TRY_ALLOC(s.from = numeral_allocate(n_states, sizeof *s.from, err));
    for (size_t i = 0; i < n_states; i++) {
        s.best[i] = s.all[i] = NEVER;
    }
    s.best[0] = s.all[0] = 0;
    *out = s;
    return NUMERAL_OK;
done:
    search_free(&s);
    return status;
}

/* An edge from one border to another: it reads a digit of class `winner`, or, -1, none.
 */
static void pass(search *s, size_t from, size_t to, int winner, double gain, int32_t by)
{
    size_t more = winner >= 0 && s->counts > 1;
    for (size_t count = 0; count + more < s->counts; count++) {
        size_t at = from * s->counts + count, end = to * s->counts + count + more;
        bool spelt = !s->spelling || winner < 0 || s->spelling[count] == winner;
        if (s->best[at] <= NEVER || !spelt) {
            continue;
        }
        if (s->best[at] + gain > s->best[end]) {
            s->best[end] = s->best[at] + gain;
            s->from[end] = by;
        }
        s->all[end] = add_logs(s->all[end], s->all[at] + gain);
    }
}

static void walk(const numeral_lattice *l, search *s)
{
    size_t next = 0;
    for (size_t at = 0; at + 1 < s->n; at++) {
        size_t border = l->from + at;
        for (size_t i = l->cuts->of[border]; i < l->cuts->of[border + 1]; i++) {
            const numeral_region *region = &l->cuts->regions[i];
            pass(s, at, region->last - l->from, -1, drop(l, region), -1 - (int32_t)i);
        }
        for (; next < l->n && l->candidates[next].first == border; next++) {
            pass(s, at, l->candidates[next].last - l->from, l->readings[next].winner,
                 l->readings[next].score, (int32_t)next);
        }
    }
}

static void turn_about(uint32_t *items, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        uint32_t other = items[i];
        items[i] = items[n - 1 - i];
        items[n - 1 - i] = other;
    }
}

/* Follows the best path back from the last border. */
static void trace(const numeral_lattice *l, const search *s, size_t count,
                  numeral_lattice_path *path)
{
    size_t border = s->n - 1;
    path->n = path->n_dropped = 0;
    while (border > 0) {
        int32_t from = s->from[border * s->counts + count];
        if (from < 0) {
            path->dropped[path->n_dropped++] = (uint32_t)(-1 - from);
            border = l->cuts->regions[-1 - from].first - l->from;
            continue;
        }
        path->candidates[path->n++] = (uint32_t)from;
        border = l->candidates[from].first - l->from;
        count -= s->counts > 1;
    }
    turn_about(path->candidates, path->n);
    turn_about(path->dropped, path->n_dropped);
}

/* The logarithm of the likelihood of all paths that spell what `path` does: a digit may
 * be cut from its neighbour in several ways that read the same. */
static numeral_status sum_spelt(const numeral_lattice *l, const uint32_t *path, size_t n,
                                double *sum, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    search s = {0};
    uint16_t *spelling;
    TRY_ALLOC(spelling = numeral_allocate(n + 1, sizeof *spelling, err));
    for (size_t i = 0; i < n; i++) {
        spelling[i] = l->readings[path[i]].winner;
    }
    TRY(search_make(l, n + 1, n ? spelling : NULL, &s, err));
    walk(l, &s);
    *sum = s.all[s.n * s.counts - 1];
done:
    search_free(&s);
    numeral_release(spelling);
    return status;
}

numeral_status numeral_lattice_best(const numeral_lattice *l, size_t expect,
                                    numeral_lattice_path *path, double *share,
                                    numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    search s = {0};
    double spelt = 0;
    TRY(search_make(l, expect + 1, NULL, &s, err));
    walk(l, &s);
    size_t count = expect, last = (s.n - 1) * s.counts;
    while (count > 0 && s.best[last + count] <= NEVER) {
        count--;
    }
    trace(l, &s, count, path);
    TRY(sum_spelt(l, path->candidates, path->n, &spelt, err));
    *share = numeral_exp(clamp(spelt - s.all[last + count], -SUREST, 0));
done:
    search_free(&s);
    return status;
}

/* Lines across are found strip by strip; lines down by the same on the page laid on its
 * side. */
#include "page/rules.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "page/extreme.h"
#include "page/runs.h"

enum {
    FAINT = 40,         /* print may be fainter than ink */
    STRIP_STROKES = 4,  /* width of a strip; half a digit, so that no digit fills three */
    LEAST_STROKES = 22, /* a line is longer than that: two to three digits, */
    LEAST_SHARE = 8,    /* and than this part of the page: a fine pen's digits are 50 */
    COVERED = 75,       /* percent of a strip's columns that show it */
    SIDE_LIMIT = 4096,  /* lines kept at most */
    GAP = 2,            /* columns that a side may miss */
    DRIFT = 2           /* rows that a line may leave its place from strip to strip */
};

typedef struct strips {
    size_t n, width, height; /* strips of `width` columns and `height` rows */
    uint16_t *counts;        /* n × height: columns with a thin run there */
    uint8_t *used;           /* n × height: a line was followed through here */
} strips;

/* Pixels that belong to a run down the page no longer than `thick`. */
typedef struct thin_runs {
    uint8_t *thin; /* 1 for each of them */
    size_t width, thick;
    const strips *strips;
} thin_runs;

/* Marks a thin run, and counts its column in its strip where the run meets a row or one
 * of its neighbours; once where the column's run above, which came before, meets it,
 * too. */
static void mark_thin(void *context, size_t x, size_t begin, size_t end)
{
    const thin_runs *runs = context;
    const strips *s = runs->strips;
    if (end - begin > runs->thick) {
        return;
    }
    for (size_t y = begin; y < end; y++) {
        runs->thin[y * runs->width + x] = 1;
    }
    size_t strip = x / s->width;
    if (strip >= s->n) {
        return;
    }
    bool met = begin >= 2 && runs->thin[(begin - 2) * runs->width + x];
    uint16_t *counts = s->counts + strip * s->height;
    for (size_t y = begin > 0 && !met ? begin - 1 : begin;
         y < (end < s->height ? end + 1 : end); y++) {
        counts[y]++;
    }
}

static bool is_covered(const strips *s, size_t strip, size_t y)
{
    return s->counts[strip * s->height + y] * 100 >= COVERED * s->width;
}

/* The best row of a strip near `y`; false where none is covered. */
static bool follow(const strips *s, size_t strip, size_t y, size_t *next)
{
    size_t first = y < DRIFT ? 0 : y - DRIFT;
    size_t last = y + DRIFT < s->height ? y + DRIFT : s->height - 1, best = 0;
    for (size_t row = first; row <= last; row++) {
        size_t count = s->counts[strip * s->height + row];
        /* of equal rows the one nearest to the line's own course */
        bool nearer = (row > y ? row - y : y - row) < (*next > y ? *next - y : y - *next);
        if (count > best || (count == best && nearer)) {
            best = count;
            *next = row;
        }
    }
    return best * 100 >= COVERED * s->width;
}

/* The thin run of column x that meets row y or the next to it; 0 rows: none. */
static size_t run_at(const uint8_t *thin, const strips *s, size_t width, size_t y,
                     size_t x, size_t *begin)
{
    for (size_t i = 0; i < 3; i++) {
        /* y, y - 1, y + 1 */
        size_t row = i % 2 ? y - (i + 1) / 2 : y + i / 2;
        if (row >= s->height || !thin[row * width + x]) {
            continue;
        }
        size_t top = row, end = row + 1;
        while (top > 0 && thin[(top - 1) * width + x]) {
            top--;
        }
        while (end < s->height && thin[end * width + x]) {
            end++;
        }
        *begin = top;
        return end - top;
    }
    return 0;
}

/* How thick a line is: a quarter of its runs are no longer. Strokes that run along it or
 * cross it make runs longer, not shorter. */
static size_t thickness(const uint8_t *thin, const strips *s, size_t width, size_t strip,
                        const uint32_t *course, size_t n)
{
    size_t counts[256] = {0}, all = 0, begin = 0;
    for (size_t x = strip * s->width; x < (strip + n) * s->width; x++) {
        size_t length = run_at(thin, s, width, course[x / s->width - strip], x, &begin);
        counts[length < 255 ? length : 255] += length > 0;
        all += length > 0;
    }
    size_t quarter = 0;
    for (size_t sum = 0; quarter < 255 && (sum += counts[quarter]) * 4 < all;) {
        quarter++;
    }
    return quarter;
}

/* Takes the line off the columns of one strip: runs not much thicker than the line. */
static void take_strip(numeral_image *ink, const uint8_t *thin, const strips *s,
                       size_t left, size_t right, size_t y, size_t thick)
{
    for (size_t x = left; x < right; x++) {
        size_t begin = 0, length = run_at(thin, s, ink->width, y, x, &begin);
        for (size_t i = begin; length <= thick + 2 && i < begin + length; i++) {
            ink->pixels[i * ink->width + x] = 0;
        }
    }
}

/* Lines found so far. Those from `first` to `n_across` run across; where `sides` is set,
 * shorter ones down the page are looked for that end at two of them: the sides of boxes.
 */
typedef struct lines {
    numeral_page_box *boxes;
    size_t n, n_across;
    bool sides;
    size_t strip;  /* width of a strip where lines across were found */
    size_t stroke; /* of the pen */
    size_t thick;  /* of the thickest line across: sides are printed like it */
} lines;

/* Whether a line across passes within `reach` rows of (y, x). Its ends are known only to
 * a strip's width, `along`. */
static bool meets_line(const lines *found, size_t y, size_t x, size_t reach, size_t along)
{
    for (size_t i = 0; i < found->n_across; i++) {
        const numeral_page_box *b = &found->boxes[i];
        if (y + reach >= b->top && y <= b->bottom + reach && x + along >= b->left &&
            x <= b->right + along) {
            return true;
        }
    }
    return false;
}

/* Makes each place of a course the median of itself and two on either side: a line is
 * straight, and where a stroke beside it drew the course away it comes back. */
static void straighten(uint32_t *course, size_t n)
{
    uint32_t before[2] = {course[0], course[0]}; /* as they were, not as they became */
    for (size_t k = 0; k < n; k++) {
        uint32_t five[5] = {before[0], before[1], course[k],
                            course[k + 1 < n ? k + 1 : n - 1],
                            course[k + 2 < n ? k + 2 : n - 1]};
        for (size_t i = 1; i < 5; i++) {
            uint32_t value = five[i];
            size_t j = i;
            for (; j > 0 && five[j - 1] > value; j--) {
                five[j] = five[j - 1];
            }
            five[j] = value;
        }
        before[0] = before[1];
        before[1] = course[k];
        course[k] = five[2];
    }
}

/* How far a line goes on from column x along its course, by `step` (1 or -1): to the last
 * column before a gap. */
static size_t end_of(const uint8_t *thin, const strips *s, size_t width, size_t x,
                     size_t y, int step)
{
    size_t end = x, gap = 0, begin;
    while (gap <= GAP && (step > 0 ? x + 1 < width : x > 0)) {
        x = step > 0 ? x + 1 : x - 1;
        gap = run_at(thin, s, width, y, x, &begin) ? 0 : gap + 1;
        end = gap ? end : x;
    }
    return end;
}

/* Whether a line of n strips from `strip` on ends at lines across on both sides: its own
 * ends, wherever in their strips they lie, for a 1 in a box ends near them, too. */
static bool is_side(const lines *found, const uint8_t *thin, const strips *s,
                    size_t width, size_t strip, const uint32_t *course, size_t n)
{
    size_t half = s->width / 2, first = strip * s->width + half;
    size_t last = (strip + n - 1) * s->width + half;
    size_t begin = end_of(thin, s, width, first, course[0], -1);
    size_t end = end_of(thin, s, width, last, course[n - 1], 1);
    return meets_line(found, begin, course[0], s->width, found->strip) &&
           meets_line(found, end, course[n - 1], s->width, found->strip);
}

/* One line begun in `strip` at row `y`: followed to its end, over at most two strips that
 * a digit hides. Long enough, it is taken off. */
static void follow_line(numeral_image *ink, const uint8_t *thin, strips *s, size_t strip,
                        size_t y, size_t least, uint32_t *course, lines *out)
{
    size_t n = 0, seen = 0, missed = 0, top = y, bottom = y;
    for (size_t k = strip; k < s->n && missed <= 2; k++) {
        size_t next = y;
        if (follow(s, k, y, &next)) {
            y = next;
            seen++;
            missed = 0;
        } else {
            missed++;
        }
        course[n++] = (uint32_t)y;
    }
    n -= missed;
    for (size_t k = 0; k < n; k++) {
        /* counts look a row aside, so that a line may begin so far beyond its course */
        size_t reach = DRIFT + 2, from = course[k] < reach ? 0 : course[k] - reach;
        for (size_t row = from; row <= course[k] + reach && row < s->height; row++) {
            s->used[(strip + k) * s->height + row] = 1;
        }
        top = course[k] < top ? course[k] : top;
        bottom = course[k] > bottom ? course[k] : bottom;
    }
    bool ends =
        out->sides && n >= 3 && is_side(out, thin, s, ink->width, strip, course, n);
    if ((seen * s->width < least && !ends) || seen * 4 < n * 3) {
        return;
    }
    straighten(course, n);
    size_t thick = thickness(thin, s, ink->width, strip, course, n);
    /* the sides of two boxes may lie side by side; a pen's stroke between two rules is
     * wider */
    size_t more = thick * 4 < out->stroke * 3 ? 2 : 1;
    if (out->sides && thick > out->thick + more) {
        return;
    }
    out->thick = thick > out->thick && !out->sides ? thick : out->thick;
    for (size_t k = 0; k < n; k++) {
        /* the ends of a line fill their strips in part: one strip more on each side */
        size_t left = (strip + k) * s->width, right = left + s->width;
        left -= k == 0 && strip > 0 ? s->width : 0;
        right = k + 1 < n ? right : strip + n < s->n ? right + s->width : ink->width;
        take_strip(ink, thin, s, left, right, course[k], thick);
    }
    if (out->n < SIDE_LIMIT) {
        out->boxes[out->n++] =
            (numeral_page_box){top, strip * s->width, bottom + 1, (strip + n) * s->width};
    }
}

/* Takes lines across off the ink; `width` is that of a strip, `thin` room for a page. */
static numeral_status take_across(numeral_image *ink, size_t stroke, size_t width,
                                  uint8_t *thin, lines *out, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    size_t thick = stroke + stroke / 4 + 1;
    size_t shorter = ink->height < ink->width ? ink->height : ink->width;
    size_t least = LEAST_STROKES * stroke;
    least = least > shorter / LEAST_SHARE ? least : shorter / LEAST_SHARE;
    strips s = {.width = width, .height = ink->height};
    s.n = ink->width / s.width;
    uint32_t *course = numeral_allocate(s.n + 1, sizeof *course, err);
    s.counts = numeral_allocate_zero(s.n * s.height, sizeof *s.counts, err);
    s.used = numeral_allocate_zero(s.n * s.height, 1, err);
    TRY(course && s.counts && s.used ? NUMERAL_OK : NUMERAL_ERROR_MEMORY);
    memset(thin, 0, ink->height * ink->width);
    thin_runs runs = {thin, ink->width, thick, &s};
    TRY(numeral_page_runs_down(ink, FAINT, mark_thin, &runs, err));
    for (size_t k = 0; k < s.n; k++) {
        for (size_t y = 0; y < s.height; y++) {
            if (!s.used[k * s.height + y] && is_covered(&s, k, y)) {
                follow_line(ink, thin, &s, k, y, least, course, out);
            }
        }
    }
done:
    numeral_release(course);
    numeral_release(s.counts);
    numeral_release(s.used);
    return status;
}

static numeral_status lay_on_side(const numeral_image *in, numeral_image *out,
                                  numeral_error *err)
{
    numeral_status status = numeral_image_create(in->width, in->height, out, err);
    if (status == NUMERAL_OK) {
        numeral_page_transpose(in->pixels, in->height, in->width, out->pixels);
    }
    return status;
}

numeral_status numeral_page_take_rules(numeral_image *ink, size_t stroke,
                                       numeral_page_rules *out, numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    numeral_image side = {0};
    uint8_t *thin = NULL;
    *out = (numeral_page_rules){0};
    lines found = {.boxes = numeral_allocate(SIDE_LIMIT, sizeof *found.boxes, err),
                   .strip = STRIP_STROKES * stroke,
                   .stroke = stroke};
    TRY(found.boxes ? NUMERAL_OK : NUMERAL_ERROR_MEMORY);
    TRY_ALLOC(thin = numeral_allocate(ink->height, ink->width, err));
    TRY(take_across(ink, stroke, STRIP_STROKES * stroke, thin, &found, err));
    found.n_across = found.n;
    TRY(lay_on_side(ink, &side, err));
    TRY(take_across(&side, stroke, STRIP_STROKES * stroke, thin, &found, err));
    if (found.n_across >= 2) {
        found.sides = true;
        TRY(take_across(&side, stroke, stroke / 2 + 2, thin, &found, err));
    }
    if (found.n > found.n_across || found.n == SIDE_LIMIT) {
        numeral_page_transpose(side.pixels, side.height, side.width, ink->pixels);
    }
    for (size_t i = found.n_across; i < found.n; i++) {
        numeral_page_box b = found.boxes[i];
        found.boxes[i] = (numeral_page_box){b.left, b.top, b.right, b.bottom};
    }
    *out = (numeral_page_rules){found.boxes, found.n, found.thick};
    found.boxes = NULL;
done:
    numeral_release(found.boxes);
    numeral_release(thin);
    numeral_image_free(&side);
    return status;
}

void numeral_page_rules_free(numeral_page_rules *rules)
{
    numeral_release(rules->boxes);
    *rules = (numeral_page_rules){0};
}

/* A page from its grey levels to its lines of text: ink, level, rules, components, lines,
 * cuts, candidates, readings, paths. Each stage has a file of its own. */
#include <math.h>
#include <string.h>

#include <numeral/page.h>

#include "base/elementary.h"
#include "base/fail.h"
#include "base/memory.h"
#include "model/hold.h"
#include "page/turned.h"
#include "page/words.h"

enum {
    MOST_SKIPPED = 1000,
    MOST_PIXELS = 6000000 /* larger pictures are reduced: digits on them are large, too */
};

/* Chances. A character below the first is refused; a line whose characters are below the
 * second on the mean is no line of digits; a page below the third is tried turned. */
static const double LEAST_WHOLE = 0.0001, LEAST_LINE = 0.4, LEAST_PAGE = 0.92;

/* What is less like digits than the first is none, and less than the second only where it
 * is whole by a greater chance: a piece that was cut looks strange as it is. On 320
 * synthetic pages of training digits (bench/pages -n 160, seeds 301 and 501) no string is
 * lost by the first. */
static const double LEAST_LIKENESS = 0.0001, LESS_LIKENESS = 0.001, STRANGE_WHOLE = 0.65,
                    STRANGE_CUT = 0.05;

static void unite(numeral_page_box *box, numeral_page_box other)
{
    box->top = other.top < box->top ? other.top : box->top;
    box->left = other.left < box->left ? other.left : box->left;
    box->bottom = other.bottom > box->bottom ? other.bottom : box->bottom;
    box->right = other.right > box->right ? other.right : box->right;
}

static void skip(numeral_page_stages *w, numeral_page *page, numeral_page_box box,
                 const char *why)
{
    if (page->n_skipped < MOST_SKIPPED) {
        page->skipped[page->n_skipped++] =
            (numeral_page_skip){numeral_page_stages_box(w, box), why};
    }
}

static bool is_refused(const numeral_page_stages *w, const numeral_candidate *c,
                       const numeral_reading_of *reading)
{
    double strange = numeral_candidate_is_cut(c, &w->cuts) ? STRANGE_CUT : STRANGE_WHOLE;
    return reading->whole < LEAST_WHOLE || reading->likeness < LEAST_LIKENESS ||
           (reading->likeness < LESS_LIKENESS && reading->whole < strange);
}

static numeral_page_digit digit_of(const numeral_page_stages *w,
                                   const numeral_candidate *c,
                                   const numeral_reading_of *reading)
{
    numeral_page_digit digit = {.label = w->model->classes->labels[reading->winner],
                                .refused = is_refused(w, c, reading),
                                .confidence = reading->whole * reading->confidence,
                                .box = numeral_page_stages_box(w, c->box),
                                .n_alternatives = reading->n_alternatives};
    double rest = 1 - reading->shares[0];
    for (size_t i = 0; i < reading->n_alternatives; i++) {
        digit.alternatives[i] = w->model->classes->labels[reading->alternatives[i]];
        /* what the winner's confidence leaves is the others', by their votes */
        digit.alternative_confidence[i] =
            i == 0 ? digit.confidence
                   : reading->whole * (1 - reading->confidence) *
                         (rest > 0 ? reading->shares[i] / rest : 0);
    }
    return digit;
}

static numeral_status append_name(const numeral_model *model,
                                  const numeral_page_digit *digit, numeral_buffer *text,
                                  numeral_error *err)
{
    const numeral_classes *classes = model->classes;
    return numeral_buffer_printf(
        text, err, "%s",
        digit->refused ? "?" : classes->names[classes->of_label[digit->label]]);
}

/* The path of a line of digits: candidates first .. first + n of those on paths. */
typedef struct found_line {
    size_t line, first, n;
    double share; /* of the likelihood of all paths */
} found_line;

/* What was found on a page, before it is read for good. */
typedef struct finding {
    uint32_t *path;    /* candidates on the paths of all lines */
    uint32_t *dropped; /* of the line under way */
    size_t n_path;
    found_line *lines;
    size_t n_lines;
} finding;

/* Makes a line of a path; the chance that it is right is that of all its digits and that
 * no other path is. */
static numeral_status make_line(const numeral_page_stages *w, const uint32_t *path,
                                const found_line *found, numeral_page_line *out,
                                numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    numeral_buffer text = {.max_bytes = 1 << 20};
    numeral_page_line line = {.n_digits = found->n,
                              .confidence = found->share,
                              .box = {SIZE_MAX, SIZE_MAX, 0, 0}};
    TRY_ALLOC(line.digits = numeral_allocate(found->n, sizeof *line.digits, err));
    for (size_t i = 0; i < found->n; i++) {
        size_t at = path[found->first + i];
        line.digits[i] = digit_of(w, &w->candidates.items[at], &w->readings[at]);
        line.confidence *= line.digits[i].refused ? 0 : line.digits[i].confidence;
        unite(&line.box, line.digits[i].box);
        TRY(append_name(w->model, &line.digits[i], &text, err));
    }
    TRY_ALLOC(line.text = numeral_copy_text((const char *)text.data, text.size, err));
    *out = line;
    line.digits = NULL;
done:
    numeral_buffer_free(&text);
    numeral_release(line.digits);
    return status;
}

static void skip_line(numeral_page_stages *w, size_t line, numeral_page *page)
{
    numeral_page_box box = {SIZE_MAX, SIZE_MAX, 0, 0};
    for (size_t i = w->lines.starts[line]; i < w->lines.starts[line + 1]; i++) {
        unite(&box, w->components.items[w->lines.members[i]].box);
    }
    skip(w, page, box, "no digit");
}

/* The share of the path's candidates that are digits: one that is none costs no line. */
static double quality(const numeral_reading_of *readings, const uint32_t *path, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += readings[path[i]].whole;
    }
    return n ? sum / (double)n : 0;
}

/* Finds the path of a line, whose candidates begin at *next. */
static numeral_status find_path(numeral_page_stages *w, size_t line, size_t expect,
                                size_t *next, finding *f, numeral_page *page,
                                numeral_error *err)
{
    size_t first = *next;
    double share = 0;
    numeral_lattice_path path = {.candidates = f->path + f->n_path,
                                 .dropped = f->dropped};
    while (*next < w->candidates.n && w->candidates.items[*next].line == line) {
        ++*next;
    }
    numeral_lattice lattice = {.cuts = &w->cuts,
                               .from = w->cuts.starts[line],
                               .end = w->cuts.starts[line + 1] - 1,
                               .candidates = w->candidates.items + first,
                               .readings = w->readings + first,
                               .n = *next - first,
                               .stroke = (double)w->ink.stroke,
                               .height = w->lines.heights[line]};
    numeral_status status = numeral_lattice_best(&lattice, expect, &path, &share, err);
    if (status != NUMERAL_OK) {
        return status;
    }
    if (quality(lattice.readings, path.candidates, path.n) < LEAST_LINE) {
        skip_line(w, line, page);
        return NUMERAL_OK;
    }
    for (size_t i = 0; i < path.n; i++) {
        path.candidates[i] += (uint32_t)first;
    }
    for (size_t i = 0; i < path.n_dropped; i++) {
        skip(w, page, w->cuts.regions[path.dropped[i]].box, "no digit");
    }
    f->lines[f->n_lines++] = (found_line){line, f->n_path, path.n, share};
    f->n_path += path.n;
    return NUMERAL_OK;
}

/* Lists what is no writing. */
static void list_skipped(numeral_page_stages *w, numeral_page *page)
{
    for (size_t i = 0; i < w->rules.n; i++) {
        skip(w, page, w->rules.boxes[i], "line");
    }
    numeral_page_box texture = {SIZE_MAX, SIZE_MAX, 0, 0};
    for (size_t i = 0; i < w->components.n; i++) {
        uint8_t role = w->lines.roles[i];
        if (role == NUMERAL_PAGE_TEXTURE) {
            unite(&texture, w->components.items[i].box);
        } else if (role != NUMERAL_PAGE_WRITING) {
            skip(w, page, w->components.items[i].box,
                 role == NUMERAL_PAGE_SPECK   ? "speck"
                 : role == NUMERAL_PAGE_FRAME ? "line"
                                              : "too large");
        }
    }
    if (texture.bottom > 0) {
        skip(w, page, texture, "texture");
    }
}

/* What a page's characters are worth, those of words, which are not kept, among them: how
 * many, and the chances of its digits together. */
typedef struct worth {
    size_t n;
    double sum;
} worth;

static double mean_of(const worth *all)
{
    return all->n ? all->sum / (double)all->n : 0;
}

/* Reads a page as it lies. *all becomes what its characters are worth; `ways`,
 * unless it is NULL, how it may lie turned, if it is doubtful. */
static numeral_status read_as_is(const numeral_model *model, const numeral_image *grey,
                                 size_t factor, size_t height, size_t width,
                                 const numeral_page_options *options,
                                 const numeral_run *run, numeral_page *out, worth *all,
                                 numeral_page_way ways[NUMERAL_PAGE_WAYS],
                                 numeral_error *err)
{
    numeral_status status;
    numeral_page_stages w;
    numeral_page page = {.height = height, .width = width};
    finding f = {0};
    size_t next = 0;
    *all = (worth){0};
    TRY(numeral_page_stages_run(model, grey, factor, height, width, false, run, &w, err));
    TRY_ALLOC(f.path = numeral_allocate(w.cuts.n + 1, sizeof *f.path, err));
    TRY_ALLOC(f.dropped = numeral_allocate(w.cuts.n + 1, sizeof *f.dropped, err));
    TRY_ALLOC(f.lines = numeral_allocate(w.lines.n + 1, sizeof *f.lines, err));
    TRY_ALLOC(page.lines = numeral_allocate_zero(w.lines.n + 1, sizeof *page.lines, err));
    TRY_ALLOC(page.skipped = numeral_allocate(MOST_SKIPPED, sizeof *page.skipped, err));
    for (size_t line = 0; line < w.lines.n; line++) {
        TRY(find_path(&w, line, options->expect, &next, &f, &page, err));
    }
    TRY(numeral_page_stages_answer(&w, f.path, f.n_path, run, err));
    for (size_t k = 0; k < f.n_lines; k++) {
        const found_line *found = &f.lines[k];
        all->n += found->n;
        numeral_page_line *line = &page.lines[page.n_lines];
        if (!options->expect &&
            numeral_page_is_word(w.readings, f.path + found->first, found->n)) {
            skip_line(&w, found->line, &page);
            continue;
        }
        TRY(make_line(&w, f.path, found, line, err));
        page.n_lines++;
        for (size_t i = 0; i < line->n_digits; i++) {
            all->sum += line->digits[i].confidence;
        }
    }
    if (ways && mean_of(all) < LEAST_PAGE) {
        TRY(numeral_page_ways(&w, run, ways, err));
    }
    list_skipped(&w, &page);
    *out = page;
    page = (numeral_page){0};
done:
    numeral_page_stages_free(&w);
    numeral_release(f.path);
    numeral_release(f.dropped);
    numeral_release(f.lines);
    numeral_page_free(&page);
    return status;
}

/* The picture turned by a quarter, clockwise. */
static numeral_status turn_quarter(const numeral_image *in, numeral_image *out,
                                   numeral_error *err)
{
    numeral_status status = numeral_image_create(in->width, in->height, out, err);
    for (size_t y = 0; status == NUMERAL_OK && y < in->height; y++) {
        for (size_t x = 0; x < in->width; x++) {
            out->pixels[x * out->width + in->height - 1 - y] =
                in->pixels[y * in->width + x];
        }
    }
    return status;
}

/* A box of the picture turned clockwise by a quarter, `times`, back on the picture;
 * height and width are the picture's. */
static numeral_page_box turn_back(numeral_page_box b, int times, size_t height,
                                  size_t width)
{
    switch (times) {
    case 1:
        return (numeral_page_box){height - b.right, b.top, height - b.left, b.bottom};
    case 2:
        return (numeral_page_box){height - b.bottom, width - b.right, height - b.top,
                                  width - b.left};
    case 3:
        return (numeral_page_box){b.left, width - b.bottom, b.right, width - b.top};
    default:
        return b;
    }
}

static void turn_page_back(numeral_page *page, int times, size_t height, size_t width)
{
    page->turned = 90 * times;
    page->height = height;
    page->width = width;
    for (size_t i = 0; i < page->n_lines; i++) {
        numeral_page_line *line = &page->lines[i];
        line->box = turn_back(line->box, times, height, width);
        for (size_t j = 0; j < line->n_digits; j++) {
            line->digits[j].box = turn_back(line->digits[j].box, times, height, width);
        }
    }
    for (size_t i = 0; i < page->n_skipped; i++) {
        page->skipped[i].box = turn_back(page->skipped[i].box, times, height, width);
    }
}

/* Tries the other ways a page may lie, and keeps what reads clearly better. */
static numeral_status try_turned(const numeral_model *model, const numeral_image *grey,
                                 size_t factor, size_t height, size_t width,
                                 const numeral_page_options *options,
                                 const numeral_run *run, numeral_page *page, worth all,
                                 const numeral_page_way ways[NUMERAL_PAGE_WAYS],
                                 numeral_error *err)
{
    numeral_status status = NUMERAL_OK;
    numeral_image now = {0}, next = {0};
    numeral_page other = {0};
    for (int times = 1; times < NUMERAL_PAGE_WAYS; times++) {
        worth better;
        TRY(turn_quarter(times == 1 ? grey : &now, &next, err));
        numeral_image_free(&now);
        now = next;
        next = (numeral_image){0};
        if (!ways[times]) {
            continue;
        }
        bool aside = times % 2;
        TRY(read_as_is(model, &now, factor, aside ? width : height,
                       aside ? height : width, options, run, &other, &better, NULL, err));
        double more = ways[times] == NUMERAL_PAGE_WAY_LIKELY ? 0 : 0.1;
        if (better.sum > all.sum && mean_of(&better) > mean_of(&all) + more) {
            numeral_page_free(page);
            turn_page_back(&other, times, height, width);
            *page = other;
            other = (numeral_page){0};
            all = better;
        }
        numeral_page_free(&other);
    }
done:
    numeral_image_free(&now);
    numeral_image_free(&next);
    return status;
}

numeral_status numeral_page_read(const numeral_model *model, const numeral_image *image,
                                 const numeral_page_options *options,
                                 const numeral_run *run, numeral_page *out,
                                 numeral_error *err)
{
    static const numeral_page_options standard = {0};
    static const numeral_run no_run = {0};
    numeral_status status = NUMERAL_OK;
    numeral_page page = {0};
    numeral_model now = {0};
    numeral_image small = {0};
    worth all;
    size_t factor = 1;
    numeral_page_way ways[NUMERAL_PAGE_WAYS] = {NUMERAL_PAGE_WAY_NO};
    options = options ? options : &standard;
    run = run ? run : &no_run;
    TRY(numeral_page_check(image, options, err));
    TRY(numeral_model_hold(model, &now, err));
    while (image->height / factor * (image->width / factor) > MOST_PIXELS) {
        factor++;
    }
    if (factor > 1) {
        TRY(numeral_page_reduce(image, factor, &small, err));
    }
    const numeral_image *grey = factor > 1 ? &small : image;
    TRY(read_as_is(&now, grey, factor, image->height, image->width, options, run, &page,
                   &all, options->keep_upright ? NULL : ways, err));
    if (ways[1] || ways[2] || ways[3]) {
        TRY(try_turned(&now, grey, factor, image->height, image->width, options, run,
                       &page, all, ways, err));
    }
    *out = page;
    page = (numeral_page){0};
done:
    numeral_model_let_go(&now);
    numeral_image_free(&small);
    numeral_page_free(&page);
    return status;
}

void numeral_page_free(numeral_page *page)
{
    for (size_t i = 0; i < page->n_lines; i++) {
        numeral_release(page->lines[i].text);
        numeral_release(page->lines[i].digits);
    }
    numeral_release(page->lines);
    numeral_release(page->skipped);
    *page = (numeral_page){0};
}

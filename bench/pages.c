/* How well pages are read: synthetic pages (tests/page/draw_page.h) are drawn, read by a
 * model, and compared with the truth.
 *
 *     pages [-n PAGES] [-seed S] [-paper KIND] [-spacing KIND] [-lines N] [-degrees D]
 *           [-size HEIGHT WIDTH] [-into FOLDER] [-candidates FILE] [-threads N] [-list]
 *           [-turned] [-words]
 *           MODEL DATA
 *
 * prints, by spacing and by paper, how many strings are right as a whole, why the others
 * are not, the share of wrong characters, and pages a second. -list shows what was
 * misread; -into leaves the pages as PNG; -turned turns pages by quarters and counts how
 * many are read upright; -words makes every other line one of letters and counts those
 * read as digits; -candidates writes what bench/page_weights.py fits the path's weights
 * to. Whoever chooses anything by it takes training digits and a model that has not seen
 * them:
 *
 *     numeral train mnist:train[0:50000] -o part.model
 *     pages part.model mnist:train[50000:60000]
 */
#include <time.h>

#include <numeral/page.h>
#include <numeral/tools/output.h>

#include "base/memory.h"
#include "base/threads.h"
#include "image/image_codec.h"
#include "page/stages.h"
#include "tests/page/draw_page.h"

typedef struct tally {
    size_t right, n;
} tally;

/* Why a string is not wholly right: the first that holds. */
typedef enum kind {
    LOST,
    APART_LINES,
    JOINED,
    CUT,
    REFUSED,
    MISREAD,
    EXTRA,
    N_KINDS
} kind;

static const char *const kind_names[] = {
    "a digit not found", "in several lines", "two read as one",   "one read as two",
    "digit refused",     "digit misread",    "something read too"};

typedef struct job {
    settings how;
    const char *folder, *candidates;
    int threads;
    bool list, turned;
    numeral_model *model;
    numeral_dataset digits, letters;
    FILE *tsv;
    tally papers[N_PAPERS], spacings[MIXED_SPACING], ways;
    tally words; /* of which nothing is read */
    size_t wrong, characters, kinds[N_KINDS], letters_drawn, letters_read;
    double seconds, processor;
} job;

static void must(numeral_status status, const numeral_error *err)
{
    if (status != NUMERAL_OK) {
        fprintf(stderr, "pages: %s\n", err->text);
        exit(1);
    }
}

/* Insertions, deletions and changes that make a of b (Levenshtein 1966). */
static size_t distance(const char *a, const char *b)
{
    size_t row[256], n = strlen(b);
    for (size_t j = 0; j <= n && j < 256; j++) {
        row[j] = j;
    }
    for (size_t i = 1; a[i - 1]; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n && j < 256; j++) {
            size_t above = row[j], best = corner + (a[i - 1] != b[j - 1]);
            best = above + 1 < best ? above + 1 : best;
            row[j] = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            corner = above;
        }
    }
    return row[n < 255 ? n : 255];
}

/* Area in common, as a share of the drawn digit's. */
static double common(const drawn_digit *drawn, const numeral_page_box *b)
{
    double height =
        fmin(drawn->bottom, (double)b->bottom) - fmax(drawn->top, (double)b->top);
    double width =
        fmin(drawn->right, (double)b->right) - fmax(drawn->left, (double)b->left);
    double area = (drawn->bottom - drawn->top) * (drawn->right - drawn->left);
    return height > 0 && width > 0 ? height * width / area : 0;
}

/* What was read where a drawn digit lies. */
typedef struct sight {
    const numeral_page_digit *best; /* that covers most of it */
    size_t line;                    /* of that */
    double cover;
    size_t halves; /* digits most of which lie in it */
} sight;

static sight look(const numeral_page *page, const drawn_digit *drawn)
{
    sight seen = {0};
    double area = (drawn->bottom - drawn->top) * (drawn->right - drawn->left);
    for (size_t i = 0; i < page->n_lines; i++) {
        for (size_t k = 0; k < page->lines[i].n_digits; k++) {
            const numeral_page_digit *read = &page->lines[i].digits[k];
            double part = common(drawn, &read->box);
            double own = (double)(read->box.bottom - read->box.top) *
                         (double)(read->box.right - read->box.left);
            seen.halves += part * area > 0.7 * own;
            if (part > seen.cover) {
                seen = (sight){read, i, part, seen.halves};
            }
        }
    }
    return seen;
}

static kind kind_of(const numeral_page *page, const drawn_line *line)
{
    bool has[N_KINDS] = {false};
    sight last = {0};
    for (size_t i = 0; i < line->n; i++) {
        sight seen = look(page, &line->digits[i]);
        has[LOST] = has[LOST] || seen.cover < 0.4;
        has[APART_LINES] = has[APART_LINES] || (last.best && seen.line != last.line);
        has[JOINED] = has[JOINED] || (last.best && seen.best == last.best);
        has[CUT] = has[CUT] || seen.halves > 1;
        has[REFUSED] = has[REFUSED] || (seen.best && seen.best->refused);
        has[MISREAD] =
            has[MISREAD] || (seen.best && seen.best->label != line->digits[i].label);
        last = seen;
    }
    kind first = LOST;
    while (first < EXTRA && !has[first]) {
        first++;
    }
    return first;
}

/* The line read whose middle is nearest to that of the line drawn. */
static const numeral_page_line *line_at(const numeral_page *page, const drawn_line *line)
{
    const numeral_page_line *best = NULL;
    const drawn_digit *first = &line->digits[0], *last = &line->digits[line->n - 1];
    double middle = (first->top + first->bottom + last->top + last->bottom) / 4;
    double height = first->bottom - first->top, nearest = height;
    for (size_t i = 0; i < page->n_lines; i++) {
        const numeral_page_box *b = &page->lines[i].box;
        double away = fabs((double)(b->top + b->bottom) / 2 - middle);
        if (away < nearest) {
            nearest = away;
            best = &page->lines[i];
        }
    }
    return best;
}

/* Counts what is read as digits of a word. */
static void compare_word(job *j, const drawn_line *word, const numeral_page *page)
{
    size_t read = 0;
    for (size_t i = 0; i < page->n_lines; i++) {
        for (size_t k = 0; k < page->lines[i].n_digits; k++) {
            const numeral_page_digit *digit = &page->lines[i].digits[k];
            double most = 0, own = (double)(digit->box.bottom - digit->box.top) *
                                   (double)(digit->box.right - digit->box.left);
            for (size_t d = 0; d < word->n; d++) {
                const drawn_digit *drawn = &word->digits[d];
                double area = (drawn->bottom - drawn->top) * (drawn->right - drawn->left);
                most = fmax(most, common(drawn, &digit->box) * area / own);
            }
            read += most > 0.5 && !digit->refused;
        }
    }
    j->words.n++;
    j->words.right += read == 0;
    j->letters_drawn += word->n;
    j->letters_read += read;
}

static void compare(job *j, size_t number, const drawn_page *truth,
                    const numeral_page *page)
{
    for (size_t i = 0; i < truth->n_lines; i++) {
        const drawn_line *line = &truth->lines[i];
        if (line->word) {
            compare_word(j, line, page);
            continue;
        }
        const numeral_page_line *read = line_at(page, line);
        const char *text = read ? read->text : "";
        bool right = strcmp(text, line->text) == 0;
        j->spacings[line->how].n++;
        j->spacings[line->how].right += right;
        j->papers[truth->paper].n++;
        j->papers[truth->paper].right += right;
        j->characters += line->n;
        j->wrong += distance(text, line->text);
        if (right) {
            continue;
        }
        kind why = kind_of(page, line);
        j->kinds[why]++;
        if (j->list) {
            printf("%04zu.png:%zu\t%s\t%s\t%.3f\t%s\t%s\t%s\n", number, i + 1, line->text,
                   text, read ? read->confidence : 0, spacing_names[line->how],
                   paper_names[truth->paper], kind_names[why]);
        }
    }
}

static void save(const job *j, size_t number, const numeral_image *image)
{
    char path[4096];
    numeral_error err = {0};
    numeral_buffer png = {.max_bytes = (size_t)1 << 30};
    must(numeral_png_encode(image->pixels, image->height, image->width, &png, &err),
         &err);
    snprintf(path, sizeof path, "%s/%04zu.png", j->folder, number);
    must(numeral_output_save(path, png.data, png.size, &err), &err);
    numeral_buffer_free(&png);
}

/* The digit drawn that a candidate covers best, by area in common over area together: of
 * boxes on the page before it was turned, for those of turned digits lie about. */
static double cover(const job *j, const drawn_page *truth, const numeral_page_stages *w,
                    const numeral_page_box *lying, size_t *line, size_t *at)
{
    double best = 0, factor = (double)w->factor;
    numeral_page_box on_page = numeral_page_stages_box(w, *lying);
    double turn = truth->degrees * 3.14159265358979323846 / 180;
    double y = ((double)(on_page.top + on_page.bottom) - (double)j->how.height) / 2;
    double x = ((double)(on_page.left + on_page.right) - (double)j->how.width) / 2;
    double v = cos(turn) * y + sin(turn) * x, u = cos(turn) * x - sin(turn) * y;
    double half_height = factor * (double)(lying->bottom - lying->top) / 2;
    double half_width = factor * (double)(lying->right - lying->left) / 2;
    for (size_t i = 0; i < truth->n_lines; i++) {
        for (size_t k = 0; k < truth->lines[i].n; k++) {
            const double *d = truth->lines[i].digits[k].level;
            double height = fmin(d[2], v + half_height) - fmax(d[0], v - half_height);
            double width = fmin(d[3], u + half_width) - fmax(d[1], u - half_width);
            double common = height > 0 && width > 0 ? height * width : 0;
            double both =
                (d[2] - d[0]) * (d[3] - d[1]) + 4 * half_height * half_width - common;
            if (common / both > best) {
                best = common / both;
                *line = i;
                *at = k;
            }
        }
    }
    return best;
}

static void write_candidates(job *j, size_t number, const drawn_page *truth,
                             const numeral_page_stages *w)
{
    for (size_t line = 0; line < w->lines.n; line++) {
        size_t begin = w->cuts.of[w->cuts.starts[line]];
        size_t end = w->cuts.of[w->cuts.starts[line + 1] - 1];
        for (size_t i = begin; i < end; i++) {
            const numeral_region *region = &w->cuts.regions[i];
            fprintf(j->tsv, "R\t%zu\t%zu\t%u\t%u\t%.4f\n", number, line, region->first,
                    region->last,
                    (double)region->pixels /
                        ((double)w->ink.stroke * w->lines.heights[line]));
        }
    }
    for (size_t i = 0; i < w->candidates.n; i++) {
        const numeral_candidate *c = &w->candidates.items[i];
        size_t line = 0, at = 0;
        double part = cover(j, truth, w, &c->box, &line, &at);
        fprintf(j->tsv, "C\t%zu\t%u\t%u\t%u\t%.4f\t%zu\t%zu\t%s\t%d", number, c->line,
                c->first, c->last, part, line, at, truth->lines[line].text,
                w->model->classes->labels[w->readings[i].winner]);
        for (size_t t = 0; t < NUMERAL_LATTICE_TERMS; t++) {
            fprintf(j->tsv, "\t%.6g", w->readings[i].terms[t]);
        }
        fprintf(j->tsv, "\n");
    }
}

static double seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* The page on its side, clockwise. */
static void turn(numeral_image *page)
{
    numeral_error err = {0};
    numeral_image out = {0};
    must(numeral_image_create(page->width, page->height, &out, &err), &err);
    for (size_t y = 0; y < page->height; y++) {
        for (size_t x = 0; x < page->width; x++) {
            out.pixels[x * out.width + page->height - 1 - y] =
                page->pixels[y * page->width + x];
        }
    }
    numeral_image_free(page);
    *page = out;
}

enum { AT_ONCE = 16 }; /* pages in memory */

/* Some pages: drawn, then read, then compared, several at a time but the last. */
typedef struct task {
    size_t number;
    numeral_image image;
    drawn_page truth;
    numeral_page page;
} task;

typedef struct block {
    const job *j;
    task all[AT_ONCE];
} block;

static size_t quarters_of(const job *j, size_t number)
{
    return j->turned ? number % 4 : 0;
}

static void draw_some(void *context, size_t begin, size_t end, int worker)
{
    block *some = context;
    const job *j = some->j;
    (void)worker;
    for (size_t i = begin; i < end; i++) {
        task *s = &some->all[i];
        numeral_error err = {0};
        must(numeral_image_create(j->how.height, j->how.width, &s->image, &err), &err);
        draw_page(&j->how, &j->digits, s->number, s->image.pixels, &s->truth);
        for (size_t k = 0; k < quarters_of(j, s->number); k++) {
            turn(&s->image);
        }
    }
}

static void read_some(void *context, size_t begin, size_t end, int worker)
{
    block *some = context;
    const numeral_run run = {.threads = 1};
    (void)worker;
    for (size_t i = begin; i < end; i++) {
        task *s = &some->all[i];
        numeral_error err = {0};
        must(numeral_page_read(some->j->model, &s->image, NULL, &run, &s->page, &err),
             &err);
    }
}

static void write_one(job *j, task *s)
{
    const numeral_run run = {.threads = j->threads};
    numeral_error err = {0};
    numeral_page_stages stages;
    must(numeral_page_stages_run(j->model, &s->image, 1, s->image.height, s->image.width,
                                 true, &run, &stages, &err),
         &err);
    write_candidates(j, s->number, &s->truth, &stages);
    numeral_page_stages_free(&stages);
}

static void compare_one(job *j, task *s)
{
    j->ways.n++;
    j->ways.right += s->page.turned == (int)(4 - quarters_of(j, s->number)) % 4 * 90;
    if (!j->turned) {
        compare(j, s->number, &s->truth, &s->page);
    }
    numeral_page_free(&s->page);
}

static void do_some(job *j, size_t first, size_t n)
{
    static block some;
    some.j = j;
    for (size_t i = 0; i < n; i++) {
        some.all[i] = (task){.number = first + i};
    }
    numeral_parallel_for(n, 1, j->threads, draw_some, &some);
    if (!j->tsv) {
        double start = seconds(CLOCK_MONOTONIC), used = seconds(CLOCK_PROCESS_CPUTIME_ID);
        numeral_parallel_for(n, 1, j->threads, read_some, &some);
        j->seconds += seconds(CLOCK_MONOTONIC) - start;
        j->processor += seconds(CLOCK_PROCESS_CPUTIME_ID) - used;
    }
    for (size_t i = 0; i < n; i++) {
        task *s = &some.all[i];
        if (j->folder) {
            save(j, s->number, &s->image);
        }
        j->tsv ? write_one(j, s) : compare_one(j, s);
        numeral_image_free(&s->image);
    }
}

static void print_tally(const char *name, const tally *t)
{
    if (t->n) {
        printf("%-10s %6zu of %6zu  %6.2f %%\n", name, t->right, t->n,
               100 * (double)t->right / (double)t->n);
    }
}

static void print(const job *j)
{
    tally apart = {j->spacings[WIDE].right + j->spacings[TIGHT].right,
                   j->spacings[WIDE].n + j->spacings[TIGHT].n};
    printf("strings wholly right\n");
    print_tally("apart", &apart);
    for (size_t i = 0; i < MIXED_SPACING; i++) {
        print_tally(spacing_names[i], &j->spacings[i]);
    }
    for (size_t i = 0; i < N_PAPERS; i++) {
        print_tally(paper_names[i], &j->papers[i]);
    }
    print_tally("upright", &j->ways);
    print_tally("no word", &j->words);
    if (j->words.n) {
        printf("letters read as digits: %.2f %%\n",
               100 * (double)j->letters_read / (double)j->letters_drawn);
    }
    if (j->characters) {
        printf("strings wrong, by why\n");
        for (size_t i = 0; i < N_KINDS; i++) {
            printf("%-20s %6zu\n", kind_names[i], j->kinds[i]);
        }
        printf("characters wrong, missing or too many: %.2f %%\n",
               100 * (double)j->wrong / (double)j->characters);
    }
    printf("%.1f pages a second, of %zu x %zu pixels, %d threads; %.0f ms of processor a "
           "page\n",
           (double)j->how.n / j->seconds, j->how.height, j->how.width,
           numeral_thread_count(j->threads), 1000 * j->processor / (double)j->how.n);
}

static size_t choice(const char *text, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(text, names[i]) == 0) {
            return i;
        }
    }
    fprintf(stderr, "pages: %s is not known\n", text);
    exit(2);
}

static int parse(int argc, char **argv, job *j)
{
    settings *s = &j->how;
    int at = 1;
    for (; at + 1 < argc && argv[at][0] == '-'; at++) {
        const char *value = argv[at + 1];
        if (strcmp(argv[at], "-list") == 0) {
            j->list = true;
            continue;
        }
        if (strcmp(argv[at], "-words") == 0) {
            s->letters = &j->letters;
            continue;
        }
        if (strcmp(argv[at], "-turned") == 0) {
            j->turned = true;
            continue;
        }
        if (strcmp(argv[at], "-n") == 0) {
            s->n = strtoul(value, NULL, 10);
        } else if (strcmp(argv[at], "-seed") == 0) {
            s->seed = strtoul(value, NULL, 10);
        } else if (strcmp(argv[at], "-lines") == 0) {
            s->lines = strtoul(value, NULL, 10);
        } else if (strcmp(argv[at], "-degrees") == 0) {
            s->degrees = strtod(value, NULL);
        } else if (strcmp(argv[at], "-threads") == 0) {
            j->threads = atoi(value);
        } else if (strcmp(argv[at], "-into") == 0) {
            j->folder = value;
        } else if (strcmp(argv[at], "-candidates") == 0) {
            j->candidates = value;
        } else if (strcmp(argv[at], "-paper") == 0) {
            s->paper = (paper)choice(value, paper_names, N_PAPERS);
        } else if (strcmp(argv[at], "-spacing") == 0) {
            s->spacing = (spacing)choice(value, spacing_names, MIXED_SPACING + 1);
        } else if (strcmp(argv[at], "-size") == 0 && at + 2 < argc) {
            s->height = strtoul(value, NULL, 10);
            s->width = strtoul(argv[++at + 1], NULL, 10);
        } else {
            break;
        }
        at++;
    }
    if (argc - at != 2 || s->n == 0 || s->lines == 0 || s->lines > MOST_LINES ||
        s->height < 64 || s->width < 64) {
        fprintf(stderr,
                "usage: pages [-n PAGES] [-seed S] [-paper KIND] [-spacing KIND] "
                "[-lines N] [-degrees D] [-size HEIGHT WIDTH] [-into FOLDER] "
                "[-candidates FILE] [-threads N] [-list] [-turned] [-words] MODEL "
                "DATA\n");
        exit(2);
    }
    return at;
}

int main(int argc, char **argv)
{
    job j = {.how = {.n = 100,
                     .height = 1200,
                     .width = 1600,
                     .lines = 8,
                     .seed = 1,
                     .degrees = 5,
                     .paper = MIXED_PAPER,
                     .spacing = MIXED_SPACING}};
    int at = parse(argc, argv, &j);
    numeral_error err = {0};
    numeral_load load = {.split = NUMERAL_SPLIT_ALL, .need_labels = true};
    must(numeral_model_load(argv[at], NULL, &j.model, &err), &err);
    must(numeral_dataset_load(argv[at + 1], &load, &j.digits, &err), &err);
    if (j.digits.height != SIDE || j.digits.width != SIDE) {
        fprintf(stderr, "pages: needs digits of 28 × 28 pixels\n");
        return 1;
    }
    if (j.how.letters) {
        must(draw_letters(&j.letters, &err), &err);
    }
    if (j.folder) {
        must(numeral_folder_create(j.folder, &err), &err);
    }
    if (j.candidates && !(j.tsv = fopen(j.candidates, "w"))) {
        fprintf(stderr, "pages: cannot write %s\n", j.candidates);
        return 1;
    }
    for (size_t i = 0; i < j.how.n; i += AT_ONCE) {
        do_some(&j, i, j.how.n - i < AT_ONCE ? j.how.n - i : AT_ONCE);
    }
    if (!j.tsv) {
        print(&j);
    }
    bool written = !j.tsv || fclose(j.tsv) == 0;
    numeral_dataset_free(&j.digits);
    numeral_dataset_free(&j.letters);
    numeral_model_destroy(j.model);
    return written ? 0 : 1;
}

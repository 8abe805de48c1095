/* A line is a row, or a column, that most of its length shows, in runs of ink that are as
 * thin as print; strokes may hide some of it. */
#include "page/field_print.h"

enum {
    FAINT = 40,     /* print may be fainter than ink */
    EDGE_PART = 7,  /* of the height: so near to the edge its line is looked for */
    CELL_PART = 10, /* of a cell's width: so near to its side */
    ACROSS = 50,    /* percent of the width that shows a line across: boxes have gaps; */
    THIN = 40,      /* of it in runs as thin as print; */
    DOWN = 90,      /* of the height that shows one down: more than a 1 covers; */
    WHOLE = 97,     /* and anywhere, where a 1 would have to meet both edges */
    TOOTH_PART = 4, /* of the height: no tooth of a comb is shorter */
    TEETH = 60,     /* percent of a comb's teeth that have to be seen */
    MOST_LINES = 256
};

/* The region's pixels as lines lie on it: `along` the line and `over` it are distances in
 * memory, from and to places along the line, low and high rows over it. */
typedef struct band {
    uint8_t *pixels;
    size_t along, over, from, to, low, high, end; /* end: rows in all */
    size_t thick;
} band;

/* The run of ink at a place that meets a row or one of its neighbours; its length, 0
 * where there is none. */
static size_t run_at(const band *b, size_t place, size_t row, size_t *begin)
{
    *begin = 0;
    const uint8_t *at = b->pixels + place * b->along;
    for (size_t i = 0; i < 3; i++) {
        size_t start = i == 0 ? row : i == 1 ? row + 1 : row - 1;
        if (start >= b->end || at[start * b->over] < FAINT) {
            continue;
        }
        size_t end = start + 1;
        *begin = start;
        while (*begin > 0 && at[(*begin - 1) * b->over] >= FAINT) {
            --*begin;
        }
        while (end < b->end && at[end * b->over] >= FAINT) {
            end++;
        }
        return end - *begin;
    }
    return 0;
}

/* A line that was found: its row, and where its ink begins and ends on the mean. */
typedef struct line {
    size_t row, begin, end;
} line;

/* The row that most of the band's places show; false where fewer than `percent` of them
 * do. THIN of them must be as thin as a line: strokes may hide the others. */
static bool find_line(const band *b, size_t percent, line *out)
{
    size_t most = 0, n_places = b->to - b->from, begin;
    for (size_t row = b->low; row < b->high; row++) {
        size_t any = 0, thin = 0, begins = 0, ends = 0;
        for (size_t place = b->from; place < b->to; place++) {
            size_t length = run_at(b, place, row, &begin);
            any += length > 0;
            if (length > 0 && length <= b->thick) {
                thin++;
                begins += begin;
                ends += begin + length;
            }
        }
        if (any * 100 >= percent * n_places && thin * 100 >= THIN * n_places &&
            any + thin > most) {
            most = any + thin;
            *out = (line){row, (begins + thin / 2) / thin, (ends + thin / 2) / thin};
        }
    }
    return most > 0;
}

/* Takes a line off: all of it where it stands alone, its own rows where a stroke touches
 * it from one side, nothing where a stroke crosses it. */
static void take_line(const band *b, const line *l)
{
    for (size_t place = b->from; place < b->to; place++) {
        size_t begin, length = run_at(b, place, l->row, &begin), end = begin + length;
        bool before = begin + 2 < l->begin, behind = l->end + 2 < end;
        if (before && behind) {
            continue;
        }
        begin = before || (behind && begin < l->begin) ? l->begin : begin;
        end = behind || (before && end > l->end) ? l->end : end;
        for (size_t i = begin; length && i < end; i++) {
            b->pixels[place * b->along + i * b->over] = 0;
        }
    }
}

/* The field, its lines' bands. */
typedef struct field {
    numeral_image *ink;
    numeral_page_box box;
    size_t margin, thick, cells;
} field;

/* The band of lines across near row `at`, or down near column `at`, no farther than
 * `near`. */
static band band_near(const field *f, bool down, size_t at, size_t near)
{
    size_t height = f->ink->height, width = f->ink->width;
    band b = {.pixels = f->ink->pixels,
              .along = down ? width : 1,
              .over = down ? 1 : width,
              .from = down ? f->box.top : f->box.left,
              .to = down ? f->box.bottom : f->box.right,
              .low = at > near ? at - near : 0,
              .end = down ? width : height,
              .thick = f->thick};
    b.high = at + near + 1 < b.end ? at + near + 1 : b.end;
    return b;
}

/* Takes a line off a band, with its ends, which pass the box by a little. */
static void take_whole(const field *f, band b, const line *found)
{
    b.from -= f->margin / 2;
    b.to += f->margin / 2;
    take_line(&b, found);
}

/* Lines down that reach from the line across at the top to that at the bottom and are no
 * thicker than these: sides of boxes, wherever they stand. */
static void take_sides(const field *f, const line *top, const line *bottom)
{
    size_t thick = top->end - top->begin > bottom->end - bottom->begin
                       ? top->end - top->begin
                       : bottom->end - bottom->begin;
    band b = band_near(f, true, f->ink->width / 2, f->ink->width / 2);
    line found;
    b.from = top->end + 1;
    b.to = bottom->begin > b.from + 8 ? bottom->begin - 1 : b.from + 8;
    b.thick = thick + 1 < f->thick ? thick + 1 : f->thick;
    for (int i = 0; i < MOST_LINES && find_line(&b, WHOLE, &found); i++) {
        take_whole(f, b, &found);
    }
}

/* Short lines down from the lower edge, between cells: a comb, if most are there. */
static void take_teeth(const field *f, const line *bottom)
{
    size_t seen = 0, height = f->box.bottom - f->box.top;
    size_t width = f->box.right - f->box.left, near = width / f->cells / CELL_PART + 1;
    line found;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i <= f->cells; i++) {
            band b = band_near(f, true, f->box.left + i * width / f->cells, near);
            size_t begin;
            b.to = bottom->begin > 1 ? bottom->begin - 1 : 1;
            b.from = b.to > height / TOOTH_PART ? b.to - height / TOOTH_PART : 0;
            if (!find_line(&b, DOWN, &found)) {
                continue;
            }
            seen += pass == 0;
            while (b.from > f->box.top && run_at(&b, b.from - 1, found.row, &begin) > 0) {
                b.from--;
            }
            if (pass == 1) {
                take_line(&b, &found);
            }
        }
        if (seen * 100 < TEETH * (f->cells + 1)) {
            return;
        }
    }
}

void numeral_field_take_print(numeral_image *ink, numeral_page_box box, size_t thick,
                              size_t cells)
{
    field f = {ink, box, box.top, thick, cells};
    size_t near = (box.bottom - box.top) / EDGE_PART + 1, width = box.right - box.left;
    line top, bottom, side;
    band upper = band_near(&f, false, box.top, near);
    band lower = band_near(&f, false, box.bottom, near);
    bool has_top = find_line(&upper, ACROSS, &top);
    bool has_bottom = find_line(&lower, ACROSS, &bottom);
    if (has_top) {
        take_whole(&f, upper, &top);
    }
    if (has_bottom) {
        take_whole(&f, lower, &bottom);
    }
    for (size_t i = 0; i <= (cells ? cells : 1); i++) {
        size_t n = cells ? cells : 1;
        band b = band_near(&f, true, box.left + i * width / n,
                           i == 0 || i == n ? near : width / n / CELL_PART + 1);
        if (find_line(&b, DOWN, &side)) {
            take_whole(&f, b, &side);
        }
    }
    if (has_top && has_bottom) {
        take_sides(&f, &top, &bottom);
    } else if (has_bottom && cells) {
        take_teeth(&f, &bottom);
    }
}

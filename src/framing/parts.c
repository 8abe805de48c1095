/* Flood fill with an own stack, each part a few times: once to look at it, once for each
 * mark that it gets. */
#include "framing/parts.h"

#include <stdbool.h>

enum { GROUND = NUMERAL_PART_GROUND, INK = NUMERAL_PART_INK, KEPT = NUMERAL_PART_KEPT };
enum { LINE = NUMERAL_PART_LINE, SEEN };

static const double SPECK = 0.04, SPAN = 0.9;

typedef struct map {
    const double *values;
    const uint8_t *hint;
    size_t height, width;
    uint8_t *marks;
    uint32_t *stack;
} map;

typedef struct part {
    double mass;
    size_t top, left, bottom, right;
    bool hinted;
} part;

static void take_in(const map *m, part *p, size_t at)
{
    size_t y = at / m->width, x = at % m->width;
    p->mass += m->values[at];
    p->top = y < p->top ? y : p->top;
    p->left = x < p->left ? x : p->left;
    p->bottom = y + 1 > p->bottom ? y + 1 : p->bottom;
    p->right = x + 1 > p->right ? x + 1 : p->right;
    p->hinted |= !m->hint || m->hint[at];
}

/* Marks the part that holds `start` with `to`. */
static part fill(const map *m, size_t start, uint8_t to)
{
    part p = {.top = m->height, .left = m->width};
    uint8_t from = m->marks[start];
    size_t depth = 0;
    m->marks[start] = to;
    m->stack[depth++] = (uint32_t)start;
    while (depth) {
        size_t at = m->stack[--depth], y = at / m->width, x = at % m->width;
        take_in(m, &p, at);
        for (size_t ny = y ? y - 1 : 0; ny <= y + 1 && ny < m->height; ny++) {
            for (size_t nx = x ? x - 1 : 0; nx <= x + 1 && nx < m->width; nx++) {
                size_t next = ny * m->width + nx;
                if (m->marks[next] == from) {
                    m->marks[next] = to;
                    m->stack[depth++] = (uint32_t)next;
                }
            }
        }
    }
    return p;
}

static bool is_line(const map *m, const part *p)
{
    bool touches = !p->top || !p->left || p->bottom == m->height || p->right == m->width;
    return touches && ((double)(p->bottom - p->top) >= SPAN * (double)m->height ||
                       (double)(p->right - p->left) >= SPAN * (double)m->width);
}

/* Whether a part can be a digit beside lines: at least a quarter of the shorter side. */
static bool is_large(const map *m, const part *p)
{
    size_t tall = p->bottom - p->top, wide = p->right - p->left;
    return 4 * (tall > wide ? tall : wide) >=
           (m->height < m->width ? m->height : m->width);
}

/* Marks lines as LINE, other parts as SEEN; whether one of these is large. */
static bool tell_lines(const map *m)
{
    bool large = false;
    for (size_t i = 0; i < m->height * m->width; i++) {
        if (m->marks[i] != INK) {
            continue;
        }
        part p = fill(m, i, SEEN);
        if (!p.hinted) {
            fill(m, i, GROUND);
        } else if (is_line(m, &p)) {
            fill(m, i, LINE);
        } else {
            large |= is_large(m, &p);
        }
    }
    return large;
}

void numeral_parts_keep(const double *values, size_t height, size_t width,
                        const uint8_t *hint, uint8_t *marks, uint32_t *stack)
{
    map m = {values, hint, height, width, marks, stack};
    uint8_t line_is = tell_lines(&m) ? LINE : SEEN;
    double all = 0;
    for (size_t i = 0; i < height * width; i++) {
        marks[i] = marks[i] == LINE ? line_is : marks[i];
        all += marks[i] == SEEN ? values[i] : 0;
    }
    for (size_t i = 0; i < height * width; i++) {
        if (marks[i] == SEEN) {
            part p = fill(&m, i, INK);
            fill(&m, i, p.mass >= SPECK * all ? KEPT : GROUND);
        }
    }
}

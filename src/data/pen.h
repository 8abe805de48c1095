/* The steps of the pen generator: the shapes of digits, a hand that varies them, ink. */
#ifndef NUMERAL_DATA_PEN_H
#define NUMERAL_DATA_PEN_H

#include <stddef.h>
#include <stdint.h>

#include <numeral/dataset.h>

#include "base/random.h"

/* A point of a stroke in percent of the digit's height; x grows to the right, y down. At
 * a corner the pen turns sharply, elsewhere it runs smoothly through the point. The last
 * point of a stroke lifts the pen. */
typedef enum numeral_pen_turn { PEN_SMOOTH, PEN_CORNER, PEN_LIFT } numeral_pen_turn;

typedef struct numeral_pen_point {
    uint8_t x, y;
    uint8_t turn;
} numeral_pen_point;

/* One way of writing a digit; `weight` says how common it is among its digit's. */
typedef struct numeral_pen_allograph {
    const numeral_pen_point *points;
    uint8_t n_points;
    uint8_t digit;
    uint8_t weight;
} numeral_pen_allograph;

extern const numeral_pen_allograph numeral_pen_allographs[];
extern const size_t numeral_pen_allograph_count;
/* The same of letters that look like no digit; `digit` says nothing. */
extern const numeral_pen_allograph numeral_pen_letters[];
extern const size_t numeral_pen_letter_count;

enum { NUMERAL_PEN_MAX_POINTS = 24, NUMERAL_PEN_STEPS = 5 };
enum { NUMERAL_PEN_MAX_DOTS = NUMERAL_PEN_MAX_POINTS * NUMERAL_PEN_STEPS };

/* A place of the pen on its way, and how wide its line is there (1 is usual). `begins`
 * marks where the pen was put down: no line leads there. */
typedef struct numeral_pen_dot {
    float x, y, width;
    int begins;
} numeral_pen_dot;

/* One of a digit's allographs, by their weights. */
const numeral_pen_allograph *numeral_pen_choose(numeral_random *random,
                                                numeral_label label);
/* Has a hand write it: fills `dots` (NUMERAL_PEN_MAX_DOTS) and returns how many. */
size_t numeral_pen_write(numeral_random *random, const numeral_pen_allograph *allograph,
                         numeral_pen_dot *dots);
/* Draws one digit of `label` from `random`: fills `dots` (NUMERAL_PEN_MAX_DOTS) and
 * returns how many. */
size_t numeral_pen_shape(numeral_random *random, numeral_label label,
                         numeral_pen_dot *dots);
/* The same for a letter that looks like no digit, and for one or two lines that wander
 * about and mean nothing. */
size_t numeral_pen_letter(numeral_random *random, numeral_pen_dot *dots);
size_t numeral_pen_scribble(numeral_random *random, numeral_pen_dot *dots);
/* The same for a line drawing, as signs, forms and faces are: a ring, a box or a triangle
 * with smaller ones and lines in it or across it. */
size_t numeral_pen_figure(numeral_random *random, numeral_pen_dot *dots);

/* Inks the dots with a pen from `random` and frames the digit as MNIST's are: ink box
 * within 20 × 20, centre of mass in the middle of 28 × 28 `pixels`. */
void numeral_pen_ink(numeral_random *random, numeral_pen_dot *dots, size_t n_dots,
                     uint8_t *pixels);

/* As numeral_dataset_pen_threads; rows outside begin..end stay blank. */
numeral_status numeral_pen_rows(size_t n, uint64_t seed, numeral_split split, int threads,
                                size_t begin, size_t end, numeral_dataset *out,
                                numeral_error *err);

#endif

/* How people write the ten digits: for each some allographs, as the points that a pen
 * passes. They follow the school hands of Europe and America (1 with and without flag
 * and foot, 4 open and closed, 7 with and without bar, 2 with and without loop, ...). */
#include "data/pen.h"

/* clang-format off */
#define S(x, y) {x, y, PEN_SMOOTH}
#define C(x, y) {x, y, PEN_CORNER}
#define L(x, y) {x, y, PEN_LIFT}

static const numeral_pen_point zero_oval[] = {
    S(34, 3), S(14, 18), S(4, 50), S(12, 84), S(32, 98), S(54, 84), S(62, 50), S(54, 16),
    S(35, 3), L(24, 9)};
static const numeral_pen_point zero_round[] = {
    S(44, 8), S(18, 14), S(4, 46), S(16, 84), S(44, 97), S(74, 80), S(80, 44), S(64, 14),
    L(38, 5)};
static const numeral_pen_point zero_tail[] = {
    S(52, 12), S(34, 3), S(12, 22), S(4, 56), S(14, 90), S(36, 97), S(56, 76), S(60, 40),
    S(50, 12), S(34, 8), L(24, 18)};
static const numeral_pen_point zero_narrow[] = {
    S(28, 2), S(12, 24), S(5, 60), S(14, 94), S(28, 97), S(42, 74), S(48, 36), S(40, 8),
    L(26, 4)};
static const numeral_pen_point zero_clockwise[] = {
    S(20, 12), S(38, 3), S(58, 18), S(64, 52), S(50, 88), S(30, 98), S(10, 84), S(4, 50),
    S(14, 18), L(34, 6)};

static const numeral_pen_point one_plain[] = {S(10, 2), S(10, 50), L(10, 98)};
static const numeral_pen_point one_bent[] = {S(14, 2), S(10, 50), L(14, 98)};
static const numeral_pen_point one_flag[] = {S(6, 24), S(16, 14), C(26, 2), S(25, 50), L(25, 98)};
static const numeral_pen_point one_foot[] = {
    S(6, 26), S(20, 14), C(34, 2), S(33, 50), L(33, 97), S(6, 98), S(33, 97), L(60, 97)};
static const numeral_pen_point one_hook[] = {
    S(8, 12), C(22, 2), S(21, 60), S(22, 92), L(30, 97)};

static const numeral_pen_point two_plain[] = {
    S(8, 24), S(18, 7), S(40, 3), S(56, 18), S(52, 40), S(32, 68), C(6, 96), S(34, 95),
    L(66, 95)};
static const numeral_pen_point two_loop[] = {
    S(10, 20), S(26, 4), S(48, 8), S(54, 28), S(40, 58), S(20, 86), S(6, 94), S(4, 84),
    S(18, 78), S(38, 90), S(56, 96), L(72, 90)};
static const numeral_pen_point two_wave[] = {
    S(6, 18), S(24, 4), S(46, 6), S(52, 26), S(40, 54), S(24, 78), C(8, 92), S(26, 84),
    S(46, 94), L(68, 86)};
static const numeral_pen_point two_zed[] = {
    S(6, 12), S(28, 4), S(54, 6), S(52, 24), S(30, 60), C(8, 94), S(36, 92), L(64, 94)};
static const numeral_pen_point two_broad[] = {
    S(14, 30), S(14, 12), S(36, 2), S(60, 12), S(60, 38), S(36, 70), S(10, 94), S(20, 90),
    S(52, 92), L(84, 96)};

static const numeral_pen_point three_bows[] = {
    S(8, 14), S(26, 3), S(48, 8), S(52, 26), S(40, 42), C(24, 47), S(46, 52), S(58, 70),
    S(48, 92), S(26, 98), L(5, 88)};
static const numeral_pen_point three_flat[] = {
    S(8, 5), S(30, 4), C(56, 4), S(42, 24), C(28, 42), S(48, 46), S(60, 66), S(50, 90),
    S(28, 98), L(6, 90)};
static const numeral_pen_point three_loop[] = {
    S(10, 12), S(32, 3), S(52, 14), S(46, 36), S(26, 48), S(22, 42), S(36, 44), S(56, 62),
    S(52, 88), S(28, 98), L(4, 90)};
static const numeral_pen_point three_soft[] = {
    S(12, 10), S(32, 2), S(50, 12), S(50, 32), S(36, 46), S(46, 56), S(54, 76), S(40, 94),
    S(20, 97), L(6, 92)};

static const numeral_pen_point four_open[] = {
    S(14, 4), S(10, 30), C(6, 54), S(32, 54), L(62, 50), S(50, 8), S(48, 50), L(45, 98)};
static const numeral_pen_point four_round[] = {
    S(10, 5), S(6, 34), S(16, 50), S(36, 50), S(52, 36), C(56, 6), S(54, 50), L(50, 98)};
static const numeral_pen_point four_closed[] = {
    S(46, 2), S(26, 32), C(4, 62), S(34, 62), L(68, 60), S(47, 4), S(47, 50), L(46, 98)};
static const numeral_pen_point four_sail[] = {
    S(52, 98), S(52, 50), C(50, 4), S(28, 32), C(4, 60), S(36, 60), L(70, 58)};
static const numeral_pen_point four_low[] = {
    S(12, 10), C(8, 60), S(36, 64), L(72, 56), S(54, 3), S(50, 50), L(42, 98)};

static const numeral_pen_point five_hat[] = {
    S(16, 6), S(14, 26), C(11, 44), S(34, 38), S(56, 54), S(56, 80), S(34, 97), L(5, 92),
    S(16, 6), S(40, 5), L(66, 3)};
static const numeral_pen_point five_single[] = {
    S(62, 4), S(40, 5), C(18, 6), S(16, 26), C(14, 42), S(38, 40), S(56, 58), S(52, 84),
    S(30, 98), L(6, 90)};
static const numeral_pen_point five_snake[] = {
    S(62, 4), S(36, 5), S(18, 14), S(18, 34), S(38, 46), S(54, 62), S(50, 86), S(26, 97),
    L(4, 88)};
static const numeral_pen_point five_apart[] = {
    S(20, 12), S(16, 30), C(12, 46), S(32, 42), S(50, 56), S(50, 80), S(28, 96), L(4, 94),
    S(28, 10), S(50, 8), L(78, 2)};

static const numeral_pen_point six_bow[] = {
    S(48, 2), S(24, 24), S(8, 60), S(12, 90), S(34, 98), S(54, 84), S(50, 62), S(30, 58),
    L(12, 78)};
static const numeral_pen_point six_steep[] = {
    S(30, 2), S(14, 36), S(6, 72), S(18, 97), S(40, 92), S(50, 70), S(36, 56), S(18, 66),
    L(10, 82)};
static const numeral_pen_point six_curl[] = {
    S(56, 12), S(40, 3), S(18, 22), S(6, 60), S(14, 92), S(38, 97), S(54, 78), S(44, 56),
    S(22, 58), L(8, 72)};
static const numeral_pen_point six_small[] = {
    S(40, 2), S(20, 30), S(8, 66), S(14, 92), S(30, 98), S(42, 86), S(36, 70), S(22, 72),
    L(14, 86)};

static const numeral_pen_point seven_plain[] = {
    S(4, 8), S(30, 6), C(60, 5), S(44, 44), L(30, 98)};
static const numeral_pen_point seven_bar[] = {
    S(4, 8), S(32, 6), C(60, 4), S(42, 46), L(28, 98), S(18, 52), S(38, 50), L(62, 48)};
static const numeral_pen_point seven_hook[] = {
    S(6, 26), C(8, 8), S(34, 8), C(60, 6), S(44, 40), L(34, 98)};
static const numeral_pen_point seven_bent[] = {
    S(4, 12), S(22, 5), S(48, 8), S(56, 14), S(46, 40), S(34, 66), L(30, 98)};
static const numeral_pen_point seven_wave[] = {
    S(4, 16), S(14, 5), S(36, 10), C(62, 3), S(46, 34), S(38, 66), L(38, 98)};

static const numeral_pen_point eight_snake[] = {
    S(54, 12), S(34, 2), S(12, 14), S(18, 38), S(44, 58), S(54, 80), S(34, 98), S(10, 84),
    S(16, 60), S(42, 38), S(54, 18), L(46, 6)};
static const numeral_pen_point eight_circles[] = {
    S(32, 3), S(14, 14), S(14, 36), S(32, 47), S(50, 36), S(50, 14), L(31, 3),
    S(32, 47), S(10, 60), S(8, 86), S(32, 98), S(56, 86), S(54, 60), L(33, 47)};
static const numeral_pen_point eight_open[] = {
    S(58, 8), S(36, 5), S(14, 18), S(22, 40), S(42, 58), S(46, 82), S(26, 97), S(8, 84),
    S(20, 60), S(44, 36), L(60, 6)};
static const numeral_pen_point eight_mirror[] = {
    S(12, 10), S(32, 2), S(52, 16), S(46, 40), S(20, 60), S(8, 84), S(30, 98), S(54, 84),
    S(46, 60), S(18, 36), S(10, 16), L(24, 4)};

static const numeral_pen_point nine_straight[] = {
    S(50, 12), S(30, 3), S(8, 18), S(10, 40), S(30, 46), S(50, 30), C(54, 6), S(53, 50),
    L(50, 98)};
static const numeral_pen_point nine_curved[] = {
    S(52, 14), S(32, 3), S(8, 18), S(12, 42), S(36, 46), S(54, 26), S(58, 18), S(56, 56),
    S(44, 90), S(24, 98), L(8, 90)};
static const numeral_pen_point nine_cursive[] = {
    S(54, 10), S(34, 2), S(10, 20), S(8, 42), S(26, 50), S(48, 30), C(54, 8), S(46, 54),
    L(34, 98)};
static const numeral_pen_point nine_leaf[] = {
    S(46, 6), S(24, 6), S(8, 28), S(20, 42), S(44, 30), S(50, 10), S(44, 6), S(46, 50),
    L(40, 98)};
/* clang-format on */

#define ALLOGRAPH(points, digit, weight)                                                 \
    {                                                                                    \
        points, sizeof(points) / sizeof(points)[0], digit, weight                        \
    }

const numeral_pen_allograph numeral_pen_allographs[] = {
    ALLOGRAPH(zero_oval, 0, 4),      ALLOGRAPH(zero_round, 0, 3),
    ALLOGRAPH(zero_tail, 0, 2),      ALLOGRAPH(zero_narrow, 0, 1),
    ALLOGRAPH(zero_clockwise, 0, 1), ALLOGRAPH(one_plain, 1, 12),
    ALLOGRAPH(one_bent, 1, 3),       ALLOGRAPH(one_flag, 1, 3),
    ALLOGRAPH(one_foot, 1, 1),       ALLOGRAPH(one_hook, 1, 1),
    ALLOGRAPH(two_plain, 2, 3),      ALLOGRAPH(two_loop, 2, 4),
    ALLOGRAPH(two_wave, 2, 2),       ALLOGRAPH(two_zed, 2, 2),
    ALLOGRAPH(two_broad, 2, 2),      ALLOGRAPH(three_bows, 3, 5),
    ALLOGRAPH(three_flat, 3, 1),     ALLOGRAPH(three_loop, 3, 2),
    ALLOGRAPH(three_soft, 3, 3),     ALLOGRAPH(four_open, 4, 5),
    ALLOGRAPH(four_round, 4, 3),     ALLOGRAPH(four_closed, 4, 1),
    ALLOGRAPH(four_sail, 4, 1),      ALLOGRAPH(four_low, 4, 2),
    ALLOGRAPH(five_hat, 5, 4),       ALLOGRAPH(five_single, 5, 3),
    ALLOGRAPH(five_snake, 5, 3),     ALLOGRAPH(five_apart, 5, 2),
    ALLOGRAPH(six_bow, 6, 4),        ALLOGRAPH(six_steep, 6, 2),
    ALLOGRAPH(six_curl, 6, 2),       ALLOGRAPH(six_small, 6, 2),
    ALLOGRAPH(seven_plain, 7, 4),    ALLOGRAPH(seven_bar, 7, 2),
    ALLOGRAPH(seven_hook, 7, 2),     ALLOGRAPH(seven_bent, 7, 3),
    ALLOGRAPH(seven_wave, 7, 1),     ALLOGRAPH(eight_snake, 8, 5),
    ALLOGRAPH(eight_circles, 8, 1),  ALLOGRAPH(eight_open, 8, 3),
    ALLOGRAPH(eight_mirror, 8, 2),   ALLOGRAPH(nine_straight, 9, 4),
    ALLOGRAPH(nine_curved, 9, 2),    ALLOGRAPH(nine_cursive, 9, 4),
    ALLOGRAPH(nine_leaf, 9, 2)};
const size_t numeral_pen_allograph_count =
    sizeof numeral_pen_allographs / sizeof numeral_pen_allographs[0];

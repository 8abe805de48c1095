/* How people write letters that look like no digit, for what a reader of digits is to
 * refuse: capitals and small letters of a school hand. I, l, O, o, S, Z, b, q, g and B,
 * which may well be digits, are left out. */
#include "data/pen.h"

/* clang-format off */
#define S(x, y) {x, y, PEN_SMOOTH}
#define C(x, y) {x, y, PEN_CORNER}
#define L(x, y) {x, y, PEN_LIFT}

static const numeral_pen_point capital_a[] = {
    C(4, 98), C(34, 2), L(64, 98), C(14, 62), L(54, 62)};
static const numeral_pen_point capital_e[] = {
    C(60, 3), C(6, 2), C(5, 97), L(62, 98), C(6, 50), L(48, 50)};
static const numeral_pen_point capital_f[] = {
    C(62, 4), C(6, 2), L(5, 98), C(6, 50), L(48, 48)};
static const numeral_pen_point capital_g[] = {
    S(60, 16), S(36, 2), S(8, 30), S(8, 70), S(36, 98), S(62, 80), C(62, 54), L(38, 55)};
static const numeral_pen_point capital_h[] = {
    C(6, 2), L(6, 98), C(60, 2), L(60, 98), C(6, 50), L(60, 48)};
static const numeral_pen_point capital_k[] = {
    C(6, 2), L(6, 98), C(58, 2), C(8, 56), L(62, 98)};
static const numeral_pen_point capital_m[] = {
    C(4, 98), C(10, 2), C(42, 66), C(74, 2), L(82, 98)};
static const numeral_pen_point capital_n[] = {C(5, 98), C(6, 2), C(58, 97), L(60, 2)};
static const numeral_pen_point capital_p[] = {
    C(6, 2), L(6, 98), S(6, 4), S(50, 6), S(58, 30), S(46, 52), L(7, 54)};
static const numeral_pen_point capital_r[] = {
    C(6, 98), C(6, 3), S(48, 5), S(58, 28), S(44, 50), C(8, 54), L(62, 98)};
static const numeral_pen_point capital_t[] = {C(4, 4), L(70, 3), C(37, 4), L(36, 98)};
static const numeral_pen_point capital_u[] = {
    S(6, 2), S(7, 70), S(32, 97), S(58, 72), L(60, 2)};
static const numeral_pen_point capital_v[] = {C(4, 2), C(34, 98), L(66, 2)};
static const numeral_pen_point capital_w[] = {
    C(4, 2), C(22, 97), C(46, 30), C(70, 97), L(90, 2)};
static const numeral_pen_point capital_x[] = {C(6, 2), L(60, 98), C(60, 2), L(5, 98)};
static const numeral_pen_point capital_y[] = {C(4, 2), L(34, 50), C(64, 2), L(26, 98)};
static const numeral_pen_point small_a[] = {
    S(70, 12), S(36, 2), S(6, 40), S(20, 92), S(50, 86), C(74, 6), S(76, 84), L(96, 96)};
static const numeral_pen_point small_c[] = {
    S(70, 16), S(40, 2), S(8, 34), S(16, 82), S(48, 98), L(80, 84)};
static const numeral_pen_point small_d[] = {
    S(44, 52), S(22, 44), S(5, 66), S(14, 94), S(40, 88), C(50, 2), S(49, 80), L(60, 98)};
static const numeral_pen_point small_e[] = {
    S(8, 52), S(60, 46), S(66, 18), S(40, 2), S(10, 34), S(20, 88), S(50, 98), L(82, 82)};
static const numeral_pen_point small_h[] = {
    C(8, 2), C(6, 98), S(16, 62), S(36, 46), S(48, 60), L(48, 98)};
static const numeral_pen_point small_k[] = {
    C(8, 2), L(6, 98), C(50, 44), C(10, 72), L(54, 98)};
static const numeral_pen_point small_m[] = {
    C(4, 6), C(5, 98), S(20, 16), S(40, 8), S(52, 30), C(52, 98), S(66, 18), S(86, 8),
    S(98, 30), L(98, 98)};
static const numeral_pen_point small_n[] = {
    C(6, 6), C(8, 98), S(26, 20), S(54, 6), S(72, 30), L(72, 98)};
static const numeral_pen_point small_r[] = {C(8, 6), C(10, 98), S(22, 30), S(44, 8), L(72, 14)};
static const numeral_pen_point small_w[] = {
    C(4, 4), S(12, 80), S(28, 96), C(46, 14), S(56, 86), S(76, 92), L(94, 4)};
static const numeral_pen_point and_sign[] = {
    S(70, 98), S(16, 30), S(28, 3), S(46, 18), S(8, 64), S(22, 96), S(50, 88), L(68, 58)};
static const numeral_pen_point at_sign[] = {
    S(60, 36), S(40, 32), S(30, 54), S(44, 68), C(60, 36), S(64, 64), S(84, 60), S(84, 24),
    S(46, 4), S(10, 30), S(10, 76), S(46, 98), L(80, 86)};
static const numeral_pen_point question_mark[] = {
    S(6, 22), S(30, 2), S(56, 20), S(36, 46), L(28, 72), C(28, 94), L(29, 97)};
static const numeral_pen_point hash_sign[] = {
    C(26, 4), L(18, 96), C(58, 4), L(50, 96), C(6, 34), L(74, 32), C(4, 68), L(70, 66)};
static const numeral_pen_point plus_sign[] = {C(34, 14), L(34, 84), C(4, 50), L(66, 49)};
/* clang-format on */

#define LETTER(points)                                                                   \
    {                                                                                    \
        points, sizeof(points) / sizeof(points)[0], 0, 1                                 \
    }

const numeral_pen_allograph numeral_pen_letters[] = {
    LETTER(capital_a), LETTER(capital_e),     LETTER(capital_f), LETTER(capital_g),
    LETTER(capital_h), LETTER(capital_k),     LETTER(capital_m), LETTER(capital_n),
    LETTER(capital_p), LETTER(capital_r),     LETTER(capital_t), LETTER(capital_u),
    LETTER(capital_v), LETTER(capital_w),     LETTER(capital_x), LETTER(capital_y),
    LETTER(small_a),   LETTER(small_c),       LETTER(small_d),   LETTER(small_e),
    LETTER(small_h),   LETTER(small_k),       LETTER(small_m),   LETTER(small_n),
    LETTER(small_r),   LETTER(small_w),       LETTER(and_sign),  LETTER(at_sign),
    LETTER(plus_sign), LETTER(question_mark), LETTER(hash_sign),
};
const size_t numeral_pen_letter_count =
    sizeof numeral_pen_letters / sizeof numeral_pen_letters[0];

/* Plane to plane: where a flat sheet's points lie on a picture of it. */
#ifndef NUMERAL_PAGE_HOMOGRAPHY_H
#define NUMERAL_PAGE_HOMOGRAPHY_H

#include <stdbool.h>

/* The middle of the picture's first pixel is (0.5, 0.5). */
typedef struct numeral_point {
    double y, x;
} numeral_point;

typedef struct numeral_homography {
    double y[3], x[3], w[3]; /* each: times y, times x, constant */
} numeral_homography;

/* Takes the unit square to four corners: (0, 0), (0, 1), (1, 1), (1, 0) as y, x; upper
 * left, then clockwise (Heckbert 1989). False where they are no convex quadrilateral. */
bool numeral_homography_of(const numeral_point corners[4], numeral_homography *out);
numeral_point numeral_homography_at(const numeral_homography *map, double y, double x);

/* Twice the signed area of a triangle; positive where a, b, c go clockwise as seen. */
double numeral_turn_of(numeral_point a, numeral_point b, numeral_point c);
double numeral_distance_of(numeral_point a, numeral_point b);

#endif

/* Heckbert, Fundamentals of texture mapping and image warping (1989), section 2.2.3. */
#include "page/homography.h"

#include <math.h>

double numeral_turn_of(numeral_point a, numeral_point b, numeral_point c)
{
    return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

double numeral_distance_of(numeral_point a, numeral_point b)
{
    return sqrt((a.y - b.y) * (a.y - b.y) + (a.x - b.x) * (a.x - b.x));
}

bool numeral_homography_of(const numeral_point p[4], numeral_homography *out)
{
    for (int i = 0; i < 4; i++) {
        if (!(numeral_turn_of(p[i], p[(i + 1) % 4], p[(i + 2) % 4]) > 0)) {
            return false;
        }
    }
    double sum_x = p[0].x - p[1].x + p[2].x - p[3].x;
    double sum_y = p[0].y - p[1].y + p[2].y - p[3].y;
    double x1 = p[1].x - p[2].x, x2 = p[3].x - p[2].x;
    double y1 = p[1].y - p[2].y, y2 = p[3].y - p[2].y;
    double det = x1 * y2 - x2 * y1;
    double g = (sum_x * y2 - x2 * sum_y) / det, h = (x1 * sum_y - sum_x * y1) / det;
    *out = (numeral_homography){
        .y = {p[3].y - p[0].y + h * p[3].y, p[1].y - p[0].y + g * p[1].y, p[0].y},
        .x = {p[3].x - p[0].x + h * p[3].x, p[1].x - p[0].x + g * p[1].x, p[0].x},
        .w = {h, g, 1},
    };
    return true;
}

static double row_at(const double row[3], double y, double x)
{
    return row[0] * y + row[1] * x + row[2];
}

numeral_point numeral_homography_at(const numeral_homography *map, double y, double x)
{
    double w = row_at(map->w, y, x);
    return (numeral_point){row_at(map->y, y, x) / w, row_at(map->x, y, x) / w};
}

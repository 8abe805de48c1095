/* Sobel gradients, split into direction planes. */
#ifndef NUMERAL_FEATURE_GRADIENT_PLANES_H
#define NUMERAL_FEATURE_GRADIENT_PLANES_H

#include <stddef.h>

/* planes: dirs × (height+2) × (width+2), pixel (y, x) at [y+1][x+1]; direction d points
 * 2π·d/dirs from the x axis towards the y axis (down). The image is zero outside. */
void numeral_gradient_planes(const double *image, size_t height, size_t width,
                             size_t dirs, double *planes);

#endif

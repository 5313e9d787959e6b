/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Where a series goes if it goes on: the Theil-Sen line, with an interval from a moving-block
 * bootstrap of its residuals. Always the same for the same input: the random numbers are seeded
 * from the data.
 *
 * Sources: H. Theil, Indagationes Mathematicae 12 (1950); P. K. Sen, JASA 63 (1968) 1379-1389;
 * H. R. Kuensch, Annals of Statistics 17 (1989) 1217-1241 (moving blocks). */
#ifndef MODEL_PROJECTION_H
#define MODEL_PROJECTION_H

#include <stdbool.h>
#include <stddef.h>

enum { PROJECTION_POINTS_MAX = 64, PROJECTION_POINTS_MIN = 4, PROJECTION_DRAWS = 2000 };

struct projection {
	bool there;       /* PROJECTION_POINTS_MIN..MAX points, finite, x rising */
	double slope;     /* per unit of x */
	double value;     /* on the line at the x asked for */
	double low, high; /* 90 %, of the line at that x: one year's own scatter comes on top */
};

/* x rising, no two equal. Of more than PROJECTION_POINTS_MAX points the last ones count. Fewer than
 * PROJECTION_POINTS_MIN, or no such series: ret.there is false and the rest 0. Takes about 1 ms for
 * ten points, 40 ms for 64. */
struct projection project(const double *x, const double *y, size_t points, double at);

#endif

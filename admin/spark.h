/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A figure's course as a line of bars: one bar per row, the lowest value the lowest bar, a blank
 * where there is no value. It adds nothing that the table does not say in digits. */
#ifndef ADMIN_SPARK_H
#define ADMIN_SPARK_H

#include "admin/grid.h"

/* Appends "▁▃█  lowest … highest …" made of column "value"; nothing if fewer than two rows have
 * one. */
CHECKED int spark_line(const struct grid *table, bool chinese, struct buffer *out);

#endif

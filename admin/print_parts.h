/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the renderings of a result share among themselves. */
#ifndef ADMIN_PRINT_PARTS_H
#define ADMIN_PRINT_PARTS_H

#include "admin/print.h"

/* Which columns are shown, in order. */
struct choice {
	size_t index[GRID_COLUMNS_MAX];
	size_t count;
};

/* The columns of the style; for people only one of two names, in their language. */
CHECKED int choice_make(const struct print_style *style, const struct grid *table, bool people,
	struct choice *ret_choice);

/* The rendering for people. */
CHECKED int people_print(
	const struct print_style *style, const struct grid *table, struct buffer *out);
CHECKED int people_print_sections(const struct print_style *style,
	const struct print_section *sections, size_t count, struct buffer *out);

#endif

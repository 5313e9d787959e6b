/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A list of faults that is told at once: whoever repairs a table wants to see every mistake, not
 * the first. It holds whole lines up to a fixed size and counts the rest; whoever wants every line
 * gives a buffer. */
#ifndef MODEL_FAULTS_H
#define MODEL_FAULTS_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

enum { FAULTS_BYTES = 960 }; /* with "… and 4294967295 more" it fits the words of an error */

struct faults {
	char text[FAULTS_BYTES];
	size_t used;
	uint32_t shown, count; /* lines in text; faults in all */
	struct buffer *all;    /* borrowed; NULL, or every line with its '\n' */
	int error;             /* of filling it */
};

void fault_add(struct faults *faults, const char *text, ...) __attribute__((format(printf, 2, 3)));
void fault_add_list(struct faults *faults, const char *text, va_list args)
	__attribute__((format(printf, 2, 0)));
/* 0 when there was none, else ERR_INVALID with all that fitted. */
CHECKED int faults_end(const struct faults *faults);

#endif

/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Lines are kept whole or not at all: half a reason misleads. */
#include "model/faults.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"

void fault_add_list(struct faults *faults, const char *text, va_list args)
{
	char line[FAULTS_BYTES - 1]; /* so that the first always fits */
	int len = vsnprintf(line, sizeof(line), text, args);
	size_t room = sizeof(faults->text) - faults->used;

	faults->count++;
	if (len >= 0 && faults->all && faults->error == 0)
		faults->error = buffer_format(faults->all, "%s\n", line);
	/* After one that did not fit none is taken, so that what is shown has no gaps. */
	if (len < 0 || faults->shown + 1 < faults->count || strlen(line) + 2 > room)
		return;
	faults->used += (size_t)snprintf(
		faults->text + faults->used, room, "%s%s", faults->shown ? "\n" : "", line);
	faults->shown++;
}

void fault_add(struct faults *faults, const char *text, ...)
{
	va_list args;

	va_start(args, text);
	fault_add_list(faults, text, args);
	va_end(args);
}

int faults_end(const struct faults *faults)
{
	if (faults->error < 0)
		return err_pass(faults->error);
	if (faults->count == 0)
		return 0;
	if (faults->shown < faults->count)
		return err_here(ERR_INVALID, "%s\n… and %u more", faults->text,
			faults->count - faults->shown);
	return err_here(ERR_INVALID, "%s", faults->text);
}

/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One buffer for the words and one for the trace in each thread. Both are cut, never grown: an
 * error that reports a full disk or exhausted memory must not itself need either. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

enum { TEXT_BYTES = 1024, TRACE_BYTES = 512 };

static _Thread_local char text_buffer[TEXT_BYTES];
static _Thread_local char trace_buffer[TRACE_BYTES];

static void trace_line(const char *file, int line)
{
	size_t used = strlen(trace_buffer);

	snprintf(trace_buffer + used, sizeof(trace_buffer) - used, "%s%s:%d", used ? " < " : "",
		file, line);
}

int err_record(enum err code, const char *file, int line, const char *text, ...)
{
	char fresh[TEXT_BYTES]; /* the arguments may point into the old text */
	va_list args;

	va_start(args, text);
	vsnprintf(fresh, sizeof(fresh), text, args);
	va_end(args);
	utf8_mend(fresh); /* what is quoted may have been cut anywhere */
	memcpy(text_buffer, fresh, sizeof(fresh));
	trace_buffer[0] = '\0';
	trace_line(file, line);
	return code;
}

int err_trace_add(int code, const char *file, int line)
{
	if (code < 0)
		trace_line(file, line);
	return code;
}

int err_fold_at(int code, const char *file, int line)
{
	if (code > 0)
		return err_record(ERR_BUG, file, line, "unexpected result %d", code);
	return err_trace_add(code, file, line);
}

const char *err_text(void)
{
	return text_buffer;
}

const char *err_trace(void)
{
	return trace_buffer;
}

const char *err_name(int code)
{
	static const char *const names[] = {
		[0] = "0",
		[-ERR_NOMEM] = "ERR_NOMEM",
		[-ERR_IO] = "ERR_IO",
		[-ERR_CORRUPT] = "ERR_CORRUPT",
		[-ERR_INVALID] = "ERR_INVALID",
		[-ERR_LIMIT] = "ERR_LIMIT",
		[-ERR_NOT_FOUND] = "ERR_NOT_FOUND",
		[-ERR_CONFLICT] = "ERR_CONFLICT",
		[-ERR_DENIED] = "ERR_DENIED",
		[-ERR_TIMEOUT] = "ERR_TIMEOUT",
		[-ERR_UNREACHABLE] = "ERR_UNREACHABLE",
		[-ERR_STOPPED] = "ERR_STOPPED",
		[-ERR_BUG] = "ERR_BUG",
	};

	if (code > 0)
		return "result";
	return (size_t)-code < array_len(names) ? names[-code] : "ERR_?";
}

const char *err_errno(int number)
{
	static _Thread_local char buffer[128];

	return strerror_r(number, buffer, sizeof(buffer));
}

void ensure_failed(const char *file, int line, const char *text)
{
	fprintf(stderr, "<2>%s:%d: this should be true: %s\n", file, line, text);
	abort();
}

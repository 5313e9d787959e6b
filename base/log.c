/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One event is one write(2), so lines of several threads never mix. */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINE_BYTES = 1024, QUOTED_CHARS_MAX = 160 };

static int level_max = LOG_LEVEL_NOTICE;

void log_level_set(enum log_level level)
{
	level_max = (int)level;
}

static size_t quoted(char *line, size_t used, const char *text)
{
	line[used++] = '"';
	for (size_t i = 0; i < QUOTED_CHARS_MAX && text[i]; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '"' || c == '\\')
			line[used++] = '\\';
		line[used++] = c < 0x20 || c == 0x7f ? '?' : text[i];
	}
	line[used++] = '"';
	return used;
}

void log_event(int level, const char *text, ...)
{
	char line[LINE_BYTES];
	int saved = errno;
	size_t used;
	va_list args;

	if (level > level_max)
		return;
	used = (size_t)snprintf(line, 256, "<%d>%.200s", level, text);
	va_start(args, text);
	for (;;) {
		struct kv kv = va_arg(args, struct kv);

		if (!kv.key || used + 64 + 2 * QUOTED_CHARS_MAX >= sizeof(line))
			break;
		used += (size_t)snprintf(line + used, 48, " %.40s=", kv.key);
		if (kv.type == KV_STR)
			used = quoted(line, used, kv.value.str ? kv.value.str : "");
		else if (kv.type == KV_U64)
			used += (size_t)snprintf(
				line + used, 24, "%llu", (unsigned long long)kv.value.u64);
		else
			used += (size_t)snprintf(line + used, 24, "%lld", (long long)kv.value.i64);
	}
	va_end(args);
	line[used++] = '\n';
	if (write(STDERR_FILENO, line, used) < 0)
		errno = 0; /* nowhere left to complain */
	errno = saved;
}

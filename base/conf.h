/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Configuration: one flat YAML mapping read into a struct by one table of settings. An unknown or
 * repeated key, a wrong type and a value out of range are errors with file, line and column; all of
 * them are reported at once. */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include "base/bytes.h"

enum conf_type { CONF_TYPE_STRING = 1, CONF_TYPE_U64, CONF_TYPE_BOOL };

/* One setting: where it goes, what is allowed, what holds when it is not written. */
struct conf_setting {
	const char *
		key; /* lower-case words joined by '-', the unit before min/max: "map-size-bytes" */
	enum conf_type type;
	size_t offset; /* of the field: char[size] for strings, uint64_t or bool otherwise */
	size_t size;   /* of a string field, closing NUL included */
	uint64_t min, max, otherwise;
	const char *otherwise_string; /* NULL: the key must be written */
	const char *help;             /* one English line; the man page prints it */
};

#define CONF_STRING(name, type_, field, ...)                                                       \
	{                                                                                          \
		.key = (name), .type = CONF_TYPE_STRING, .offset = offsetof(type_, field),         \
		.size = sizeof(((type_ *)0)->field), __VA_ARGS__                                   \
	}
#define CONF_U64(name, type_, field, ...)                                                          \
	{                                                                                          \
		.key = (name), .type = CONF_TYPE_U64, .offset = offsetof(type_, field),            \
		__VA_ARGS__                                                                        \
	}

/* Reads path into target. ERR_INVALID: err_text() holds one "file:line:column: reason" per
 * fault. */
CHECKED int conf_load(
	const char *path, const struct conf_setting *settings, size_t count, void *target);

#endif

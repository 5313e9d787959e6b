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
	bool live;                    /* SIGHUP changes it; otherwise it needs a restart */
};

/* What settings must not say together, asked once each of them is right by itself. */
struct conf_rule {
	const char *key; /* the fault is told where this one is written */
	const char *why; /* "must end in .prom:" */
	bool (*broken)(const void *target);
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

#define CONF_BOOL(name, type_, field, ...)                                                         \
	{                                                                                          \
		.key = (name), .type = CONF_TYPE_BOOL, .offset = offsetof(type_, field),           \
		__VA_ARGS__                                                                        \
	}

/* Reads path into target. ERR_INVALID: err_text() holds one "file:line:column: reason" per
 * fault. */
CHECKED int conf_load(
	const char *path, const struct conf_setting *settings, size_t count, void *target);
/* The same with rules. */
CHECKED int conf_load_ruled(const char *path, const struct conf_setting *settings, size_t count,
	const struct conf_rule *rules, size_t rule_count, void *target);
/* What the setting says in target, as text. */
enum { CONF_TEXT_BYTES = 1024 };
void conf_print(const struct conf_setting *setting, const void *target, char ret[CONF_TEXT_BYTES]);
/* Reads path again. Of what it says otherwise than target, the live settings are taken over, and
 * named in ret_changed; the others stay and are named in ret_restart (each followed by a newline).
 * On an error target is as before. size: of target. */
CHECKED int conf_reload(const char *path, const struct conf_setting *settings, size_t count,
	const struct conf_rule *rules, size_t rule_count, void *target, size_t size,
	struct buffer *ret_changed, struct buffer *ret_restart);

#endif

/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Log events to stderr: "<n>fixed text key=value …", where n is the syslog priority that the
 * system's journal reads. Only programs log; libraries return errors. Text of a peer is quoted and
 * cut; values of reports and names of people are never logged. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdint.h>

#include "base/bytes.h"

enum log_level {
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_NOTICE = 5,
	LOG_LEVEL_INFO = 6
};

struct kv {
	const char *key;
	enum { KV_STR = 1, KV_U64, KV_I64 } type;
	union {
		const char *str;
		uint64_t u64;
		int64_t i64;
	} value;
};

static inline struct kv kv_str(const char *key, const char *value)
{
	return (struct kv){ .key = key, .type = KV_STR, .value.str = value };
}
static inline struct kv kv_u64(const char *key, uint64_t value)
{
	return (struct kv){ .key = key, .type = KV_U64, .value.u64 = value };
}
static inline struct kv kv_i64(const char *key, int64_t value)
{
	return (struct kv){ .key = key, .type = KV_I64, .value.i64 = value };
}

/* log_notice("report rejected", kv_u64("actor", 3), kv_str("finding", "period-in-future")); */
#define log_error(...) log_at(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_at(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_notice(...) log_at(LOG_LEVEL_NOTICE, __VA_ARGS__)
#define log_info(...) log_at(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_at(level, ...) log_event((level), __VA_ARGS__, (struct kv){ 0 })
/* Ends at the first kv without a key. */
void log_event(int level, const char *text, ...);

/* Events less important than level are dropped from now on; at start: LOG_LEVEL_NOTICE. */
void log_level_set(enum log_level level);

#endif

/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One character at a time. The search for personal numbers looks at whole runs of digits: a part of
 * a longer number means nothing. */
#include "proto/text.h"

#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/utf8.h"

/* The first character and its length; 0 if it is broken or a control character. */
static size_t character(struct bytes text, uint32_t *ret_code)
{
	uint32_t code;
	size_t len = utf8_character(text, &code);

	if (len == 0 || code < 0x20 || (code >= 0x7f && code < 0xa0))
		return 0;
	*ret_code = code;
	return len;
}

static struct bytes after(struct bytes text, size_t len)
{
	return bytes_of(text.data + len, text.len - len);
}

bool text_valid(struct bytes text)
{
	while (text.len > 0) {
		uint32_t code;
		size_t len = character(text, &code);

		if (len == 0)
			return false;
		text = after(text, len);
	}
	return true;
}

int text_copy(const char *field, struct bytes text, size_t max, char *ret)
{
	if (text.len > max)
		return err_here(ERR_INVALID, "'%s' has %zu bytes, at most %zu are allowed", field,
			text.len, max);
	if (!text_valid(text))
		return err_here(ERR_INVALID, "'%s' is not UTF-8 without control characters", field);
	if (text.len > 0)
		memcpy(ret, text.data, text.len);
	ret[text.len] = '\0';
	return 0;
}

void text_repair(struct bytes text, char *ret, size_t size)
{
	struct bytes left = text;
	size_t used = 0;

	ensure(size > 0);
	while (left.len > 0) {
		uint32_t code;
		size_t len = character(left, &code), step = len > 0 ? len : 1;

		if (step >= size - used)
			break;
		if (len > 0)
			memcpy(ret + used, left.data, len);
		else
			ret[used] = left.data[0] == '\n' ? ' ' : '?';
		used += step;
		left = after(left, step);
	}
	ret[used] = '\0';
}

bool text_is_code(struct bytes text)
{
	if (text.len == 0 || text.len > FACILITY_CODE_MAX)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] <= ' ' || text.data[i] >= 0x7f)
			return false;
	return true;
}

/* The digit's value in ASCII or full width, or -1. */
static int digit(uint32_t code)
{
	if (code >= '0' && code <= '9')
		return (int)(code - '0');
	if (code >= 0xff10 && code <= 0xff19)
		return (int)(code - 0xff10);
	return -1;
}

/* A run of digits, of which the first few are known. */
struct run {
	int head[4];
	size_t len;
};

static bool is_mobile(const struct run *run)
{
	size_t start = run->len == 13 && run->head[0] == 8 && run->head[1] == 6 ? 2 : 0;

	return run->len - start == 11 && run->head[start] == 1 && run->head[start + 1] >= 3;
}

static bool run_ends(const struct run *run, uint32_t next)
{
	bool x = next == 'X' || next == 'x' || next == 0xff38 || next == 0xff58;

	return run->len == 18 || (run->len == 17 && x) || is_mobile(run);
}

bool text_names_a_person(struct bytes text)
{
	struct run run = { .len = 0 };

	while (text.len > 0) {
		uint32_t code = 0;
		size_t len = character(text, &code);
		int value = len > 0 ? digit(code) : -1;

		if (value < 0) {
			if (run_ends(&run, code))
				return true;
			run.len = 0;
		} else {
			if (run.len < array_len(run.head))
				run.head[run.len] = value;
			run.len++;
		}
		text = after(text, len > 0 ? len : 1);
	}
	return run_ends(&run, 0);
}

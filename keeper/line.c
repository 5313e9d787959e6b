/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A line that ends without a newline was cut off while it was written, and is refused: half a dump
 * must not pass for a whole one. */
#include "keeper/line.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

void line_reader_fini(struct line_reader *reader)
{
	json_decref(reader->object);
	free(reader->text);
}

int line_next(struct line_reader *reader)
{
	json_error_t error;
	ssize_t len;

	json_decref(reader->object);
	reader->object = NULL;
	len = getline(&reader->text, &reader->size, reader->in);
	if (len < 0)
		return feof(reader->in) ? LINE_END : err_here(ERR_IO, "cannot read the file: %m");
	reader->number++;
	if (reader->text[len - 1] != '\n')
		return err_here(
			ERR_INVALID, "line %" PRIu64 " is cut off: it has no end", reader->number);
	reader->object = json_loadb(reader->text, (size_t)len, JSON_REJECT_DUPLICATES, &error);
	if (!json_is_object((json_t *)reader->object))
		return err_here(ERR_INVALID, "line %" PRIu64 " is not a JSON object: %s",
			reader->number, reader->object ? "something else" : error.text);
	return 0;
}

bool line_has(const struct line_reader *reader, const char *key)
{
	return json_object_get(reader->object, key) != NULL;
}

bool line_true(const struct line_reader *reader, const char *key)
{
	return json_is_true(json_object_get(reader->object, key));
}

int line_number(const struct line_reader *reader, const char *key, uint64_t *ret_number)
{
	const json_t *value = json_object_get(reader->object, key);

	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return err_here(
			ERR_INVALID, "line %" PRIu64 " has no number '%s'", reader->number, key);
	*ret_number = (uint64_t)json_integer_value(value);
	return 0;
}

static int hex_text(const struct line_reader *reader, const char *key, const char **ret_text)
{
	const json_t *value = json_object_get(reader->object, key);

	if (!json_is_string(value))
		return err_here(ERR_INVALID, "line %" PRIu64 " has no hex digits '%s'",
			reader->number, key);
	*ret_text = json_string_value(value);
	return 0;
}

static int hex_read(const struct line_reader *reader, const char *key, const char *text,
	uint8_t *ret, size_t len)
{
	if (bytes_from_hex(text, ret, len) < 0)
		return err_here(ERR_INVALID,
			"line %" PRIu64 ": '%s' is not %zu bytes in hex digits", reader->number,
			key, len);
	return 0;
}

int line_hex(const struct line_reader *reader, const char *key, uint8_t *ret, size_t len)
{
	const char *text;
	int r = hex_text(reader, key, &text);

	return r < 0 ? err_pass(r) : err_pass(hex_read(reader, key, text, ret, len));
}

int line_hex_add(const struct line_reader *reader, const char *key, struct buffer *out)
{
	const char *text;
	size_t len;
	int r = hex_text(reader, key, &text);

	if (r < 0)
		return err_pass(r);
	len = strlen(text) / 2;
	if ((r = buffer_room(out, len)) < 0 ||
		(r = hex_read(reader, key, text, out->data + out->len, len)) < 0)
		return err_pass(r);
	out->len += len;
	return 0;
}

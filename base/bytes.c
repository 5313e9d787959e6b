/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Views, bounded readers and writers, and a growing buffer. Nothing here reads beyond a view: a
 * short one sets the reader's fault and yields zeros until reader_end() reports it. */
#include "base/bytes.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

struct bytes bytes_of(const void *data, size_t len)
{
	return (struct bytes){ .data = data, .len = len };
}

struct bytes bytes_str(const char *text)
{
	return bytes_of(text, strlen(text));
}

bool bytes_equal(struct bytes a, struct bytes b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

int bytes_compare(struct bytes a, struct bytes b)
{
	size_t common = a.len < b.len ? a.len : b.len;
	int order = common ? memcmp(a.data, b.data, common) : 0;

	if (order != 0)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

void bytes_to_hex(struct bytes bytes, char *ret)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < bytes.len; i++) {
		*ret++ = digits[bytes.data[i] >> 4];
		*ret++ = digits[bytes.data[i] & 15];
	}
	*ret = '\0';
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int bytes_from_hex(const char *hex, uint8_t *ret, size_t len)
{
	if (strlen(hex) != len * 2)
		return err_here(ERR_INVALID, "'%.80s' is not %zu bytes in hex digits", hex, len);
	for (size_t i = 0; i < len; i++) {
		int high = hex_digit(hex[2 * i]), low = hex_digit(hex[2 * i + 1]);

		if (high < 0 || low < 0)
			return err_here(
				ERR_INVALID, "'%.80s' holds something besides hex digits", hex);
		ret[i] = (uint8_t)(high << 4 | low);
	}
	return 0;
}

struct reader reader_of(struct bytes bytes)
{
	return (struct reader){ .left = bytes };
}

struct bytes reader_view(struct reader *reader, size_t len)
{
	struct bytes view = { 0 };

	if (reader->failed || len > reader->left.len) {
		reader->failed = true;
		return view;
	}
	view = bytes_of(reader->left.data, len);
	reader->left.data += len;
	reader->left.len -= len;
	return view;
}

static uint64_t reader_number(struct reader *reader, size_t len)
{
	struct bytes view = reader_view(reader, len);
	uint64_t value = 0;

	for (size_t i = 0; i < view.len; i++)
		value = value << 8 | view.data[i];
	return value;
}

uint8_t reader_u8(struct reader *reader)
{
	return (uint8_t)reader_number(reader, 1);
}

uint16_t reader_u16(struct reader *reader)
{
	return (uint16_t)reader_number(reader, 2);
}

uint32_t reader_u32(struct reader *reader)
{
	return (uint32_t)reader_number(reader, 4);
}

uint64_t reader_u64(struct reader *reader)
{
	return reader_number(reader, 8);
}

void reader_copy(struct reader *reader, void *ret, size_t len)
{
	struct bytes view = reader_view(reader, len);

	if (view.len == len && len > 0)
		memcpy(ret, view.data, len);
	else
		memset(ret, 0, len);
}

bool reader_ok(const struct reader *reader)
{
	return !reader->failed;
}

int reader_end(const struct reader *reader)
{
	if (reader->failed)
		return err_here(ERR_CORRUPT, "bytes end too early");
	if (reader->left.len > 0)
		return err_here(ERR_CORRUPT, "%zu bytes too many", reader->left.len);
	return 0;
}

struct writer writer_of(void *data, size_t size)
{
	return (struct writer){ .data = data, .size = size };
}

void writer_bytes(struct writer *writer, struct bytes bytes)
{
	if (writer->failed || bytes.len > writer->size - writer->len) {
		writer->failed = true;
		return;
	}
	if (bytes.len > 0)
		memcpy(writer->data + writer->len, bytes.data, bytes.len);
	writer->len += bytes.len;
}

static void writer_number(struct writer *writer, uint64_t value, size_t len)
{
	uint8_t packed[8];

	for (size_t i = 0; i < len; i++)
		packed[i] = (uint8_t)(value >> (8 * (len - 1 - i)));
	writer_bytes(writer, bytes_of(packed, len));
}

void writer_u8(struct writer *writer, uint8_t value)
{
	writer_number(writer, value, 1);
}

void writer_u16(struct writer *writer, uint16_t value)
{
	writer_number(writer, value, 2);
}

void writer_u32(struct writer *writer, uint32_t value)
{
	writer_number(writer, value, 4);
}

void writer_u64(struct writer *writer, uint64_t value)
{
	writer_number(writer, value, 8);
}

struct bytes writer_end(const struct writer *writer)
{
	ensure(!writer->failed);
	return bytes_of(writer->data, writer->len);
}

int buffer_room(struct buffer *buffer, size_t len)
{
	size_t size = buffer->size ? buffer->size : 256;
	uint8_t *data;

	if (len <= buffer->size - buffer->len)
		return 0;
	while (size - buffer->len < len)
		size *= 2;
	data = realloc(buffer->data, size);
	if (!data)
		return err_here(ERR_NOMEM, "cannot grow a buffer to %zu bytes", size);
	buffer->data = data;
	buffer->size = size;
	return 0;
}

int buffer_add(struct buffer *buffer, struct bytes bytes)
{
	int r = buffer_room(buffer, bytes.len);

	if (r < 0)
		return err_pass(r);
	if (bytes.len > 0)
		memcpy(buffer->data + buffer->len, bytes.data, bytes.len);
	buffer->len += bytes.len;
	return 0;
}

int buffer_format(struct buffer *buffer, const char *text, ...)
{
	va_list args;
	int len, r;

	va_start(args, text);
	len = vsnprintf(NULL, 0, text, args);
	va_end(args);
	if (len < 0)
		return err_here(ERR_INVALID, "cannot format '%s'", text);
	r = buffer_room(buffer, (size_t)len + 1);
	if (r < 0)
		return err_pass(r);
	va_start(args, text);
	vsnprintf((char *)buffer->data + buffer->len, (size_t)len + 1, text, args);
	va_end(args);
	buffer->len += (size_t)len;
	return 0;
}

struct bytes buffer_view(const struct buffer *buffer)
{
	return bytes_of(buffer->data, buffer->len);
}

void buffer_fini(struct buffer *buffer)
{
	free(buffer->data);
	*buffer = (struct buffer){ 0 };
}

static void file_close(FILE *file)
{
	if (file)
		fclose(file);
}
AUTO_DEFINE(file_close, FILE *);

int buffer_read_file(struct buffer *buffer, const char *path, size_t max)
{
	AUTO(file_close) FILE *file = fopen(path, "rbe");
	size_t start = buffer->len;

	if (!file)
		return err_here(errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "cannot open '%s': %s",
			path, err_errno(errno));
	for (;;) {
		int r = buffer_room(buffer, 65536);
		size_t got;

		if (r < 0)
			return err_pass(r);
		got = fread(buffer->data + buffer->len, 1, 65536, file);
		buffer->len += got;
		if (buffer->len - start > max)
			return err_here(ERR_LIMIT, "'%s' is larger than %zu bytes", path, max);
		if (got == 0)
			break;
	}
	if (ferror(file))
		return err_here(ERR_IO, "cannot read '%s': %s", path, err_errno(errno));
	return 0;
}

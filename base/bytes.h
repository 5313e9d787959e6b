/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Bytes: a view that owns nothing, a bounded reader and writer for formats fixed by offset
 * (big-endian), and a buffer that grows. Reader and writer remember their first fault, so a run of
 * reads is written straight down and checked once at its end. */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

/* A view: somebody else owns data and says how long it lives. */
struct bytes {
	const uint8_t *data;
	size_t len;
};

struct bytes bytes_of(const void *data, size_t len);
struct bytes bytes_str(const char *text); /* without the closing NUL */
bool bytes_equal(struct bytes a, struct bytes b);
int bytes_compare(struct bytes a, struct bytes b); /* as memcmp; a prefix sorts first */

/* Lower-case hex with a closing NUL; ret must hold 2 * len + 1. */
void bytes_to_hex(struct bytes bytes, char *ret);
/* ERR_INVALID unless hex holds exactly len bytes in hex digits. */
CHECKED int bytes_from_hex(const char *hex, uint8_t *ret, size_t len);

struct reader {
	struct bytes left;
	bool failed; /* once true every read gives 0 or an empty view */
};

struct reader reader_of(struct bytes bytes);
uint8_t reader_u8(struct reader *reader);
uint16_t reader_u16(struct reader *reader);
uint32_t reader_u32(struct reader *reader);
uint64_t reader_u64(struct reader *reader);
void reader_copy(struct reader *reader, void *ret, size_t len);
struct bytes reader_view(struct reader *reader, size_t len);
bool reader_ok(const struct reader *reader);
/* ERR_CORRUPT if anything was short or bytes are left over. */
CHECKED int reader_end(const struct reader *reader);

struct writer {
	uint8_t *data;
	size_t size, len;
	bool failed; /* once true nothing is written */
};

struct writer writer_of(void *data, size_t size);
void writer_u8(struct writer *writer, uint8_t value);
void writer_u16(struct writer *writer, uint16_t value);
void writer_u32(struct writer *writer, uint32_t value);
void writer_u64(struct writer *writer, uint64_t value);
void writer_bytes(struct writer *writer, struct bytes bytes);
/* What was written. Asserts that it fitted: sizes are ours to know. */
struct bytes writer_end(const struct writer *writer);

/* A growing buffer; starts as { 0 }. */
struct buffer {
	uint8_t *data;
	size_t len, size;
};

/* ERR_NOMEM leaves the buffer as it was. */
CHECKED int buffer_add(struct buffer *buffer, struct bytes bytes);
/* Room for len more bytes at data + len; the caller then raises len itself. */
CHECKED int buffer_room(struct buffer *buffer, size_t len);
CHECKED int buffer_format(struct buffer *buffer, const char *text, ...)
	__attribute__((format(printf, 2, 3)));
struct bytes buffer_view(const struct buffer *buffer);
void buffer_fini(struct buffer *buffer);
static inline void buffer_fini_auto(struct buffer *buffer)
{
	buffer_fini(buffer);
}

/* The whole of a file; ERR_NOT_FOUND, ERR_LIMIT beyond max, ERR_IO. */
CHECKED int buffer_read_file(struct buffer *buffer, const char *path, size_t max);

#endif

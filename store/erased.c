/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What an entry says of an erasure never repeats what was erased: sequences and the reason
 * alone. */
#include "store/erased.h"

#include "base/err.h"

enum { VERSION = 1, HEAD_BYTES = 8 };

/* NULL, or what is wrong. */
static const char *fault_of(const struct erased *erased)
{
	if (erased->count < 1 || erased->count > ERASED_MAX)
		return "an erasure names 1 to 256 entries";
	for (size_t i = 0; i < erased->count; i++)
		if (erased->sequence[i] == 0 ||
			(i > 0 && erased->sequence[i] <= erased->sequence[i - 1]))
			return "the entries of an erasure stand in rising order";
	if (erased->reason.len < 1 || erased->reason.len > ERASED_REASON_MAX)
		return "an erasure needs a reason of at most 1000 bytes";
	if (erased->by.len > ERASED_BY_MAX)
		return "the name of who asked for an erasure has at most 100 bytes";
	return NULL;
}

int erased_encode(const struct erased *erased, struct buffer *out)
{
	const char *fault = fault_of(erased);
	size_t len = HEAD_BYTES + 8 * erased->count + erased->by.len + erased->reason.len;
	struct writer writer;
	int r;

	if (fault)
		return err_here(ERR_INVALID, "%s", fault);
	if ((r = buffer_room(out, len)) < 0)
		return err_pass(r);
	writer = writer_of(out->data + out->len, len);
	writer_u8(&writer, VERSION);
	writer_u8(&writer, (uint8_t)erased->by.len);
	writer_u16(&writer, (uint16_t)erased->reason.len);
	writer_u32(&writer, (uint32_t)erased->count);
	for (size_t i = 0; i < erased->count; i++)
		writer_u64(&writer, erased->sequence[i]);
	writer_bytes(&writer, erased->by);
	writer_bytes(&writer, erased->reason);
	out->len += writer_end(&writer).len;
	return 0;
}

int erased_decode(struct bytes body, struct erased *ret_erased)
{
	struct reader reader = reader_of(body);
	struct erased erased = { 0 };
	uint8_t version = reader_u8(&reader), by = reader_u8(&reader);
	uint16_t reason = reader_u16(&reader);

	erased.count = reader_u32(&reader);
	if (erased.count > ERASED_MAX)
		return err_here(ERR_CORRUPT, "an erasure names %zu entries", erased.count);
	for (size_t i = 0; i < erased.count; i++)
		erased.sequence[i] = reader_u64(&reader);
	erased.by = reader_view(&reader, by);
	erased.reason = reader_view(&reader, reason);
	if (reader_end(&reader) < 0 || version != VERSION || fault_of(&erased))
		return err_here(ERR_CORRUPT, "an entry 'erased' is not of format %d", VERSION);
	*ret_erased = erased;
	return 0;
}

bool erased_names(const struct erased *erased, uint64_t sequence)
{
	for (size_t i = 0; i < erased->count && erased->sequence[i] <= sequence; i++)
		if (erased->sequence[i] == sequence)
			return true;
	return false;
}

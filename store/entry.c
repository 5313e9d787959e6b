/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Packing of one entry by offset, and its link in the chain. The body enters the chain by its
 * digest, so that a body which the law demands to be erased can be replaced by that digest and the
 * chain still verifies. */
#include "store/entry.h"

#include "base/err.h"

enum { HEADER_UNCHAINED_BYTES = 56 };

static const char *const kind_names[] = {
	[ENTRY_REPORT] = "report",
	[ENTRY_TEXT] = "text",
	[ENTRY_HELD] = "held",
	[ENTRY_REJECTED] = "rejected",
	[ENTRY_DECISION] = "decision",
	[ENTRY_QUERY] = "query",
	[ENTRY_WITHDRAWAL] = "withdrawal",
	[ENTRY_ADJUSTMENT] = "adjustment",
	[ENTRY_REGISTRY] = "registry",
	[ENTRY_KEY] = "key",
	[ENTRY_LOCK] = "lock",
	[ENTRY_CATALOGUE] = "catalogue",
	[ENTRY_FACT] = "fact",
	[ENTRY_VERDICT] = "verdict",
	[ENTRY_SIGNATURE] = "signature",
	[ENTRY_PUBLICATION] = "publication",
	[ENTRY_REFUSED] = "refused",
	[ENTRY_ERASED] = "erased",
	[ENTRY_RESTORED] = "restored",
	[ENTRY_HISTORY] = "history",
};

const char *entry_kind_name(enum entry_kind kind)
{
	return (size_t)kind < array_len(kind_names) && kind_names[kind] ? kind_names[kind]
									: "unknown";
}

size_t entry_size(const struct entry *entry)
{
	return ENTRY_HEADER_BYTES + entry->findings.len + entry->body.len;
}

static void header_write(struct writer *writer, const struct entry *entry)
{
	writer_u8(writer, ENTRY_VERSION);
	writer_u8(writer, (uint8_t)entry->kind);
	writer_u8(writer, entry->status);
	writer_u8(writer, entry->flags);
	writer_u16(writer, entry->form);
	writer_u16(writer, (uint16_t)entry->findings.len);
	writer_u32(writer, entry->flags & ENTRY_FLAG_ERASED ? entry->erased_length
							    : (uint32_t)entry->body.len);
	writer_u32(writer, entry->facility);
	writer_u32(writer, entry->period);
	writer_u32(writer, entry->revision);
	writer_u32(writer, entry->actor);
	writer_u32(writer, entry->catalogue);
	writer_u64(writer, entry->received);
	writer_u64(writer, entry->replaces);
	writer_u8(writer, (uint8_t)entry->algorithm);
	writer_bytes(writer, bytes_of((const uint8_t[7]){ 0 }, 7));
}

void entry_encode(const struct entry *entry, uint8_t *ret_packed)
{
	struct writer writer = writer_of(ret_packed, entry_size(entry));

	ensure(entry->kind > 0 && entry->kind <= ENTRY_KIND_MAX &&
		entry->findings.len <= UINT16_MAX);
	header_write(&writer, entry);
	writer_bytes(&writer, digest_view(&entry->chain));
	writer_bytes(&writer, entry->findings);
	writer_bytes(&writer, entry->body);
	ensure(writer_end(&writer).len == entry_size(entry));
}

int entry_decode(struct bytes packed, struct entry *ret_entry)
{
	struct reader reader = reader_of(packed);
	struct entry entry = { 0 };
	uint8_t version = reader_u8(&reader), kind = reader_u8(&reader), zero[7] = { 0 }, rest = 0;
	size_t findings_len, body_len;

	entry.kind = kind;
	entry.status = reader_u8(&reader);
	entry.flags = reader_u8(&reader);
	entry.form = reader_u16(&reader);
	findings_len = reader_u16(&reader);
	body_len = reader_u32(&reader);
	entry.facility = reader_u32(&reader);
	entry.period = reader_u32(&reader);
	entry.revision = reader_u32(&reader);
	entry.actor = reader_u32(&reader);
	entry.catalogue = reader_u32(&reader);
	entry.received = reader_u64(&reader);
	entry.replaces = reader_u64(&reader);
	entry.algorithm = reader_u8(&reader);
	reader_copy(&reader, zero, sizeof(zero));
	reader_copy(&reader, entry.chain.byte, sizeof(entry.chain.byte));
	entry.findings = reader_view(&reader, findings_len);
	if (entry.flags & ENTRY_FLAG_ERASED) {
		entry.erased_length = (uint32_t)body_len;
		body_len = sizeof(struct digest);
	}
	entry.body = reader_view(&reader, body_len);
	if (reader_end(&reader) < 0)
		return err_here(ERR_CORRUPT, "an entry's lengths do not add up to its %zu bytes",
			packed.len);
	for (size_t i = 0; i < sizeof(zero); i++)
		rest |= zero[i];
	if (version != ENTRY_VERSION || kind == 0 || kind > ENTRY_KIND_MAX || rest != 0 ||
		(entry.flags & ~ENTRY_FLAG_ERASED) != 0 ||
		(entry.algorithm != DIGEST_SHA256 && entry.algorithm != DIGEST_SM3))
		return err_here(
			ERR_CORRUPT, "an entry's header is not of format %d", ENTRY_VERSION);
	*ret_entry = entry;
	return 0;
}

static int body_digest(struct entry *entry)
{
	int r = 0;

	if (entry->has_body_digest)
		return 0;
	if (!(entry->flags & ENTRY_FLAG_ERASED)) {
		r = digest_of(entry->algorithm, entry->body, &entry->body_digest);
	} else {
		struct reader reader = reader_of(entry->body);

		reader_copy(&reader, entry->body_digest.byte, sizeof(entry->body_digest.byte));
		r = reader_end(&reader);
	}
	if (r < 0)
		return err_pass(r);
	entry->has_body_digest = true;
	return 0;
}

int entry_chain(struct entry *entry, const struct digest *previous)
{
	uint8_t header[HEADER_UNCHAINED_BYTES];
	struct writer writer = writer_of(header, sizeof(header));
	struct digest findings;
	int r;

	if ((r = body_digest(entry)) < 0 ||
		(r = digest_of(entry->algorithm, entry->findings, &findings)) < 0)
		return err_pass(r);
	header_write(&writer, entry);
	header[3] &= (uint8_t)~ENTRY_FLAG_ERASED; /* the flag came later than the chain */
	return err_pass(digest_of_parts(entry->algorithm,
		(const struct bytes[]){ digest_view(previous), writer_end(&writer),
			digest_view(&findings), digest_view(&entry->body_digest) },
		4, &entry->chain));
}

int entry_verify(const struct entry *entry, const struct digest *previous)
{
	struct entry copy = *entry;
	int r;

	copy.has_body_digest = false;
	if ((r = entry_chain(&copy, previous)) < 0)
		return err_pass(r);
	if (!digest_equal(&copy.chain, &entry->chain))
		return err_here(ERR_CORRUPT,
			"the chain breaks at sequence %llu: the entry is not what was written",
			(unsigned long long)entry->sequence);
	return 0;
}

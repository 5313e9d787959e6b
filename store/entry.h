/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * An entry of the journal. All numbers big-endian:
 *
 *   0 u8 version = 1 | 1 u8 kind | 2 u8 status | 3 u8 flags
 *   4 u16 form       | 6 u16 length of findings | 8 u32 length of body
 *  12 u32 facility   | 16 u32 period | 20 u32 revision | 24 u32 actor | 28 u32 catalogue
 *  32 u64 received, wall ms | 40 u64 replaces | 48 u8 hash algorithm | 49..55 zero
 *  56 chain hash, 32 bytes | 88 findings | then body
 *
 * chain(n) = H(chain(n-1) ‖ bytes 0..55 ‖ H(findings) ‖ H(body)); chain(0) is 32 zero bytes.
 * Valid iff the version is 1, kind and algorithm are known, unused bits and bytes are zero, the
 * lengths add up to the size, and the chain hash recomputes. */
#ifndef STORE_ENTRY_H
#define STORE_ENTRY_H

#include "base/digest.h"

enum { ENTRY_HEADER_BYTES = 88, ENTRY_VERSION = 1 };

enum entry_kind {
	ENTRY_REPORT = 1,
	ENTRY_TEXT,
	ENTRY_HELD,
	ENTRY_REJECTED,
	ENTRY_DECISION,
	ENTRY_QUERY,
	ENTRY_WITHDRAWAL,
	ENTRY_ADJUSTMENT,
	ENTRY_REGISTRY,
	ENTRY_KEY,
	ENTRY_LOCK,
	ENTRY_CATALOGUE,
	ENTRY_FACT,
	ENTRY_VERDICT,
	ENTRY_SIGNATURE,
	ENTRY_PUBLICATION,
	ENTRY_REFUSED,
	ENTRY_ERASED,
	ENTRY_RESTORED,
	ENTRY_HISTORY, /* a sender remembers another history, or a person decided on that */
	ENTRY_KIND_MAX = ENTRY_HISTORY,
};
/* "report", "text", … for dumps and messages. */
const char *entry_kind_name(enum entry_kind kind);

/* The body is the 32-byte digest of what it was; its length in the header stays the old one, and
 * the flag counts as unset in the chain. */
enum { ENTRY_FLAG_ERASED = 1 };

struct entry {
	enum entry_kind kind;
	uint8_t status; /* enum status of the verdict; 0 where there is none */
	uint8_t flags;
	uint16_t form;     /* number in the catalogue; 0: none */
	uint32_t facility; /* number in the registry; 0: none or unknown */
	uint32_t period, revision;
	uint32_t actor;     /* registry number of the key; 0: the system itself */
	uint32_t catalogue; /* number of the catalogue by which it was judged */
	uint64_t received;  /* wall ms; never goes back along the journal */
	uint64_t replaces;  /* sequence in force before; for a text: the sequence of its report */
	enum digest_algorithm algorithm;
	struct digest chain;
	struct bytes findings, body; /* views */
	uint32_t erased_length;      /* of the body before it was erased */
	/* not stored: */
	uint64_t sequence;
	struct digest body_digest; /* known to whoever appends; made by entry_digest() otherwise */
	bool has_body_digest;
};

size_t entry_size(const struct entry *entry);
/* Packs into size = entry_size() bytes. */
void entry_encode(const struct entry *entry, uint8_t *ret_packed);
/* ERR_CORRUPT by every rule above but the chain; views point into packed. */
CHECKED int entry_decode(struct bytes packed, struct entry *ret_entry);
/* Sets chain from the previous entry's; uses body_digest if it is known, else makes it. */
CHECKED int entry_chain(struct entry *entry, const struct digest *previous);
/* ERR_CORRUPT unless entry->chain follows from previous. */
CHECKED int entry_verify(const struct entry *entry, const struct digest *previous);

#endif

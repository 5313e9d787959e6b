/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The packed forms inside the outbox; only store/outbox*.c use them. */
#ifndef STORE_OUTBOX_RECORD_H
#define STORE_OUTBOX_RECORD_H

#include "store/outbox.h"

enum { OUTBOX_RECEIPT_BYTES = 16 + 8 + 8 + 32 };

/* Appends the packed report; its digests must be set. */
CHECKED int outbox_record_encode(const struct outbox_report *report, struct buffer *out);
/* Reads the report at the front; what follows it (receipt, findings) is left in reader. */
CHECKED int outbox_record_decode(struct reader *reader, struct outbox_report *ret_report);
/* The digest of no text is all zeros. */
CHECKED int outbox_text_digest(struct bytes text, struct digest *ret_digest);
CHECKED int outbox_receipt_add(const struct outbox_receipt *receipt, struct buffer *out);
/* A receipt is the end of whatever holds it. */
CHECKED int outbox_receipt_read(struct reader *reader, struct outbox_receipt *ret_receipt);

#endif

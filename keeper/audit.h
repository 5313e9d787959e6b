/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Is this journal what it once was? The chain alone shows damage: whoever may write the files can
 * compute every hash again. Forgery, a cut tail included, is shown only by something kept where he
 * could not reach it: a head, or the receipts of those who reported. */
#ifndef KEEPER_AUDIT_H
#define KEEPER_AUDIT_H

#include <stdio.h>

#include "store/journal.h"

/* Walks the whole chain, says what it found, each `restored` and `erased` entry included, and
 * what it cannot show. ERR_CORRUPT names the first entry that does not follow, or whose text should
 * have been erased and is not, or whose body is gone and no entry `erased` says so. */
CHECKED int audit_verify(struct journal *journal, FILE *out);

/* Holds heads kept elsewhere, one a line, against the journal, after walking its whole chain.
 *
 * A head or receipt of the present epoch must be in the journal. One of an earlier epoch must be
 * too, up to the point at which a `restored` entry resumed; beyond that it is a declared loss,
 * which is counted and is no difference. An epoch that the journal never had is a difference.
 * ERR_CORRUPT: at least one differs; each was printed. */
CHECKED int audit_heads(struct journal *journal, FILE *heads, FILE *out);

/* The same for receipts: lines of JSON with epoch, sequence, last_sequence and chain, as a
 * collector's --log has them; where a line has the digest of a report, that very report must
 * stand at the sequence. Lines with sequence 0 were no receipts and are counted. */
CHECKED int audit_receipts(struct journal *journal, FILE *receipts, FILE *out);

#endif

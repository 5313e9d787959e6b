/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The receipt: what became of every row, as a sheet that opens beside the one that was sent. A row
 * without anything to say has one line, any other one line per reason. Columns:
 *
 *   row          line of the file; blank for a report that an earlier run had queued
 *   facility, form, period, revision
 *   status       accepted, unchanged, superseded, rejected, held, later, queued, not-sent, checked,
 *                would-be-held
 *   status_text  the same in words
 *   kind         fault, hold (a person at the bureau decides) or note; blank where there is nothing
 *                to say
 *   column       of the file, to which the reason belongs; blank: the row as a whole
 *   code         stable word of the reason (docs/protocol.md, docs/clerks-guide.md)
 *   reason, fix  in the reader's language
 *   sequence     of the report in the journal: the receipt proper; blank: it has none
 *   rule         of the catalogue, where one spoke
 *   severity     reject, hold or follow, of a finding
 *   proposed     what the figure probably is
 *   other        code of a second element that the finding is about
 *   explained    code of the reason that the sender gave */
#ifndef COLLECTOR_RECEIPT_H
#define COLLECTOR_RECEIPT_H

#include "base/sheet_out.h"
#include "collector/tally.h"

CHECKED int receipt_format(const struct tally *tally, struct sheet_out *out);
/* Before anything is sent: ERR_CONFLICT if something else than a receipt has this name. */
CHECKED int receipt_check(const char *path);
CHECKED int receipt_write(const struct tally *tally, const char *path);

#endif

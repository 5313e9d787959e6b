/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What people and spreadsheets do to a figure, a code or a period before it is a cell, and what of
 * it may be undone without guessing. */
#ifndef CLIENT_CELL_H
#define CLIENT_CELL_H

#include "base/bytes.h"

/* The text with full-width letters, digits and signs as plain ones (１２３ is 123, － is -), without
 * the blanks of Chinese typing around it; ends in a NUL. Replaces what out held. */
CHECKED int cell_fold(const char *text, struct buffer *out);
/* A folded cell as a figure: as decimal_parse(), and separators of thousands where they stand
 * exactly (12,345 but not 1,23). ERR_INVALID: the text says why, and which way out. */
CHECKED int cell_number(const char *folded, uint8_t scale, int64_t *ret_value);
/* Whether a spreadsheet has turned a code into a number: 4.40307E+14. */
bool cell_is_notation(const char *folded);
/* A folded cell as a period: as period_parse(), and the months that spreadsheets make of 2026-05:
 * 2026年5月, 2026/5, 2026-5, May-26. */
CHECKED int cell_period(const char *folded, uint32_t *ret_period);

/* The codes of facilities that are known here. */
struct codes {
	struct buffer code; /* FACILITY_CODE_MAX + 1 bytes each; the caller frees it */
	size_t count;
};
CHECKED int codes_add(struct codes *codes, const char *code);
/* The known code that the given one was before a spreadsheet took it for a number (leading zeros
 * lost, or digits behind the fifteenth); NULL: the code is known itself, or like none. */
const char *codes_spoiled(const struct codes *codes, const char *code);

#endif

/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The two halves of a report. */
#include "base/macros.h"
#include "fuzz/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const kinds[] = { "values", "text" };

	fuzz_message(kinds, array_len(kinds), data, size);
	return 0;
}

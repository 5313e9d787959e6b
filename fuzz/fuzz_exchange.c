/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a collector and ingestd say to each other. */
#include "base/macros.h"
#include "fuzz/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const kinds[] = { "header", "hello", "welcome", "submit", "verdicts",
		"findings", "status", "status-reply", "catalogue", "catalogue-piece", "busy",
		"ping", "refusal" };

	fuzz_message(kinds, array_len(kinds), data, size);
	return 0;
}

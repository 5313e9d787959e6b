/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Questions, answers and commands: the messages of operators, whose decoders build the largest
 * structs. */
#include "base/macros.h"
#include "fuzz/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const kinds[] = { "question", "answer", "command", "command-result" };

	fuzz_message(kinds, array_len(kinds), data, size);
	return 0;
}

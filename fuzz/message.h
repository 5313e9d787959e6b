/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The property that every decoder of a message must have, for the targets beside this file. */
#ifndef FUZZ_MESSAGE_H
#define FUZZ_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

/* The first byte chooses one of the count kinds, the rest is the message. Aborts unless the message
 * is refused as invalid or too large, or is understood and survives encoding and decoding again. */
void fuzz_message(const char *const *kinds, size_t count, const uint8_t *data, size_t size);

/* libFuzzer's entry. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif

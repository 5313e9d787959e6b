/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * CURVE key pairs and the files that hold them. A secret stands only in a file of mode 0600, never
 * on a command line, in the environment or in a log. File: YAML, "public" and "secret" in Z85. */
#ifndef WIRE_KEYS_H
#define WIRE_KEYS_H

#include <stdint.h>

#include "base/macros.h"

enum { KEY_BYTES = 32, KEY_TEXT_BYTES = 41 };

struct key_pair {
	uint8_t public_key[KEY_BYTES], secret_key[KEY_BYTES];
};

CHECKED int key_pair_make(struct key_pair *ret_pair);
/* Writes a new file of mode 0600; ERR_CONFLICT if it is there already. */
CHECKED int key_pair_save(const struct key_pair *pair, const char *path);
/* The pair in the file next takes the place of the one in path at once, whole; the old one is kept
 * as PATH.old, whatever stood there. A crash leaves path with the one or the other. */
CHECKED int key_pair_replace(const char *path, const char *next);
/* ERR_DENIED if group or others may read it (a credential of the service manager may
 * look as if its group might); ERR_INVALID if the halves do not belong together. */
CHECKED int key_pair_load(const char *path, struct key_pair *ret_pair);
/* The server's own: from the file that was set, or if that is "" the credential server.key. */
CHECKED int key_pair_load_server(const char *set, struct key_pair *ret_pair);
void key_print(const uint8_t key[KEY_BYTES], char ret[KEY_TEXT_BYTES]); /* Z85 */
/* A public half in Z85 or as an enrolment code (wire/key_code.h). ERR_INVALID says what is
 * wrong. */
CHECKED int key_parse(const char *text, uint8_t ret_key[KEY_BYTES]);

#endif

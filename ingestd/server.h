/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The server: receive, decide, hand over, answer. It owns every part of ingestd and runs the loop
 * of the deciding thread. */
#ifndef INGESTD_SERVER_H
#define INGESTD_SERVER_H

#include "base/conf.h"

struct settings {
	char data_dir[400];
	char listen[256];
	char catalogue[400];
	char server_key[400];
	uint64_t map_size_bytes;
	uint64_t disk_floor_bytes;
};

extern const struct conf_setting settings_table[];
extern const size_t settings_count;

/* first_operator: public key in Z85 of the first administrator, or NULL; refused (ERR_INVALID) once
 * the journal has one. Runs until SIGTERM or SIGINT. */
CHECKED int server_run(const struct settings *settings, const char *first_operator);

#endif

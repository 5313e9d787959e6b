/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The server: receive, decide, hand over, answer. It owns every part of ingestd and runs the loop
 * of the deciding thread. */
#ifndef INGESTD_SERVER_H
#define INGESTD_SERVER_H

#include "base/disk.h"

struct settings {
	char data_dir[400];
	char listen[256];
	char catalogue[400];
	char server_key[400];
	uint64_t map_size_bytes;
	struct disk_floors floors;
	char metrics_file[400];
	bool training;
	uint64_t memory_bytes;
};

extern const struct conf_setting settings_table[];
extern const size_t settings_count;
extern const struct conf_rule settings_rules[];
extern const size_t settings_rules_count;

/* config: the file of the settings, read again at SIGHUP. Runs until SIGTERM or SIGINT. */
CHECKED int server_run(struct settings *settings, const char *config);
/* Writes the first administrator into the journal, and makes it if there is none; nobody is
 * listened to. first_operator: his public key in Z85 or as a code. ERR_INVALID while the journal
 * has an administrator whose key is valid, ERR_CONFLICT while ingestd runs. */
CHECKED int server_register(struct settings *settings, const char *first_operator);

#endif

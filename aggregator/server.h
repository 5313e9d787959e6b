/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The running aggregator: its settings, and the loop that follows the journal and answers. */
#ifndef AGGREGATOR_SERVER_H
#define AGGREGATOR_SERVER_H

#include "base/disk.h"

struct settings {
	char journal[512], data_dir[512], listen[256], server_key[512];
	uint64_t map_size_bytes;
	char metrics_file[512];
	struct disk_floors floors;
};

extern const struct conf_setting settings_table[];
extern const size_t settings_count;
extern const struct conf_rule settings_rules[];
extern const size_t settings_rules_count;

/* Runs until SIGTERM or SIGINT; config: the file of the settings, read again at SIGHUP.
 * ERR_INVALID, ERR_DENIED, ERR_NOT_FOUND: the settings name something that cannot be used;
 * anything else is a fault of storage or system. */
CHECKED int server_run(struct settings *settings, const char *config);

#endif

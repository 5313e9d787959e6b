/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Catalogues kept beside the outbox, one file per digest, so that rows can be checked and queued
 * without a network. A damaged file is as good as none: its digest does not fit. */
#ifndef COLLECTOR_CACHE_H
#define COLLECTOR_CACHE_H

#include "model/catalog.h"

enum { CACHE_NONE = 1 };

/* 0 or CACHE_NONE. */
CHECKED int cache_load(
	const char *folder, const struct digest *digest, struct catalog **ret_catalog);
CHECKED int cache_save(const char *folder, const struct catalog *catalog);

#endif

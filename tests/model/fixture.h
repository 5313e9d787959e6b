/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The small catalogue of tests/model/catalog/, whole or with edits that each test says itself. */
#ifndef TESTS_MODEL_FIXTURE_H
#define TESTS_MODEL_FIXTURE_H

#include "base/bytes.h"
#include "model/catalog.h"

#define FIXTURE_FOLDER SOURCE_DIR "/tests/model/catalog"

enum { FIXTURE_EDITS_MAX = 4 };

/* In the table ("areas", "forms" …), the first find becomes put; an empty find appends. */
struct edit {
	const char *table, *find, *put;
};

/* The uncompressed bundle after the edits, up to the first edit without a table. Ends the test
 * when an edit finds nothing. */
void fixture_bundle(const struct edit edits[FIXTURE_EDITS_MAX], struct buffer *ret_plain);
/* catalog_open_bundle() of any uncompressed text. */
CHECKED int fixture_open_plain(struct bytes plain, struct catalog **ret_catalog);
CHECKED int fixture_open(const struct edit edits[FIXTURE_EDITS_MAX], struct catalog **ret_catalog);
/* Unedited; ends the test when it does not open. */
struct catalog *fixture(void);

#endif

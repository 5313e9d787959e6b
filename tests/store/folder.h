/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A fresh folder for a test's store; removed again by the test that made it. */
#ifndef TESTS_STORE_FOLDER_H
#define TESTS_STORE_FOLDER_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

struct folder {
	char path[128];
};

static inline struct folder folder_make(void)
{
	struct folder folder;

	snprintf(folder.path, sizeof(folder.path), "/tmp/huibao-test-XXXXXX");
	cr_assert_not_null(mkdtemp(folder.path));
	return folder;
}

static inline void folder_remove(const struct folder *folder)
{
	char command[256];

	snprintf(command, sizeof(command), "rm -rf '%s'", folder->path);
	cr_assert_eq(system(command), 0);
}

#endif

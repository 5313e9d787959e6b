/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * How many bytes of rejected, refused and held reports were kept today: of each facility, whoever
 * of those who may report for it sent them, and of each sender, however many facilities he has.
 * Beyond the quota a rejection is still given, but says that its bytes were not kept. */
#ifndef INGESTD_QUOTA_H
#define INGESTD_QUOTA_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"

struct quota;

CHECKED int quota_new(struct quota **ret_quota);
void quota_free(struct quota *quota);
AUTO_DEFINE(quota_free, struct quota *);

/* Takes len bytes of today's quota; false: it would be exceeded, nothing was taken. facility 0 is
 * everything of this sender that names no facility he may report for: so nobody can use up the
 * quota of somebody else's. */
bool quota_take(struct quota *quota, int32_t day, uint32_t actor, uint32_t facility, size_t len);

#endif

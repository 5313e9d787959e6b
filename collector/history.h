/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a report is compared with at the source: the facility's reports in force as far as this
 * outbox knows them (kept, overlaid by what waits to be sent before, overlaid by the rows of the
 * same file that come before), and the facility itself as the server last described it. */
#ifndef COLLECTOR_HISTORY_H
#define COLLECTOR_HISTORY_H

#include "base/ports.h"
#include "model/registry.h"
#include "model/rule.h"
#include "proto/exchange.h"

struct history;

/* For rows of this form, at most rows of them. Borrows both. */
CHECKED int history_new(const struct catalog *catalog, const struct form *form, size_t rows,
	struct history **ret_history);
void history_free(struct history *history);
AUTO_DEFINE(history_free, struct history *);

/* A row that will be in force when the ones after it are judged. */
CHECKED int history_add(struct history *history, const struct report *report);
/* What is known before a report that is sent as this number (UINT64_MAX: after all that waits).
 * Views last until the next call. */
CHECKED int history_look(struct history *history, const struct ports *ports, struct bytes facility,
	uint32_t period, uint64_t number, struct checkup *ret_known);
/* NULL: the server has never said what it is. Lasts until the next call. */
CHECKED int history_facility(struct history *history, const struct ports *ports,
	struct bytes facility, const struct facility **ret_facility);

#endif

/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * How the aggregator looks at itself: the metrics that it publishes and the checks of the doctor.
 * Both only read. The questions about them reach the server through struct watched, because
 * answering knows no server. */
#ifndef AGGREGATOR_OBSERVE_H
#define AGGREGATOR_OBSERVE_H

#include "base/doctor.h"
#include "base/observe.h"
#include "proto/query.h"

struct watched {
	const void *ctx;
	int (*metrics)(const void *ctx, struct samples *out);
	void (*doctor)(const void *ctx, struct doctor *out);
	int (*settings)(const void *ctx, struct answer_builder *answer);
};

struct server;

/* Every metric of the table, with those of the process; ctx is the server. */
CHECKED int server_metrics(const void *ctx, struct samples *out);
/* Every check; ctx is the server. */
void server_doctor(const void *ctx, struct doctor *out);
/* The settings in force; ctx is the server. */
CHECKED int server_settings(const void *ctx, struct answer_builder *answer);

#endif

/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * How ingestd looks at itself: the metrics that it publishes and the checks of the doctor. Both
 * only read; they may be asked at any moment in the deciding thread. */
#ifndef INGESTD_OBSERVE_H
#define INGESTD_OBSERVE_H

#include "base/doctor.h"
#include "base/observe.h"

struct server;

/* Every metric of the table, with those of the process. ctx is the server. */
CHECKED int server_metrics(const void *ctx, struct samples *out);
/* Every check. */
void server_doctor(const struct server *server, struct doctor *out);

#endif

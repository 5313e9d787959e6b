/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What both daemons see when they look at themselves, for the commands that show it and for the
 * bundle that is sent to whoever helps. */
#ifndef ADMIN_OBSERVE_H
#define ADMIN_OBSERVE_H

#include "admin/session.h"

/* Appends both daemons' metrics as Prometheus text. A daemon that does not answer is left out, and
 * told on stderr; *ret_error: what the first of them failed with, or 0. */
CHECKED int metrics_text(struct session *session, struct buffer *out, int *ret_error);
/* Every check of everybody; table->fault: something is bad. */
CHECKED int doctor_table(struct session *session, struct grid *table);

#endif

/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a daemon sees when it looks at itself, as an answer: metrics and the doctor's rows. Both
 * daemons lay them out alike, so that one client prints them. */
#ifndef PROTO_OBSERVED_H
#define PROTO_OBSERVED_H

#include "base/conf.h"
#include "base/doctor.h"
#include "base/metrics.h"
#include "proto/query.h"

/* metric, type, unit, help (these three at the first sample of a metric), sample, labels, value */
CHECKED int answer_samples(struct answer_builder *answer, const struct samples *samples);
/* check, state, found, limit, value, advice_zh, advice_en. A row that is bad makes the outcome
 * FOUND_FAULT. */
CHECKED int answer_doctor(struct answer_builder *answer, const struct doctor *doctor);
/* setting, value, live: the table of settings as it stands in target. */
CHECKED int answer_settings(struct answer_builder *answer, const struct conf_setting *settings,
	size_t count, const void *target);

#endif

/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The questions about the aggregator itself. */
#include "aggregator/observe.h"

#include "aggregator/server_parts.h"
#include "aggregator/verb.h"
#include "base/err.h"
#include "proto/observed.h"

static int nobody(struct asking *asking)
{
	return verb_refuse(asking, ANSWER_NOT_FOUND, "nobody here looks at the daemon itself");
}

int verb_metrics(struct asking *asking)
{
	AUTO(samples_fini) struct samples samples = { 0 };
	const struct watched *watched = asking->watched;
	int r;

	if (!watched)
		return nobody(asking);
	r = watched->metrics(watched->ctx, &samples);
	return r < 0 ? err_pass(r) : err_pass(answer_samples(asking->answer, &samples));
}

int verb_doctor(struct asking *asking)
{
	const struct watched *watched = asking->watched;
	struct doctor doctor = { 0 };

	if (!watched)
		return nobody(asking);
	watched->doctor(watched->ctx, &doctor);
	return err_pass(answer_doctor(asking->answer, &doctor));
}

int verb_settings(struct asking *asking)
{
	const struct watched *watched = asking->watched;

	return watched ? err_pass(watched->settings(watched->ctx, asking->answer)) : nobody(asking);
}

int server_settings(const void *ctx, struct answer_builder *answer)
{
	const struct server *server = ctx;

	return err_pass(answer_settings(answer, settings_table, settings_count, server->settings));
}

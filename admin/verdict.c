/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A person's verdict on a target that no figure can judge: what came of it, as of when, and what
 * was looked at. A later one does not erase it. */
#include <stdio.h>
#include <string.h>

#include "admin/change.h"
#include "admin/command.h"
#include "admin/intake.h"
#include "base/err.h"
#include "model/facts.h"

static void verdict_take(const struct source *source, const struct catalog *catalog,
	struct person_verdict *ret_verdict, struct slips *slips)
{
	const char *outcome = source_field(source, "outcome");
	size_t before = slips->count;
	char reason[160];

	*ret_verdict = (struct person_verdict){ .period = take_period(source, slips) };
	take_text(source, "target", sizeof(ret_verdict->target), ret_verdict->target, slips);
	ret_verdict->outcome = verdict_outcome_parse(outcome);
	if (!ret_verdict->outcome) {
		snprintf(reason, sizeof(reason),
			"'%.40s' is no outcome; use met, not_met, under_way, not_started or "
			"withdrawn",
			outcome);
		source_slip(source, "outcome", reason, slips);
	}
	take_text(source, "evidence", sizeof(ret_verdict->evidence), ret_verdict->evidence, slips);
	take_optional_text(source, "note", sizeof(ret_verdict->note), ret_verdict->note, slips);
	if (slips->count == before && verdict_check(catalog, ret_verdict) < 0)
		source_slip(source, "target", err_text(), slips);
}

int verdict_add_run(struct session *session)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	AUTO(slips_fini) struct slips slips = { 0 };
	struct source source = { .session = session };
	struct person_verdict verdict;
	const struct command command = { .verdict = &verdict, .verdicts = 1 };
	int r = session->service.catalog(session->service.ctx, &catalog);

	if (r < 0)
		return err_pass(r);
	verdict_take(&source, catalog, &verdict, &slips);
	if (slips.count > 0)
		return slips_say(&slips);
	return err_pass(change_one(session, &command));
}

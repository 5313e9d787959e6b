/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Sameness is sameness of packed bytes, since packed values hold no clock time and nothing random.
 * If an encoder ever packed equal values otherwise, the price would be one needless revision. */
#include "collector/number.h"

#include "base/err.h"
#include "model/period.h"

int number_own(const struct ports *ports, struct bytes facility, uint16_t form, uint32_t period,
	struct outbox_report *ret_own)
{
	struct outbox_kept kept;
	struct outbox_held held;
	struct outbox_report pending, own = { .revision = 0 };
	int has_kept = outbox_kept_get(ports, facility, form, period, &kept), has_held, has_pending;

	if (has_kept < 0)
		return err_pass(has_kept);
	has_held = outbox_held_get(ports, facility, form, period, &held);
	if (has_held < 0)
		return err_pass(has_held);
	has_pending = outbox_pending_newest(ports, facility, form, period, &pending);
	if (has_pending < 0)
		return err_pass(has_pending);
	if (has_kept == 0)
		own = kept.report;
	if (has_held == 0 && held.report.revision >= own.revision)
		own = held.report;
	if (has_pending == 0 && pending.revision >= own.revision)
		own = pending;
	if (own.revision == 0)
		return PORT_NONE;
	*ret_own = own;
	return 0;
}

static int encode_as(const struct report *draft, uint32_t revision, struct buffer *out)
{
	struct report numbered = *draft;

	numbered.revision = revision;
	return err_pass(report_encode(&numbered, out));
}

int number_same(const struct report *draft, struct bytes text, const struct outbox_report *own,
	bool *ret_same)
{
	AUTO(buffer_fini) struct buffer values = { 0 };
	int r = encode_as(draft, own->revision, &values);

	if (r < 0)
		return err_pass(r);
	*ret_same = bytes_equal(buffer_view(&values), own->values) && bytes_equal(text, own->text);
	return 0;
}

/* Most likely a slip in the facility's code or in the period. */
static int nothing_to_withdraw(const struct report *draft)
{
	char period[PERIOD_TEXT_BYTES];

	period_print(draft->period, period);
	return err_here(ERR_NOT_FOUND,
		"facility '%.*s' has no report of this form for %s at the server, so there is "
		"nothing to withdraw; check facility and period",
		(int)draft->facility.len, (const char *)draft->facility.data, period);
}

/* The newer of what is in force there and what is held, or was until a person sent it back. */
static uint32_t newest_there(const struct status_line *theirs, const struct digest **ret_digest)
{
	if (theirs->held_state != HELD_NONE && theirs->held_revision > theirs->revision) {
		*ret_digest = &theirs->held_digest;
		return theirs->held_revision;
	}
	*ret_digest = &theirs->digest;
	return theirs->revision;
}

int number_next(const struct report *draft, const struct outbox_report *own,
	const struct status_line *theirs, uint32_t *ret_revision)
{
	AUTO(buffer_fini) struct buffer values = { 0 };
	uint32_t highest = own ? own->revision : 0, there = 0;
	const struct digest *known = NULL;
	struct digest digest;
	int r;

	if (theirs)
		there = newest_there(theirs, &known);
	if (draft->withdrawal && !own && theirs && there == 0)
		return nothing_to_withdraw(draft);
	if (there > highest) {
		highest = there;
		/* Our outbox was lost, or someone else sent just this: then there is nothing
		 * new. */
		if ((r = encode_as(draft, highest, &values)) < 0 ||
			(r = digest_of(DIGEST_SHA256, buffer_view(&values), &digest)) < 0)
			return err_pass(r);
		if (digest_equal(&digest, known)) {
			*ret_revision = highest;
			return 0;
		}
	}
	if (highest == UINT32_MAX)
		return err_here(ERR_LIMIT, "the revision numbers of this report are used up");
	*ret_revision = highest + 1;
	return 0;
}

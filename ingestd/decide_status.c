/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What is in force and held for one facility: the state's identities, each as the tail has it, and
 * those that only the tail knows yet. The state's key begins with form and period, so the walk
 * jumps from period to period instead of reading every facility.
 *
 * Notices are read from the state alone. It may lag behind the tail, so the newest are not shown at
 * once; but they come in the order of their sequences, and an asker goes on from the last one that
 * it was shown, so none is ever left out. */
#include "base/err.h"
#include "ingestd/decide_parts.h"

struct listing {
	const struct decide *decide;
	const struct facility *facility;
	uint32_t form, period; /* 0: any */
	struct status_line *lines;
	size_t count, max;
	bool more;
};

static bool wanted(const struct listing *listing, const struct identity_key *key)
{
	return key->facility == listing->facility->number &&
	       (listing->form == 0 || key->form == listing->form) &&
	       (listing->period == 0 || key->period == listing->period);
}

static void line_add(
	struct listing *listing, const struct identity_key *key, const struct identity *identity)
{
	if (listing->count == listing->max) {
		listing->more = true;
		return;
	}
	listing->lines[listing->count++] = (struct status_line){
		.facility = bytes_str(listing->facility->code),
		.form = key->form,
		.period = key->period,
		.revision = identity->revision,
		.sequence = identity->sequence,
		.digest = identity->digest,
		.withdrawn = identity->withdrawn,
		.held_state = (enum held_state)identity->held.state,
		.held_revision = identity->held.revision,
		.held_sequence = identity->held.sequence,
		.held_digest = identity->held.digest,
	};
}

static int state_lines(struct listing *listing)
{
	struct identity_key key = { .form = (uint16_t)listing->form, .period = listing->period };
	struct identity identity;
	int r;

	key.facility = listing->facility->number;
	while ((r = state_identity_next(listing->decide->ports, &key, &identity)) == 0 &&
		!listing->more) {
		if (listing->form != 0 && key.form != listing->form)
			return 0;
		if (wanted(listing, &key)) {
			if ((r = decide_identity(listing->decide, &key, &identity)) != 0)
				return err_fold(r);
			line_add(listing, &key, &identity);
		}
		if (key.facility < listing->facility->number) {
			key.facility =
				listing->facility->number; /* still before ours, in this period */
		} else {
			key.facility = listing->facility->number;
			key.period++; /* the next period that there is, whatever its number */
		}
	}
	return r == PORT_NONE ? 0 : err_pass(r);
}

static int tail_line(void *ctx, const struct tail_key *packed, const struct tail_value *value)
{
	struct listing *listing = ctx;
	struct reader reader = reader_of(bytes_of(packed->byte + 1, sizeof(packed->byte) - 1));
	struct identity_key key;
	struct identity identity;
	int r;

	if (packed->byte[0] != TAIL_IDENTITY)
		return 0;
	key.form = reader_u16(&reader);
	key.period = reader_u32(&reader);
	key.facility = reader_u32(&reader);
	if (!wanted(listing, &key))
		return 0;
	r = state_identity_get(listing->decide->ports, &key, &identity);
	if (r <= 0)
		return err_pass(r); /* the state has it: listed above */
	line_add(listing, &key, &value->identity);
	return 0;
}

/* One identity, named whole: no walk. */
static int exact_line(struct listing *listing)
{
	struct identity_key key = { .form = (uint16_t)listing->form,
		.period = listing->period,
		.facility = listing->facility->number };
	struct identity identity;
	int r = decide_identity(listing->decide, &key, &identity);

	if (r == 0)
		line_add(listing, &key, &identity);
	return r == PORT_NONE ? 0 : err_pass(r);
}

int decide_status(struct decide *decide, const struct facility *facility, uint32_t form,
	uint32_t period, size_t max, struct status_line *ret_lines, size_t *ret_count,
	bool *ret_more)
{
	struct listing listing = { .decide = decide,
		.facility = facility,
		.form = form,
		.period = period,
		.lines = ret_lines,
		.max = max };
	int r = 0;

	if (form > UINT16_MAX)
		r = 0; /* there is no such form, so nothing is in force on it */
	else if (form != 0 && period != 0)
		r = exact_line(&listing);
	else if ((r = state_lines(&listing)) == 0)
		r = tail_each(decide->tail, tail_line, &listing);
	if (r < 0)
		return err_pass(r);
	*ret_count = listing.count;
	*ret_more = listing.more;
	return 0;
}

int decide_notices(struct decide *decide, const struct facility *facility, uint64_t after,
	size_t max, struct notice *ret_notices, size_t *ret_count, bool *ret_more)
{
	size_t count = 0, text_bytes = 0;
	struct state_notice found;
	uint64_t sequence = after;
	int r = 0;

	*ret_more = false;
	while (sequence < UINT64_MAX) {
		sequence++;
		r = state_notice_next(decide->ports, facility->number, &sequence, &found);
		if (r != 0)
			break;
		text_bytes += found.text.len;
		*ret_more = count == max || text_bytes > NOTICE_TEXTS_BYTES_MAX;
		if (*ret_more)
			break;
		ret_notices[count++] = (struct notice){ .kind = (enum notice_kind)found.kind,
			.sequence = sequence,
			.facility = bytes_str(facility->code),
			.form = found.form,
			.period = found.period,
			.revision = found.revision,
			.about = found.about,
			.element = found.element,
			.reason = found.reason,
			.text = found.text,
			.delta = found.delta,
			.received_ms = found.received };
	}
	if (r < 0)
		return err_pass(r);
	*ret_count = count;
	return 0;
}

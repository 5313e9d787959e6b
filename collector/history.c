/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Rows of the file are found by a hash of facility and period, for a city's file asks for each row
 * a dozen times. A stored report that no longer fits the form is no past: the catalogue has moved
 * on. */
#include "collector/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "model/period.h"
#include "proto/report.h"
#include "store/outbox.h"

/* A row of the file that will be in force. */
struct earlier {
	char facility[FACILITY_CODE_MAX + 1];
	uint32_t period;
	int64_t *value; /* owned; NULL: withdrawn */
	size_t next;    /* in its bucket, counted from 1; 0: the last */
};

struct history {
	/* borrowed */
	const struct catalog *catalog;
	const struct form *form;
	/* owned */
	struct arena *arena;
	struct earlier *earlier;
	size_t *bucket; /* buckets of them, a power of two; 0: empty */
	size_t rows, rows_max, buckets;
	/* of the last look */
	struct facility facility;
	int64_t past[PAST_MAX][FORM_LINES_MAX];
	int64_t replaced[FORM_LINES_MAX];
	int64_t other[RULE_OTHERS_MAX][PERIODS_INSIDE_MAX][FORM_LINES_MAX];
};

int history_new(const struct catalog *catalog, const struct form *form, size_t rows,
	struct history **ret_history)
{
	AUTO(history_free) struct history *history = calloc(1, sizeof(*history));
	int r;

	if (!history)
		return err_here(ERR_NOMEM, "cannot allocate a history");
	history->catalog = catalog;
	history->form = form;
	history->rows_max = rows;
	history->buckets = 16;
	while (history->buckets < rows)
		history->buckets *= 2;
	history->earlier = calloc(rows ? rows : 1, sizeof(*history->earlier));
	history->bucket = calloc(history->buckets, sizeof(*history->bucket));
	if (!history->earlier || !history->bucket)
		return err_here(ERR_NOMEM, "cannot allocate a history of %zu rows", rows);
	if ((r = arena_new(&history->arena)) < 0)
		return err_pass(r);
	*ret_history = history;
	history = NULL;
	return 0;
}

void history_free(struct history *history)
{
	if (!history)
		return;
	for (size_t i = 0; i < history->rows; i++)
		free(history->earlier[i].value);
	arena_free(history->arena);
	free(history->earlier);
	free(history->bucket);
	free(history);
}

/* FNV-1a over the code, then the period. */
static size_t bucket_of(const struct history *history, struct bytes facility, uint32_t period)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < facility.len; i++)
		hash = (hash ^ facility.data[i]) * UINT64_C(0x100000001b3);
	hash = (hash ^ period) * UINT64_C(0x100000001b3);
	return (size_t)(hash >> 20) & (history->buckets - 1);
}

static struct earlier *earlier_find(
	const struct history *history, struct bytes facility, uint32_t period)
{
	size_t at = history->bucket[bucket_of(history, facility, period)];

	while (at != 0) {
		struct earlier *earlier = &history->earlier[at - 1];

		if (earlier->period == period &&
			bytes_equal(bytes_str(earlier->facility), facility))
			return earlier;
		at = earlier->next;
	}
	return NULL;
}

static struct earlier *earlier_make(struct history *history, struct bytes facility, uint32_t period)
{
	size_t bucket = bucket_of(history, facility, period);
	struct earlier *fresh;

	ensure(history->rows < history->rows_max && facility.len <= FACILITY_CODE_MAX);
	fresh = &history->earlier[history->rows++];
	memcpy(fresh->facility, facility.data, facility.len);
	fresh->period = period;
	fresh->next = history->bucket[bucket];
	history->bucket[bucket] = history->rows;
	return fresh;
}

int history_add(struct history *history, const struct report *report)
{
	struct earlier *earlier = earlier_find(history, report->facility, report->period);
	int64_t *value = NULL;
	int r;

	if (!report->withdrawal) {
		value = calloc(history->form->line_count, sizeof(*value));
		if (!value)
			return err_here(ERR_NOMEM, "cannot allocate a row's figures");
		if ((r = report_vector(history->catalog, history->form, report, value)) < 0) {
			free(value);
			return err_pass(r);
		}
	}
	if (!earlier)
		earlier = earlier_make(history, report->facility, report->period);
	free(earlier->value);
	earlier->value = value;
	return 0;
}

/* A stored report as a vector of its form; NULL: it was withdrawn, or is of another catalogue. */
static int stored_vector(struct history *history, const struct form *form,
	const struct outbox_report *stored, int64_t *room, const int64_t **ret_value)
{
	struct report report;
	int r;

	*ret_value = NULL;
	if (stored->withdrawal)
		return 0;
	if ((r = report_decode(history->arena, stored->values, &report)) < 0)
		return err_pass(r);
	if (report_vector(history->catalog, form, &report, room) == 0)
		*ret_value = room;
	return 0;
}

/* What will be in force of an identity just before the report with that number is judged. */
static int in_force(struct history *history, const struct ports *ports, const struct form *form,
	struct bytes facility, uint32_t period, uint64_t number, int64_t *room,
	const int64_t **ret_value)
{
	const struct earlier *earlier =
		form == history->form ? earlier_find(history, facility, period) : NULL;
	struct outbox_kept kept;
	struct outbox_report pending;
	int has_kept, has_pending;

	*ret_value = NULL;
	if (earlier) {
		*ret_value = earlier->value;
		return 0;
	}
	if (period == 0)
		return 0;
	has_kept = outbox_kept_get(ports, facility, form->id, period, &kept);
	if (has_kept < 0)
		return err_pass(has_kept);
	has_pending = outbox_pending_newest(ports, facility, form->id, period, &pending);
	if (has_pending < 0)
		return err_pass(has_pending);
	if (has_pending == 0 && pending.number < number && !pending.doubtful &&
		(has_kept != 0 || pending.revision >= kept.report.revision))
		return err_pass(stored_vector(history, form, &pending, room, ret_value));
	return has_kept == 0 ? err_pass(stored_vector(history, form, &kept.report, room, ret_value))
			     : 0;
}

static int look_others(struct history *history, const struct ports *ports, struct bytes facility,
	uint32_t period, uint64_t number, struct checkup *known)
{
	const struct form *form[RULE_OTHERS_MAX];
	uint32_t inside[PERIODS_INSIDE_MAX];

	known->others = rules_others_of(history->catalog, history->form, RULES_OF_SENDER, form);
	for (uint32_t i = 0; i < known->others; i++) {
		struct past_other *other = &known->other[i];

		other->form = form[i];
		other->rows = periods_inside(form[i]->period, period, inside);
		for (uint32_t k = 0; k < other->rows; k++) {
			int r = in_force(history, ports, form[i], facility, inside[k], number,
				history->other[i][k], &other->row[k]);

			if (r < 0)
				return err_pass(r);
		}
	}
	return 0;
}

int history_look(struct history *history, const struct ports *ports, struct bytes facility,
	uint32_t period, uint64_t number, struct checkup *ret_known)
{
	uint32_t depth = past_depth(history->form->period);
	struct checkup known = { .form = history->form, .period = period };
	int r;

	if (!period_valid(period) || period_kind_of(period) != history->form->period) {
		*ret_known = known;
		return 0;
	}
	for (uint32_t k = 0; k < depth; k++) {
		r = in_force(history, ports, history->form, facility,
			period_add(period, -(int)(k + 1)), number, history->past[k],
			&known.past.row[k]);
		if (r < 0)
			return err_pass(r);
	}
	if ((r = in_force(history, ports, history->form, facility, period, number,
		     history->replaced, &known.replaced)) < 0 ||
		(r = look_others(history, ports, facility, period, number, &known)) < 0)
		return err_pass(r);
	*ret_known = known;
	return 0;
}

int history_facility(struct history *history, const struct ports *ports, struct bytes facility,
	const struct facility **ret_facility)
{
	struct outbox_facility stored;
	struct status_reply reply;
	int r = outbox_facility_get(ports, facility, &stored);

	*ret_facility = NULL;
	if (r < 0)
		return err_pass(r);
	if (r == PORT_NONE || stored.segments.len == 0)
		return 0;
	if ((r = status_reply_decode(history->arena, stored.segments, &reply)) < 0)
		return err_pass(r);
	if (reply.segments == 0)
		return 0;
	history->facility = (struct facility){ .segments = (uint32_t)reply.segments };
	memcpy(history->facility.code, facility.data, facility.len);
	memcpy(history->facility.segment, reply.segment, reply.segments * sizeof(*reply.segment));
	*ret_facility = &history->facility;
	return 0;
}

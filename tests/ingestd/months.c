/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Reports by a few figures. */
#include "tests/ingestd/months.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "ingestd/index.h"

const struct key manager = { .number = 53, .name = "Li", .role = ROLE_DATA_MANAGER };
const struct key second = { .number = 54, .name = "Wang", .role = ROLE_REGISTRAR };
const struct key namesake = { .number = 55, .name = "Li", .role = ROLE_DATA_MANAGER };
const struct key reader_key = { .number = 56, .name = "Zhao", .role = ROLE_READER };

enum { ELEMENTS_MAX = 5, VISIT = 1 };

void months_open(struct world *world)
{
	world_open_at(world, SOURCE_DIR "/tests/ingestd/catalog", "hospital");
}

static uint16_t form_of(const struct world *world, const struct month *month)
{
	const struct form *form = catalog_form_by_code(
		decide_catalog(world->decide), month->form ? month->form : "HM");

	cr_assert_not_null(form);
	return form->id;
}

static struct bytes facility_of(const struct month *month)
{
	return bytes_str(month->facility ? month->facility : "clinic-a");
}

static uint32_t period_of_month(const struct month *month)
{
	uint32_t period = 0;

	cr_assert_eq(period_parse(month->period, &period), 0, "%s", err_text());
	return period;
}

struct report_key months_key(const struct world *world, const struct month *month)
{
	struct report_key key = { .form = form_of(world, month), .period = period_of_month(month) };

	snprintf(key.facility, sizeof(key.facility), "%.*s", (int)facility_of(month).len,
		(const char *)facility_of(month).data);
	return key;
}

static void month_pack(const struct world *world, const struct month *month, struct buffer *out)
{
	const int64_t given[ELEMENTS_MAX] = { month->visits, month->days_open, month->days_used,
		month->income, month->staff };
	static const uint32_t names[ELEMENTS_MAX] = { VISIT, 3, 4, 5, 6 };
	static const uint32_t explained = VISIT;
	uint32_t element[ELEMENTS_MAX];
	int64_t value[ELEMENTS_MAX];
	struct report report = { .facility = facility_of(month),
		.form = form_of(world, month),
		.period = period_of_month(month),
		.revision = month->revision ? month->revision : 1,
		.withdrawal = month->withdrawal,
		.element = element,
		.value = value,
		.explained_element = &explained,
		.explained_reason = &month->reason,
		.explained = month->reason > 0 };

	for (size_t i = 0; i < ELEMENTS_MAX && !month->withdrawal; i++) {
		if (i > 0 && given[i] == 0)
			continue;
		element[report.values] = names[i];
		value[report.values++] = given[i];
	}
	cr_assert_eq(report_encode(&report, out), 0, "%s", err_text());
}

static void submission_pack(const struct world *world, const struct month *month,
	struct buffer *values, struct buffer *text, struct submission *ret_submission)
{
	struct report_text words = { .comment = bytes_str(month->comment ? month->comment : "") };

	month_pack(world, month, values);
	*ret_submission = (struct submission){ .values = buffer_view(values) };
	cr_assert_eq(
		digest_of(DIGEST_SHA256, ret_submission->values, &ret_submission->values_digest),
		0);
	if (!month->comment)
		return;
	cr_assert_eq(report_text_encode(&words, text), 0, "%s", err_text());
	ret_submission->text = buffer_view(text);
	cr_assert_eq(
		digest_of(DIGEST_SHA256, ret_submission->text, &ret_submission->text_digest), 0);
}

static void verdicts_take(const struct world *world, const struct reply *reply, size_t count,
	struct verdict *ret_verdicts)
{
	size_t entry = reply->first_entry, told = 0;

	for (size_t i = 0; i < count; i++) {
		if (told < reply->verdicts &&
			world->batch->verdict[reply->first_verdict + told].index == i) {
			ret_verdicts[i] = world->batch->verdict[reply->first_verdict + told++];
			entry += ret_verdicts[i].entries;
			continue;
		}
		ret_verdicts[i] =
			(struct verdict){ .index = (uint32_t)i, .status = STATUS_ACCEPTED };
		ret_verdicts[i].first.sequence = world->batch->entry[entry++].sequence;
		if (entry < world->batch->entries && world->batch->entry[entry].kind == ENTRY_TEXT)
			entry++;
	}
	cr_assert_eq(entry, reply->first_entry + reply->entries, "every sequence is told of");
}

void months_send_all(struct world *world, const struct key *key, const struct month *months,
	size_t count, struct verdict *ret_verdicts)
{
	static struct submit submit;
	struct buffer *values = calloc(count, sizeof(*values));
	struct buffer *text = calloc(count, sizeof(*text));

	cr_assert(values && text && count <= SUBMIT_REPORTS_MAX);
	for (size_t i = 0; i < count; i++)
		submission_pack(world, &months[i], &values[i], &text[i], &submit.report[i]);
	submit.reports = count;
	verdicts_take(world, world_submit(world, key, &submit), count, ret_verdicts);
	for (size_t i = 0; i < count; i++) {
		buffer_fini(&values[i]);
		buffer_fini(&text[i]);
	}
	free(values);
	free(text);
}

struct verdict months_send(struct world *world, const struct month *month)
{
	struct verdict verdict;

	months_send_all(world, &world->collector, month, 1, &verdict);
	return verdict;
}

static struct command_result give(
	struct world *world, const struct key *key, struct command *command)
{
	static uint32_t requests;

	requests++;
	memcpy(command->request_id, "request", 7);
	memcpy(command->request_id + 8, &requests, sizeof(requests));
	return world_command(world, key, command);
}

enum answer_outcome months_decide(struct world *world, const struct month *month, uint64_t held,
	uint64_t replaces, enum decision_kind kind)
{
	struct decision decision = { .key = months_key(world, month),
		.held = held > 0 ? held : 1, /* where nothing is held: what is none */
		.replaces = replaces,
		.kind = kind,
		.reason = kind == DECISION_ACCEPT ? 0 : 2,
		.note = "looked at" };
	struct command command = { .decision = &decision, .decisions = 1 };

	return give(world, &manager, &command).outcome;
}

struct command_result months_adjust(
	struct world *world, const struct key *key, const struct adjustment *adjustment)
{
	struct command command = { .adjustment = adjustment, .adjustments = 1 };

	return give(world, key, &command);
}

struct command_result months_query(struct world *world, const struct query *query)
{
	struct command command = { .query = query, .queries = 1 };

	return give(world, &manager, &command);
}

bool months_status(struct world *world, const struct month *month, struct status_line *ret_line)
{
	const struct facility *facility =
		registry_facility_by_code(decide_registry(world->decide), facility_of(month));
	struct status_line all[32];
	size_t count, exact;
	bool more, found = false;

	/* asked by name and as one of all, it is the same */
	cr_assert_eq(decide_status(world->decide, facility, form_of(world, month),
			     period_of_month(month), 1, ret_line, &exact, &more),
		0);
	cr_assert_eq(
		decide_status(world->decide, facility, 0, 0, array_len(all), all, &count, &more),
		0);
	for (size_t i = 0; i < count; i++) {
		if (all[i].form != form_of(world, month) || all[i].period != period_of_month(month))
			continue;
		cr_assert(!found, "a line comes once");
		found = true;
		cr_assert(all[i].sequence == ret_line->sequence &&
			  all[i].held_sequence == ret_line->held_sequence &&
			  all[i].held_state == ret_line->held_state &&
			  all[i].revision == ret_line->revision);
	}
	cr_assert_eq(found, exact == 1);
	return found;
}

void months_replay(struct world *world)
{
	struct world_pair *live;
	size_t pairs;

	world_index(world);
	live = world->pair;
	pairs = world->pairs;
	world->pair = NULL;
	world->pairs = world->indexed = 0;
	world_index(world);
	cr_assert_eq(world->pairs, pairs);
	for (size_t i = 0; i < pairs; i++) {
		cr_expect(bytes_equal(buffer_view(&live[i].key), buffer_view(&world->pair[i].key)));
		cr_expect(bytes_equal(
			buffer_view(&live[i].value), buffer_view(&world->pair[i].value)));
		buffer_fini(&live[i].key);
		buffer_fini(&live[i].value);
	}
	free(live);
}

/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Columns are joined by commas, '-' where there are none. */
#include "tests/sequences/tell.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "proto/query.h"

static void columns_tell(const uint32_t *left, const int64_t *right, size_t count)
{
	putchar(' ');
	for (size_t i = 0; i < count; i++)
		printf("%s%" PRIu32 ":%" PRId64, i > 0 ? "," : "", left[i], right[i]);
	if (count == 0)
		putchar('-');
}

static void pairs_tell(const uint32_t *left, const uint32_t *right, size_t count)
{
	putchar(' ');
	for (size_t i = 0; i < count; i++)
		printf("%s%" PRIu32 ":%" PRIu32, i > 0 ? "," : "", left[i], right[i]);
	if (count == 0)
		putchar('-');
}

static void made_tell(const struct made *made)
{
	printf("r %s %u %u %u %d %d", made->facility, made->form, made->period, made->revision,
		made->withdrawal, made->text);
	columns_tell(made->element, made->value, made->values);
	pairs_tell(made->absent_element, made->absent_kind, made->absents);
	pairs_tell(made->explained_element, made->explained_reason, made->explained);
	putchar('\n');
}

static void made_pack(const struct made *made, struct buffer *values, struct buffer *text,
	struct submission *ret_submission)
{
	const struct report report = { .facility = bytes_str(made->facility),
		.form = made->form,
		.period = made->period,
		.revision = made->revision,
		.withdrawal = made->withdrawal,
		.element = made->element,
		.value = made->value,
		.values = made->values,
		.absent_element = made->absent_element,
		.absent_kind = made->absent_kind,
		.absents = made->absents,
		.explained_element = made->explained_element,
		.explained_reason = made->explained_reason,
		.explained = made->explained };
	const struct report_text words = { .comment = bytes_str("a word") };

	must(report_encode(&report, values));
	*ret_submission = (struct submission){ .values = buffer_view(values) };
	must(digest_of(DIGEST_SHA256, ret_submission->values, &ret_submission->values_digest));
	if (!made->text)
		return;
	must(report_text_encode(&words, text));
	ret_submission->text = buffer_view(text);
	must(digest_of(DIGEST_SHA256, ret_submission->text, &ret_submission->text_digest));
}

/* code.element.found.limit.severity.reason.rule */
static void findings_tell(const struct finding *finding, size_t count)
{
	for (size_t i = 0; i < count; i++)
		printf(" %d.%" PRIu32 ".%" PRId64 ".%" PRId64 ".%d.%" PRIu32 ".%s",
			(int)finding[i].code, finding[i].element, finding[i].found,
			finding[i].limit, finding[i].severity == 0 ? 1 : (int)finding[i].severity,
			finding[i].reason, finding[i].rule);
	putchar('\n');
}

/* A report that no verdict names: what was found and explained stands in its entry. */
static size_t accepted_tell(struct house *house, size_t at)
{
	const struct batch *batch = house->batch;
	const struct entry *entry = &batch->entry[at];
	bool text = at + 1 < batch->entries && entry[1].kind == ENTRY_TEXT &&
		    entry[1].replaces == entry->sequence;
	const struct finding *finding = NULL;
	size_t count = 0;
	uint32_t more = 0;

	ensure(at < batch->entries);
	if (entry->findings.len > 0)
		must(findings_decode(house->arena, entry->findings, &finding, &count, &more));
	printf("v %d %d %llu 0 0", STATUS_ACCEPTED, text ? 2 : 1,
		(unsigned long long)entry->sequence);
	findings_tell(finding, count);
	return text ? 2 : 1;
}

static void verdicts_tell(struct house *house, const struct reply *reply, size_t count)
{
	const struct verdict *verdict =
		reply->verdicts > 0 ? &house->batch->verdict[reply->first_verdict] : NULL;
	size_t at = reply->first_entry, told = 0;

	for (size_t i = 0; i < count; i++) {
		if (told == reply->verdicts || verdict[told].index != i) {
			at += accepted_tell(house, at);
			continue;
		}
		printf("v %d %u %llu %llu %d", (int)verdict[told].status, verdict[told].entries,
			verdict[told].entries > 0
				? (unsigned long long)house->batch->entry[at].sequence
				: 0,
			verdict[told].has_first ? (unsigned long long)verdict[told].first.sequence
						: 0,
			verdict[told].not_kept);
		findings_tell(verdict[told].finding, verdict[told].findings);
		at += verdict[told++].entries;
	}
	ensure(told == reply->verdicts && at == reply->first_entry + reply->entries);
}

void message_send(struct play *play, uint32_t key, const struct made *made, size_t count)
{
	static struct submit submit;
	struct buffer values[4] = { { 0 } }, texts[4] = { { 0 } };
	struct house *house = &play->house;
	struct peer peer = { 0 };
	struct reply *reply;
	int r;

	printf("M %u %zu\n", key, count);
	submit.reports = count;
	for (size_t i = 0; i < count; i++) {
		made_tell(&made[i]);
		made_pack(&made[i], &values[i], &texts[i], &submit.report[i]);
	}
	reply = batch_reply(house->batch, &peer, 0, FRAME_VERDICTS);
	while ((r = decide_submit(house->decide, registry_key(decide_registry(house->decide), key),
			&submit, house->batch, reply)) == DECIDE_TAIL_FULL)
		house_catch_up(house);
	must(r);
	verdicts_tell(house, reply, count);
	for (size_t i = 0; i < count; i++) {
		buffer_fini(&values[i]);
		buffer_fini(&texts[i]);
	}
	house_take(house);
}

void command_send(struct play *play, uint32_t key, struct command *command, const char *words)
{
	/* in whose name the first keys are made */
	static const struct key founder = {
		.number = 99, .name = "Gu", .role = ROLE_ADMINISTRATOR
	};
	struct house *house = &play->house;
	const struct key *known = registry_key(decide_registry(house->decide), key);
	uint32_t request = play->requests > KEYS + PLAY_FACILITIES && likely(house, 2)
				   ? chance(house, play->requests)
				   : play->requests++;
	struct command decoded;
	struct buffer body = { 0 };
	struct peer peer = { 0 };
	struct reply *reply = batch_reply(house->batch, &peer, 0, FRAME_COMMAND_RESULT);
	int r;

	command->reason = bytes_str("sequence");
	snprintf((char *)command->request_id, sizeof(command->request_id), "%08x", request);
	must(command_encode(command, &body));
	if (command_decode(house->arena, buffer_view(&body), &decoded) < 0) {
		/* refused as a message, before anything is decided */
		printf("R %s\n", words);
		batch_reset(house->batch);
		buffer_fini(&body);
		return;
	}
	printf("C %u %u %llu %s\n", known ? key : 99, request, (unsigned long long)command->belief,
		words);
	while ((r = decide_command(house->decide, known ? known : &founder, command,
			buffer_view(&body), house->batch, reply)) == DECIDE_TAIL_FULL)
		house_catch_up(house);
	must(r);
	printf("c %d %llu %u\n", (int)reply->result.outcome,
		reply->result.has_receipt ? (unsigned long long)reply->result.receipt.sequence : 0,
		reply->result.records);
	buffer_fini(&body);
	house_take(house);
}

/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A journal in a temporary folder, followed by the real thing and asked through the bytes of the
 * protocol. The journal is closed before it is followed: one process opens a store once. Included
 * by the tests that need it; not a library, because Criterion's checks belong to the test. */
#ifndef TESTS_AGGREGATOR_DESK_H
#define TESTS_AGGREGATOR_DESK_H

#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aggregator/answer.h"
#include "base/err.h"
#include "tests/aggregator/world.h"

enum { MAP_BYTES = 64 * 1024 * 1024 };

static char folder[64], journal_path[96];

__attribute__((unused)) static void must(int r)
{
	cr_assert_eq(r, 0, "%s: %s (%s)", err_name(r), err_text(), err_trace());
}

__attribute__((unused)) static int remove_one(
	const char *path, const struct stat *stat, int flag, struct FTW *ftw)
{
	(void)stat, (void)flag, (void)ftw;
	return remove(path);
}

__attribute__((unused)) static void folder_make(void)
{
	snprintf(folder, sizeof(folder), "/tmp/huibao-aggregator-XXXXXX");
	cr_assert(mkdtemp(folder));
	snprintf(journal_path, sizeof(journal_path), "%s/journal", folder);
}

__attribute__((unused)) static void folder_remove(void)
{
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* What a test appends, in one go. */
struct writing {
	struct journal *journal;
};

__attribute__((unused)) static void writing_open(struct writing *writing)
{
	const uint8_t epoch[EPOCH_BYTES] = { 1, 2, 3 };

	must(journal_open(journal_path, MAP_BYTES, epoch, &writing->journal));
}

__attribute__((unused)) static uint64_t append(struct writing *writing, struct entry entry)
{
	struct entry *entries[] = { &entry };

	entry.algorithm = DIGEST_SHA256;
	must(journal_append(writing->journal, entries, 1));
	return entry.sequence;
}

__attribute__((unused)) static void append_catalogue_of(
	struct writing *writing, const char *catalogue, uint32_t number)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;

	append(writing, (struct entry){ .kind = ENTRY_CATALOGUE,
				.catalogue = number,
				.body = catalog_bundle_of(catalogue, &catalog) });
}

__attribute__((unused)) static void append_catalogue(struct writing *writing, uint32_t number)
{
	append_catalogue_of(writing, "catalog", number);
}

/* Reaches area and other (0: none); without any of them, everywhere. */
__attribute__((unused)) static void append_key_of(
	struct writing *writing, enum role role, const char *name, uint32_t area, uint32_t other)
{
	AUTO(buffer_fini) struct buffer body = { 0 };
	struct key key = {
		.role = role, .areas = (area != 0) + (other != 0), .area = { area, other }
	};
	const struct command command = { .reason = bytes_str("test"), .key = &key, .keys = 1 };

	snprintf(key.name, sizeof(key.name), "%s", name);
	memcpy(key.public_key, name, strlen(name));
	must(command_encode(&command, &body));
	append(writing, (struct entry){ .kind = ENTRY_KEY, .body = buffer_view(&body) });
}

__attribute__((unused)) static void append_key(
	struct writing *writing, enum role role, const char *name)
{
	append_key_of(writing, role, name, 0, 0);
}

__attribute__((unused)) static void append_place(struct writing *writing, uint32_t number,
	const struct segment *segments, uint32_t count, int32_t closed_day)
{
	AUTO(buffer_fini) struct buffer body = { 0 };

	facility_body(number, segments, count, closed_day, &body);
	append(writing, (struct entry){ .kind = ENTRY_REGISTRY, .body = buffer_view(&body) });
}

__attribute__((unused)) static void append_facility_of(
	struct writing *writing, uint32_t number, uint32_t area, unsigned class)
{
	const struct segment segment = {
		.from_day = day_of(2000, 1, 1), .area = area, .stratum = stratum_of(class, PUBLIC)
	};

	append_place(writing, number, &segment, 1, DAY_NEVER);
}

__attribute__((unused)) static void append_facility(
	struct writing *writing, uint32_t number, uint32_t area)
{
	append_facility_of(writing, number, area, HOSPITAL);
}

/* A report as ingestd would enter it: accepted, or held with what was found. */
struct sent {
	uint32_t facility;
	uint16_t form;
	const char *period;
	uint32_t revision;
	uint64_t replaces;
	const struct finding *finding;
	size_t findings; /* 0: accepted */
};

__attribute__((unused)) static uint64_t append_sent(
	struct writing *writing, struct sent sent, const struct given *given, size_t count)
{
	AUTO(buffer_fini) struct buffer body = { 0 };
	AUTO(buffer_fini) struct buffer findings = { 0 };
	const uint32_t period = period_text(sent.period);
	const bool held = sent.findings > 0;

	report_body(sent.facility, sent.form, period, sent.revision, given, count, &body);
	if (held)
		must(findings_encode(sent.finding, sent.findings, 0, &findings));
	return append(writing, (struct entry){ .kind = held ? ENTRY_HELD : ENTRY_REPORT,
				       .status = held ? STATUS_HELD : STATUS_ACCEPTED,
				       .form = sent.form,
				       .period = period,
				       .facility = sent.facility,
				       .revision = sent.revision,
				       .actor = 2,
				       .catalogue = 1,
				       .replaces = sent.replaces,
				       .findings = buffer_view(&findings),
				       .body = buffer_view(&body) });
}

__attribute__((unused)) static uint64_t append_report(struct writing *writing, uint32_t facility,
	const char *period, uint32_t revision, uint64_t replaces, const struct given *given,
	size_t count)
{
	return append_sent(writing,
		(struct sent){ facility, HM, period, revision, replaces, NULL, 0 }, given, count);
}

/* Catalogue, a reader (key 1), a collector (key 2), two hospitals, three reports. */
__attribute__((unused)) static uint64_t journal_usual(void)
{
	struct writing writing;
	uint64_t first, last;

	folder_make();
	writing_open(&writing);
	append_catalogue(&writing, 1);
	append_key(&writing, ROLE_READER, "reader");
	append_key(&writing, ROLE_COLLECTOR, "collector");
	append_facility(&writing, 1, TOWN_1);
	append_facility(&writing, 2, DISTRICT_B);
	first = append_report(
		&writing, 1, "2026-01", 1, 0, GIVEN({ VISIT, 10, 0 }, { INCOME, 1000, 0 }));
	append_report(
		&writing, 2, "2026-01", 1, 0, GIVEN({ VISIT, 7, 0 }, { BED, 0, ABSENT_WITHHELD }));
	last = append_report(
		&writing, 1, "2026-01", 2, first, GIVEN({ VISIT, 11, 0 }, { INCOME, 3333, 0 }));
	journal_close(writing.journal);
	return last;
}

__attribute__((unused)) static struct follow *follow_all(void)
{
	const struct follow_options options = {
		.journal = journal_path, .data_dir = folder, .map_size_bytes = MAP_BYTES
	};
	struct follow *follow = NULL;
	int r;

	must(follow_open(&options, &follow));
	while ((r = follow_step(follow)) == 0)
		;
	cr_assert_eq(r, FOLLOW_IDLE, "%s", err_text());
	return follow;
}

/* An asked question: the decoded answer lives until asked_fini. */
struct asked {
	struct arena *arena;
	struct buffer out;
	struct frame frame;
	struct answer answer;
};

/* The answer's bytes as they go over the wire; arguments: name, value, … NULL. */
__attribute__((unused)) static void answer_of(struct answering *answering, uint32_t actor,
	struct question question, const char *const *arguments, struct frame *ret_frame,
	struct buffer *out)
{
	AUTO(buffer_fini) struct buffer payload = { 0 };
	uint8_t header[FRAME_HEADER_BYTES];
	struct frame frame = { .type = FRAME_QUESTION, .request = 5 };

	for (; arguments && *arguments; arguments += 2)
		question.argument[question.arguments++] =
			(struct argument){ bytes_str(arguments[0]), bytes_str(arguments[1]) };
	must(question_encode(&question, &payload));
	frame.length = (uint32_t)payload.len;
	frame_encode(&frame, header);
	cr_assert_eq(answer_message(answering, actor, bytes_of(header, sizeof(header)),
			     buffer_view(&payload), ret_frame, out),
		0, "%.*s: %s (%s)", (int)question.verb.len, (const char *)question.verb.data,
		err_text(), err_trace());
	cr_assert_eq(ret_frame->type, FRAME_ANSWER);
	cr_assert_eq(ret_frame->request, 5);
}

__attribute__((unused)) static void ask_of(struct asked *asked, struct answering *answering,
	uint32_t actor, struct question question, const char *const *arguments)
{
	*asked = (struct asked){ 0 };
	must(arena_new(&asked->arena));
	answer_of(answering, actor, question, arguments, &asked->frame, &asked->out);
	must(answer_decode(asked->arena, buffer_view(&asked->out), &asked->answer));
}

__attribute__((unused)) static void ask_as(struct asked *asked, struct follow *follow,
	uint32_t actor, struct question question, const char *const *arguments)
{
	AUTO(answering_free) struct answering *answering = NULL;

	must(answering_new(follow, &answering));
	ask_of(asked, answering, actor, question, arguments);
}

__attribute__((unused)) static void asked_expect_done(const struct asked *asked, const char *verb)
{
	cr_assert_eq(asked->answer.outcome, ANSWER_DONE, "%s: %.*s", verb,
		(int)asked->answer.text.len, (const char *)asked->answer.text.data);
}

__attribute__((unused)) static void ask(
	struct asked *asked, struct follow *follow, const char *verb, const char *const *arguments)
{
	ask_as(asked, follow, 1, (struct question){ .verb = bytes_str(verb) }, arguments);
	asked_expect_done(asked, verb);
}

__attribute__((unused)) static void asked_fini(struct asked *asked)
{
	arena_free(asked->arena);
	buffer_fini(&asked->out);
}

/* Asks, and looks at the outcome only. */
__attribute__((unused)) static void expect_outcome(struct follow *follow,
	enum answer_outcome outcome, const char *verb, const char *const *arguments)
{
	struct asked asked;

	ask_as(&asked, follow, 1, (struct question){ .verb = bytes_str(verb) }, arguments);
	cr_expect_eq(asked.answer.outcome, outcome, "%s: %d", verb, (int)asked.answer.outcome);
	asked_fini(&asked);
}

/* "" for null. */
__attribute__((unused)) static const char *cell(
	const struct asked *asked, size_t row, const char *name)
{
	struct bytes text;

	for (size_t c = 0; c < asked->answer.columns; c++) {
		if (!bytes_equal(asked->answer.column[c].name, bytes_str(name)))
			continue;
		return answer_cell(&asked->answer, row, c, &text) ? (const char *)text.data : "";
	}
	cr_assert(false, "no column %s", name);
	return NULL;
}

/* Another fold of the journal comes to the same. */
__attribute__((unused)) static void expect_verified(struct follow *follow)
{
	struct asked asked;

	ask(&asked, follow, "verify", NULL);
	cr_expect_str_eq(cell(&asked, 0, "differences"), "0");
	asked_fini(&asked);
}

#define ARGUMENTS(...)                                                                             \
	(const char *const[])                                                                      \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}

#endif

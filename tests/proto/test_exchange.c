/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The messages between a collector and ingestd. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "proto/exchange.h"
#include "tests/proto/recode.h"
#include "tests/proto/vector.h"

static struct arena *arena;

static void start(void)
{
	cr_assert_eq(arena_new(&arena), 0);
}

static void stop(void)
{
	arena_free(arena);
}

TestSuite(exchange, .init = start, .fini = stop);

static const uint8_t epoch[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };

static struct digest digest_text(const char *text)
{
	struct digest digest;

	cr_assert_eq(digest_of(DIGEST_SHA256, bytes_str(text), &digest), 0);
	return digest;
}

static struct finding largest_finding(void)
{
	struct finding finding;

	memset(&finding, 0, sizeof(finding)); /* also between the fields: it is compared as bytes */
	finding.code = FINDING_CODE_MAX;
	finding.element = finding.other = finding.period = finding.reason = UINT32_MAX;
	finding.found = finding.limit = finding.proposed = INT64_MIN;
	finding.has_proposed = true;
	finding.severity = SEVERITY_HOLD;
	memset(finding.rule, 'W', RULE_CODE_BYTES - 1);
	return finding;
}

Test(exchange, hello_and_welcome_are_read)
{
	struct digest catalogue = digest_text("catalogue"), chain = digest_text("chain at 1041");
	struct hello hello;
	struct welcome welcome;

	cr_assert_eq(hello_decode(arena, vector_named("hello"), &hello), 0);
	cr_expect_eq(hello.version, 1);
	cr_expect(bytes_equal(hello.software, bytes_str("example-his 2.4")));
	cr_expect(hello.has_catalogue && digest_equal(&hello.catalogue, &catalogue));
	cr_expect(hello.has_receipt && digest_equal(&hello.newest_receipt.chain, &chain));
	cr_expect_eq(hello.newest_receipt.sequence, 1041);
	cr_assert_eq(hello_decode(arena, vector_named("hello-bare"), &hello), 0);
	cr_expect_not(hello.has_catalogue);
	cr_expect_not(hello.has_receipt);
	cr_assert_eq(welcome_decode(arena, vector_named("welcome"), &welcome), 0);
	cr_expect_eq(memcmp(welcome.head.epoch, epoch, 16), 0);
	cr_expect_eq(welcome.head.sequence, 1041);
	cr_expect_eq(welcome.catalogue_number, 3);
	cr_expect_eq(welcome.window_messages, WINDOW_MESSAGES_MAX);
	cr_expect_eq(welcome.submit_reports_max, SUBMIT_REPORTS_MAX);
	cr_expect_eq(welcome.report_bytes_max, REPORT_BYTES_MAX);
	cr_expect_eq(welcome.server_time_ms, 1780444800000);
}

Test(exchange, a_submission_carries_the_exact_bytes_of_each_report)
{
	static struct submit submit;
	struct digest digest;

	cr_assert_eq(submit_decode(arena, vector_named("submit-two"), &submit), 0);
	cr_assert_eq(submit.reports, 2);
	cr_expect(bytes_equal(submit.report[0].values, vector_named("values-month")));
	cr_expect(bytes_equal(submit.report[0].text, vector_named("text-full")));
	cr_expect(bytes_equal(submit.report[1].values, vector_named("values-second")));
	cr_expect_eq(submit.report[1].text.len, 0);
	for (size_t i = 0; i < 2; i++) {
		cr_assert_eq(digest_of(DIGEST_SHA256, submit.report[i].values, &digest), 0);
		cr_expect(digest_equal(&digest, &submit.report[i].values_digest));
	}
	cr_assert_eq(digest_of(DIGEST_SHA256, submit.report[0].text, &digest), 0);
	cr_expect(digest_equal(&digest, &submit.report[0].text_digest));
}

Test(exchange, submissions_of_none_and_of_257_are_refused)
{
	static struct submit submit;
	AUTO(buffer_fini) struct buffer out = { 0 };

	cr_expect_eq(submit_decode(arena, bytes_of(NULL, 0), &submit), ERR_INVALID);
	cr_expect_eq(submit_encode(&submit, &out), ERR_INVALID);
	submit.reports = SUBMIT_REPORTS_MAX;
	cr_assert_eq(submit_encode(&submit, &out), 0);
	cr_expect_eq(submit_decode(arena, buffer_view(&out), &submit), 0);
	cr_assert_eq(buffer_add(&out, bytes_of(out.data, out.len / SUBMIT_REPORTS_MAX)), 0);
	cr_expect_eq(submit_decode(arena, buffer_view(&out), &submit), ERR_INVALID);
	cr_expect(strstr(err_text(), "257"), "%s", err_text());
}

Test(exchange, a_submission_larger_than_a_payload_is_a_limit)
{
	static struct submit submit;
	static uint8_t body[REPORT_BYTES_MAX];
	AUTO(buffer_fini) struct buffer out = { 0 };

	submit.reports = 4;
	for (size_t i = 0; i < submit.reports; i++)
		submit.report[i].values = bytes_of(body, sizeof(body));
	cr_expect_eq(submit_encode(&submit, &out), ERR_LIMIT);
	cr_expect_eq(out.len, 0);
}

Test(exchange, verdicts_tell_every_exception)
{
	struct verdicts verdicts;
	struct digest chain = digest_text("chain at 1047"), first = digest_text("chain at 1044");
	const struct verdict *bad, *same;

	cr_assert_eq(verdicts_decode(arena, vector_named("verdicts-exception"), &verdicts), 0, "%s",
		err_text());
	cr_expect_eq(verdicts.first_sequence, 1045);
	cr_expect_eq(verdicts.entries, 3);
	cr_expect_eq(verdicts.reports, 4);
	cr_expect(digest_equal(&verdicts.chain, &chain));
	cr_assert_eq(verdicts.count, 2);
	bad = &verdicts.verdict[0];
	cr_expect(bad->index == 1 && bad->status == STATUS_REJECTED && bad->entries == 1);
	cr_assert_eq(bad->findings, 2);
	cr_expect_eq(bad->finding[0].code, FINDING_VALUE_RANGE);
	cr_expect_eq(bad->finding[0].element, 19);
	cr_expect_eq(bad->finding[0].found, VALUE_MAX + 1);
	cr_expect_eq(bad->finding[0].limit, VALUE_MAX);
	cr_expect_eq(bad->finding[1].code, FINDING_REQUIRED_MISSING);
	cr_expect_eq(bad->findings_more, 2);
	cr_expect_not(bad->has_first);
	same = &verdicts.verdict[1];
	cr_expect(same->index == 2 && same->status == STATUS_UNCHANGED && same->entries == 0);
	cr_expect(same->has_first && same->first.sequence == 1042 &&
		  same->first.last_sequence == 1044);
	cr_expect(digest_equal(&same->first.chain, &first));
	cr_assert_eq(verdicts_decode(arena, vector_named("verdicts-not-kept"), &verdicts), 0);
	cr_expect(verdicts.verdict[0].not_kept);
	cr_expect_eq(verdicts.entries, 0);
}

/* Starts from verdicts that are right: three plain reports, two with text. */
Test(exchange, verdicts_whose_counts_cannot_be_are_refused)
{
	static const struct {
		const char *name;
		uint64_t first;
		uint32_t entries, reports;
		size_t count;
		uint32_t index[2], took[2];
	} cases[] = {
		{ "too few entries", 10, 2, 3, 0, { 0 }, { 0 } },
		{ "too many entries", 10, 7, 3, 0, { 0 }, { 0 } },
		{ "no report", 0, 0, 0, 0, { 0 }, { 0 } },
		{ "257 reports", 10, 257, 257, 0, { 0 }, { 0 } },
		{ "index beyond", 10, 2, 3, 1, { 3 }, { 0 } },
		{ "index falling", 10, 1, 3, 2, { 1, 0 }, { 0 } },
		{ "index twice", 10, 1, 3, 2, { 1, 1 }, { 0 } },
		{ "an exception took more than there is", 10, 3, 3, 1, { 0 }, { 2 } },
		{ "more exceptions than reports", 10, 1, 1, 2, { 0, 1 }, { 1 } },
	};
	static struct verdict verdict[2];

	for (size_t i = 0; i < array_len(cases); i++) {
		AUTO(buffer_fini) struct buffer out = { 0 };
		struct verdicts verdicts = { .first_sequence = cases[i].first,
			.entries = cases[i].entries,
			.reports = cases[i].reports,
			.verdict = verdict,
			.count = cases[i].count };

		for (size_t j = 0; j < 2; j++) {
			verdict[j].index = cases[i].index[j];
			verdict[j].status = STATUS_SUPERSEDED;
			verdict[j].entries = cases[i].took[j];
		}
		cr_expect_eq(verdicts_encode(&verdicts, &out), ERR_INVALID, "%s", cases[i].name);
	}
}

/* 256 rejected reports with 64 findings of the largest size each would be far beyond a payload. */
Test(exchange, verdicts_always_fit_a_message_and_count_what_they_leave_out)
{
	struct verdict *list = calloc(SUBMIT_REPORTS_MAX, sizeof(*list));
	struct verdicts verdicts = { .first_sequence = 1,
		.entries = SUBMIT_REPORTS_MAX,
		.reports = SUBMIT_REPORTS_MAX,
		.verdict = list,
		.count = SUBMIT_REPORTS_MAX };
	AUTO(buffer_fini) struct buffer out = { 0 };

	for (uint32_t i = 0; i < SUBMIT_REPORTS_MAX; i++) {
		list[i] = (struct verdict){ .index = i,
			.status = STATUS_REJECTED,
			.entries = 1,
			.findings = FINDINGS_MAX,
			.findings_more = 7,
			.has_first = true,
			.first = { .sequence = UINT64_MAX, .last_sequence = UINT64_MAX } };
		for (size_t j = 0; j < FINDINGS_MAX; j++)
			list[i].finding[j] = largest_finding();
	}
	cr_assert_eq(verdicts_encode(&verdicts, &out), 0, "%s", err_text());
	cr_assert_leq(out.len, PAYLOAD_BYTES_MAX);
	cr_assert_eq(verdicts_decode(arena, buffer_view(&out), &verdicts), 0, "%s", err_text());
	cr_assert_eq(verdicts.count, SUBMIT_REPORTS_MAX);
	for (size_t i = 0; i < verdicts.count; i++)
		cr_expect_eq(verdicts.verdict[i].findings + verdicts.verdict[i].findings_more,
			FINDINGS_MAX + 7);
	free(list);
}

Test(exchange, the_largest_findings_of_a_report_fit_their_entry)
{
	struct finding findings[FINDINGS_MAX];
	const struct finding *back;
	size_t count;
	uint32_t more;
	AUTO(buffer_fini) struct buffer out = { 0 };

	for (size_t i = 0; i < FINDINGS_MAX; i++)
		findings[i] = largest_finding();
	cr_assert_eq(findings_encode(findings, FINDINGS_MAX, UINT32_MAX, &out), 0);
	cr_assert_eq(findings_decode(arena, buffer_view(&out), &back, &count, &more), 0);
	cr_expect_eq(count, FINDINGS_MAX);
	cr_expect_eq(more, UINT32_MAX);
	cr_expect_eq(memcmp(&back[63], &findings[63], sizeof(findings[63])), 0);
}

Test(exchange, an_unknown_reason_passes_but_no_reason_does_not)
{
	const struct finding *findings;
	struct busy busy;
	size_t count;
	uint32_t more;

	cr_assert_eq(
		findings_decode(arena, bytes_of("\x22\x02\x08\x7f", 4), &findings, &count, &more),
		0);
	cr_expect_eq((int)findings[0].code, 127);
	cr_expect_str_eq(finding_name(findings[0].code), "finding-unknown");
	cr_expect_eq(findings_decode(arena, bytes_of("\x22\x00", 2), &findings, &count, &more),
		ERR_INVALID);
	cr_expect_eq(busy_decode(arena, bytes_of("\x10\x7f", 2), &busy), 0);
	cr_expect_eq(busy_decode(arena, bytes_of("\x08\x7f", 2), &busy), ERR_INVALID);
}

Test(exchange, every_finding_and_status_has_its_own_word)
{
	for (int i = 1; i <= FINDING_CODE_MAX; i++)
		for (int j = i + 1; j <= FINDING_CODE_MAX + 1; j++)
			cr_expect_str_neq(finding_name((enum finding_code)i),
				finding_name((enum finding_code)j));
	cr_expect_str_eq(finding_name(FINDING_PERIOD_FUTURE), "period-future");
	cr_expect_str_eq(status_name(STATUS_ACCEPTED), "accepted");
	cr_expect_str_eq(status_name(STATUS_SUPERSEDED), "superseded");
	cr_expect_str_eq(status_name((enum status)0), "status-unknown");
}

Test(exchange, status_lines_are_read)
{
	struct status_request request;
	struct status_reply reply;

	cr_assert_eq(status_request_decode(arena, vector_named("status-request"), &request), 0);
	cr_expect(bytes_equal(request.facility, bytes_str("H440304001")) && request.form == 1);
	cr_assert_eq(status_reply_decode(arena, vector_named("status-reply"), &reply), 0, "%s",
		err_text());
	cr_assert_eq(reply.lines, 2);
	cr_expect(reply.more);
	cr_expect(bytes_equal(reply.line[1].facility, bytes_str("C440304017")));
	cr_expect(reply.line[1].withdrawn && reply.line[1].revision == 3 &&
		  reply.line[1].sequence == 1048);
	cr_expect(!reply.line[0].withdrawn && reply.line[0].period == 2026105);
}

Test(exchange, a_status_reply_larger_than_a_payload_is_a_limit)
{
	static struct status_line lines[1000];
	struct status_reply reply = { .line = lines, .lines = array_len(lines), .more = true };
	AUTO(buffer_fini) struct buffer out = { 0 };

	for (size_t i = 0; i < array_len(lines); i++)
		lines[i] = (struct status_line){
			.facility = bytes_str("12345678901234567890123456789012"), .revision = 1
		};
	cr_expect_eq(status_reply_encode(&reply, &out), ERR_LIMIT);
	cr_expect_eq(out.len, 0);
	reply.lines = 700;
	cr_expect_eq(status_reply_encode(&reply, &out), 0);
}

Test(exchange, a_piece_of_catalogue_is_read)
{
	struct catalogue_piece piece;
	struct catalogue_request request;

	cr_assert_eq(catalogue_piece_decode(arena, vector_named("catalogue-piece"), &piece), 0);
	cr_expect(piece.number == 3 && piece.piece == 1 && piece.pieces == 2);
	cr_expect(bytes_equal(piece.data, bytes_of("\x28\xb5\x2f\xfd", 4)));
	cr_assert_eq(catalogue_request_decode(arena, vector_named("catalogue-any"), &request), 0);
	cr_expect(request.any);
	cr_assert_eq(catalogue_request_decode(arena, vector_named("catalogue-named"), &request), 0);
	cr_expect(!request.any && request.piece == 1);
}

/* Each hex is a message in which one size, count or choice is wrong. */
Test(exchange, wrong_sizes_and_missing_parts_are_refused)
{
	static const struct {
		const char *name, *kind, *hex, *word;
	} cases[] = {
		{ "catalogue of 31 bytes", "hello",
			"08011a1f00000000000000000000000000000000000000000000000000000000000000",
			"catalogue" },
		{ "receipt without epoch", "hello", "08012200", "epoch" },
		{ "software with a bell", "hello", "0801120107", "software" },
		{ "welcome without head", "welcome", "0801", "head" },
		{ "values digest of 1 byte", "submit", "0a06 0a0100 120100", "values_digest" },
		{ "refusal without code", "refusal", "12026869", "code" },
		{ "busy without reason", "busy", "08d00f", "code" },
		{ "verdicts without epoch", "verdicts", "2801", "epoch" },
		{ "line without facility", "status-reply", "0a021001", "facility" },
		{ "line without digest", "status-reply", "0a050a01412001", "digest" },
		{ "piece 0 of 0", "catalogue-piece", "", "piece 0 of 0" },
		{ "piece 2 of 2", "catalogue-piece", "180220022a0100", "piece 2 of 2" },
		{ "piece 0 of 1000", "catalogue-piece", "20e8072a0100", "piece 0 of 1000" },
		{ "piece without data", "catalogue-piece", "2001", "0 bytes" },
		{ "digest of 1 byte", "catalogue", "0a0100", "digest" },
		{ "unknown status", "verdicts", "32021007", "'status'" },
		{ "sub-message with an unknown field", "verdicts", "3204320248 01",
			"unknown field 9" },
		{ "facility with a blank", "status", "0a0120", "facility" },
		{ "nonce twice", "ping", "08010801", "'nonce' of huibao.v1.Ping is given twice" },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		AUTO(buffer_fini) struct buffer out = { 0 };
		char hex[256];
		uint8_t packed[128];
		size_t len = 0;
		int r;

		for (const char *c = cases[i].hex; *c; c++)
			if (*c != ' ')
				hex[len++] = *c;
		hex[len] = '\0';
		cr_assert_eq(bytes_from_hex(hex, packed, len / 2), 0, "%s", cases[i].name);
		r = recode(arena, cases[i].kind, bytes_of(packed, len / 2), &out);
		cr_expect_eq(r, ERR_INVALID, "%s: %s", cases[i].name, err_name(r));
		cr_expect(strstr(err_text(), cases[i].word), "%s: %s", cases[i].name, err_text());
	}
}

Test(exchange, a_receipt_lies_within_its_group)
{
	static const struct {
		uint64_t sequence, last;
		int want;
	} cases[] = { { 5, 5, 0 }, { 5, 6, 0 }, { 5, 4, ERR_INVALID }, { 0, 4, ERR_INVALID } };
	static struct verdict verdict = { .status = STATUS_UNCHANGED, .has_first = true };

	for (size_t i = 0; i < array_len(cases); i++) {
		AUTO(buffer_fini) struct buffer out = { 0 };
		struct verdicts verdicts = { .reports = 1, .verdict = &verdict, .count = 1 }, back;

		verdict.first.sequence = cases[i].sequence;
		verdict.first.last_sequence = cases[i].last;
		cr_assert_eq(verdicts_encode(&verdicts, &out), 0);
		cr_expect_eq(verdicts_decode(arena, buffer_view(&out), &back), cases[i].want,
			"case %zu", i);
	}
}

/* 30 000 empty verdicts in 60 KiB unpack to megabytes; the count is refused before they do harm. */
Test(exchange, a_bomb_of_empty_parts_is_refused)
{
	static uint8_t bomb[PAYLOAD_BYTES_MAX];
	static const struct {
		const char *kind;
		uint8_t tag;
	} cases[] = { { "verdicts", 0x32 }, { "submit", 0x0a }, { "status-reply", 0x0a },
		{ "answer", 0x2a }, { "command", 0x32 }, { "command", 0x2a }, { "findings", 0x22 },
		{ "question", 0x1a } };

	for (size_t i = 0; i < array_len(cases); i++) {
		AUTO(buffer_fini) struct buffer out = { 0 };
		int r;

		for (size_t at = 0; at < sizeof(bomb); at += 2)
			bomb[at] = cases[i].tag;
		r = recode(arena, cases[i].kind, bytes_of(bomb, sizeof(bomb)), &out);
		cr_expect(r == ERR_INVALID || r == ERR_LIMIT, "%s: %s", cases[i].kind, err_name(r));
	}
}

Test(exchange, a_bomb_larger_than_the_arena_is_not_even_unpacked)
{
	static uint8_t bomb[PAYLOAD_BYTES_MAX];
	AUTO(buffer_fini) struct buffer out = { 0 };

	for (size_t at = 0; at < sizeof(bomb); at += 2)
		bomb[at] = 0x3a; /* facts, the largest part there is */
	cr_expect_eq(recode(arena, "command", bytes_of(bomb, sizeof(bomb)), &out), ERR_LIMIT);
	cr_expect(strstr(err_text(), "unpacks to more than"), "%s", err_text());
}

Test(exchange, our_own_sentences_are_repaired_not_refused)
{
	struct refusal refusal = { REFUSAL_MALFORMED,
		bytes_str("line\nwith \xe5\x8c and a bell \a") },
		       back;
	AUTO(buffer_fini) struct buffer out = { 0 };

	cr_assert_eq(refusal_encode(&refusal, &out), 0);
	cr_assert_eq(refusal_decode(arena, buffer_view(&out), &back), 0, "%s", err_text());
	cr_expect(bytes_equal(back.text, bytes_str("line with ?? and a bell ?")), "%s",
		back.text.data);
}

/* ingestd/receive.c counts on it when it says that an answer fits a payload. */
Test(exchange, a_line_and_a_notice_are_never_larger_than_is_counted_on)
{
	static const char code[] = "F2345678901234567890123456789012", text[400];
	const struct status_line line = { .facility = bytes_str(code),
		.form = UINT16_MAX,
		.period = UINT32_MAX,
		.revision = UINT32_MAX,
		.sequence = UINT64_MAX,
		.withdrawn = true,
		.held_state = HELD_REJECTED,
		.held_revision = UINT32_MAX,
		.held_sequence = UINT64_MAX };
	const struct notice notice = { .kind = NOTICE_ADJUSTED,
		.sequence = UINT64_MAX,
		.facility = bytes_str(code),
		.form = UINT16_MAX,
		.period = UINT32_MAX,
		.revision = UINT32_MAX,
		.about = UINT64_MAX,
		.element = UINT32_MAX,
		.reason = UINT32_MAX,
		.text = bytes_of(text, sizeof(text)),
		.delta = INT64_MIN,
		.received_ms = UINT64_MAX };
	AUTO(buffer_fini) struct buffer out = { 0 };

	cr_assert_eq(strlen(code), FACILITY_CODE_MAX);
	cr_assert_eq(status_reply_encode(&(struct status_reply){ .line = &line, .lines = 1 }, &out),
		0, "%s", err_text());
	cr_expect_eq(out.len, 153, "%zu", out.len);
	out.len = 0;
	cr_assert_eq(status_reply_encode(
			     &(struct status_reply){ .notice = &notice, .notices = 1 }, &out),
		0, "%s", err_text());
	cr_expect_eq(out.len - sizeof(text), 114, "%zu", out.len);
}

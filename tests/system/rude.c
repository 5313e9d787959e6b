/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A client with a good key and bad manners: it sends, straight through the dealer, what no honest
 * collector sends, and compares each answer with what the protocol promises. After every case the
 * server must still answer PING. Exit status 0: every answer was the promised one. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "client/client.h"

enum { ANSWER_MS = 60000, NOTHING_MS = 400, WORDS_BYTES = 64 };

struct rude {
	struct client_settings settings;
	struct catalog *catalog;
	const struct form *form;
	const char *facility, *foreign; /* ours; registered, but not ours */
	struct wire_context *context;
	struct dealer *dealer;
	struct arena *arena;
	uint32_t request;
	int64_t value[FORM_LINES_MAX];
	uint32_t element[FORM_LINES_MAX];
};

/* A report that is right in every way, for a case to spoil. */
struct draft {
	struct report report;
	struct buffer values;
	struct submission submission;
	struct rude *rude;
};

static int by_number(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void draft_init(struct rude *rude, struct draft *draft)
{
	*draft = (struct draft){ .rude = rude };
	for (uint32_t i = 0; i < rude->form->line_count; i++) {
		rude->element[i] = rude->form->lines[i].element;
		rude->value[i] = 1;
	}
	qsort(rude->element, rude->form->line_count, sizeof(rude->element[0]), by_number);
	draft->report = (struct report){
		.facility = bytes_str(rude->facility),
		.form = rude->form->id,
		.revision = 1,
		.period = period_of(PERIOD_MONTH, 2015, 3),
		.element = rude->element,
		.value = rude->value,
		.values = rude->form->line_count,
	};
}

static int draft_pack(struct draft *draft)
{
	int r;

	draft->values.len = 0;
	if ((r = report_encode(&draft->report, &draft->values)) < 0)
		return err_pass(r);
	draft->submission.values = buffer_view(&draft->values);
	r = digest_of(DIGEST_SHA256, draft->submission.values, &draft->submission.values_digest);
	return r < 0 ? err_pass(r) : 0;
}

/* What a case does to the report before it is packed … */
static void spoil_nothing(struct draft *draft)
{
	(void)draft;
}
static void spoil_facility(struct draft *draft)
{
	draft->report.facility = bytes_str("NOWHERE-1");
}
static void spoil_foreign(struct draft *draft)
{
	draft->report.facility = bytes_str(draft->rude->foreign);
}
static void spoil_form(struct draft *draft)
{
	draft->report.form = 60000;
}
static void spoil_kind(struct draft *draft)
{
	draft->report.period = period_of(PERIOD_YEAR, 2015, 0);
}
static void spoil_period(struct draft *draft)
{
	draft->report.period = 2015113;
}
static void spoil_future(struct draft *draft)
{
	draft->report.period = period_of(PERIOD_MONTH, 2150, 1);
}
static void spoil_revision(struct draft *draft)
{
	draft->report.revision = 0;
	draft->report.period = period_of(PERIOD_MONTH, 2013, 2);
}
static void spoil_element(struct draft *draft)
{
	draft->rude->element[draft->report.values - 1] = 4000000;
}
static void spoil_range(struct draft *draft)
{
	draft->rude->value[0] = VALUE_MAX + 1;
}
static void spoil_sign(struct draft *draft)
{
	draft->rude->value[0] = -3;
}
static void spoil_value(struct draft *draft)
{
	draft->rude->value[0] = 2;
}
static void spoil_withdrawal(struct draft *draft)
{
	draft->report.withdrawal = true;
}
static void spoil_nothing_there(struct draft *draft)
{
	draft->report.withdrawal = true;
	draft->report.values = 0;
	draft->report.period = period_of(PERIOD_MONTH, 2013, 1);
}

/* … or to its bytes afterwards. */
static void spoil_cut(struct draft *draft)
{
	draft->submission.values.len -= 3;
}
static void spoil_digest(struct draft *draft)
{
	draft->submission.values_digest.byte[7] ^= 1;
}
static void spoil_bytes(struct draft *draft)
{
	for (size_t i = 0; i < draft->values.len; i++)
		draft->values.data[i] = (uint8_t)(i * 37 + 255);
	ensure(digest_of(DIGEST_SHA256, draft->submission.values,
		       &draft->submission.values_digest) == 0);
}

static const struct report_case {
	const char *name;
	void (*before)(struct draft *draft), (*after)(struct draft *draft);
	const char *expected; /* alternatives by '|' */
} report_cases[] = {
	{ "a right report", spoil_nothing, NULL, "accepted" },
	{ "the same again", spoil_nothing, NULL, "unchanged" },
	{ "the same revision with another value", spoil_value, NULL, "rejected conflict" },
	{ "garbage for a report", spoil_nothing, spoil_bytes, "rejected undecodable" },
	{ "a report cut short", spoil_nothing, spoil_cut, "rejected digest-wrong" },
	{ "a digest of other bytes", spoil_nothing, spoil_digest, "rejected digest-wrong" },
	{ "an unknown facility", spoil_facility, NULL, "rejected facility-unknown" },
	{ "someone else's facility", spoil_foreign, NULL, "rejected not-yours" },
	{ "an unknown form", spoil_form, NULL, "rejected form-unknown" },
	{ "a year on a monthly form", spoil_kind, NULL, "rejected period-invalid" },
	{ "a thirteenth month", spoil_period, NULL, "rejected period-invalid" },
	{ "a period that has not ended", spoil_future, NULL, "rejected period-future" },
	{ "revision 0", spoil_revision, NULL, "rejected revision-zero" },
	{ "an element that is not on the form", spoil_element, NULL, "rejected element-unknown" },
	{ "a value beyond 2^40", spoil_range, NULL, "rejected value-range" },
	{ "a negative count", spoil_sign, NULL, "rejected value-negative" },
	{ "a withdrawal with values", spoil_withdrawal, NULL, "rejected withdrawal-values" },
	{ "a withdrawal of nothing", spoil_nothing_there, NULL, "accepted" },
};

/* "accepted", "rejected value-range", "refusal 3", "pong" … or "nothing". */
static int answer_words(struct rude *rude, int timeout_ms, char ret[WORDS_BYTES])
{
	struct bytes header, payload;
	struct verdicts verdicts;
	struct refusal refusal;
	struct frame frame;
	int r = dealer_recv(rude->dealer, timeout_ms, &header, &payload);

	snprintf(ret, WORDS_BYTES, "nothing");
	if (r != 0)
		return r < 0 ? err_pass(r) : 0;
	if ((r = frame_decode(header, payload.len, &frame)) != 0)
		return err_fold(r);
	snprintf(ret, WORDS_BYTES, "type %d", (int)frame.type);
	if (frame.type == FRAME_PONG)
		snprintf(ret, WORDS_BYTES, "pong");
	if (frame.type == FRAME_REFUSAL &&
		(r = refusal_decode(rude->arena, payload, &refusal)) == 0)
		snprintf(ret, WORDS_BYTES, "refusal %d", (int)refusal.code);
	if (frame.type == FRAME_VERDICTS &&
		(r = verdicts_decode(rude->arena, payload, &verdicts)) == 0) {
		const struct verdict *verdict = verdicts.count > 0 ? &verdicts.verdict[0] : NULL;

		snprintf(ret, WORDS_BYTES, "%s%s%s",
			verdict ? status_name(verdict->status) : "accepted",
			verdict && verdict->findings > 0 ? " " : "",
			verdict && verdict->findings > 0 ? finding_name(verdict->finding[0].code)
							 : "");
	}
	return r < 0 ? err_pass(r) : 0;
}

/* Whether words is one of the alternatives. */
static bool expected_has(const char *expected, const char *words)
{
	const size_t len = strlen(words);

	for (const char *at = expected; at; at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL)
		if (strncmp(at, words, len) == 0 && (at[len] == '\0' || at[len] == '|'))
			return true;
	return false;
}

static int send_frame(struct rude *rude, enum frame_type type, struct bytes payload)
{
	uint8_t header[FRAME_HEADER_BYTES];
	const struct frame frame = {
		.type = type, .request = ++rude->request, .length = (uint32_t)payload.len
	};

	frame_encode(&frame, header);
	return dealer_send(rude->dealer, bytes_of(header, sizeof(header)), payload, ANSWER_MS);
}

static bool still_alive(struct rude *rude)
{
	AUTO(buffer_fini) struct buffer ping = { 0 };
	char words[WORDS_BYTES];

	return ping_encode(7, &ping) == 0 &&
	       send_frame(rude, FRAME_PING, buffer_view(&ping)) == 0 &&
	       answer_words(rude, ANSWER_MS, words) == 0 && strcmp(words, "pong") == 0;
}

/* Prints what came; true if it was promised and the server lives. */
static bool judge(struct rude *rude, const char *name, const char *expected)
{
	const bool nothing = strcmp(expected, "nothing") == 0;
	char words[WORDS_BYTES];

	if (answer_words(rude, nothing ? NOTHING_MS : ANSWER_MS, words) < 0)
		snprintf(words, sizeof(words), "undecodable: %.40s", err_text());
	if (!expected_has(expected, words)) {
		printf("FAILED %s: '%s' came, '%s' is promised\n", name, words, expected);
		return false;
	}
	if (!still_alive(rude)) {
		printf("FAILED %s: the server does not answer PING any more\n", name);
		return false;
	}
	printf("ok %s: %s\n", name, words);
	return true;
}

static bool try_report(struct rude *rude, const struct report_case *this_case)
{
	AUTO(buffer_fini) struct buffer out = { 0 };
	static struct submit submit;
	struct draft draft;
	bool good;

	draft_init(rude, &draft);
	this_case->before(&draft);
	good = draft_pack(&draft) == 0;
	if (good && this_case->after)
		this_case->after(&draft);
	submit.report[0] = draft.submission;
	submit.reports = 1;
	good = good && submit_encode(&submit, &out) == 0 &&
	       send_frame(rude, FRAME_SUBMIT, buffer_view(&out)) == 0;
	buffer_fini(&draft.values);
	if (!good)
		printf("FAILED %s: cannot be sent: %s\n", this_case->name, err_text());
	return good && judge(rude, this_case->name, this_case->expected);
}

/* Messages that are wrong as messages. */
static const struct frame_case {
	const char *name, *header; /* hex; "": a right SUBMIT header */
	const char *payload;       /* hex */
	size_t payload_repeat;
	const char *expected;
} frame_cases[] = {
	{ "a header of random bytes", "93b1f05577aa01022b3c4d5e6f708192", "0a0b", 1, "nothing" },
	{ "a header of five bytes", "4842010300", "0a00", 1, "nothing" },
	{ "an empty header", "-", "0a00", 1, "nothing" },
	{ "a wrong length in the header", "48420103000000010000000700000000", "0a00", 1,
		"nothing" },
	{ "a version that is not spoken", "48420903000000010000000200000000", "0a00", 1,
		"refusal 1" },
	{ "an unknown type", "48420163000000010000000200000000", "0a00", 1, "refusal 2" },
	{ "a server's message from a client", "48420104000000010000000200000000", "0a00", 1,
		"refusal 2" },
	{ "a submission of garbage", "", "ff", 300, "refusal 3" },
	{ "a submission cut short", "", "0a7f01", 1, "refusal 3" },
	{ "a submission of nothing", "", "", 0, "refusal 3|refusal 4" },
	{ "a submission of 300 reports", "", "0a00", 300, "refusal 3|refusal 4" },
	{ "a payload above the limit", "", "0a00", 31000, "refusal 3|refusal 4" },
};

static bool try_frame(struct rude *rude, const struct frame_case *this_case)
{
	AUTO(buffer_fini) struct buffer payload = { 0 };
	uint8_t header[FRAME_HEADER_BYTES], unit[16];
	const size_t unit_len = strlen(this_case->payload) / 2;
	size_t header_len = strlen(this_case->header) / 2;
	struct frame frame = { .type = FRAME_SUBMIT, .request = ++rude->request };
	int r = bytes_from_hex(this_case->payload, unit, unit_len);

	for (size_t i = 0; r == 0 && i < this_case->payload_repeat; i++)
		r = buffer_add(&payload, bytes_of(unit, unit_len));
	frame.length = (uint32_t)payload.len;
	frame_encode(&frame, header);
	if (r == 0 && header_len > 0)
		r = bytes_from_hex(this_case->header, header, header_len);
	if (strcmp(this_case->header, "") == 0)
		header_len = sizeof(header);
	if (r == 0)
		r = dealer_send(rude->dealer, bytes_of(header, header_len), buffer_view(&payload),
			ANSWER_MS);
	if (r != 0) {
		printf("FAILED %s: cannot be sent (%d)\n", this_case->name, r);
		return false;
	}
	return judge(rude, this_case->name, this_case->expected);
}

static int rude_open(struct rude *rude, const char *config, const char *form)
{
	AUTO(client_close) struct client *client = NULL;
	struct key_pair pair;
	uint8_t server_key[KEY_BYTES];
	struct welcome welcome;
	int r;

	if ((r = client_settings_load(config, &rude->settings)) < 0 ||
		(r = client_open(&rude->settings, rude->settings.ingestd, &client)) < 0 ||
		(r = client_hello(client, NULL, NULL, &welcome)) < 0 ||
		(r = client_catalog(client, &rude->catalog)) < 0)
		return err_fold(r);
	if (!(rude->form = catalog_form_by_code(rude->catalog, form)))
		return err_here(ERR_NOT_FOUND, "no form '%s'", form);
	if ((r = arena_new(&rude->arena)) < 0 ||
		(r = key_pair_load(rude->settings.key_file, &pair)) < 0 ||
		(r = key_parse(rude->settings.server_key, server_key)) < 0 ||
		(r = wire_context_new(&rude->context)) < 0 ||
		(r = dealer_open(rude->context, rude->settings.ingestd, server_key, &pair,
			 &rude->dealer)) < 0)
		return err_fold(r);
	return 0;
}

static bool say_hello(struct rude *rude)
{
	AUTO(buffer_fini) struct buffer out = { 0 };
	const struct hello hello = { .version = PROTOCOL_VERSION, .software = bytes_str("rude") };

	return hello_encode(&hello, &out) == 0 &&
	       send_frame(rude, FRAME_HELLO, buffer_view(&out)) == 0 &&
	       judge(rude, "HELLO", "type 2");
}

int main(int argc, char **argv)
{
	static struct rude rude;
	bool good;

	if (argc != 5) {
		fprintf(stderr, "usage: rude client.yaml FORM OWN-FACILITY FOREIGN-FACILITY\n");
		return 2;
	}
	rude.facility = argv[3];
	rude.foreign = argv[4];
	if (rude_open(&rude, argv[1], argv[2]) < 0) {
		fprintf(stderr, "rude: %s (%s)\n", err_text(), err_trace());
		return 1;
	}
	good = try_report(&rude, &(struct report_case){ "a report before HELLO", spoil_future, NULL,
					 "refusal 5|rejected period-future" });
	good = say_hello(&rude) && good;
	for (size_t i = 0; i < array_len(report_cases); i++)
		good = try_report(&rude, &report_cases[i]) && good;
	for (size_t i = 0; i < array_len(frame_cases); i++)
		good = try_frame(&rude, &frame_cases[i]) && good;
	dealer_close(rude.dealer);
	wire_context_free(rude.context);
	arena_free(rude.arena);
	catalog_free(rude.catalog);
	return good ? 0 : 1;
}

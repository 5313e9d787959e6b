/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * COMMAND and its result. A command's bytes are an entry of the journal for ever, so it is read
 * as strictly as a report; whether areas, attributes and roles exist is asked of the catalogue
 * later. */
#include "proto/query.h"

#include <string.h>

#include "base/err.h"
#include "huibao/v1/query.pb-c.h"
#include "proto/command_acts.h"
#include "proto/command_facts.h"
#include "proto/parts.h"
#include "proto/text.h"

enum { COMMAND_VERSION = 1, REQUEST_ID_BYTES = 16, KEY_FIELD_BYTES = 32 };

static int code_unpack(const char *field, const char *code, char ret[FACILITY_CODE_MAX + 1])
{
	struct bytes view = bytes_str(code);

	if (!text_is_code(view))
		return err_here(ERR_INVALID, "'%s' is not 1 to %d printable ASCII bytes", field,
			FACILITY_CODE_MAX);
	return err_pass(text_copy(field, view, FACILITY_CODE_MAX, ret));
}

static int name_unpack(const char *name, char ret[NAME_BYTES_MAX + 1])
{
	if (name[0] == '\0')
		return err_here(ERR_INVALID, "'name' is empty");
	return err_pass(text_copy("name", bytes_str(name), NAME_BYTES_MAX, ret));
}

static int segments_take(const Huibao__V1__Facility *m, struct facility *facility)
{
	int r = segments_unpack(m->segment, m->n_segment, facility->segment);

	if (r < 0)
		return err_pass(r);
	if (m->n_segment < 1)
		return err_here(
			ERR_INVALID, "facility '%s' has no segment of time", facility->code);
	facility->segments = (uint32_t)m->n_segment;
	return 0;
}

static int proxied_unpack(const Huibao__V1__Facility *m, struct facility *facility)
{
	if (m->n_proxied > PROXIED_MAX)
		return err_here(ERR_INVALID,
			"facility '%s' is reported for %zu times; at most %d are allowed",
			facility->code, m->n_proxied, PROXIED_MAX);
	for (size_t i = 0; i < m->n_proxied; i++) {
		const Huibao__V1__Proxied *from = m->proxied[i];
		struct proxied *to = &facility->proxied[i];
		int r = code_unpack("by", from->by, to->by);

		if (r < 0)
			return err_pass(r);
		if (from->form > UINT16_MAX)
			return err_here(ERR_INVALID, "facility '%s': there is no form %u",
				facility->code, from->form);
		if (from->ends ? from->until_day == DAY_NEVER : from->until_day != 0)
			return err_here(ERR_INVALID,
				"facility '%s': 'until_day' does not agree with 'ends'",
				facility->code);
		to->form = (uint16_t)from->form;
		to->from_day = from->from_day;
		to->until_day = from->ends ? from->until_day : DAY_NEVER;
	}
	facility->proxies = (uint32_t)m->n_proxied;
	return 0;
}

static int facility_unpack(const Huibao__V1__Facility *m, struct facility *ret_facility)
{
	int r;

	*ret_facility = (struct facility){ .number = 0 };
	r = code_unpack("code", m->code, ret_facility->code);
	if (r == 0)
		r = name_unpack(m->name, ret_facility->name);
	if (r == 0)
		r = segments_take(m, ret_facility);
	if (r == 0)
		r = proxied_unpack(m, ret_facility);
	return err_pass(r);
}

static int scope_unpack(const Huibao__V1__Key *m, struct key *key)
{
	int r = 0;

	if (m->n_facility > KEY_SCOPE_MAX || m->n_area > KEY_SCOPE_MAX)
		return err_here(ERR_INVALID,
			"key '%s' has %zu facilities and %zu areas; at most %d of each "
			"are allowed",
			key->name, m->n_facility, m->n_area, KEY_SCOPE_MAX);
	for (size_t i = 0; r == 0 && i < m->n_facility; i++)
		r = code_unpack("facility", m->facility[i], key->facility[i]);
	if (m->n_area > 0)
		memcpy(key->area, m->area, m->n_area * sizeof(key->area[0]));
	key->facilities = (uint32_t)m->n_facility;
	key->areas = (uint32_t)m->n_area;
	return err_pass(r);
}

static int key_unpack(const Huibao__V1__Key *m, struct key *ret_key)
{
	int r;

	*ret_key = (struct key){ .role = (enum role)m->role,
		.revoked = m->revoked,
		.from_day = m->from_day,
		.until_day = m->until_day };
	r = name_unpack(m->name, ret_key->name);
	if (r == 0)
		r = field_exact("public_key", m->public_key, ret_key->public_key, KEY_FIELD_BYTES);
	if (r == 0)
		r = scope_unpack(m, ret_key);
	if (r < 0)
		return err_pass(r);
	if (m->role < HUIBAO__V1__ROLE__ROLE_COLLECTOR)
		return err_here(ERR_INVALID, "key '%s' without a role", ret_key->name);
	return 0;
}

static int registry_unpack(
	const Huibao__V1__Command *m, struct arena *arena, struct command *command)
{
	struct facility *facility = arena_take(arena, m->n_facility, sizeof(*facility));
	struct key *key = arena_take(arena, m->n_key, sizeof(*key));
	int r = 0;

	if (!facility || !key)
		return err_here(ERR_LIMIT, "no room to unpack %zu facilities and %zu keys",
			m->n_facility, m->n_key);
	for (size_t i = 0; r == 0 && i < m->n_facility; i++)
		r = facility_unpack(m->facility[i], &facility[i]);
	for (size_t i = 0; r == 0 && i < m->n_key; i++)
		r = key_unpack(m->key[i], &key[i]);
	command->facility = facility;
	command->facilities = m->n_facility;
	command->key = key;
	command->keys = m->n_key;
	return err_pass(r);
}

size_t command_records(const struct command *command)
{
	return command->facilities + command->keys + command->facts + command->statements +
	       command->verdicts + command->decisions + command->queries + command->adjustments +
	       command->locks + command->witnesses;
}

/* Before anything is unpacked. */
static int records_count(const Huibao__V1__Command *m)
{
	size_t acts = m->n_decision + m->n_query + m->n_adjustment;
	size_t records = m->n_facility + m->n_key + m->n_fact + m->n_statement + m->n_verdict +
			 m->n_lock + m->n_witness + acts;

	if (records < 1 || records > COMMAND_RECORDS_MAX)
		return err_here(ERR_INVALID, "command of %zu records; 1 to %d are allowed", records,
			COMMAND_RECORDS_MAX);
	if (acts > 0 && records != 1)
		return err_here(
			ERR_INVALID, "a decision, query or adjustment stands alone in its command");
	return 0;
}

int command_decode(struct arena *arena, struct bytes payload, struct command *ret_command)
{
	const Huibao__V1__Command *m;
	const void *message;
	struct command command;
	int r = message_unpack(
		arena, &huibao__v1__command__descriptor, payload, PAYLOAD_BYTES_MAX, &message);

	if (r < 0)
		return err_pass(r);
	m = message;
	if (m->version != COMMAND_VERSION)
		return err_here(ERR_INVALID, "command of version %u; only %d is known", m->version,
			COMMAND_VERSION);
	if ((r = records_count(m)) < 0)
		return err_pass(r);
	command.belief = m->belief;
	r = field_exact("request_id", m->request_id, command.request_id, REQUEST_ID_BYTES);
	if (r == 0)
		r = field_text("reason", m->reason, NAME_BYTES_MAX, &command.reason);
	if (r == 0)
		r = registry_unpack(m, arena, &command);
	if (r == 0)
		r = facts_unpack(m, arena, &command);
	if (r == 0)
		r = acts_unpack(m, arena, &command);
	if (r < 0)
		return err_pass(r);
	*ret_command = command;
	return 0;
}

static int facility_pack(const struct facility *facility, struct buffer *out)
{
	Huibao__V1__Command m = HUIBAO__V1__COMMAND__INIT;
	Huibao__V1__Facility one = HUIBAO__V1__FACILITY__INIT, *list[] = { &one };
	Huibao__V1__FacilitySegment segment[SEGMENTS_MAX], *segments[SEGMENTS_MAX];
	Huibao__V1__Proxied proxied[PROXIED_MAX], *relations[PROXIED_MAX];

	ensure(facility->segments <= SEGMENTS_MAX && facility->proxies <= PROXIED_MAX);
	for (uint32_t i = 0; i < facility->segments; i++) {
		segment_pack(&facility->segment[i], &segment[i]);
		segments[i] = &segment[i];
	}
	for (uint32_t i = 0; i < facility->proxies; i++) {
		const struct proxied *from = &facility->proxied[i];

		proxied[i] = (Huibao__V1__Proxied)HUIBAO__V1__PROXIED__INIT;
		proxied[i].form = from->form;
		proxied[i].by = text_of(from->by);
		proxied[i].from_day = from->from_day;
		proxied[i].ends = from->until_day != DAY_NEVER;
		proxied[i].until_day = proxied[i].ends ? from->until_day : 0;
		relations[i] = &proxied[i];
	}
	one.code = text_of(facility->code);
	one.name = text_of(facility->name);
	one.n_segment = facility->segments;
	one.segment = segments;
	one.n_proxied = facility->proxies;
	one.proxied = relations;
	m.n_facility = 1;
	m.facility = list;
	return err_pass(message_pack(&m.base, out));
}

static int key_pack(const struct key *key, struct buffer *out)
{
	Huibao__V1__Command m = HUIBAO__V1__COMMAND__INIT;
	Huibao__V1__Key one = HUIBAO__V1__KEY__INIT, *list[] = { &one };
	char *facility[KEY_SCOPE_MAX];

	ensure(key->facilities <= KEY_SCOPE_MAX && key->areas <= KEY_SCOPE_MAX);
	for (uint32_t i = 0; i < key->facilities; i++)
		facility[i] = text_of(key->facility[i]);
	one.name = text_of(key->name);
	one.public_key = binary_of(bytes_of(key->public_key, KEY_FIELD_BYTES));
	one.role = (Huibao__V1__Role)key->role;
	one.n_facility = key->facilities;
	one.facility = facility;
	one.n_area = key->areas;
	one.area = (uint32_t *)(uintptr_t)key->area;
	one.revoked = key->revoked;
	one.from_day = key->from_day;
	one.until_day = key->until_day;
	m.n_key = 1;
	m.key = list;
	return err_pass(message_pack(&m.base, out));
}

int command_encode(const struct command *command, struct buffer *out)
{
	Huibao__V1__Command m = HUIBAO__V1__COMMAND__INIT;
	char reason[NAME_BYTES_MAX + 1];
	size_t start = out->len;
	int r = text_copy("reason", command->reason, NAME_BYTES_MAX, reason);

	if (r < 0)
		return err_pass(r);
	m.version = COMMAND_VERSION;
	m.request_id = binary_of(bytes_of(command->request_id, REQUEST_ID_BYTES));
	m.reason = reason;
	m.belief = command->belief;
	r = message_pack(&m.base, out);
	for (size_t i = 0; r == 0 && i < command->facilities; i++)
		r = facility_pack(&command->facility[i], out);
	for (size_t i = 0; r == 0 && i < command->keys; i++)
		r = key_pack(&command->key[i], out);
	if (r == 0)
		r = facts_pack(command, out);
	if (r == 0)
		r = acts_pack(command, out);
	return err_pass(message_end(r, out, start, PAYLOAD_BYTES_MAX));
}

int command_result_decode(
	struct arena *arena, struct bytes payload, struct command_result *ret_result)
{
	const Huibao__V1__CommandResult *m;
	const void *message;
	struct command_result result = { .records = 0 };
	int r = message_unpack(arena, &huibao__v1__command_result__descriptor, payload,
		PAYLOAD_BYTES_MAX, &message);

	if (r < 0)
		return err_pass(r);
	m = message;
	if (m->outcome < HUIBAO__V1__ANSWER_OUTCOME__ANSWER_OUTCOME_DONE)
		return err_here(ERR_INVALID, "command result without an outcome");
	r = field_text("text", m->text, HUMAN_TEXT_BYTES_MAX, &result.text);
	if (r == 0 && m->receipt)
		r = receipt_unpack(m->receipt, &result.receipt);
	if (r < 0)
		return err_pass(r);
	result.outcome = (enum answer_outcome)m->outcome;
	result.has_receipt = m->receipt;
	result.records = m->records;
	result.training = m->training;
	*ret_result = result;
	return 0;
}

int command_result_encode(const struct command_result *result, struct buffer *out)
{
	Huibao__V1__CommandResult m = HUIBAO__V1__COMMAND_RESULT__INIT;
	Huibao__V1__Receipt receipt;
	char text[HUMAN_TEXT_BYTES_MAX + 1];
	size_t start = out->len;

	text_repair(result->text, text, sizeof(text));
	m.outcome = (Huibao__V1__AnswerOutcome)result->outcome;
	m.text = text;
	m.records = result->records;
	m.training = result->training;
	if (result->has_receipt) {
		receipt_pack(&result->receipt, &receipt);
		m.receipt = &receipt;
	}
	return err_pass(message_end(message_pack(&m.base, out), out, start, PAYLOAD_BYTES_MAX));
}

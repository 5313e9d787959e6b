/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A report between bytes and struct. Packing is protobuf-c's; reading is done here, after the
 * strict check, because reports are most of what a daemon reads. One check of the columns stands
 * on both ways, so that we never send what we would refuse. Whether facility, form, period and
 * elements exist is not asked here: those are findings with a place, for whoever decides. */
#include "proto/report.h"

#include "base/err.h"
#include "huibao/v1/report.pb-c.h"
#include "model/period.h"
#include "proto/message.h"
#include "proto/text.h"
#include "proto/wire_form.h"

enum { REPORT_VERSION = 1, TELEPHONE_BYTES_MAX = 64, COMMENT_BYTES_MAX = 4096 };

static int check_rising(const char *column, const uint32_t *element, size_t count)
{
	uint32_t last = 0;

	for (size_t i = 0; i < count; i++) {
		if (element[i] <= last)
			return err_here(ERR_INVALID,
				"column '%s' does not rise strictly from 1 at place %zu", column,
				i);
		last = element[i];
	}
	return 0;
}

/* Both columns rise, so one walk over the two finds a common element. */
static int check_disjoint(const struct report *report)
{
	size_t i = 0;

	for (size_t j = 0; j < report->absents; j++) {
		while (i < report->values && report->element[i] < report->absent_element[j])
			i++;
		if (i < report->values && report->element[i] == report->absent_element[j])
			return err_here(ERR_INVALID,
				"element %u has a value and is also called absent",
				report->element[i]);
	}
	return 0;
}

/* Element 0, the report as a whole, comes first if it comes. */
static int check_explained(const struct report *report)
{
	if (report->explained > EXPLAINED_MAX)
		return err_here(ERR_INVALID, "%zu explanations; at most %d are allowed",
			report->explained, EXPLAINED_MAX);
	for (size_t i = 1; i < report->explained; i++)
		if (report->explained_element[i] <= report->explained_element[i - 1])
			return err_here(ERR_INVALID,
				"column 'explained_element' does not rise strictly at place %zu",
				i);
	return 0;
}

static int report_check(const struct report *report)
{
	int r;

	if (!text_is_code(report->facility))
		return err_here(ERR_INVALID, "'facility' is not 1 to %d printable ASCII bytes",
			FACILITY_CODE_MAX);
	if (report->values > REPORT_VALUES_MAX ||
		report->absents > REPORT_VALUES_MAX - report->values)
		return err_here(ERR_INVALID, "%zu values and %zu absent ones; at most %d together",
			report->values, report->absents, REPORT_VALUES_MAX);
	r = check_rising("element", report->element, report->values);
	if (r < 0)
		return err_pass(r);
	r = check_rising("absent_element", report->absent_element, report->absents);
	if (r < 0 || (r = check_explained(report)) < 0)
		return err_pass(r);
	return err_pass(check_disjoint(report));
}

/* How many numbers stand in a packed column. Its bytes have passed strict_check(), so each
 * number is whole and ends with the one byte below 0x80. */
static size_t column_count(struct bytes column)
{
	size_t count = 0;

	for (size_t i = 0; i < column.len; i++)
		count += column.data[i] < 0x80;
	return count;
}

static int take_u32(
	struct arena *arena, struct bytes column, const uint32_t **ret_number, size_t *ret_count)
{
	size_t count = column_count(column);
	const uint8_t *at = column.data;
	uint32_t *number = arena_take(arena, count, sizeof(*number));

	if (!number)
		return err_here(ERR_LIMIT, "no room to unpack %zu numbers", count);
	for (size_t i = 0; i < count; i++) {
		uint64_t value;

		at = checked_varint(at, &value);
		number[i] = (uint32_t)value;
	}
	*ret_number = number;
	*ret_count = count;
	return 0;
}

static int take_s64(
	struct arena *arena, struct bytes column, const int64_t **ret_number, size_t *ret_count)
{
	size_t count = column_count(column);
	const uint8_t *at = column.data;
	int64_t *number = arena_take(arena, count, sizeof(*number));

	if (!number)
		return err_here(ERR_LIMIT, "no room to unpack %zu numbers", count);
	for (size_t i = 0; i < count; i++) {
		uint64_t value;

		at = checked_varint(at, &value);
		number[i] = (int64_t)(value >> 1 ^ (~(value & 1) + 1)); /* zigzag */
	}
	*ret_number = number;
	*ret_count = count;
	return 0;
}

/* A report taken apart, before anything in it is compared. */
struct parts {
	uint32_t version;
	size_t elements, absent_elements, explained_elements;
	struct report report;
};

static int take_field(struct arena *arena, uint64_t tag, uint64_t value, struct bytes content,
	struct parts *parts)
{
	struct report *report = &parts->report;

	switch (tag >> 3) {
	case 1:
		parts->version = (uint32_t)value;
		return 0;
	case 2:
		report->facility = content;
		return 0;
	case 3:
		report->form = (uint32_t)value;
		return 0;
	case 4:
		report->period = (uint32_t)value;
		return 0;
	case 5:
		report->revision = (uint32_t)value;
		return 0;
	case 6:
		report->withdrawal = value;
		return 0;
	case 7:
		return err_pass(take_u32(arena, content, &report->element, &parts->elements));
	case 8:
		return err_pass(take_s64(arena, content, &report->value, &report->values));
	case 9:
		return err_pass(
			take_u32(arena, content, &report->absent_element, &parts->absent_elements));
	case 10:
		return err_pass(take_u32(arena, content, &report->absent_kind, &report->absents));
	case 11:
		return err_pass(take_u32(
			arena, content, &report->explained_element, &parts->explained_elements));
	case 12:
		return err_pass(
			take_u32(arena, content, &report->explained_reason, &report->explained));
	}
	return err_here(
		ERR_BUG, "the strict check let field %llu pass", (unsigned long long)(tag >> 3));
}

/* Half the time that unpacking and copying would need. The strict check has been over every byte
 * before, so nothing is cut short and no field comes twice. */
static int take_apart(struct arena *arena, struct bytes packed, struct parts *parts)
{
	int r = strict_check(&huibao__v1__report_values__descriptor, packed);

	while (r == 0 && packed.len > 0) {
		uint64_t tag, value;
		struct bytes content = { 0 };

		ensure(take_varint(&packed, &tag) && take_varint(&packed, &value));
		if ((tag & 7) == WIRE_LENGTH) {
			content = bytes_of(packed.data, (size_t)value);
			packed = bytes_of(packed.data + value, packed.len - (size_t)value);
		}
		r = take_field(arena, tag, value, content, parts);
	}
	return err_pass(r);
}

int report_decode(struct arena *arena, struct bytes packed, struct report *ret_report)
{
	struct parts parts = { .version = 0 };
	const struct report *report = &parts.report;
	int r;

	arena_reset(arena);
	if (packed.len > REPORT_BYTES_MAX)
		return err_here(ERR_LIMIT, "report of %zu bytes; at most %d are allowed",
			packed.len, REPORT_BYTES_MAX);
	r = take_apart(arena, packed, &parts);
	if (r < 0)
		return err_pass(r);
	if (parts.version != REPORT_VERSION)
		return err_here(ERR_INVALID, "report of version %u; only %d is known",
			parts.version, REPORT_VERSION);
	if (parts.elements != report->values || parts.absent_elements != report->absents ||
		parts.explained_elements != report->explained)
		return err_here(ERR_INVALID,
			"columns of unequal length: %zu elements, %zu values; "
			"%zu absent elements, %zu kinds; %zu explained elements, %zu reasons",
			parts.elements, report->values, parts.absent_elements, report->absents,
			parts.explained_elements, report->explained);
	r = report_check(report);
	if (r < 0)
		return err_pass(r);
	*ret_report = *report;
	return 0;
}

/* Only on the way out: on the way in an unknown kind is a finding that names its element. */
static int check_kinds(const struct report *report)
{
	for (size_t i = 0; i < report->absents; i++)
		if (report->absent_kind[i] < ABSENT_NOT_OFFERED ||
			report->absent_kind[i] > ABSENT_NOT_APPLICABLE)
			return err_here(ERR_INVALID,
				"element %u is absent for an unknown reason: %u",
				report->absent_element[i], report->absent_kind[i]);
	return 0;
}

int report_encode(const struct report *report, struct buffer *out)
{
	Huibao__V1__ReportValues m = HUIBAO__V1__REPORT_VALUES__INIT;
	char facility[FACILITY_CODE_MAX + 1];
	size_t start = out->len;
	int r = report_check(report);

	if (r == 0)
		r = check_kinds(report);
	if (r < 0)
		return err_pass(r);
	r = text_copy("facility", report->facility, FACILITY_CODE_MAX, facility);
	if (r < 0)
		return err_pass(r);
	m.version = REPORT_VERSION;
	m.facility = facility;
	m.form = report->form;
	m.period = report->period;
	m.revision = report->revision;
	m.withdrawal = report->withdrawal;
	m.n_element = m.n_value = report->values;
	m.element = (uint32_t *)(uintptr_t)report->element;
	m.value = (int64_t *)(uintptr_t)report->value;
	m.n_absent_element = m.n_absent_kind = report->absents;
	m.absent_element = (uint32_t *)(uintptr_t)report->absent_element;
	m.absent_kind = (uint32_t *)(uintptr_t)report->absent_kind;
	m.n_explained_element = m.n_explained_reason = report->explained;
	m.explained_element = (uint32_t *)(uintptr_t)report->explained_element;
	m.explained_reason = (uint32_t *)(uintptr_t)report->explained_reason;
	return err_pass(message_end(message_pack(&m.base, out), out, start, REPORT_BYTES_MAX));
}

/* The fields of a ReportText, once for both ways. */
static const struct {
	const char *name;
	size_t max;
	size_t view, field; /* where it stands in our struct and in the generated one */
} text_fields[] = {
#define FIELD(name, max)                                                                           \
	{                                                                                          \
#name, max, offsetof(struct report_text, name),                                    \
			offsetof(Huibao__V1__ReportText, name)                                     \
	}
	FIELD(head_of_unit, NAME_BYTES_MAX),
	FIELD(statistics_head, NAME_BYTES_MAX),
	FIELD(filled_by, NAME_BYTES_MAX),
	FIELD(telephone, TELEPHONE_BYTES_MAX),
	FIELD(filled_on, DAY_TEXT_BYTES),
	FIELD(comment, COMMENT_BYTES_MAX),
#undef FIELD
};

/* A comment that names a patient or a private telephone could not be told from one that does not
 * once it lies in the journal, so it never gets there. */
static int report_text_check(const struct report_text *text)
{
	char day[DAY_TEXT_BYTES + 1];
	int32_t ignored;
	int r = text_copy("filled_on", text->filled_on, DAY_TEXT_BYTES, day);

	if (r == 0 && text->filled_on.len > 0)
		r = day_parse(day, &ignored);
	if (r < 0)
		return err_pass(r);
	if (text_names_a_person(text->comment))
		return err_here(ERR_INVALID,
			"'comment' holds what looks like an identity-card or mobile "
			"number; take it out");
	return 0;
}

int report_text_decode(struct arena *arena, struct bytes packed, struct report_text *ret_text)
{
	const Huibao__V1__ReportText *m;
	const void *message;
	struct report_text text;
	int r = message_unpack(
		arena, &huibao__v1__report_text__descriptor, packed, REPORT_BYTES_MAX, &message);

	if (r < 0)
		return err_pass(r);
	m = message;
	if (m->version != REPORT_VERSION)
		return err_here(ERR_INVALID, "text of version %u; only %d is known", m->version,
			REPORT_VERSION);
	for (size_t i = 0; i < array_len(text_fields); i++) {
		char *const *from = (const void *)((const char *)m + text_fields[i].field);
		struct bytes *to = (void *)((char *)&text + text_fields[i].view);

		r = field_text(text_fields[i].name, *from, text_fields[i].max, to);
		if (r < 0)
			return err_pass(r);
	}
	r = report_text_check(&text);
	if (r < 0)
		return err_pass(r);
	*ret_text = text;
	return 0;
}

int report_text_encode(const struct report_text *text, struct buffer *out)
{
	Huibao__V1__ReportText m = HUIBAO__V1__REPORT_TEXT__INIT;
	char copy[array_len(text_fields)][COMMENT_BYTES_MAX + 1];
	size_t start = out->len;
	int r = report_text_check(text);

	if (r < 0)
		return err_pass(r);
	m.version = REPORT_VERSION;
	for (size_t i = 0; i < array_len(text_fields); i++) {
		const struct bytes *from = (const void *)((const char *)text + text_fields[i].view);
		char **to = (void *)((char *)&m + text_fields[i].field);

		r = text_copy(text_fields[i].name, *from, text_fields[i].max, copy[i]);
		if (r < 0)
			return err_pass(r);
		*to = copy[i];
	}
	return err_pass(message_end(message_pack(&m.base, out), out, start, REPORT_BYTES_MAX));
}

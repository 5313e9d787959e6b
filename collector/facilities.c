/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The list lies in the outbox's folder as it was given, so its faults are told when it is taken
 * over and never later. */
#include "collector/facilities.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "client/row.h"
#include "collector/file.h"

static const char list_name[] = "facilities.csv";

const struct known_facility *facilities_at(const struct facilities *facilities, size_t index)
{
	ensure(index < facilities->count);
	return (const struct known_facility *)(const void *)facilities->list.data + index;
}

static bool has(const struct facilities *facilities, const char *code)
{
	for (size_t i = 0; i < facilities->count; i++) {
		if (strcmp(facilities_at(facilities, i)->code, code) == 0)
			return true;
	}
	return false;
}

static int add(struct facilities *facilities, const char *code, const char *name)
{
	struct known_facility fresh = { 0 };
	int r;

	snprintf(fresh.code, sizeof(fresh.code), "%s", code);
	row_note_text(fresh.name, sizeof(fresh.name), bytes_str(name));
	if ((r = buffer_add(&facilities->list, bytes_of(&fresh, sizeof(fresh)))) < 0)
		return err_pass(r);
	facilities->count++;
	return 0;
}

static int list_path(const struct session *session, struct buffer *out)
{
	int r = buffer_format(out, "%s/%s", session->settings.outbox, list_name);

	return r < 0 ? err_pass(r) : err_pass(buffer_add(out, bytes_of("", 1)));
}

static int list_check(const struct sheet *sheet)
{
	int code = sheet_column(sheet, "code");

	if (code < 0)
		return err_here(ERR_INVALID, "%s:1: column 'code' is missing", sheet_name(sheet));
	for (size_t i = 0; i < sheet_rows(sheet); i++) {
		const char *text = sheet_cell(sheet, i, (size_t)code);

		if (!facility_code_valid(text) || cell_is_notation(text))
			return err_here(ERR_INVALID,
				"%s:%zu: '%.40s' is no facility's code; format the column as text, "
				"type the codes again and save",
				sheet_name(sheet), sheet_line(sheet, i), text);
	}
	return 0;
}

int facilities_keep(struct session *session, const char *path, enum encoding encoding)
{
	AUTO(sheet_free) struct sheet *sheet = NULL;
	AUTO(buffer_fini) struct buffer raw = { 0 };
	AUTO(buffer_fini) struct buffer text = { 0 };
	AUTO(buffer_fini) struct buffer kept = { 0 };
	enum encoding used;
	int r;

	if ((r = buffer_read_file(&raw, path, 16u << 20)) < 0 ||
		(r = encoding_to_utf8(path, buffer_view(&raw), encoding, &text, &used)) < 0 ||
		(r = sheet_parse(path, buffer_view(&text), &sheet)) < 0 ||
		(r = list_check(sheet)) < 0 || (r = list_path(session, &kept)) < 0)
		return err_pass(r);
	return err_pass(file_replace((const char *)kept.data, buffer_view(&text)));
}

static const char *cell_of(const struct sheet *sheet, size_t row, const char *column)
{
	int at = sheet_column(sheet, column);

	return at < 0 ? "" : sheet_cell(sheet, row, (size_t)at);
}

/* Whether, as far as the list says, the facility reports the form and was open in the period. */
static bool reports(const struct catalog *catalog, const struct sheet *sheet, size_t row,
	const struct form *form, uint32_t period)
{
	const struct attribute *class =
		catalog_attribute_by_code(catalog, DIMENSION_CLASS, cell_of(sheet, row, "class"));
	int32_t day;

	if (form && class && !attribute_set_has(&form->classes, class->id))
		return false;
	if (period == 0)
		return true;
	if (day_parse(cell_of(sheet, row, "opened"), &day) == 0 && day > period_last_day(period))
		return false;
	return day_parse(cell_of(sheet, row, "closed"), &day) < 0 ||
	       day >= period_first_day(period);
}

struct gathering {
	const struct form *form;
	struct facilities *facilities;
};

static int gather_kept(void *ctx, const struct ports *ports)
{
	struct gathering *gathering = ctx;
	struct outbox_cursor cursor = { 0 };
	struct outbox_kept kept;
	int r;

	while ((r = outbox_kept_next(ports, &cursor, &kept)) == 0) {
		char code[FACILITY_CODE_MAX + 1];

		if (gathering->form && kept.report.form != gathering->form->id)
			continue;
		snprintf(code, sizeof(code), "%.*s", (int)kept.report.facility.len,
			(const char *)kept.report.facility.data);
		if (!has(gathering->facilities, code) &&
			(r = add(gathering->facilities, code, "")) < 0)
			return err_pass(r);
	}
	return r == PORT_NONE ? 0 : err_pass(r);
}

int facilities_load(
	struct session *session, const struct form *form, uint32_t period, struct facilities *ret)
{
	AUTO(sheet_free) struct sheet *sheet = NULL;
	AUTO(buffer_fini) struct buffer path = { 0 };
	struct gathering gathering = { form, ret };
	size_t rows;
	int r = list_path(session, &path);

	if (r < 0)
		return err_pass(r);
	r = sheet_load((const char *)path.data, &sheet);
	if (r < 0 && r != ERR_NOT_FOUND)
		return err_pass(r);
	rows = r == 0 ? sheet_rows(sheet) : 0;
	for (size_t i = 0; i < rows; i++) {
		const char *code = cell_of(sheet, i, "code");

		if (reports(session->catalog, sheet, i, form, period) && !has(ret, code) &&
			(r = add(ret, code, cell_of(sheet, i, "name"))) < 0)
			return err_pass(r);
	}
	/* A facility of the list that does not report the form stays out, also when it once did. */
	if (rows > 0 && form)
		return 0;
	return err_pass(session_read(session, gather_kept, &gathering));
}

struct learning {
	const struct status_wanted *wanted;
	size_t count;
	struct bytes replies;
	struct arena *arena;
	struct buffer packed;
};

/* Only the facility itself, in the form of a reply; nothing is written that is known already. */
static int learn(
	struct learning *learning, const struct ports *ports, const struct status_wanted *wanted)
{
	struct outbox_facility facility = { .code = bytes_str(wanted->facility) }, stored;
	struct status_reply reply, only = { .lines = 0 };
	int r = status_reply_decode(learning->arena,
		bytes_of(learning->replies.data + wanted->reply_at, wanted->reply_len), &reply);

	if (r < 0 || reply.segments == 0)
		return err_pass(r);
	only.segment = reply.segment;
	only.segments = reply.segments;
	learning->packed.len = 0;
	if ((r = status_reply_encode(&only, &learning->packed)) < 0 ||
		(r = outbox_facility_get(ports, facility.code, &stored)) < 0)
		return err_pass(r);
	if (r == 0 && bytes_equal(stored.segments, buffer_view(&learning->packed)))
		return 0;
	if (r == 0) {
		memcpy(facility.epoch, stored.epoch, sizeof(facility.epoch));
		facility.noticed = stored.noticed;
	}
	facility.segments = buffer_view(&learning->packed);
	return err_pass(outbox_facility_put(ports, &facility));
}

static int learn_all(void *ctx, const struct ports *ports)
{
	struct learning *learning = ctx;
	int r = 0;

	for (size_t i = 0; r == 0 && i < learning->count; i++) {
		if (learning->wanted[i].reply_len > 0)
			r = learn(learning, ports, &learning->wanted[i]);
	}
	return err_pass(r);
}

int facilities_learn(struct session *session, const struct status_wanted *wanted, size_t count,
	struct bytes replies)
{
	AUTO(arena_free) struct arena *arena = NULL;
	struct learning learning = { .wanted = wanted, .count = count, .replies = replies };
	int r = arena_new(&arena);

	learning.arena = arena;
	if (r == 0 && count > 0)
		r = session_write(session, learn_all, &learning);
	buffer_fini(&learning.packed);
	return err_pass(r);
}

int facilities_codes(struct session *session, struct codes *ret)
{
	AUTO(buffer_fini) struct buffer list = { 0 };
	struct facilities facilities = { 0 };
	int r = facilities_load(session, NULL, 0, &facilities);

	list = facilities.list;
	for (size_t i = 0; r == 0 && i < facilities.count; i++)
		r = codes_add(ret, facilities_at(&facilities, i)->code);
	return err_pass(r);
}

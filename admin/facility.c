/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Registering facilities, one from the command line or many from a CSV file. Both fill the same
 * fields; codes become the catalogue's numbers here, and every fault is said before anything is
 * sent, so a file goes in whole or not at all (unless the server itself refuses a part).
 *
 * In a file a facility may have several rows, in the order of time: each says what holds from its
 * day (column opened, or from) until it is closed or the next row begins. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/change.h"
#include "admin/command.h"
#include "admin/intake.h"
#include "base/err.h"
#include "base/sheet.h"

static const char *const fields[] = { "code", "name", "area", "class", "level", "ownership",
	"sponsor", "profit", "locality", "opened", "closed", "from" };
enum { FIELDS_NEEDED = 4 }; /* the first four */

static uint64_t take_stratum(
	const struct source *source, const struct catalog *catalog, struct slips *slips)
{
	uint64_t stratum = 0;

	for (unsigned i = 0; i < DIMENSIONS; i++) {
		const char *name = dimension_name((enum dimension)i),
			   *text = source_field(source, name);
		const struct attribute *attribute;
		char reason[160];

		if (!text && i == DIMENSION_CLASS)
			source_slip(source, name, "is empty", slips);
		if (!text)
			continue;
		attribute = catalog_attribute_by_code(catalog, (enum dimension)i, text);
		if (!attribute) {
			snprintf(reason, sizeof(reason), "there is no %s '%.60s' in the catalogue",
				name, text);
			source_slip(source, name, reason, slips);
			continue;
		}
		stratum |= (uint64_t)attribute->id << (8 * i);
	}
	return stratum;
}

static int32_t take_day(
	const struct source *source, const char *field, int32_t otherwise, struct slips *slips)
{
	const char *text = source_field(source, field);
	int32_t day = otherwise;

	if (text && day_parse(text, &day) < 0)
		source_slip(source, field, err_text(), slips);
	return day;
}

/* Every fault of the record is added to slips; without one the facility is whole. */
static void facility_take(const struct source *source, const struct catalog *catalog,
	void *ret_record, struct slips *slips)
{
	struct facility *ret_facility = ret_record;
	size_t before = slips->count;
	int32_t closed;

	*ret_facility = (struct facility){ .segments = 1 };
	take_text(source, "code", sizeof(ret_facility->code), ret_facility->code, slips);
	take_text(source, "name", sizeof(ret_facility->name), ret_facility->name, slips);
	ret_facility->segment[0].area = take_area(source, catalog, slips);
	ret_facility->segment[0].stratum = take_stratum(source, catalog, slips);
	ret_facility->segment[0].from_day =
		take_day(source, source_field(source, "from") ? "from" : "opened",
			day_of(PERIOD_YEAR_MIN, 1, 1), slips);
	closed = take_day(source, "closed", DAY_NEVER, slips);
	if (slips->count == before && closed <= ret_facility->segment[0].from_day)
		source_slip(source, "closed", "it closes before it opens", slips);
	if (slips->count == before && closed != DAY_NEVER &&
		facility_close(ret_facility, closed) < 0)
		source_slip(source, "closed", err_text(), slips);
	if (slips->count == before && facility_check(catalog, ret_facility) < 0)
		source_slip(source, "", err_text(), slips);
}

int facility_add_run(struct session *session)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	AUTO(slips_fini) struct slips slips = { 0 };
	struct source source = { .session = session };
	struct facility facility;
	const struct command command = { .facility = &facility, .facilities = 1 };
	int r = session->service.catalog(session->service.ctx, &catalog);

	if (r < 0)
		return err_pass(r);
	facility_take(&source, catalog, &facility, &slips);
	if (slips.count > 0)
		return slips_say(&slips);
	return err_pass(change_one(session, &command));
}

/* Two rows of one facility that begin on one day would replace each other. */
static int facility_order(const void *a, const void *b)
{
	const struct facility *first = a, *second = b;
	int32_t one = first->segment[0].from_day, other = second->segment[0].from_day;
	int order = strcmp(first->code, second->code);

	return order ? order : (one > other) - (one < other);
}

static bool facility_identity(const void *record, char ret_words[INTAKE_WORDS_BYTES])
{
	const struct facility *facility = record;

	snprintf(ret_words, INTAKE_WORDS_BYTES, "column 'code': '%s'", facility->code);
	return facility->code[0] != '\0';
}

/* What the next row of the same facility adds to its history; the newest name stays. */
static void history_add(struct facility *facility, const struct facility *row, struct slips *slips)
{
	const struct segment *last = &facility->segment[facility->segments - 1];
	char day[DAY_TEXT_BYTES];

	day_print(row->segment[0].from_day, day);
	if (row->segment[0].from_day < last->from_day ||
		(!last->closed && row->segment[0].from_day == last->from_day)) {
		slip_add(slips,
			last->closed ? "facility '%s': its row from %s begins before the row "
				       "before it is closed"
				     : "facility '%s': its row from %s does not begin after the "
				       "row before it",
			row->code, day);
		return;
	}
	memcpy(facility->name, row->name, sizeof(facility->name));
	for (uint32_t i = 0; i < row->segments; i++)
		if (facility_put_segment(facility, &row->segment[i]) < 0) {
			slip_add(slips, "%s", err_text());
			return;
		}
}

static int row_compare(const void *a, const void *b)
{
	const struct facility *first = *(const struct facility *const *)a,
			      *second = *(const struct facility *const *)b;
	int order = strcmp(first->code, second->code);

	return order ? order : (first > second) - (first < second);
}

/* Rows of one code become one record, in the place of the first of them. Returns how many records
 * are left, at the front. */
static int histories_make(struct facility *row, size_t rows, size_t *ret_count, struct slips *slips)
{
	struct facility **sorted = calloc(rows + 1, sizeof(struct facility *));
	struct facility *record = NULL;
	size_t count = 0;

	if (!sorted)
		return err_here(ERR_NOMEM, "cannot sort %zu facilities", rows);
	for (size_t i = 0; i < rows; i++)
		sorted[i] = &row[i];
	qsort(sorted, rows, sizeof(struct facility *), row_compare);
	for (size_t i = 0; i < rows; i++) {
		if (!record || strcmp(record->code, sorted[i]->code) != 0) {
			record = sorted[i];
			continue;
		}
		history_add(record, sorted[i], slips);
		sorted[i]->segments = 0; /* it went into the other */
	}
	free(sorted);
	for (size_t i = 0; i < rows; i++)
		if (row[i].segments > 0)
			row[count++] = row[i];
	*ret_count = count;
	return 0;
}

int facility_import_run(struct session *session)
{
	static const struct intake intake = { .what = "facilities",
		.record_bytes = sizeof(struct facility),
		.fields = fields,
		.field_count = array_len(fields),
		.fields_needed = FIELDS_NEEDED,
		.take = facility_take,
		.order = facility_order,
		.identity = facility_identity };
	AUTO(slips_fini) struct slips slips = { 0 };
	void *facilities = NULL;
	size_t count = 0;
	struct command command;
	int r = intake_sheet(session, &intake, &facilities, &count);

	if (r != 0)
		return err_pass(r);
	r = histories_make(facilities, count, &count, &slips);
	command = (struct command){ .facility = facilities, .facilities = count };
	if (r == 0)
		r = slips.count > 0 ? slips_say(&slips) : change_import(session, &command);
	free(facilities);
	return err_pass(r);
}

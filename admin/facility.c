/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Registering facilities, one from the command line or many from a CSV file. Both fill the same
 * fields; codes become the catalogue's numbers here, and every fault is said before anything is
 * sent, so a file goes in whole or not at all (unless the server itself refuses a part). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/change.h"
#include "admin/command.h"
#include "admin/intake.h"
#include "base/err.h"
#include "base/sheet.h"

static const char *const fields[] = { "code", "name", "area", "class", "level", "ownership",
	"sponsor", "profit", "locality", "opened", "closed" };
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

	*ret_facility = (struct facility){ .segments = 1 };
	take_text(source, "code", sizeof(ret_facility->code), ret_facility->code, slips);
	take_text(source, "name", sizeof(ret_facility->name), ret_facility->name, slips);
	ret_facility->segment[0].area = take_area(source, catalog, slips);
	ret_facility->segment[0].stratum = take_stratum(source, catalog, slips);
	ret_facility->segment[0].from_day =
		take_day(source, "opened", day_of(PERIOD_YEAR_MIN, 1, 1), slips);
	ret_facility->closed_day = take_day(source, "closed", DAY_NEVER, slips);
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

static int facility_order(const void *a, const void *b)
{
	const struct facility *first = a, *second = b;

	return strcmp(first->code, second->code);
}

static bool facility_identity(const void *record, char ret_words[INTAKE_WORDS_BYTES])
{
	const struct facility *facility = record;

	snprintf(ret_words, INTAKE_WORDS_BYTES, "column 'code': '%s'", facility->code);
	return facility->code[0] != '\0';
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
	void *facilities = NULL;
	size_t count = 0;
	struct command command;
	int r = intake_sheet(session, &intake, &facilities, &count);

	if (r != 0)
		return err_pass(r);
	command = (struct command){ .facility = facilities, .facilities = count };
	r = change_import(session, &command);
	free(facilities);
	return err_pass(r);
}

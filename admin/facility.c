/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Registering facilities, one from the command line or many from a CSV file. Both fill the same
 * fields; codes become the catalogue's numbers here, and every fault is said before anything is
 * sent, so a file goes in whole or not at all (unless the server itself refuses a part). */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/change.h"
#include "admin/command.h"
#include "base/err.h"
#include "base/sheet.h"
#include "client/language.h"
#include "client/phrase.h"

static const char *const fields[] = { "code", "name", "area", "class", "level", "ownership",
	"sponsor", "profit", "locality", "opened", "closed" };
enum { FIELDS_NEEDED = 4 }; /* the first four */

enum { FAULTS_SHOWN_MAX = 64 };

struct faults {
	struct buffer text;
	size_t count;
	int error; /* of keeping the text itself */
};

__attribute__((format(printf, 2, 3))) static void fault_add(
	struct faults *faults, const char *text, ...)
{
	char line[512];
	va_list args;

	va_start(args, text);
	vsnprintf(line, sizeof(line), text, args);
	va_end(args);
	if (faults->count++ < FAULTS_SHOWN_MAX && faults->error == 0)
		faults->error = buffer_format(&faults->text, "%s\n", phrase(line));
}

static int faults_say(struct faults *faults)
{
	if (faults->error < 0)
		return err_pass(faults->error);
	fwrite(faults->text.data, 1, faults->text.len, stderr);
	if (faults->count > FAULTS_SHOWN_MAX)
		fprintf(stderr, language_pick("……另有 %zu 处\n", "... %zu more\n"),
			faults->count - FAULTS_SHOWN_MAX);
	return EXIT_USAGE;
}

static void faults_fini_auto(struct faults *faults)
{
	buffer_fini(&faults->text);
}

/* Where a record's fields are read: a row of a sheet, or the command line. */
struct source {
	const struct session *session;
	const struct sheet *sheet; /* NULL: the command line */
	size_t row;
};

/* NULL: not given. */
static const char *source_field(const struct source *source, const char *field)
{
	const char *text;
	int column;

	if (!source->sheet)
		return session_argument(source->session, field);
	column = sheet_column(source->sheet, field);
	if (column < 0)
		return NULL;
	text = sheet_cell(source->sheet, source->row, (size_t)column);
	return text[0] ? text : NULL;
}

static void source_fault(
	const struct source *source, const char *field, const char *reason, struct faults *faults)
{
	if (!source->sheet)
		fault_add(faults, "huibaoctl: %s: %s", field, reason);
	else if (field[0])
		fault_add(faults, "%s:%zu: column '%s': %s", sheet_name(source->sheet),
			sheet_line(source->sheet, source->row), field, reason);
	else
		fault_add(faults, "%s:%zu: %s", sheet_name(source->sheet),
			sheet_line(source->sheet, source->row), reason);
}

static void take_text(const struct source *source, const char *field, size_t size, char *ret_text,
	struct faults *faults)
{
	const char *text = source_field(source, field);
	char reason[80];

	if (!text) {
		source_fault(source, field, "is empty", faults);
	} else if (strlen(text) >= size) {
		snprintf(reason, sizeof(reason), "longer than %zu bytes", size - 1);
		source_fault(source, field, reason, faults);
	} else {
		snprintf(ret_text, size, "%s", text);
	}
}

static uint32_t take_area(
	const struct source *source, const struct catalog *catalog, struct faults *faults)
{
	const char *text = source_field(source, "area");
	char reason[128], *end;
	unsigned long code;

	if (!text) {
		source_fault(source, "area", "is empty", faults);
		return 0;
	}
	code = strtoul(text, &end, 10);
	if (*end || code > UINT32_MAX || !catalog_area(catalog, (uint32_t)code)) {
		snprintf(reason, sizeof(reason), "there is no area '%.40s' in the catalogue", text);
		source_fault(source, "area", reason, faults);
		return 0;
	}
	return (uint32_t)code;
}

static uint64_t take_stratum(
	const struct source *source, const struct catalog *catalog, struct faults *faults)
{
	uint64_t stratum = 0;

	for (unsigned i = 0; i < DIMENSIONS; i++) {
		const char *name = dimension_name((enum dimension)i),
			   *text = source_field(source, name);
		const struct attribute *attribute;
		char reason[160];

		if (!text && i == DIMENSION_CLASS)
			source_fault(source, name, "is empty", faults);
		if (!text)
			continue;
		attribute = catalog_attribute_by_code(catalog, (enum dimension)i, text);
		if (!attribute) {
			snprintf(reason, sizeof(reason), "there is no %s '%.60s' in the catalogue",
				name, text);
			source_fault(source, name, reason, faults);
			continue;
		}
		stratum |= (uint64_t)attribute->id << (8 * i);
	}
	return stratum;
}

static int32_t take_day(
	const struct source *source, const char *field, int32_t otherwise, struct faults *faults)
{
	const char *text = source_field(source, field);
	int32_t day = otherwise;

	if (text && day_parse(text, &day) < 0)
		source_fault(source, field, err_text(), faults);
	return day;
}

/* Every fault of the record is added to faults; without one the facility is whole. */
static void facility_take(const struct source *source, const struct catalog *catalog,
	struct facility *ret_facility, struct faults *faults)
{
	size_t before = faults->count;

	*ret_facility = (struct facility){ .segments = 1 };
	take_text(source, "code", sizeof(ret_facility->code), ret_facility->code, faults);
	take_text(source, "name", sizeof(ret_facility->name), ret_facility->name, faults);
	ret_facility->segment[0].area = take_area(source, catalog, faults);
	ret_facility->segment[0].stratum = take_stratum(source, catalog, faults);
	ret_facility->segment[0].from_day =
		take_day(source, "opened", day_of(PERIOD_YEAR_MIN, 1, 1), faults);
	ret_facility->closed_day = take_day(source, "closed", DAY_NEVER, faults);
	if (faults->count == before && facility_check(catalog, ret_facility) < 0)
		source_fault(source, "", err_text(), faults);
}

int facility_add_run(struct session *session)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	AUTO(grid_fini) struct grid receipts = { 0 };
	AUTO(faults_fini) struct faults faults = { 0 };
	struct source source = { .session = session };
	struct facility facility;
	int r = session->service.catalog(session->service.ctx, &catalog);

	if (r < 0)
		return err_pass(r);
	facility_take(&source, catalog, &facility, &faults);
	if (faults.count > 0)
		return faults_say(&faults);
	r = change_columns(&receipts);
	if (r == 0)
		r = change_facilities(session, &facility, 1, &receipts);
	if (r == 0)
		r = session_print(session, &receipts);
	return err_pass(r);
}

static bool field_known(const char *name)
{
	for (size_t i = 0; i < array_len(fields); i++) {
		if (strcmp(fields[i], name) == 0)
			return true;
	}
	return name[0] == '#';
}

static void columns_check(const struct sheet *sheet, struct faults *faults)
{
	for (size_t i = 0; i < FIELDS_NEEDED; i++) {
		if (sheet_column(sheet, fields[i]) < 0)
			fault_add(faults, "%s:1: column '%s' is missing", sheet_name(sheet),
				fields[i]);
	}
	for (size_t i = 0; i < sheet_columns(sheet); i++) {
		const char *name = sheet_column_name(sheet, i);

		if (!field_known(name))
			fault_add(faults,
				"%s:1: column '%.60s' is not known; begin its name with '#' to "
				"keep it as a remark",
				sheet_name(sheet), name);
	}
}

static int facility_order(const void *a, const void *b)
{
	const struct facility *const *first = a, *const *second = b;
	int order = strcmp((*first)->code, (*second)->code);

	return order ? order : (*first > *second) - (*first < *second);
}

/* Two rows with one code: the second would silently replace the first. */
static int duplicates_check(const struct sheet *sheet, const struct facility *facilities,
	size_t count, struct faults *faults)
{
	const struct facility **sorted = malloc((count + 1) * sizeof(*sorted));

	if (!sorted)
		return err_here(ERR_NOMEM, "cannot sort %zu facilities", count);
	for (size_t i = 0; i < count; i++)
		sorted[i] = &facilities[i];
	qsort(sorted, count, sizeof(*sorted), facility_order);
	for (size_t i = 1; i < count; i++) {
		if (sorted[i]->code[0] && strcmp(sorted[i - 1]->code, sorted[i]->code) == 0)
			fault_add(faults, "%s:%zu: column 'code': '%s' stands on line %zu already",
				sheet_name(sheet),
				sheet_line(sheet, (size_t)(sorted[i] - facilities)),
				sorted[i]->code,
				sheet_line(sheet, (size_t)(sorted[i - 1] - facilities)));
	}
	free(sorted);
	return 0;
}

/* As many records in each command as fit one. */
static int facilities_send(struct session *session, const struct facility *facilities, size_t count,
	struct grid *receipts)
{
	size_t most = COMMAND_RECORDS_MAX, sent = 0;

	while (sent < count) {
		size_t now = count - sent < most ? count - sent : most;
		int r = change_facilities(session, facilities + sent, now, receipts);

		if (r == ERR_LIMIT && now > 1) {
			most = now / 2;
			continue;
		}
		if (r < 0)
			return err_pass(r);
		sent += now;
	}
	return 0;
}

static void facilities_free(struct facility *facilities)
{
	free(facilities);
}
AUTO_DEFINE(facilities_free, struct facility *);

static int facilities_read(const struct session *session, const struct catalog *catalog,
	const struct sheet *sheet, struct facility *ret_facilities, struct faults *faults)
{
	columns_check(sheet, faults);
	if (faults->count > 0)
		return 0; /* without its columns every row would repeat the same fault */
	for (size_t row = 0; row < sheet_rows(sheet); row++) {
		struct source source = { .session = session, .sheet = sheet, .row = row };

		facility_take(&source, catalog, &ret_facilities[row], faults);
	}
	return err_pass(duplicates_check(sheet, ret_facilities, sheet_rows(sheet), faults));
}

int facility_import_run(struct session *session)
{
	AUTO(sheet_free) struct sheet *sheet = NULL;
	AUTO(catalog_free) struct catalog *catalog = NULL;
	AUTO(facilities_free) struct facility *facilities = NULL;
	AUTO(faults_fini) struct faults faults = { 0 };
	AUTO(grid_fini) struct grid receipts = { 0 };
	int r = session_sheet(session, &sheet), sent;

	if (r == 0)
		r = session->service.catalog(session->service.ctx, &catalog);
	if (r < 0)
		return err_pass(r);
	facilities = calloc(sheet_rows(sheet) + 1, sizeof(*facilities));
	if (!facilities)
		return err_here(ERR_NOMEM, "cannot hold %zu facilities", sheet_rows(sheet));
	r = facilities_read(session, catalog, sheet, facilities, &faults);
	if (r < 0)
		return err_pass(r);
	if (faults.count > 0)
		return faults_say(&faults);
	r = change_columns(&receipts);
	if (r < 0)
		return err_pass(r);
	sent = facilities_send(session, facilities, sheet_rows(sheet), &receipts);
	if (sent < 0 && grid_rows(&receipts) == 0)
		return err_pass(sent);
	if (sent < 0) /* what went in before stays in and is shown */
		fprintf(stderr, "huibaoctl: %s: %s\n",
			language_pick("只登记了一部分", "only a part was registered"),
			phrase(err_text()));
	r = session_print(session, &receipts);
	if (r < 0)
		return err_pass(r);
	return sent < 0 ? EXIT_PARTLY : EXIT_DONE;
}

/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What becomes of a facility over time: changes, closing, opening again, and who reports for it,
 * each from a day on. The record is read whole from the aggregator, changed in one place, and sent
 * back with the sequence that it was read with: whoever changed it meanwhile is not overwritten. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "admin/change.h"
#include "admin/command.h"
#include "admin/intake.h"
#include "base/clock.h"
#include "base/err.h"
#include "client/language.h"

/* Whatever the catalogue no longer names cannot be given back: then nothing is changed. */
static int stratum_read(
	const struct catalog *catalog, const struct grid *table, size_t row, uint64_t *ret_stratum)
{
	*ret_stratum = 0;
	for (unsigned i = 0; i < DIMENSIONS; i++) {
		const char *name = dimension_name((enum dimension)i),
			   *code = grid_word(table, row, name);
		const struct attribute *attribute =
			catalog_attribute_by_code(catalog, (enum dimension)i, code);

		if (!code[0])
			continue;
		if (!attribute)
			return err_here(
				ERR_INVALID, "there is no %s '%.60s' in the catalogue", name, code);
		*ret_stratum |= (uint64_t)attribute->id << (8 * i);
	}
	return 0;
}

static int segment_read(const struct catalog *catalog, const struct grid *table, size_t row,
	bool closed, struct facility *facility)
{
	struct segment *segment = &facility->segment[facility->segments];

	if (facility->segments++ == SEGMENTS_MAX)
		return err_here(ERR_CORRUPT, "aggregator: 'facility show' has too many rows");
	segment->closed = closed;
	segment->area = (uint32_t)strtoul(grid_word(table, row, "area"), NULL, 10);
	if (day_parse(grid_word(table, row, "from"), &segment->from_day) < 0)
		return err_pass(ERR_CORRUPT);
	return err_pass(stratum_read(catalog, table, row, &segment->stratum));
}

static int relation_read(const struct catalog *catalog, const struct grid *table, size_t row,
	struct facility *facility)
{
	const char *code = grid_word(table, row, "form"), *until = grid_word(table, row, "until");
	const struct form *form = catalog_form_by_code(catalog, code);
	struct proxied *proxied = &facility->proxied[facility->proxies];

	if (facility->proxies++ == PROXIED_MAX)
		return err_here(ERR_CORRUPT, "aggregator: 'facility show' has too many rows");
	if (!form)
		return err_here(ERR_INVALID, "there is no form '%.60s' in the catalogue", code);
	proxied->form = form->id;
	proxied->until_day = DAY_NEVER;
	snprintf(proxied->by, sizeof(proxied->by), "%s", grid_word(table, row, "reporter"));
	if (day_parse(grid_word(table, row, "from"), &proxied->from_day) < 0 ||
		(until[0] && day_parse(until, &proxied->until_day) < 0))
		return err_pass(ERR_CORRUPT);
	return 0;
}

static int facility_read(
	const struct catalog *catalog, const struct grid *table, struct facility *ret_facility)
{
	*ret_facility = (struct facility){ 0 };
	if (grid_rows(table) == 0)
		return err_here(ERR_CORRUPT, "aggregator: 'facility show' has no rows");
	snprintf(ret_facility->code, sizeof(ret_facility->code), "%s", grid_word(table, 0, "code"));
	snprintf(ret_facility->name, sizeof(ret_facility->name), "%s", grid_word(table, 0, "name"));
	ret_facility->sequence = strtoull(grid_word(table, 0, "sequence"), NULL, 10);
	if (ret_facility->sequence == 0)
		return err_here(ERR_CORRUPT, "aggregator: 'facility show' lacks its sequence");
	for (size_t row = 0; row < grid_rows(table); row++) {
		const char *what = grid_word(table, row, "what");
		int r = strcmp(what, "reported_for") == 0
				? relation_read(catalog, table, row, ret_facility)
				: segment_read(catalog, table, row, strcmp(what, "closed") == 0,
					  ret_facility);

		if (r < 0)
			return err_pass(r);
	}
	return 0;
}

/* ERR_NOT_FOUND: there is no such facility. */
static int facility_ask(struct session *session, const char *code, struct grid *table)
{
	const struct argument argument = { bytes_str("facility"), bytes_str(code) };

	return err_pass(
		session_ask(session, SERVER_AGGREGATOR, "facility show", &argument, 1, table));
}

static int facility_look(
	struct session *session, const struct catalog *catalog, struct facility *ret_facility)
{
	AUTO(grid_fini) struct grid table = { 0 };
	int r = facility_ask(session, session_argument(session, "facility"), &table);

	return r < 0 ? err_pass(r) : err_pass(facility_read(catalog, &table, ret_facility));
}

/* The attributes that are named; "" takes one away. *changes: whether any was. */
static void take_attributes(const struct source *source, const struct catalog *catalog,
	struct segment *segment, bool *changes, struct slips *slips)
{
	if (source_field(source, "area")) {
		segment->area = take_area(source, catalog, slips);
		*changes = true;
	}
	for (unsigned i = 0; i < DIMENSIONS; i++) {
		const char *name = dimension_name((enum dimension)i),
			   *code = source_field(source, name);
		const struct attribute *attribute;
		char reason[160];

		if (!code)
			continue;
		*changes = true;
		segment->stratum &= ~((uint64_t)UINT8_MAX << (8 * i));
		attribute = catalog_attribute_by_code(catalog, (enum dimension)i, code);
		if (attribute)
			segment->stratum |= (uint64_t)attribute->id << (8 * i);
		if (attribute || (code[0] == '\0' && i != DIMENSION_CLASS))
			continue;
		snprintf(reason, sizeof(reason), "there is no %s '%.60s' in the catalogue", name,
			code);
		source_slip(source, name, reason, slips);
	}
}

/* What a command makes of the record. Every fault is added to slips. */
typedef void changer(const struct source *source, const struct catalog *catalog,
	struct facility *facility, struct slips *slips);

/* false: the day is none, and the fault was added. */
static bool take_from(const struct source *source, int32_t *ret_day, struct slips *slips)
{
	if (day_parse(source_field(source, "from"), ret_day) == 0)
		return true;
	source_slip(source, "from", err_text(), slips);
	return false;
}

static void segment_put(const struct source *source, const struct segment *segment,
	struct facility *facility, struct slips *slips)
{
	if (slips->count == 0 && facility_put_segment(facility, segment) < 0)
		source_slip(source, "from", err_text(), slips);
}

/* A name has no days: it is the new one at once. */
static void change_apply(const struct source *source, const struct catalog *catalog,
	struct facility *facility, struct slips *slips)
{
	const struct segment *now;
	struct segment changed;
	bool changes = false, renamed = source_field(source, "name") != NULL;

	if (!take_from(source, &changed.from_day, slips))
		return;
	now = facility_segment_on(facility, changed.from_day);
	if (renamed)
		take_text(source, "name", sizeof(facility->name), facility->name, slips);
	if (!now || now->closed) {
		source_slip(source, "from",
			now ? "it is closed on that day; use 'facility reopen'"
			    : "it is not open yet on that day",
			slips);
		return;
	}
	changed = (struct segment){
		.from_day = changed.from_day, .area = now->area, .stratum = now->stratum
	};
	take_attributes(source, catalog, &changed, &changes, slips);
	if (!changes && !renamed)
		source_slip(source, "from", "nothing is said that would change", slips);
	if (changes)
		segment_put(source, &changed, facility, slips);
}

static void close_apply(const struct source *source, const struct catalog *catalog,
	struct facility *facility, struct slips *slips)
{
	const struct segment *before;
	int32_t day;

	(void)catalog;
	if (!take_from(source, &day, slips))
		return;
	before = facility_segment_on(facility, day - 1);
	if (!before)
		source_slip(source, "from", "it closes before it opens", slips);
	else if (before->closed)
		source_slip(source, "from", "it is closed already on that day", slips);
	else if (facility_close(facility, day) < 0)
		source_slip(source, "from", err_text(), slips);
}

/* On the day on which it closed the closing itself is taken back. */
static void reopen_apply(const struct source *source, const struct catalog *catalog,
	struct facility *facility, struct slips *slips)
{
	const struct segment *last = &facility->segment[facility->segments - 1];
	struct segment opened = *last;
	bool changes;

	opened.closed = false;
	if (!take_from(source, &opened.from_day, slips))
		return;
	if (!last->closed)
		source_slip(source, "from", "it is not closed", slips);
	else if (opened.from_day < last->from_day)
		source_slip(source, "from", "it is open still on that day", slips);
	take_attributes(source, catalog, &opened, &changes, slips);
	segment_put(source, &opened, facility, slips);
}

/* The relation of that form, facility and first day if there is one: so an end can be given
 * later. */
static struct proxied *relation_place(struct facility *facility, const struct proxied *wanted)
{
	for (uint32_t i = 0; i < facility->proxies; i++) {
		struct proxied *proxied = &facility->proxied[i];

		if (proxied->form == wanted->form && proxied->from_day == wanted->from_day &&
			strcmp(proxied->by, wanted->by) == 0)
			return proxied;
	}
	return facility->proxies < PROXIED_MAX ? &facility->proxied[facility->proxies++] : NULL;
}

static void proxy_apply(const struct source *source, const struct catalog *catalog,
	struct facility *facility, struct slips *slips)
{
	const char *form_code = source_field(source, "form"),
		   *until = source_field(source, "until");
	const struct form *form = catalog_form_by_code(catalog, form_code);
	struct proxied proxied = { .until_day = DAY_NEVER }, *place;
	char reason[160];

	take_text(source, "by", sizeof(proxied.by), proxied.by, slips);
	if (!form) {
		snprintf(reason, sizeof(reason), "there is no form '%.60s' in the catalogue",
			form_code);
		source_slip(source, "form", reason, slips);
	}
	if (until && day_parse(until, &proxied.until_day) < 0)
		source_slip(source, "until", err_text(), slips);
	if (!take_from(source, &proxied.from_day, slips) || slips->count > 0)
		return;
	proxied.form = form->id;
	place = relation_place(facility, &proxied);
	if (place)
		*place = proxied;
	else
		source_slip(source, "by", "others report for it in too many ways already", slips);
}

static bool form_given(const struct form *form, const struct facility *facility, int32_t day)
{
	const struct segment *segment = facility_segment_on(facility, day);

	return segment && !segment->closed &&
	       attribute_set_has(
		       &form->classes, stratum_attribute(segment->stratum, DIMENSION_CLASS));
}

/* Nothing that is in force ends by itself, or a new catalogue would drop history: only a person can
 * know whether the old form's report should go on counting beside the new one's. */
static void lost_say(const struct session *session, const struct catalog *catalog,
	const struct facility *before, const struct facility *after)
{
	size_t count, lost = 0;
	const struct form *forms = catalog_forms(catalog, &count);
	const char *from = session_argument(session, "from");
	int32_t day;

	/* Nobody has reported yet for a period that lies behind a day to come. */
	if (!from || day_parse(from, &day) < 0 || day > day_of_wall_ms(clock_wall().ms))
		return;
	for (size_t i = 0; i < count; i++) {
		if (!form_given(&forms[i], before, day) || form_given(&forms[i], after, day))
			continue;
		if (lost++ == 0)
			fprintf(stderr,
				language_pick("huibaoctl: 提示：自 %s 起不再填报的报表：",
					"huibaoctl: note: forms that it no longer reports from "
					"%s on: "),
				from);
		fprintf(stderr, "%s%s", lost > 1 ? ", " : "", forms[i].code);
	}
	if (lost > 0)
		fprintf(stderr, "%s",
			language_pick("；此日以后各期已报的仍计入汇总，请填报单位撤回\n",
				"; what was reported on them for later periods still counts: have "
				"it withdrawn\n"));
}

static int facility_send(struct session *session, changer *apply)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	AUTO(slips_fini) struct slips slips = { 0 };
	const struct source source = { .session = session };
	struct facility facility, before;
	struct command command = { .facility = &facility, .facilities = 1 };
	int r = session->service.catalog(session->service.ctx, &catalog);

	if (r < 0 || (r = facility_look(session, catalog, &facility)) < 0)
		return err_pass(r);
	before = facility;
	apply(&source, catalog, &facility, &slips);
	if (slips.count == 0 && facility_check(catalog, &facility) < 0)
		source_slip(&source, "from", err_text(), &slips);
	if (slips.count > 0)
		return slips_say(&slips);
	command.belief = facility.sequence;
	if ((r = change_one(session, &command)) == EXIT_DONE)
		lost_say(session, catalog, &before, &facility);
	return err_pass(r);
}

int facility_change_run(struct session *session)
{
	return err_pass(facility_send(session, change_apply));
}

int facility_close_run(struct session *session)
{
	return err_pass(facility_send(session, close_apply));
}

int facility_reopen_run(struct session *session)
{
	return err_pass(facility_send(session, reopen_apply));
}

/* A code that nobody has would take the unit out of what is expected, and nobody would report. */
int facility_proxy_run(struct session *session)
{
	AUTO(grid_fini) struct grid table = { 0 };
	int r = facility_ask(session, session_argument(session, "by"), &table);

	return r < 0 ? err_pass(r) : err_pass(facility_send(session, proxy_apply));
}

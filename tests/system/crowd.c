/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The memory of a member is small: per (facility, period) the last two revisions that it sent and
 * whether they were withdrawals. It does not know what became of them; the history checker does. */
#include "tests/system/crowd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

struct sent {
	uint32_t revision, before;
	bool withdrawn, before_withdrawn;
};

struct crowd {
	struct crowd_options options;
	uint64_t random;
	size_t facilities; /* of this member */
	struct sent *sent; /* facilities * periods */
	uint64_t next;     /* new_only: how many were made */
	uint32_t element[FORM_LINES_MAX], absent[FORM_LINES_MAX], absent_kind[FORM_LINES_MAX];
	int64_t value[FORM_LINES_MAX];
	uint32_t ordered[FORM_LINES_MAX]; /* the form's elements, rising */
	/* steady: what the elements are about */
	int64_t about[FORM_LINES_MAX];
	uint32_t spread[FORM_LINES_MAX];
};

/* splitmix64: one step of a well-mixed counter. */
static uint64_t mix(uint64_t value)
{
	value += 0x9e3779b97f4a7c15u;
	value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
	value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
	return value ^ (value >> 31);
}

static uint32_t draw(struct crowd *crowd, uint32_t below)
{
	crowd->random = mix(crowd->random);
	return (uint32_t)((crowd->random >> 16) % below);
}

static int by_number(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static int steady_take(struct crowd *crowd, char *line)
{
	char *value = strchr(line, ','), *spread = value ? strchr(value + 1, ',') : NULL;
	const struct element *element;
	const uint32_t *found;

	if (!spread)
		return err_here(ERR_INVALID, "'%s' is not element,value,spread", line);
	*value = '\0';
	element = catalog_element_by_code(crowd->options.catalog, line);
	found = element ? bsearch(&element->id, crowd->ordered, crowd->options.form->line_count,
				  sizeof(crowd->ordered[0]), by_number)
			: NULL;
	if (!found)
		return err_here(ERR_INVALID, "'%s' is not on the form", line);
	crowd->about[found - crowd->ordered] = strtoll(value + 1, NULL, 10);
	crowd->spread[found - crowd->ordered] = (uint32_t)strtoul(spread + 1, NULL, 10);
	return 0;
}

static int steady_load(struct crowd *crowd)
{
	FILE *file = fopen(crowd->options.steady, "re");
	char line[128];
	int r = 0;

	if (!file)
		return err_here(ERR_NOT_FOUND, "cannot open '%s'", crowd->options.steady);
	for (uint32_t i = 0; i < crowd->options.form->line_count; i++) {
		crowd->about[i] = 100;
		crowd->spread[i] = 20;
	}
	while (r == 0 && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\r\n")] = '\0';
		r = steady_take(crowd, line);
	}
	fclose(file);
	return err_pass(r);
}

int crowd_new(const struct crowd_options *options, struct crowd **ret_crowd)
{
	AUTO(crowd_free) struct crowd *crowd = calloc(1, sizeof(*crowd));
	int r;

	if (!crowd)
		return err_here(ERR_NOMEM, "cannot allocate a crowd");
	crowd->options = *options;
	crowd->random = mix(options->seed * 1000003u + options->member);
	crowd->facilities = (options->facility_count + options->members - 1 - options->member) /
			    options->members;
	if (crowd->facilities == 0 || options->periods == 0)
		return err_here(
			ERR_INVALID, "member %u has no facility or no period", options->member);
	crowd->sent = calloc(crowd->facilities * options->periods, sizeof(*crowd->sent));
	if (!crowd->sent)
		return err_here(ERR_NOMEM, "cannot allocate what a member has sent");
	for (uint32_t i = 0; i < options->form->line_count; i++)
		crowd->ordered[i] = options->form->lines[i].element;
	qsort(crowd->ordered, options->form->line_count, sizeof(crowd->ordered[0]), by_number);
	if (options->steady && (r = steady_load(crowd)) < 0)
		return err_pass(r);
	*ret_crowd = crowd;
	crowd = NULL;
	return 0;
}

void crowd_free(struct crowd *crowd)
{
	if (!crowd)
		return;
	free(crowd->sent);
	free(crowd);
}

static int64_t value_of(const struct crowd *crowd, uint32_t i, uint64_t random)
{
	if (!crowd->options.steady)
		return (int64_t)random % 10000;
	return crowd->about[i] + (crowd->spread[i] ? (int64_t)(random % crowd->spread[i]) : 0);
}

/* The values of a report: about one in ten is absent for one of the four reasons. */
static void fill_values(struct crowd *crowd, uint64_t random, struct report *report)
{
	const struct crowd_options *options = &crowd->options;

	report->element = crowd->element;
	report->value = crowd->value;
	report->absent_element = crowd->absent;
	report->absent_kind = crowd->absent_kind;
	for (uint32_t i = 0; i < options->form->line_count; i++) {
		random = mix(random);
		if (!options->new_only && random % 10 == 0) {
			crowd->absent[report->absents] = crowd->ordered[i];
			crowd->absent_kind[report->absents++] =
				ABSENT_NOT_OFFERED + (uint32_t)(random >> 32) % 4;
		} else {
			crowd->element[report->values] = crowd->ordered[i];
			crowd->value[report->values++] = value_of(crowd, i, random >> 40);
		}
	}
}

static int add_text(uint64_t random, struct buffer *out, struct crowd_report *report)
{
	const struct report_text text = { .filled_by = bytes_str("clerk"),
		.comment = bytes_str("checked twice") };
	int r;

	if (random % 16 != 0)
		return 0;
	report->text_at = out->len;
	if ((r = report_text_encode(&text, out)) < 0)
		return err_pass(r);
	report->text_len = out->len - report->text_at;
	r = digest_of(DIGEST_SHA256, bytes_of(out->data + report->text_at, report->text_len),
		&report->text_digest);
	return r < 0 ? err_pass(r) : 0;
}

/* Makes the report of identity slot with this revision; variant tells conflicting ones apart. */
static int make(struct crowd *crowd, size_t slot, uint32_t revision, bool withdrawal,
	uint32_t variant, struct buffer *out, struct crowd_report *ret_report)
{
	const struct crowd_options *options = &crowd->options;
	const size_t facility = (slot % crowd->facilities) * options->members + options->member;
	const uint32_t period = (uint32_t)(slot / crowd->facilities);
	const uint64_t random = mix(
		options->seed ^
		mix(((uint64_t)facility << 32) | (period << 16) | (revision << 4) | variant));
	struct crowd_report made = {
		.facility = options->facilities[facility],
		.period = period_add(options->first_period, (int)period),
		.revision = revision,
		.packed_at = out->len,
	};
	struct report report = {
		.facility = bytes_str(made.facility),
		.form = options->form->id,
		.period = made.period,
		.revision = revision,
		.withdrawal = withdrawal,
	};
	int r;

	if (!withdrawal)
		fill_values(crowd, random, &report);
	if ((r = report_encode(&report, out)) < 0)
		return err_pass(r);
	made.packed_len = out->len - made.packed_at;
	r = digest_of(
		DIGEST_SHA256, bytes_of(out->data + made.packed_at, made.packed_len), &made.digest);
	if (r < 0 ||
		(!options->new_only && !withdrawal && (r = add_text(random >> 8, out, &made)) < 0))
		return err_pass(r);
	*ret_report = made;
	return 0;
}

static int make_next_new(struct crowd *crowd, struct buffer *out, struct crowd_report *ret_report)
{
	if (crowd->next >= crowd->facilities * crowd->options.periods)
		return err_here(ERR_LIMIT, "every facility and period has been used");
	return make(crowd, (size_t)crowd->next++, 1, false, 0, out, ret_report);
}

/* A higher revision; gaps in the numbers are allowed, so some have one. */
static int make_revision(struct crowd *crowd, size_t slot, bool withdrawal, struct buffer *out,
	struct crowd_report *ret_report)
{
	struct sent *sent = &crowd->sent[slot];

	sent->before = sent->revision;
	sent->before_withdrawn = sent->withdrawn;
	sent->revision += draw(crowd, 8) == 0 ? 2 : 1;
	sent->withdrawn = withdrawal;
	return make(crowd, slot, sent->revision, withdrawal, 0, out, ret_report);
}

int crowd_next(struct crowd *crowd, struct buffer *out, struct crowd_report *ret_report)
{
	const size_t slot =
		crowd->options.new_only
			? 0
			: draw(crowd, (uint32_t)(crowd->facilities * crowd->options.periods));
	const struct sent *sent = &crowd->sent[slot];
	const uint32_t choice = draw(crowd, 100);

	if (crowd->options.new_only)
		return make_next_new(crowd, out, ret_report);
	if (sent->revision == 0 || choice < 50)
		return make_revision(crowd, slot, false, out, ret_report);
	if (choice < 60)
		return make_revision(crowd, slot, true, out, ret_report);
	if (choice < 80)
		return make(crowd, slot, sent->revision, sent->withdrawn, 0, out, ret_report);
	if (choice < 90 && sent->before != 0)
		return make(crowd, slot, sent->before, sent->before_withdrawn, 0, out, ret_report);
	return make(crowd, slot, sent->revision, false, 1, out, ret_report);
}

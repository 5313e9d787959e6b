/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Locking periods and opening them again: a record in the journal each, which says where, on which
 * form, for which periods and until when. A permission to load past years is an opening over a
 * range. */
#include <string.h>

#include "admin/change.h"
#include "admin/command.h"
#include "admin/intake.h"
#include "base/err.h"
#include "model/lock.h"

static void take_form(const struct source *source, const struct catalog *catalog,
	uint32_t *ret_form, struct slips *slips)
{
	const char *code = source_field(source, "form");
	const struct form *form = code ? catalog_form_by_code(catalog, code) : NULL;
	char reason[160];

	*ret_form = form ? form->id : 0;
	if (!code || form)
		return;
	snprintf(reason, sizeof(reason), "there is no form '%.60s' in the catalogue", code);
	source_slip(source, "form", reason, slips);
}

/* 0: the fault was added. */
static uint32_t take_period_named(
	const struct source *source, const char *field, struct slips *slips)
{
	uint32_t period = 0;

	if (period_parse(source_field(source, field), &period) < 0)
		source_slip(source, field, err_text(), slips);
	return period;
}

/* A record over a month never reaches a yearly form: it would stand there and do nothing. */
static void check_kind(const struct source *source, const struct catalog *catalog, uint32_t form,
	uint32_t period, struct slips *slips)
{
	const struct form *known = form ? catalog_form(catalog, (uint16_t)form) : NULL;
	char text[PERIOD_TEXT_BYTES], reason[160];

	if (!known || period == 0 || period_kind_of(period) == known->period)
		return;
	period_print(period, text);
	snprintf(reason, sizeof(reason), "'%s' is no period of form '%s'", text, known->code);
	source_slip(source, "period", reason, slips);
}

/* first and last: the fields that name the range's ends. */
static void lock_take(const struct source *source, const struct catalog *catalog, const char *first,
	const char *last, struct lock *ret_lock, struct slips *slips)
{
	uint32_t from = take_period_named(source, first, slips),
		 to = first == last ? from : take_period_named(source, last, slips);
	const char *until = source_field(source, "until");

	ret_lock->until_day = DAY_NEVER;
	if (source_field(source, "area"))
		ret_lock->area = take_area(source, catalog, slips);
	take_form(source, catalog, &ret_lock->form, slips);
	if (first == last)
		check_kind(source, catalog, ret_lock->form, from, slips);
	if (until && until_parse(until, &ret_lock->until_day) < 0)
		source_slip(source, "until", err_text(), slips);
	take_text(source, "reason", sizeof(ret_lock->note), ret_lock->note, slips);
	if (slips->count > 0)
		return;
	ret_lock->first_day = period_first_day(from);
	ret_lock->last_day = period_last_day(to);
	if (lock_check(catalog, ret_lock) < 0)
		source_slip(source, last, err_text(), slips);
}

static int lock_send(
	struct session *session, enum lock_kind kind, const char *first, const char *last)
{
	AUTO(catalog_free) struct catalog *catalog = NULL;
	AUTO(slips_fini) struct slips slips = { 0 };
	const struct source source = { .session = session };
	struct lock lock = { .kind = kind };
	const struct command command = { .lock = &lock, .locks = 1 };
	int r = session->service.catalog(session->service.ctx, &catalog);

	if (r < 0)
		return err_pass(r);
	lock_take(&source, catalog, first, last, &lock, &slips);
	if (slips.count > 0)
		return slips_say(&slips);
	return err_pass(change_one(session, &command));
}

static const char one_period[] = "period";

int period_lock_run(struct session *session)
{
	return err_pass(lock_send(session, LOCK_LOCK, one_period, one_period));
}

int period_unlock_run(struct session *session)
{
	return err_pass(lock_send(session, LOCK_UNLOCK, one_period, one_period));
}

int period_permit_run(struct session *session)
{
	return err_pass(lock_send(session, LOCK_UNLOCK, "from", "to"));
}

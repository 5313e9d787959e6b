/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Only stocks are filled in (beds, staff: elements whose last value of a period counts): they
 * seldom change from month to month, where last month's visits would be a wrong figure that looks
 * right.
 * What was filled in is listed in the row's last column, so the sheet itself carries what check
 * needs to see whether somebody has looked at it. */
#include "collector/template.h"

#include <string.h>

#include "base/err.h"
#include "client/language.h"
#include "client/row.h"
#include "client/training.h"
#include "model/rule.h"
#include "proto/report.h"

struct writing {
	const struct template_plan *plan;
	struct sheet_out *out;
	struct arena *arena;
	struct buffer cell, prefilled;
	size_t count;
};

static int put(struct writing *writing, const char *text)
{
	return err_pass(sheet_out_cell(writing->out, bytes_str(text)));
}

enum line { LINE_CODES, LINE_NAMES, LINE_UNITS };

static const char *of_element(const struct element *element, enum line line)
{
	switch (line) {
	case LINE_CODES:
		return element->code;
	case LINE_NAMES:
		return element->name.zh;
	default:
		return element->unit;
	}
}

/* Every reason that a sender may give, in a line that is not read back. */
static int reason_list(struct writing *writing)
{
	size_t count;
	const struct reason *reasons = catalog_reasons(writing->plan->catalog, &count);
	int r = 0;

	writing->cell.len = 0;
	for (size_t i = 0; r == 0 && i < count; i++) {
		if (reasons[i].sender)
			r = buffer_format(&writing->cell, "%s%s %s", writing->cell.len ? "；" : "",
				reasons[i].code, reasons[i].name.zh);
	}
	return r < 0 ? err_pass(r)
		     : err_pass(sheet_out_cell(writing->out, buffer_view(&writing->cell)));
}

static int head_line(struct writing *writing, enum line line)
{
	static const char *const first[][3] = {
		[LINE_CODES] = { "facility", "#name", "period" },
		[LINE_NAMES] = { ROW_MARK_NAMES " names", "机构名称", "报告期" },
		[LINE_UNITS] = { ROW_MARK_UNITS " units", "", "" },
	};
	static const char *const last[][2] = {
		[LINE_CODES] = { "comment", ROW_COLUMN_PREFILLED },
		[LINE_NAMES] = { "备注", "预填的上期数（确认后删去）" },
		[LINE_UNITS] = { "", "" },
	};
	static const char *const reasons[] = { [LINE_CODES] = ROW_COLUMN_REASONS,
		[LINE_NAMES] = "数据属实的原因（指标代码=原因代码；整张报表用 *）" };
	const struct template_plan *plan = writing->plan;
	int r = 0;

	for (size_t i = 0; r == 0 && i < 3; i++)
		r = put(writing, first[line][i]);
	for (uint32_t i = 0; r == 0 && i < plan->form->line_count; i++) {
		const struct element *element =
			catalog_element(plan->catalog, plan->form->lines[i].element);

		ensure(element != NULL);
		r = put(writing, of_element(element, line));
	}
	if (r == 0)
		r = line == LINE_UNITS ? reason_list(writing) : put(writing, reasons[line]);
	for (size_t i = 0; r == 0 && i < (plan->prefill ? 2u : 1u); i++)
		r = put(writing, last[line][i]);
	if (r == 0 && plan->training)
		r = put(writing, line == LINE_CODES ? TRAINING_REMARK
						    : training_words(language_is_chinese()));
	return r < 0 ? err_pass(r) : err_pass(sheet_out_end(writing->out));
}

/* PORT_NONE: nothing is kept of the period before, or it was withdrawn. */
static int last_report(struct writing *writing, const struct ports *ports,
	const struct known_facility *facility, struct report *ret_report)
{
	const struct template_plan *plan = writing->plan;
	uint32_t before = period_add(plan->period, -1);
	struct outbox_kept kept;
	int r;

	if (!plan->prefill || before == 0)
		return PORT_NONE;
	r = outbox_kept_get(ports, bytes_str(facility->code), plan->form->id, before, &kept);
	if (r != 0)
		return err_pass(r);
	if (kept.report.withdrawal)
		return PORT_NONE;
	return err_pass(report_decode(writing->arena, kept.report.values, ret_report));
}

/* One cell: blank, or a stock of the report before. */
static int element_cell(
	struct writing *writing, const struct report *before, const struct element *element)
{
	int r;

	writing->cell.len = 0;
	if (!before || element->over_time != OVER_TIME_LAST)
		return err_pass(put(writing, ""));
	if ((r = row_cell_print(element, before, language_is_chinese(), &writing->cell)) < 0)
		return err_pass(r);
	if (writing->cell.len > 1) {
		writing->count++;
		r = buffer_format(&writing->prefilled, "%s%s=%s", writing->prefilled.len ? " " : "",
			element->code, (const char *)writing->cell.data);
		if (r < 0)
			return err_pass(r);
	}
	return err_pass(put(writing, (const char *)writing->cell.data));
}

static int facility_line(
	struct writing *writing, const struct ports *ports, const struct known_facility *facility)
{
	const struct template_plan *plan = writing->plan;
	char period[PERIOD_TEXT_BYTES];
	struct report before;
	int r, has = last_report(writing, ports, facility, &before);

	if (has < 0)
		return err_pass(has);
	period_print(plan->period, period);
	writing->prefilled.len = 0;
	if ((r = put(writing, facility->code)) < 0 || (r = put(writing, facility->name)) < 0 ||
		(r = put(writing, period)) < 0)
		return err_pass(r);
	for (uint32_t i = 0; r == 0 && i < plan->form->line_count; i++)
		r = element_cell(writing, has == 0 ? &before : NULL,
			catalog_element(plan->catalog, plan->form->lines[i].element));
	for (int i = 0; r == 0 && i < 2; i++) /* reasons, comment */
		r = put(writing, "");
	if (r == 0 && plan->prefill)
		r = sheet_out_cell(writing->out, buffer_view(&writing->prefilled));
	if (r == 0 && plan->training)
		r = put(writing, "true");
	return r < 0 ? err_pass(r) : err_pass(sheet_out_end(writing->out));
}

int template_format(const struct template_plan *plan, const struct ports *ports,
	struct sheet_out *out, size_t *ret_prefilled)
{
	AUTO(arena_free) struct arena *arena = NULL;
	struct writing writing = { .plan = plan, .out = out };
	int r = arena_new(&arena);

	writing.arena = arena;
	if (r == 0)
		r = sheet_out_mark(out);
	for (enum line line = LINE_CODES; r == 0 && line <= LINE_UNITS; line++)
		r = head_line(&writing, line);
	for (size_t i = 0; r == 0 && i < plan->facilities->count; i++)
		r = facility_line(&writing, ports, facilities_at(plan->facilities, i));
	buffer_fini(&writing.cell);
	buffer_fini(&writing.prefilled);
	*ret_prefilled = writing.count;
	return err_pass(r);
}

uint32_t template_period(enum period_kind kind, int32_t today)
{
	bool yearly = kind == PERIOD_YEAR || kind == PERIOD_MCH_YEAR;
	uint32_t period = period_of(kind, PERIOD_YEAR_MAX, yearly ? 0 : 1);

	while (period_last_day(period) >= today && period_add(period, -1) != 0)
		period = period_add(period, -1);
	return period;
}

/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Values go as decimals in digits; a metric's words stand once, at its first sample. */
#include "proto/observed.h"

#include <stdio.h>

#include "base/err.h"

static int text_or_null(struct answer_builder *answer, bool there, const char *text)
{
	return err_pass(there ? answer_text(answer, text) : answer_null(answer));
}

static int sample_row(struct answer_builder *answer, const struct sample *sample, bool first)
{
	const struct metric *metric = sample->metric;
	char name[96], value[SAMPLE_TEXT_BYTES];
	int r;

	snprintf(name, sizeof(name), "%s%s", metric->name, sample->suffix);
	sample_print(sample->value, value);
	if ((r = answer_text(answer, metric->name)) < 0 ||
		(r = text_or_null(answer, first, metric_type_name(metric->type))) < 0 ||
		(r = text_or_null(answer, first && metric->unit[0], metric->unit)) < 0 ||
		(r = text_or_null(answer, first, metric->help)) < 0 ||
		(r = answer_text(answer, name)) < 0 ||
		(r = text_or_null(answer, sample->labels[0], sample->labels)) < 0)
		return err_pass(r);
	return err_pass(answer_decimal(answer, value));
}

int answer_samples(struct answer_builder *answer, const struct samples *samples)
{
	static const struct {
		const char *name;
		enum column_type type;
	} columns[] = {
		{ "metric", COLUMN_TEXT },
		{ "type", COLUMN_TEXT },
		{ "unit", COLUMN_TEXT },
		{ "help", COLUMN_TEXT },
		{ "sample", COLUMN_TEXT },
		{ "labels", COLUMN_TEXT },
		{ "value", COLUMN_DECIMAL },
	};
	const struct metric *metric = NULL;
	int r = 0;

	for (size_t i = 0; r == 0 && i < array_len(columns); i++)
		r = answer_column(answer, columns[i].name, columns[i].type);
	for (size_t i = 0; r == 0 && i < samples->count && !answer_full(answer); i++) {
		const struct sample *sample = &samples->sample[i];

		r = sample_row(answer, sample, sample->metric != metric);
		metric = sample->metric;
	}
	return err_pass(r);
}

static int doctor_answer_row(struct answer_builder *answer, const struct doctor_row *row)
{
	bool well = row->state == DOCTOR_OK;
	int r;

	if ((r = answer_text(answer, doctor_check_name(row->check))) < 0 ||
		(r = answer_text(answer, doctor_state_name(row->state))) < 0 ||
		(r = answer_text(answer, row->found)) < 0 ||
		(r = text_or_null(answer, row->limit[0], row->limit)) < 0 ||
		(r = answer_integer(answer, row->value)) < 0 ||
		(r = text_or_null(answer, !well, doctor_advice(row->check, true))) < 0)
		return err_pass(r);
	return err_pass(text_or_null(answer, !well, doctor_advice(row->check, false)));
}

int answer_doctor(struct answer_builder *answer, const struct doctor *doctor)
{
	static const struct {
		const char *name;
		enum column_type type;
	} columns[] = {
		{ "check", COLUMN_TEXT },
		{ "state", COLUMN_TEXT },
		{ "found", COLUMN_TEXT },
		{ "limit", COLUMN_TEXT },
		{ "value", COLUMN_INTEGER },
		{ "advice_zh", COLUMN_TEXT },
		{ "advice_en", COLUMN_TEXT },
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < array_len(columns); i++)
		r = answer_column(answer, columns[i].name, columns[i].type);
	for (size_t i = 0; r == 0 && i < doctor->rows; i++) {
		r = doctor_answer_row(answer, &doctor->row[i]);
		if (doctor->row[i].state == DOCTOR_BAD)
			answer_set_outcome(answer, ANSWER_FOUND_FAULT);
	}
	return err_pass(r);
}

int answer_settings(struct answer_builder *answer, const struct conf_setting *settings,
	size_t count, const void *target)
{
	char text[CONF_TEXT_BYTES];
	int r;

	if ((r = answer_column(answer, "setting", COLUMN_TEXT)) < 0 ||
		(r = answer_column(answer, "value", COLUMN_TEXT)) < 0 ||
		(r = answer_column(answer, "live", COLUMN_BOOLEAN)) < 0)
		return err_pass(r);
	for (size_t i = 0; i < count; i++) {
		conf_print(&settings[i], target, text);
		if ((r = answer_text(answer, settings[i].key)) < 0 ||
			(r = answer_text(answer, text)) < 0 ||
			(r = answer_boolean(answer, settings[i].live)) < 0)
			return err_pass(r);
	}
	return 0;
}

/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The column "reasons": "BED_DAY_OCCUPIED=EXTRA_BEDS;*=CHECKED_CORRECT". An element's code, or a
 * star for the report as a whole, and the code or either name of a reason that a sender may give.
 * Blanks around each part, full-width signs and an empty part at the end are passed over. */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/utf8.h"
#include "client/language.h"
#include "client/row_parts.h"
#include "model/rule.h"

static struct bytes trimmed(struct bytes text)
{
	while (text.len > 0 && text.data[0] == ' ')
		text = bytes_of(text.data + 1, text.len - 1);
	while (text.len > 0 && text.data[text.len - 1] == ' ')
		text.len--;
	return text;
}

static const struct reason *reason_named(const struct catalog *catalog, struct bytes name)
{
	size_t count;
	const struct reason *reasons = catalog_reasons(catalog, &count);

	for (size_t i = 0; i < count; i++) {
		const struct reason *reason = &reasons[i];

		if (name.len > 0 && reason->sender &&
			(bytes_equal(name, bytes_str(reason->code)) ||
				bytes_equal(name, bytes_str(reason->name.zh)) ||
				bytes_equal(name, bytes_str(reason->name.en))))
			return reason;
	}
	return NULL;
}

/* Whether the text names an element of the form, or the report as a whole. */
static bool element_named(const struct row_reader *reader, struct bytes name, uint32_t *ret_element)
{
	char code[64];
	const struct element *element;

	*ret_element = 0;
	if (bytes_equal(name, bytes_str("*")))
		return true;
	if (name.len == 0 || name.len >= sizeof(code))
		return false;
	memcpy(code, name.data, name.len);
	code[name.len] = '\0';
	element = catalog_element_by_code(reader->catalog, code);
	if (!element || form_line_of(reader->catalog, reader->form, element->id) < 0)
		return false;
	*ret_element = element->id;
	return true;
}

static int fault(
	struct row_reader *reader, size_t row, const char *zh, const char *en, struct bytes part)
{
	char detail[200];
	struct row_said said = { .code = "reason-invalid",
		.reason = language_pick(zh, en),
		.detail = detail,
		.fix = language_pick("请写成“指标代码=原因代码”，多条以分号隔开；整张报表用 * "
				     "表示；原因代码见 huibao-collect reasons",
			"write ELEMENT=REASON, joined by ';', * for the report as a whole; "
			"huibao-collect reasons lists the reasons") };

	snprintf(detail, sizeof(detail), "'%.*s'", (int)(part.len < 80 ? part.len : 80),
		(const char *)part.data);
	utf8_mend(detail);
	return err_pass(row_say(reader, row, (size_t)reader->reasons_column, &said));
}

/* Puts the explanation where it belongs: elements rise strictly. */
static bool insert(struct row_reader *reader, size_t *count, uint32_t element, uint32_t reason)
{
	size_t at = *count;

	while (at > 0 && reader->explained_element[at - 1] > element)
		at--;
	if (at > 0 && reader->explained_element[at - 1] == element)
		return false;
	for (size_t i = *count; i > at; i--) {
		reader->explained_element[i] = reader->explained_element[i - 1];
		reader->explained_reason[i] = reader->explained_reason[i - 1];
	}
	reader->explained_element[at] = element;
	reader->explained_reason[at] = reason;
	(*count)++;
	return true;
}

static int read_part(struct row_reader *reader, size_t row, struct bytes part, size_t *count)
{
	const uint8_t *sign = memchr(part.data, '=', part.len);
	const struct reason *reason;
	struct bytes name, value;
	uint32_t element;

	if (!sign)
		return err_pass(fault(reader, row, "没有等号", "there is no '=' in", part));
	name = trimmed(bytes_of(part.data, (size_t)(sign - part.data)));
	value = trimmed(bytes_of(sign + 1, (size_t)(part.data + part.len - sign - 1)));
	reason = reason_named(reader->catalog, value);
	if (!element_named(reader, name, &element))
		return err_pass(
			fault(reader, row, "报表中没有这一指标", "the form has no element", name));
	if (!reason)
		return err_pass(fault(reader, row, "没有这一原因", "there is no reason", value));
	if (*count == EXPLAINED_MAX)
		return err_pass(fault(reader, row, "原因过多", "too many reasons, from", part));
	if (!insert(reader, count, element, reason->id))
		return err_pass(fault(
			reader, row, "同一指标写了两个原因", "two reasons for one element", name));
	return 0;
}

int row_reasons_read(struct row_reader *reader, size_t row, struct report *report)
{
	struct bytes left;
	size_t count = 0;
	int r;

	if (reader->reasons_column < 0)
		return 0;
	r = cell_fold(
		sheet_cell(reader->sheet, row, (size_t)reader->reasons_column), &reader->folded);
	if (r < 0)
		return err_pass(r);
	left = bytes_str((const char *)reader->folded.data);
	while (left.len > 0) {
		const uint8_t *end = memchr(left.data, ';', left.len);
		size_t len = end ? (size_t)(end - left.data) : left.len;
		struct bytes part = trimmed(bytes_of(left.data, len));

		if (part.len > 0 && (r = read_part(reader, row, part, &count)) < 0)
			return err_pass(r);
		len += end != NULL;
		left = bytes_of(left.data + len, left.len - len);
	}
	report->explained_element = reader->explained_element;
	report->explained_reason = reader->explained_reason;
	report->explained = count;
	return 0;
}

int row_reasons_print(
	const struct catalog *catalog, const struct report *report, struct buffer *out)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < report->explained; i++) {
		const struct element *element =
			catalog_element(catalog, report->explained_element[i]);
		const struct reason *reason = catalog_reason(catalog, report->explained_reason[i]);

		r = buffer_format(out, "%s%s=%s", i ? ";" : "", element ? element->code : "*",
			reason ? reason->code : "?");
	}
	return err_pass(r);
}

/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One cell after another: the first fault is remembered, and everything after it is nothing. */
#include <stdio.h>
#include <string.h>

#include "aggregator/verb.h"
#include "base/clock.h"
#include "base/err.h"
#include "model/report.h"

void cell_text(struct asking *asking, const char *text)
{
	if (asking->fault == 0)
		asking->fault = answer_text(asking->answer, text);
}

void cell_integer(struct asking *asking, int64_t value)
{
	if (asking->fault == 0)
		asking->fault = answer_integer(asking->answer, value);
}

void cell_count_or_null(struct asking *asking, bool there, uint64_t value)
{
	if (there)
		cell_integer(asking, (int64_t)value);
	else
		cell_null(asking);
}

void cell_boolean(struct asking *asking, bool value)
{
	if (asking->fault == 0)
		asking->fault = answer_boolean(asking->answer, value);
}

void cell_digits(struct asking *asking, const char *digits)
{
	if (asking->fault == 0)
		asking->fault = answer_decimal(asking->answer, digits);
}

void cell_decimal(struct asking *asking, int128 value, uint8_t scale)
{
	char digits[DECIMAL_TEXT_BYTES];

	decimal_print(value, scale, digits);
	cell_digits(asking, digits);
}

void cell_null(struct asking *asking)
{
	if (asking->fault == 0)
		asking->fault = answer_null(asking->answer);
}

void cell_hex(struct asking *asking, struct bytes bytes)
{
	char hex[2 * 64 + 1];

	ensure(bytes.len <= 64);
	bytes_to_hex(bytes, hex);
	cell_text(asking, hex);
}

void cell_area(struct asking *asking, uint32_t area)
{
	char code[16];

	snprintf(code, sizeof(code), "%u", area);
	cell_text(asking, code);
}

void cell_period(struct asking *asking, uint32_t period)
{
	char text[PERIOD_TEXT_BYTES];

	period_print(period, text);
	cell_text(asking, text);
}

void cells_unit(struct asking *asking, const char *unit)
{
	const struct catalog_name *name = catalog_unit(asking->view->catalog, unit);

	cell_text(asking, unit);
	cell_text(asking, name ? name->zh : unit);
}

void cells_null(struct asking *asking, size_t count)
{
	while (count-- > 0)
		cell_null(asking);
}

void cell_text_or_null(struct asking *asking, const char *text)
{
	if (text && text[0])
		cell_text(asking, text);
	else
		cell_null(asking);
}

void cell_wall(struct asking *asking, uint64_t wall_ms)
{
	char text[WALL_TEXT_BYTES];

	wall_print((struct wall){ .ms = (int64_t)wall_ms }, text);
	cell_text(asking, text);
}

void cell_who(struct asking *asking, uint32_t actor)
{
	const struct key *key = registry_key(asking->view->registry, actor);

	cell_text_or_null(asking, key ? key->name : "");
}

void cells_facility(struct asking *asking, const struct facility *facility)
{
	cell_text_or_null(asking, facility ? facility->code : "");
	cell_text_or_null(asking, facility ? facility->name : "");
}

void cells_area(struct asking *asking, uint32_t area)
{
	const struct area *found = catalog_area(asking->view->catalog, area);

	if (area)
		cell_area(asking, area);
	else
		cell_null(asking);
	cell_text_or_null(asking, found ? found->name.zh : "");
}

void cells_element(struct asking *asking, uint32_t id)
{
	const struct element *element = catalog_element(asking->view->catalog, id);

	cell_text_or_null(asking, element ? element->code : "");
	cell_text_or_null(asking, element ? element->name.zh : "");
	cell_text_or_null(asking, element ? element->name.en : "");
}

void cells_element_unit(struct asking *asking, uint32_t id)
{
	const struct element *element = catalog_element(asking->view->catalog, id);

	if (element)
		cells_unit(asking, element->unit);
	else
		cells_null(asking, 2);
}

const char *absent_word(uint32_t kind)
{
	static const char *const words[] = {
		[ABSENT_NOT_OFFERED] = "not_offered",
		[ABSENT_NOT_COLLECTED] = "not_collected",
		[ABSENT_WITHHELD] = "withheld",
		[ABSENT_NOT_APPLICABLE] = "not_applicable",
	};

	return kind < array_len(words) ? words[kind] : NULL;
}

void cells_reported(struct asking *asking, int64_t value, uint32_t id)
{
	const struct element *element = catalog_element(asking->view->catalog, id);

	if (!value_is_absent(value)) {
		cell_decimal(asking, value, element ? element->scale : 0);
		cell_null(asking);
		return;
	}
	cell_null(asking);
	cell_text_or_null(asking, absent_word((uint32_t)(value - value_absent(0))));
}

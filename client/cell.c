/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Undone is only what can have one meaning. Separators of thousands are read because spreadsheets
 * write them by themselves and groups of three behind a comma mean nothing else here (nobody writes
 * decimals with a comma); a code that became a number has lost digits and is refused. */
#include "client/cell.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "model/decimal.h"
#include "model/period.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The plain character, or 0: keep the bytes as they are. */
static char plain_of(uint32_t code)
{
	if (code >= 0xff01 && code <= 0xff5e)
		return (char)(code - 0xff01 + '!');
	switch (code) {
	case 0x3000: /* blank of Chinese typing */
	case 0x00a0: /* blank that does not break */
	case 0xfeff:
		return ' ';
	case 0x2212: /* minus sign */
		return '-';
	default:
		return 0;
	}
}

static int trim(struct buffer *out)
{
	size_t start = 0;

	while (out->len > 0 && out->data[out->len - 1] == ' ')
		out->len--;
	while (start < out->len && out->data[start] == ' ')
		start++;
	if (start > 0)
		memmove(out->data, out->data + start, out->len - start);
	out->len -= start;
	return err_pass(buffer_add(out, bytes_of("", 1)));
}

int cell_fold(const char *text, struct buffer *out)
{
	struct bytes left = bytes_str(text);

	out->len = 0;
	while (left.len > 0) {
		uint32_t code = 0;
		size_t len = utf8_character(left, &code);
		char plain = len > 1 ? plain_of(code) : 0;
		int r;

		if (len == 0)
			len = 1; /* sheets hold no broken text; a caller's own is passed on */
		r = buffer_add(out, plain ? bytes_of(&plain, 1) : bytes_of(left.data, len));
		if (r < 0)
			return err_pass(r);
		left = bytes_of(left.data + len, left.len - len);
	}
	return err_pass(trim(out));
}

bool cell_is_notation(const char *folded)
{
	const char *at = folded;

	while (is_digit(*at))
		at++;
	if (at == folded)
		return false;
	if (*at == '.') {
		at++;
		while (is_digit(*at))
			at++;
	}
	if ((*at != 'E' && *at != 'e') || at[1] != '+' || !is_digit(at[2]))
		return false;
	for (at += 2; is_digit(*at); at++)
		;
	return *at == '\0';
}

/* Takes the separators out if they stand where they must; false: they do not. */
static bool separators_drop(const char *text, char *ret, size_t size)
{
	size_t len = 0, lead = 0;

	if (strlen(text) >= size)
		return false;
	if (*text == '-' || *text == '+')
		ret[len++] = *text++;
	for (; is_digit(*text); lead++)
		ret[len++] = *text++;
	if (lead < 1 || lead > 3 || text[-(ptrdiff_t)lead] == '0' || *text != ',')
		return false;
	for (; *text == ','; text += 4) {
		for (int i = 1; i <= 3; i++) {
			if (!is_digit(text[i]))
				return false;
			ret[len++] = text[i];
		}
	}
	if (*text && *text != '.')
		return false;
	memcpy(ret + len, text, strlen(text) + 1);
	return true;
}

int cell_number(const char *folded, uint8_t scale, int64_t *ret_value)
{
	char plain[64];

	if (cell_is_notation(folded))
		return err_here(ERR_INVALID,
			"'%.40s' is rounded by the spreadsheet; format the column as a number "
			"without decimals and save again",
			folded);
	if (strchr(folded, ',') && separators_drop(folded, plain, sizeof(plain)))
		return err_pass(decimal_parse(plain, scale, ret_value));
	return err_pass(decimal_parse(folded, scale, ret_value));
}

/* Four digits at text; -1: they are not. */
static int year_at(const char *text)
{
	int year = 0;

	for (int i = 0; i < 4; i++) {
		if (!is_digit(text[i]))
			return -1;
		year = year * 10 + (text[i] - '0');
	}
	return year;
}

/* "5" or "05" and then the end: 1..12, or 0. */
static int month_of(const char *text, const char *end)
{
	int month = 0, digits = 0;

	for (; is_digit(*text) && digits < 2; text++, digits++)
		month = month * 10 + (*text - '0');
	return digits > 0 && strcmp(text, end) == 0 && month <= 12 ? month : 0;
}

/* "May-26", as an English spreadsheet shows 2026-05. */
static uint32_t named_month(const char *text)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	if (strlen(text) != 6 || text[3] != '-' || !is_digit(text[4]) || !is_digit(text[5]))
		return 0;
	for (int i = 0; i < 12; i++) {
		if (strncasecmp(text, names + (size_t)i * 3, 3) == 0)
			return period_of(
				PERIOD_MONTH, 2000 + (text[4] - '0') * 10 + (text[5] - '0'), i + 1);
	}
	return 0;
}

static uint32_t spoiled_month(const char *text)
{
	int year = year_at(text), month = 0;

	if (year < 0)
		return named_month(text);
	if (text[4] == '-' || text[4] == '/')
		month = month_of(text + 5, "");
	else if (strncmp(text + 4, "年", strlen("年")) == 0)
		month = month_of(text + 4 + strlen("年"), "月");
	return month > 0 ? period_of(PERIOD_MONTH, year, month) : 0;
}

int cell_period(const char *folded, uint32_t *ret_period)
{
	uint32_t month = spoiled_month(folded);

	if (month == 0)
		return err_pass(period_parse(folded, ret_period));
	*ret_period = month;
	return 0;
}

static const char *code_at(const struct codes *codes, size_t index)
{
	return (const char *)codes->code.data + index * (FACILITY_CODE_MAX + 1);
}

int codes_add(struct codes *codes, const char *code)
{
	char fixed[FACILITY_CODE_MAX + 1] = "";
	int r;

	if (strlen(code) > FACILITY_CODE_MAX)
		return 0; /* no facility can have it */
	memcpy(fixed, code, strlen(code));
	if ((r = buffer_add(&codes->code, bytes_of(fixed, sizeof(fixed)))) < 0)
		return err_pass(r);
	codes->count++;
	return 0;
}

/* Spreadsheets keep fifteen digits and write zeros for the rest. */
static bool spoiled(const char *known, const char *code)
{
	enum { KEPT_DIGITS = 15 };
	size_t len = strlen(code), known_len = strlen(known);

	if (known_len > len)
		return strspn(known, "0") >= known_len - len &&
		       strcmp(known + known_len - len, code) == 0;
	return known_len == len && len > KEPT_DIGITS && strncmp(known, code, KEPT_DIGITS) == 0 &&
	       strspn(code + KEPT_DIGITS, "0") == len - KEPT_DIGITS;
}

const char *codes_spoiled(const struct codes *codes, const char *code)
{
	const char *like = NULL;

	if (strspn(code, "0123456789") != strlen(code) || !*code)
		return NULL;
	for (size_t i = 0; i < codes->count; i++) {
		const char *known = code_at(codes, i);

		if (strcmp(known, code) == 0)
			return NULL;
		if (!like && strspn(known, "0123456789") == strlen(known) && spoiled(known, code))
			like = known;
	}
	return like;
}

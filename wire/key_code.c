/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The check of a group is a sum over GF(32) in which each place has a weight of its own, none of
 * them zero: a wrong character changes the sum, and so do two that have changed places. The sum of
 * group g is g, so that groups in another order are found as well. It is no protection against
 * forgery: whoever reads the code is known by his voice, or not at all. */
#include "wire/key_code.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/err.h"

enum {
	SYMBOL_BITS = 5,
	DATA_SYMBOLS = KEY_CODE_GROUP_BYTES - 1,
	CHECK_BITS = KEY_CODE_GROUPS * DATA_SYMBOLS * SYMBOL_BITS - KEY_BYTES * 8
};
_Static_assert(CHECK_BITS == 14, "what the key leaves free is the check of the whole");

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* Times x, modulo x^5 + x^2 + 1, by which x runs through all 31 that are not zero. */
static unsigned times_x(unsigned a)
{
	return (a << 1 ^ (a & 16 ? 0x25 : 0)) & 31;
}

/* Horner's way: the first symbol has the highest power of x, the last has none. */
static unsigned group_sum(const uint8_t *symbol, size_t count)
{
	unsigned sum = 0;

	for (size_t i = 0; i < count; i++)
		sum = times_x(sum) ^ symbol[i];
	return sum;
}

/* CRC-14/DARC. */
static unsigned whole_check(const uint8_t key[KEY_BYTES])
{
	unsigned crc = 0;

	for (size_t bit = 0; bit < KEY_BYTES * 8; bit++) {
		unsigned in = (unsigned)key[bit / 8] >> (7 - bit % 8) & 1;

		crc = crc << 1 ^ (((crc >> (CHECK_BITS - 1)) ^ in) & 1u ? 0x0805u : 0);
		crc &= (1u << CHECK_BITS) - 1;
	}
	return crc;
}

/* The 270 bits: the key, then its check. */
static void bits_pack(const uint8_t key[KEY_BYTES], uint8_t ret[KEY_BYTES + 2])
{
	unsigned check = whole_check(key) << (16 - CHECK_BITS);

	memcpy(ret, key, KEY_BYTES);
	ret[KEY_BYTES] = (uint8_t)(check >> 8);
	ret[KEY_BYTES + 1] = (uint8_t)(check & 0xff);
}

/* The symbol that carries the index'th five bits. */
static size_t place_of(size_t index)
{
	return index / DATA_SYMBOLS * KEY_CODE_GROUP_BYTES + index % DATA_SYMBOLS;
}

void key_code_print(const uint8_t key[KEY_BYTES], char ret[KEY_CODE_TEXT_BYTES])
{
	uint8_t bits[KEY_BYTES + 2], symbol[KEY_CODE_SYMBOLS] = { 0 };
	char *at = ret;

	bits_pack(key, bits);
	for (size_t bit = 0; bit < KEY_BYTES * 8 + CHECK_BITS; bit++) {
		uint8_t *to = &symbol[place_of(bit / SYMBOL_BITS)];

		*to = (uint8_t)(*to << 1 | (bits[bit / 8] >> (7 - bit % 8) & 1));
	}
	for (size_t group = 0; group < KEY_CODE_GROUPS; group++) {
		uint8_t *in = symbol + group * KEY_CODE_GROUP_BYTES;

		in[DATA_SYMBOLS] = (uint8_t)(times_x(group_sum(in, DATA_SYMBOLS)) ^ (group + 1));
		for (size_t i = 0; i < KEY_CODE_GROUP_BYTES; i++)
			*at++ = alphabet[in[i]];
		*at++ = group + 1 < KEY_CODE_GROUPS ? '-' : '\0';
	}
}

/* 32: it is none. What is easily taken for another is read as that. */
static uint8_t symbol_of(char letter)
{
	int upper = toupper((unsigned char)letter);
	const char *found;

	if (upper == 'O')
		upper = '0';
	if (upper == 'I' || upper == 'L')
		upper = '1';
	found = upper ? strchr(alphabet, upper) : NULL;
	return found ? (uint8_t)(found - alphabet) : 32;
}

static bool is_gap(char letter)
{
	return letter == ' ' || letter == '-' || letter == '\t' || letter == '\n' || letter == '\r';
}

/* Which group has not its seven characters, where gaps show the groups; 0: they do not show. */
static size_t group_of_other_length(const char *text)
{
	size_t group = 0, len = 0, wrong = 0;

	for (;; text++) {
		if (*text && !is_gap(*text)) {
			len++;
			continue;
		}
		if (len > 0 && ++group && len != KEY_CODE_GROUP_BYTES && wrong == 0)
			wrong = group;
		len = 0;
		if (!*text)
			return group == KEY_CODE_GROUPS ? wrong : 0;
	}
}

static int symbols_read(const char *text, uint8_t symbol[KEY_CODE_SYMBOLS])
{
	size_t count = 0, other = group_of_other_length(text);

	if (other > 0)
		return err_here(ERR_INVALID,
			"group %zu of the enrolment code does not have %d characters; read it "
			"again",
			other, KEY_CODE_GROUP_BYTES);
	for (; *text; text++) {
		if (is_gap(*text))
			continue;
		if (count < KEY_CODE_SYMBOLS)
			symbol[count] = symbol_of(*text);
		count++;
	}
	if (count != KEY_CODE_SYMBOLS)
		return err_here(ERR_INVALID,
			"an enrolment code has %d groups of %d characters, %d in all, and this has "
			"%zu",
			KEY_CODE_GROUPS, KEY_CODE_GROUP_BYTES, KEY_CODE_SYMBOLS, count);
	return 0;
}

static bool group_right(const uint8_t *symbol, size_t group)
{
	for (size_t i = 0; i < KEY_CODE_GROUP_BYTES; i++) {
		if (symbol[i] > 31)
			return false;
	}
	return group_sum(symbol, KEY_CODE_GROUP_BYTES) == group + 1;
}

int key_code_parse(const char *text, uint8_t ret_key[KEY_BYTES])
{
	uint8_t symbol[KEY_CODE_SYMBOLS], bits[KEY_BYTES + 2] = { 0 }, right[KEY_BYTES + 2];
	int r = symbols_read(text, symbol);

	if (r < 0)
		return err_pass(r);
	for (size_t group = 0; group < KEY_CODE_GROUPS; group++) {
		if (!group_right(symbol + group * KEY_CODE_GROUP_BYTES, group))
			return err_here(ERR_INVALID,
				"group %zu of the enrolment code is wrong; read it again",
				group + 1);
	}
	for (size_t bit = 0; bit < KEY_BYTES * 8 + CHECK_BITS; bit++) {
		unsigned in = (unsigned)symbol[place_of(bit / SYMBOL_BITS)] >>
				      (SYMBOL_BITS - 1 - bit % SYMBOL_BITS) &
			      1;

		bits[bit / 8] = (uint8_t)(bits[bit / 8] | in << (7 - bit % 8));
	}
	bits_pack(bits, right);
	if (memcmp(bits, right, sizeof(bits)) != 0)
		return err_here(ERR_INVALID,
			"the groups of the enrolment code do not belong together; read all of it "
			"again");
	memcpy(ret_key, bits, KEY_BYTES);
	return 0;
}

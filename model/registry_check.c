/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a facility's or key's record means: whether it can be taken, what holds of it in a period,
 * what it may do. Pure functions of the record and the catalogue. */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "model/registry.h"

static bool code_valid(const char code[FACILITY_CODE_MAX + 1])
{
	size_t len = strnlen(code, FACILITY_CODE_MAX + 1);

	for (size_t i = 0; i < len && i < FACILITY_CODE_MAX; i++) {
		if (code[i] <= ' ' || code[i] > '~' || code[i] == ',')
			return false;
	}
	return len >= 1 && len <= FACILITY_CODE_MAX;
}

static int code_check(const char code[FACILITY_CODE_MAX + 1])
{
	if (!code_valid(code))
		return err_here(ERR_INVALID,
			"'%.*s' is no facility code; use 1 to %d printable ASCII characters "
			"without blanks and commas",
			FACILITY_CODE_MAX, code, FACILITY_CODE_MAX);
	return 0;
}

static int name_check(const char *what, const char name[NAME_BYTES_MAX + 1])
{
	size_t len = strnlen(name, NAME_BYTES_MAX + 1);

	if (len == 0 || len > NAME_BYTES_MAX)
		return err_here(
			ERR_INVALID, "%s needs a name of 1 to %d bytes", what, NAME_BYTES_MAX);
	return 0;
}

static int segment_check(
	const struct catalog *catalog, const char *code, const struct segment *segment)
{
	if (!catalog_area(catalog, segment->area))
		return err_here(ERR_INVALID, "facility '%s': area %u is not in the catalogue", code,
			segment->area);
	for (unsigned i = 0; i < DIMENSIONS; i++) {
		uint8_t id = stratum_attribute(segment->stratum, i);

		if (id != 0 && !catalog_attribute(catalog, (enum dimension)i, id))
			return err_here(ERR_INVALID, "facility '%s': %s %d is not in the catalogue",
				code, dimension_name((enum dimension)i), id);
	}
	if (segment->stratum >> (8 * DIMENSIONS) != 0)
		return err_here(ERR_INVALID,
			"facility '%s': the stratum has more than %d attributes", code, DIMENSIONS);
	return 0;
}

int facility_check(const struct catalog *catalog, const struct facility *facility)
{
	int r = code_check(facility->code);

	if (r < 0 || (r = name_check("a facility", facility->name)) < 0)
		return err_pass(r);
	if (facility->segments < 1 || facility->segments > SEGMENTS_MAX)
		return err_here(ERR_INVALID,
			"facility '%s' has %u segments of time; 1 to %d are possible",
			facility->code, facility->segments, SEGMENTS_MAX);
	for (uint32_t i = 0; i < facility->segments; i++) {
		if (i > 0 && facility->segment[i].from_day <= facility->segment[i - 1].from_day)
			return err_here(ERR_INVALID,
				"facility '%s': segment %u does not begin after the one before",
				facility->code, i + 1);
		if ((r = segment_check(catalog, facility->code, &facility->segment[i])) < 0)
			return err_pass(r);
	}
	if (facility->closed_day <= facility->segment[0].from_day)
		return err_here(
			ERR_INVALID, "facility '%s' closes before it opens", facility->code);
	return 0;
}

int key_check(const struct catalog *catalog, const struct key *key)
{
	static const uint8_t nothing[sizeof(key->public_key)];
	int r = name_check("a key", key->name);

	if (r < 0)
		return err_pass(r);
	if (memcmp(key->public_key, nothing, sizeof(nothing)) == 0)
		return err_here(ERR_INVALID, "key '%s' has no public key", key->name);
	if (key->role < ROLE_COLLECTOR || key->role > ROLE_ADMINISTRATOR)
		return err_here(
			ERR_INVALID, "key '%s': there is no role %d", key->name, (int)key->role);
	if (key->facilities > KEY_SCOPE_MAX || key->areas > KEY_SCOPE_MAX)
		return err_here(ERR_INVALID, "key '%s' may have at most %d facilities and %d areas",
			key->name, KEY_SCOPE_MAX, KEY_SCOPE_MAX);
	for (uint32_t i = 0; i < key->facilities; i++) {
		if ((r = code_check(key->facility[i])) < 0)
			return err_pass(r);
	}
	for (uint32_t i = 0; i < key->areas; i++) {
		if (!catalog_area(catalog, key->area[i]))
			return err_here(ERR_INVALID, "key '%s': area %u is not in the catalogue",
				key->name, key->area[i]);
	}
	return 0;
}

const struct segment *facility_segment(const struct facility *facility, uint32_t period)
{
	return facility_segment_between(
		facility, period_first_day(period), period_last_day(period));
}

const struct segment *facility_segment_between(
	const struct facility *facility, int32_t first, int32_t last)
{
	const struct segment *found = NULL;

	if (facility->closed_day <= first)
		return NULL;
	if (facility->closed_day <= last)
		last = facility->closed_day - 1;
	for (uint32_t i = 0; i < facility->segments && facility->segment[i].from_day <= last; i++)
		found = &facility->segment[i];
	return found;
}

bool key_may_report(const struct catalog *catalog, const struct key *key,
	const struct facility *facility, uint32_t period)
{
	const struct segment *segment;

	if (key->revoked)
		return false;
	for (uint32_t i = 0; i < key->facilities; i++) {
		if (strcmp(key->facility[i], facility->code) == 0)
			return true;
	}
	segment = facility_segment(facility, period);
	for (uint32_t i = 0; segment && i < key->areas; i++) {
		if (catalog_area_within(catalog, segment->area, key->area[i]))
			return true;
	}
	return false;
}

bool facility_expected(const struct form *form, const struct facility *facility, uint32_t period)
{
	const struct segment *segment = facility_segment(facility, period);

	return segment && attribute_set_has(&form->classes,
				  stratum_attribute(segment->stratum, DIMENSION_CLASS));
}

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

static int proxied_check(const struct catalog *catalog, const struct facility *facility,
	const struct proxied *proxied)
{
	int r = code_check(proxied->by);

	if (r < 0)
		return err_pass(r);
	if (!catalog_form(catalog, proxied->form))
		return err_here(ERR_INVALID, "facility '%s': there is no form %u", facility->code,
			proxied->form);
	if (strcmp(proxied->by, facility->code) == 0)
		return err_here(
			ERR_INVALID, "facility '%s' cannot report for itself", facility->code);
	if (proxied->until_day < proxied->from_day)
		return err_here(ERR_INVALID, "facility '%s': a relation ends before it begins",
			facility->code);
	return 0;
}

/* Of two relations that hold at once nobody could say which one counts. */
static int proxies_check(const struct catalog *catalog, const struct facility *facility)
{
	int r = 0;

	if (facility->proxies > PROXIED_MAX)
		return err_here(ERR_INVALID, "facility '%s' has more than %d relations",
			facility->code, PROXIED_MAX);
	for (uint32_t i = 0; r == 0 && i < facility->proxies; i++) {
		const struct proxied *proxied = &facility->proxied[i];

		r = proxied_check(catalog, facility, proxied);
		for (uint32_t k = 0; r == 0 && k < i; k++) {
			const struct proxied *other = &facility->proxied[k];

			if (other->form == proxied->form && other->from_day <= proxied->until_day &&
				proxied->from_day <= other->until_day)
				r = err_here(ERR_INVALID,
					"facility '%s': two relations on form %u hold at once",
					facility->code, proxied->form);
		}
	}
	return err_pass(r);
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
	if (facility->segment[0].closed)
		return err_here(
			ERR_INVALID, "facility '%s' closes before it opens", facility->code);
	return err_pass(proxies_check(catalog, facility));
}

static const char *const role_names[] = {
	[ROLE_COLLECTOR] = "collector",
	[ROLE_READER] = "reader",
	[ROLE_DATA_MANAGER] = "data_manager",
	[ROLE_REGISTRAR] = "registrar",
	[ROLE_ADMINISTRATOR] = "administrator",
};

enum role role_parse(const char *text)
{
	for (unsigned i = ROLE_COLLECTOR; i < array_len(role_names); i++) {
		if (strcmp(role_names[i], text) == 0)
			return (enum role)i;
	}
	return (enum role)0;
}

const char *role_name(enum role role)
{
	ensure((unsigned)role >= ROLE_COLLECTOR && (unsigned)role < array_len(role_names));
	return role_names[role];
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
	if (key->until_day != 0 && key->until_day < key->from_day)
		return err_here(ERR_INVALID, "key '%s' ends before it begins", key->name);
	return 0;
}

static bool key_begun(const struct key *key, int32_t day)
{
	return day >= key->from_day;
}

static bool key_over(const struct key *key, int32_t day)
{
	return key->until_day != 0 && day > key->until_day;
}

bool key_valid(const struct key *key, int32_t day)
{
	return !key->revoked && key_begun(key, day) && !key_over(key, day);
}

void key_fault(const struct key *key, int32_t day, char ret[KEY_FAULT_BYTES])
{
	char text[DAY_TEXT_BYTES];

	ret[0] = '\0';
	if (key->revoked) {
		day_print(key->revoked_day, text);
		snprintf(ret, KEY_FAULT_BYTES,
			"this key was revoked on %s; ask the bureau to register a new one", text);
	} else if (key_over(key, day)) {
		day_print(key->until_day, text);
		snprintf(ret, KEY_FAULT_BYTES,
			"this key expired: its last day was %s; make a new one and have the bureau "
			"register it",
			text);
	} else if (!key_begun(key, day)) {
		day_print(key->from_day, text);
		snprintf(ret, KEY_FAULT_BYTES, "this key is not valid before %s; come back then",
			text);
	}
}

bool key_reaches(const struct catalog *catalog, const struct key *key, uint32_t area)
{
	for (uint32_t i = 0; i < key->areas; i++) {
		if (catalog_area_within(catalog, area, key->area[i]))
			return true;
	}
	return key->areas == 0;
}

void key_limits(const struct key *key, char ret[KEY_LIMITS_BYTES])
{
	enum { NAMED_MAX = 16 };
	int used = snprintf(ret, KEY_LIMITS_BYTES, "this key is limited to");

	for (uint32_t i = 0; i < key->areas && i < NAMED_MAX; i++)
		used += snprintf(
			ret + used, (size_t)(KEY_LIMITS_BYTES - used), " %u", key->area[i]);
	if (key->areas > NAMED_MAX)
		snprintf(ret + used, (size_t)(KEY_LIMITS_BYTES - used), " …");
}

const struct segment *facility_segment_on(const struct facility *facility, int32_t day)
{
	const struct segment *found = NULL;

	for (uint32_t i = 0; i < facility->segments && facility->segment[i].from_day <= day; i++)
		found = &facility->segment[i];
	return found;
}

static bool segments_alike(const struct segment *a, const struct segment *b)
{
	return a->area == b->area && a->stratum == b->stratum && a->closed == b->closed;
}

/* Of neighbours that say the same the earlier one stays. */
static void segments_join(struct facility *facility)
{
	uint32_t kept = 1;

	for (uint32_t i = 1; i < facility->segments; i++)
		if (!segments_alike(&facility->segment[i], &facility->segment[kept - 1]))
			facility->segment[kept++] = facility->segment[i];
	facility->segments = kept;
}

int facility_put_segment(struct facility *facility, const struct segment *segment)
{
	uint32_t at = 0;

	while (at < facility->segments && facility->segment[at].from_day < segment->from_day)
		at++;
	if (at == facility->segments || facility->segment[at].from_day != segment->from_day) {
		if (facility->segments == SEGMENTS_MAX)
			return err_here(ERR_LIMIT, "facility '%s' has %d segments of time already",
				facility->code, SEGMENTS_MAX);
		memmove(&facility->segment[at + 1], &facility->segment[at],
			(facility->segments - at) * sizeof(*segment));
		facility->segments++;
	}
	facility->segment[at] = *segment;
	segments_join(facility);
	return 0;
}

int facility_close(struct facility *facility, int32_t day)
{
	struct segment *last;

	while (facility->segments > 1 && facility->segment[facility->segments - 1].from_day >= day)
		facility->segments--;
	last = &facility->segment[facility->segments - 1];
	if (last->closed)
		return 0;
	if (facility->segments == SEGMENTS_MAX)
		return err_here(ERR_LIMIT, "facility '%s' has %d segments of time already",
			facility->code, SEGMENTS_MAX);
	last[1] = *last;
	last[1].from_day = day;
	last[1].closed = true;
	facility->segments++;
	return 0;
}

int32_t facility_closed_day(const struct facility *facility)
{
	const struct segment *last = &facility->segment[facility->segments - 1];

	return last->closed ? last->from_day : DAY_NEVER;
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

	for (uint32_t i = 0; i < facility->segments && facility->segment[i].from_day <= last; i++) {
		bool over =
			i + 1 < facility->segments && facility->segment[i + 1].from_day <= first;

		if (!facility->segment[i].closed && !over)
			found = &facility->segment[i];
	}
	return found;
}

/* facility: the record with that code; NULL when there is none. */
static bool key_covers(const struct catalog *catalog, const struct key *key, const char *code,
	const struct facility *facility, uint32_t period)
{
	const struct segment *segment = facility ? facility_segment(facility, period) : NULL;

	for (uint32_t i = 0; i < key->facilities; i++) {
		if (strcmp(key->facility[i], code) == 0)
			return true;
	}
	/* An operator's areas say what he decides about, not in whose name he speaks. */
	for (uint32_t i = 0; segment && key->role == ROLE_COLLECTOR && i < key->areas; i++) {
		if (catalog_area_within(catalog, segment->area, key->area[i]))
			return true;
	}
	return false;
}

unsigned key_parties(const struct catalog *catalog, const struct registry *registry,
	const struct key *key, const struct facility *facility, const struct form *form,
	uint32_t period)
{
	const struct proxied *proxied = form ? facility_proxied(facility, form, period) : NULL;
	unsigned parties = 0;

	if (key_covers(catalog, key, facility->code, facility, period))
		parties |= PARTY_OWN;
	if (proxied && key_covers(catalog, key, proxied->by,
			       registry_facility_by_code(registry, bytes_str(proxied->by)), period))
		parties |= PARTY_PROXY;
	return parties;
}

bool key_may_report(const struct catalog *catalog, const struct registry *registry,
	const struct key *key, const struct facility *facility, const struct form *form,
	uint32_t period)
{
	return !key->revoked && key_parties(catalog, registry, key, facility, form, period) != 0;
}

const struct proxied *facility_proxied(
	const struct facility *facility, const struct form *form, uint32_t period)
{
	int32_t last = period_last_day(period);

	for (uint32_t i = 0; i < facility->proxies; i++) {
		const struct proxied *proxied = &facility->proxied[i];

		if (proxied->form == form->id && proxied->from_day <= last &&
			last <= proxied->until_day)
			return proxied;
	}
	return NULL;
}

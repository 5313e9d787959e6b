/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The registry in memory: facilities and keys as the journal's commands left them. Both daemons
 * feed it the same records in the same order, so numbers agree: a facility or key keeps the number
 * of its first appearance, 1, 2, 3 … It knows nothing of LMDB or protobuf. */
#ifndef MODEL_REGISTRY_H
#define MODEL_REGISTRY_H

#include "base/bytes.h"
#include "base/limits.h"
#include "model/catalog.h"

enum { SEGMENTS_MAX = 16, PROXIED_MAX = 8, KEY_SCOPE_MAX = 64, DAY_NEVER = INT32_MAX };
/* How long a key is valid where nobody says otherwise: a year after its first day. */
enum { KEY_DAYS_USUAL = 365 };

/* What holds from a day until the next segment begins. */
struct segment {
	int32_t from_day;
	uint32_t area;
	uint64_t stratum; /* see model/linear.h */
	bool closed;      /* not open; area and stratum still say what it was */
};

/* Another facility reports for this one on a form, in periods that end in from_day..until_day. */
struct proxied {
	uint16_t form;
	char by[FACILITY_CODE_MAX + 1];
	int32_t from_day, until_day; /* until_day: the last; DAY_NEVER */
};

struct facility {
	uint32_t number; /* given by the registry */
	char code[FACILITY_CODE_MAX + 1];
	char name[NAME_BYTES_MAX + 1];
	struct segment segment[SEGMENTS_MAX]; /* rising from_day; the first is the opening */
	uint32_t segments;                    /* 1..SEGMENTS_MAX; the first is not closed */
	struct proxied proxied[PROXIED_MAX];
	uint32_t proxies;
	uint64_t sequence; /* of the command that gave this record, where its keeper says so */
};

enum role {
	ROLE_COLLECTOR = 1,
	ROLE_READER,
	ROLE_DATA_MANAGER,
	ROLE_REGISTRAR,
	ROLE_ADMINISTRATOR
};
/* "collector", "reader", "data_manager" … ; 0 when unknown. */
enum role role_parse(const char *text);
const char *role_name(enum role role);

struct key {
	uint32_t number; /* given by the registry: the actor of entries */
	char name[NAME_BYTES_MAX + 1];
	uint8_t public_key[32];
	enum role role;
	bool revoked;
	int32_t from_day, until_day; /* valid on these and between them; until_day 0: without end */
	int32_t revoked_day; /* set by its keeper; a second revocation leaves it as it was */
	/* a collector reports for these facilities and every facility in these areas; anybody else
	 * for these facilities, and sees and changes what lies in these areas (none: everywhere) */
	char facility[KEY_SCOPE_MAX][FACILITY_CODE_MAX + 1];
	uint32_t facilities;
	uint32_t area[KEY_SCOPE_MAX];
	uint32_t areas;
};

struct registry;

/* Without any record. */
CHECKED int registry_new(struct registry **ret_registry);
void registry_free(struct registry *registry);
AUTO_DEFINE(registry_free, struct registry *);

/* ERR_INVALID with the reason if the record cannot be taken under this catalogue: unknown area or
 * attribute, code that is not 1..32 printable ASCII without blanks and commas, segments not
 * rising. */
CHECKED int facility_check(const struct catalog *catalog, const struct facility *facility);
CHECKED int key_check(const struct catalog *catalog, const struct key *key);

/* Neither revoked nor outside its days. */
bool key_valid(const struct key *key, int32_t day);
/* Why it is not valid on the day, since when, and what helps; "" when it is. */
enum { KEY_FAULT_BYTES = 192 };
void key_fault(const struct key *key, int32_t day, char ret[KEY_FAULT_BYTES]);
/* Whether an operator with this key sees and changes what belongs to the area: without areas of his
 * own everything, otherwise what lies within one of them. Area 0, which is none, lies in none. */
bool key_reaches(const struct catalog *catalog, const struct key *key, uint32_t area);
/* "this key is limited to 320703 320706": the beginning of a refusal; of many areas the first. */
enum { KEY_LIMITS_BYTES = 256 };
void key_limits(const struct key *key, char ret[KEY_LIMITS_BYTES]);

/* Adds, or replaces the record with the same code (same public key); number is ignored and given.
 * The registry copies. ret_number may be NULL. */
CHECKED int registry_put_facility(
	struct registry *registry, const struct facility *facility, uint32_t *ret_number);
CHECKED int registry_put_key(
	struct registry *registry, const struct key *key, uint32_t *ret_number);

/* Valid until the next put of the same record; NULL when there is none. */
const struct facility *registry_facility(const struct registry *registry, uint32_t number);
const struct facility *registry_facility_by_code(
	const struct registry *registry, struct bytes code);
const struct key *registry_key(const struct registry *registry, uint32_t number);
const struct key *registry_key_by_public(
	const struct registry *registry, const uint8_t public_key[32]);
uint32_t registry_facilities(const struct registry *registry); /* numbers are 1..this */
uint32_t registry_keys(const struct registry *registry);
/* Of an administrator, valid on the day, and reaching everywhere. */
bool key_is_administrator(const struct key *key, int32_t day);
/* Whether there is such a key. */
bool registry_has_administrator(const struct registry *registry, int32_t day);

/* The facilities whose records name this code in a relation, of whatever form and time, rising by
 * number. Valid until the next put of a facility. */
const uint32_t *registry_reported_for(
	const struct registry *registry, const char *code, size_t *ret_count);

/* What holds on the day, closed or open; NULL: it is before the opening. */
const struct segment *facility_segment_on(const struct facility *facility, int32_t day);
/* Puts a segment in its place: it holds from its day until the next one begins, and replaces one
 * of the same day. Neighbours that say the same become one. ERR_LIMIT: as below. */
CHECKED int facility_put_segment(struct facility *facility, const struct segment *segment);
/* Closes it from the day on: what was to come after is dropped. day: after the opening. ERR_LIMIT:
 * it has SEGMENTS_MAX segments already. */
CHECKED int facility_close(struct facility *facility, int32_t day);
/* Since when it is closed, as its newest segment says; DAY_NEVER. */
int32_t facility_closed_day(const struct facility *facility);

/* The newest open segment that has a day in the period; NULL if the facility was not open on
 * any. */
const struct segment *facility_segment(const struct facility *facility, uint32_t period);
/* The same for a period that is known by its first and last day: for walks over all facilities. */
const struct segment *facility_segment_between(
	const struct facility *facility, int32_t first, int32_t last);
/* In whose name the key may speak of the facility on the form in the period, by its scope alone:
 * whether it was revoked is not asked. */
enum party {
	PARTY_OWN = 1,   /* the facility's or its area's */
	PARTY_PROXY = 2, /* that of the facility which reports for it */
};
/* Both, one or none of the bits. form: NULL when it is unknown. */
unsigned key_parties(const struct catalog *catalog, const struct registry *registry,
	const struct key *key, const struct facility *facility, const struct form *form,
	uint32_t period);
/* One of the parties, and not revoked. */
bool key_may_report(const struct catalog *catalog, const struct registry *registry,
	const struct key *key, const struct facility *facility, const struct form *form,
	uint32_t period);
/* The relation by which another facility reports for this one on the form in the period; NULL. */
const struct proxied *facility_proxied(
	const struct facility *facility, const struct form *form, uint32_t period);

#endif

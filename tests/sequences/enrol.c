/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The registry through time: facilities move, change, close, open again and report for each other;
 * keys lose and gain what they may speak for. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/sequences/make.h"

static const uint32_t areas[] = { 320703001, 320703002, 320706, 320703, 440507 };
static const uint64_t classes[] = { 1, 2, 3, 4, 5 };

enum { WORDS = 2048 };

static uint64_t any_stratum(struct house *house, uint64_t class)
{
	return class | (uint64_t)chance(house, 3) << 8 | (uint64_t)chance(house, 3) << 24;
}

static int add(char *words, int at, const char *separator, const char *piece)
{
	return at +
	       snprintf(words + at, (size_t)(WORDS - at), "%s%s", at > 0 ? separator : "", piece);
}

static void record_tell(const char *what, const struct facility *facility, char *words)
{
	char segments[WORDS] = "", relations[WORDS] = "", piece[128];
	int at = 0;

	for (uint32_t i = 0; i < facility->segments; i++) {
		const struct segment *segment = &facility->segment[i];

		snprintf(piece, sizeof(piece), "%d:%u:%" PRIu64 ":%d", segment->from_day,
			segment->area, segment->stratum, segment->closed);
		at = add(segments, at, ";", piece);
	}
	at = 0;
	for (uint32_t i = 0; i < facility->proxies; i++) {
		const struct proxied *proxied = &facility->proxied[i];

		snprintf(piece, sizeof(piece), "%u:%s:%d:%d", proxied->form, proxied->by,
			proxied->from_day, proxied->until_day);
		at = add(relations, at, ";", piece);
	}
	snprintf(words, (size_t)3 * WORDS, "fac %s %s %s %s", what, facility->code, segments,
		at > 0 ? relations : "-");
}

static void facility_send(struct play *play, uint32_t key, uint64_t belief, const char *what,
	const struct facility *facility)
{
	char words[3 * WORDS];

	record_tell(what, facility, words);
	command_send(play, key,
		&(struct command){ .facility = facility, .facilities = 1, .belief = belief },
		words);
}

static int32_t any_day(struct play *play)
{
	uint32_t period = play->period[chance(&play->house, 4)];

	return period_first_day(period) + (int32_t)chance(&play->house, 70) - 20;
}

static bool segment_change(struct play *play, struct facility *facility, char *what)
{
	struct house *house = &play->house;
	/* often in the place of one that was said before: back from closing, or corrected */
	struct segment segment = {
		.from_day = likely(house, 35)
				    ? facility->segment[chance(house, facility->segments)].from_day
				    : any_day(play)
	};
	const struct segment *now = facility_segment_on(facility, segment.from_day);
	uint64_t class;

	if (!now)
		now = &facility->segment[0];
	class = likely(house, 85) ? stratum_attribute(now->stratum, DIMENSION_CLASS)
				  : classes[chance(house, 5)];
	segment.area = likely(house, 60) ? areas[chance(house, 5)] : now->area;
	segment.stratum = likely(house, 60) ? any_stratum(house, class) : now->stratum;
	segment.closed = likely(house, 10);
	if (likely(house, 15)) {
		segment = facility->segment[chance(house, facility->segments)];
		segment.closed = !segment.closed;
	}
	snprintf(what, 128, "put:%d:%u:%" PRIu64 ":%d", segment.from_day, segment.area,
		segment.stratum, segment.closed);
	return facility_put_segment(facility, &segment) == 0;
}

static void relation_change(struct play *play, struct facility *facility)
{
	struct house *house = &play->house;
	struct proxied *proxied;

	if (facility->proxies > 0 && likely(house, 50)) {
		proxied = &facility->proxied[chance(house, facility->proxies)];
		if (likely(house, 50))
			proxied->until_day = any_day(play);
		else
			*proxied = facility->proxied[--facility->proxies];
		return;
	}
	if (facility->proxies == PROXIED_MAX)
		return;
	proxied = &facility->proxied[facility->proxies++];
	*proxied = (struct proxied){ .form = any_form(play),
		.from_day = any_day(play),
		.until_day = likely(house, 70) ? DAY_NEVER : any_day(play) };
	if (facility->proxies > 1 && likely(house, 50)) {
		/* the day on which another ends, or the day after */
		proxied->form = proxied[-1].form;
		if (proxied[-1].until_day == DAY_NEVER)
			proxied[-1].until_day = any_day(play);
		proxied->from_day = proxied[-1].until_day + (likely(house, 80) ? 1 : 0);
		proxied->until_day = DAY_NEVER;
	} else if (facility->proxies > 1 && likely(house, 40)) {
		proxied->form = proxied[-1].form;
		proxied->until_day = proxied[-1].from_day - (likely(house, 80) ? 1 : 0);
		proxied->from_day = proxied->until_day - 40;
	}
	snprintf(proxied->by, sizeof(proxied->by), "%s",
		likely(house, 40) ? "C1" : (likely(house, 60) ? "C2" : any_facility(play)));
}

static void record_spoil(struct house *house, struct facility *facility)
{
	switch (chance(house, 3)) {
	case 0:
		facility->segment[0].area = 999;
		return;
	case 1:
		facility->segment[0].closed = true;
		return;
	default:
		facility->segment[0].stratum = 200;
	}
}

/* Only what the record could be told of stands in the words: how it came to be, for the steps that
 * the product's own functions make. */
void play_facility(struct play *play)
{
	struct house *house = &play->house;
	const struct facility *known = registry_facility_by_code(
		decide_registry(house->decide), bytes_str(any_facility(play)));
	uint32_t key = likely(house, 95) ? KEY_ADMINISTRATOR : KEY_LI + chance(house, 4);
	char what[128] = "set";
	struct facility facility = *known;
	uint64_t belief = 0;
	uint32_t kind = chance(house, 100);

	if (kind < 45) {
		if (!segment_change(play, &facility, what))
			return;
	} else if (kind < 60) {
		/* also on the day on which a change was to come */
		int32_t day = facility.segments > 1 && likely(house, 40)
				      ? facility.segment[1 + chance(house, facility.segments - 1)]
						.from_day
				      : any_day(play);

		snprintf(what, sizeof(what), "close:%d", day);
		if (facility_close(&facility, day) < 0)
			return;
	} else if (kind < 95) {
		relation_change(play, &facility);
	} else {
		record_spoil(house, &facility);
	}
	if (likely(house, 30))
		belief = likely(house, 80) ? house_command_at(house, facility.number) : 3;
	facility_send(play, key, belief, what, &facility);
}

static void key_send(struct play *play, uint32_t by, const struct key *key)
{
	char words[3 * WORDS], facilities[WORDS] = "", scopes[WORDS] = "", piece[64];
	int at = 0;

	for (uint32_t i = 0; i < key->facilities; i++)
		at = add(facilities, at, ",", key->facility[i]);
	at = 0;
	for (uint32_t i = 0; i < key->areas; i++) {
		snprintf(piece, sizeof(piece), "%u", key->area[i]);
		at = add(scopes, at, ",", piece);
	}
	snprintf(words, sizeof(words), "key %d %s %d %d %s %s", key->public_key[0], key->name,
		(int)key->role, key->revoked, key->facilities > 0 ? facilities : "-",
		key->areas > 0 ? scopes : "-");
	command_send(play, by, &(struct command){ .key = key, .keys = 1 }, words);
}

static struct key key_made(uint32_t number, const char *name, enum role role, const char *facility,
	const char *other, uint32_t area)
{
	struct key key = { .role = role, .public_key = { (uint8_t)number } };

	snprintf(key.name, sizeof(key.name), "%s", name);
	if (facility)
		snprintf(key.facility[key.facilities++], sizeof(key.facility[0]), "%s", facility);
	if (other)
		snprintf(key.facility[key.facilities++], sizeof(key.facility[0]), "%s", other);
	if (area > 0)
		key.area[key.areas++] = area;
	return key;
}

void play_key(struct play *play)
{
	struct house *house = &play->house;
	struct key key =
		*registry_key(decide_registry(house->decide), KEY_C1 + chance(house, KEY_S3_C2));

	if (key.revoked || likely(house, 3))
		key.revoked = !key.revoked;
	else if (key.facilities > 0 && likely(house, 50))
		snprintf(key.facility[0], sizeof(key.facility[0]), "%s", any_facility(play));
	else if (key.areas < KEY_SCOPE_MAX)
		key.area[key.areas++] = areas[chance(house, 5)];
	key_send(play, likely(house, 90) ? KEY_ADMINISTRATOR : KEY_WANG, &key);
}

static void keys_enrol(struct play *play)
{
	const struct key keys[] = {
		key_made(KEY_C1, "c1", ROLE_COLLECTOR, "C1", NULL, 0),
		key_made(KEY_S1, "s1", ROLE_COLLECTOR, "S1", NULL, 0),
		key_made(KEY_S2, "s2", ROLE_COLLECTOR, "S2", NULL, 0),
		key_made(KEY_H1, "h1", ROLE_COLLECTOR, "H1", NULL, 0),
		key_made(KEY_DISTRICT, "district", ROLE_COLLECTOR, NULL, NULL, 320703),
		key_made(KEY_CITY, "city", ROLE_COLLECTOR, NULL, NULL, 320700),
		key_made(KEY_S3_C2, "s3c2", ROLE_COLLECTOR, "S3", "C2", 0),
		key_made(KEY_LI, "Li", ROLE_DATA_MANAGER, NULL, NULL, 0),
		key_made(KEY_WANG, "Wang", ROLE_REGISTRAR, NULL, NULL, 0),
		key_made(KEY_LI_TOO, "Li", ROLE_DATA_MANAGER, NULL, NULL, 0),
		key_made(KEY_READER, "Zhao", ROLE_READER, NULL, NULL, 0),
		key_made(KEY_ADMINISTRATOR, "Qian", ROLE_ADMINISTRATOR, NULL, NULL, 0),
	};

	for (size_t i = 0; i < array_len(keys); i++)
		key_send(play, 99, &keys[i]);
}

static void facilities_enrol(struct play *play)
{
	static const uint8_t class[PLAY_FACILITIES] = { 1, 2, 5, 4, 2, 1 };
	static const uint32_t area[PLAY_FACILITIES] = { 320703001, 320703001, 320703002, 320706,
		320703002, 320703002 };
	struct house *house = &play->house;

	for (size_t i = 0; i < PLAY_FACILITIES; i++) {
		struct facility facility = { .segments = 1,
			.segment = { { .from_day = day_of(2015, 1, 1),
				.area = area[i],
				.stratum = any_stratum(house, class[i]) } } };

		snprintf(facility.code, sizeof(facility.code), "%s", play_facilities[i]);
		snprintf(facility.name, sizeof(facility.name), "%s", play_facilities[i]);
		if (play_facilities[i][0] == 'S' && likely(house, 60)) {
			facility.proxied[facility.proxies++] = (struct proxied){ .form = FORM_PM,
				.by = "C1",
				.from_day = likely(house, 50) ? day_of(2015, 1, 1) : any_day(play),
				.until_day = DAY_NEVER };
		}
		facility_send(play, KEY_ADMINISTRATOR, 0, "set", &facility);
	}
}

static void clock_set(struct play *play)
{
	struct house *house = &play->house;
	int year = 2024, month = 3 + (int)chance(house, 10);
	uint32_t last = period_of(PERIOD_MONTH, year, month);

	play->period[0] = last;
	play->period[1] = period_add(last, -1);
	play->period[2] = period_add(last, -2);
	play->period[3] = period_add(last, -12);
	play->period[4] = period_of(PERIOD_YEAR, year - 1, 0);
	play->period[5] = period_of(PERIOD_YEAR, likely(house, 20) ? year : year - 2, 0);
	house->state.wall.ms =
		((int64_t)period_last_day(last) + (int64_t)chance(house, 14)) * 86400000;
	printf("T %lld\n", (long long)house->state.wall.ms);
	printf("P %u %u %u %u %u %u\n", play->period[0], play->period[1], play->period[2],
		play->period[3], play->period[4], play->period[5]);
}

void play_open(struct play *play)
{
	clock_set(play);
	keys_enrol(play);
	facilities_enrol(play);
	if (likely(&play->house, 75))
		play_unlock(play);
}

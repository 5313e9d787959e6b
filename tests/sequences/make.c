/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Reports. Most of their figures are ordinary, so that the rare ones meet something in force. */
#include "tests/sequences/make.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "tests/sequences/tell.h"

enum { MALE = 8 * 65536 + 256, FEMALE = 8 * 65536 + 512, STRANGE = 77 };

const char *const play_facilities[] = { "C1", "S1", "S2", "H1", "S3", "C2" };

uint16_t any_form(struct play *play)
{
	return (uint16_t)(likely(&play->house, 60) ? FORM_PM : 1 + chance(&play->house, FORMS));
}

uint32_t any_period(struct play *play, uint16_t form)
{
	bool year = (form == FORM_IY) != likely(&play->house, 1);

	return year ? play->period[4 + chance(&play->house, 2)]
		    : play->period[chance(&play->house, 4)];
}

int32_t today_of(const struct play *play)
{
	return day_of_wall_ms(play->house.state.wall.ms);
}

const char *any_facility(struct play *play)
{
	return play_facilities[chance(&play->house, PLAY_FACILITIES)];
}

void play_time(struct play *play)
{
	int32_t days = (int32_t)chance(&play->house, 9);

	if (likely(&play->house, 10))
		days = 10 + (int32_t)chance(&play->house, 20);
	if (likely(&play->house, 8))
		days = -(int32_t)chance(&play->house, 6);
	play->house.state.wall.ms +=
		(int64_t)days * 86400000 + chance(&play->house, 86400) * (int64_t)1000;
	printf("T %lld\n", (long long)play->house.state.wall.ms);
}

static int64_t any_value(struct house *house, uint32_t element)
{
	uint32_t kind = chance(house, 100);

	if (kind == 0)
		return -(int64_t)chance(house, 50);
	if (kind == 1)
		return likely(house, 30) ? VALUE_MAX + 1 : 0;
	switch (element) {
	case 1:
		return kind < 12 ? 100 + chance(house, 80)
				 : (kind < 25 ? chance(house, 25) : 40 + chance(house, 30));
	case 2:
		return kind < 20 ? chance(house, 20) : 9 + chance(house, 3);
	case 3:
		return kind < 12 ? -(int64_t)chance(house, 3000)
				 : (kind < 20 ? 20000 + chance(house, 9000)
					      : 3000 + chance(house, 3000));
	case 5:
		return kind < 40 ? 0 : chance(house, 30);
	case 6:
		return 100 + chance(house, 200);
	case 7:
		return kind < 8 ? chance(house, 400) : chance(house, 100);
	case MALE:
	case FEMALE:
		return kind < 15 ? chance(house, 60) : chance(house, 15);
	default:
		return chance(house, 60);
	}
}

static void column_add(struct house *house, struct made *made, uint32_t element, bool required)
{
	uint32_t kind = chance(house, 100);

	if (kind < (required ? 3u : 12u))
		return;
	if (kind < (required ? 10u : 30u)) {
		made->absent_element[made->absents] = element;
		made->absent_kind[made->absents++] = 1 + chance(house, 4);
		return;
	}
	made->element[made->values] = element;
	made->value[made->values++] = any_value(house, element);
}

static void columns_make(struct house *house, struct made *made)
{
	static const uint32_t elements[FORMS + 1][8] = { [FORM_PM] = { 1, 2, 3, 4, 5, 6, 7 },
		[FORM_IY] = { 1, 5, 9 },
		[FORM_HM] = { 1, 3, 4, MALE, FEMALE } };
	const uint32_t *element = elements[made->form];

	for (size_t i = 0; i < 8 && element[i] != 0; i++) {
		if (element[i] == 5 && made->facility[0] != 'C' && likely(house, 90))
			continue;
		if (element[i] > STRANGE && made->form != FORM_HM)
			continue;
		column_add(house, made, element[i], element[i] == 1);
	}
	if (likely(house, 1) && made->form != FORM_HM) {
		made->element[made->values] = STRANGE;
		made->value[made->values++] = 1;
	}
}

static void explanations_make(struct house *house, struct made *made)
{
	static const uint32_t elements[] = { 0, 1, 2, 3, 9, MALE };

	for (size_t i = 0; i < array_len(elements); i++) {
		if (likely(house, 75))
			continue;
		made->explained_element[made->explained] = elements[i];
		made->explained_reason[made->explained++] =
			likely(house, 95) ? 1 + 2 * chance(house, 2) : 2 + 7 * chance(house, 2);
	}
}

static void values_make(struct house *house, struct made *made)
{
	made->values = made->absents = made->explained = 0;
	if (!made->withdrawal || likely(house, 3))
		columns_make(house, made);
	if (likely(house, 35))
		explanations_make(house, made);
}

/* Around the newest revision that the decider knows there. */
static uint32_t revision_make(struct play *play, const struct made *made)
{
	const struct facility *facility = registry_facility_by_code(
		decide_registry(play->house.decide), bytes_str(made->facility));
	struct identity_key key = { .form = made->form, .period = made->period };
	struct identity identity;
	uint32_t newest, kind = chance(&play->house, 100);

	if (!facility)
		return 1;
	key.facility = facility->number;
	identity = house_identity(&play->house, &key);
	newest = identity.held.revision > identity.revision ? identity.held.revision
							    : identity.revision;
	if (kind < 70)
		return newest + 1;
	if (kind < 80)
		return newest + 2 + chance(&play->house, 2);
	if (kind < 86)
		return newest > 0 ? newest : 1;
	return newest > 1 && likely(&play->house, 90) ? 1 + chance(&play->house, newest)
						      : newest + 1 - likely(&play->house, 15);
}

static void report_make(struct play *play, struct made *made)
{
	struct house *house = &play->house;

	if (play->sents > 0 && likely(house, 12)) {
		*made = play->sent[chance(
			house, (uint32_t)(play->sents < SENT_MAX ? play->sents : SENT_MAX))];
		return;
	}
	*made = (struct made){ .form = any_form(play), .text = likely(house, 5) };
	snprintf(made->facility, sizeof(made->facility), "%s",
		likely(house, 1) ? "ZZ" : any_facility(play));
	if (made->facility[0] == 'H' && made->form == FORM_PM && likely(house, 90))
		made->form = FORM_HM;
	if (made->facility[0] == 'S' && made->form == FORM_HM && likely(house, 90))
		made->form = FORM_PM;
	made->period = any_period(play, made->form);
	made->withdrawal = likely(house, 8);
	made->revision = revision_make(play, made);
	values_make(house, made);
	play->sent[play->sents++ % SENT_MAX] = *made;
}

/* Mostly a key that may speak for the facility. */
static uint32_t key_for(struct play *play, const char *facility)
{
	static const uint32_t keys[PLAY_FACILITIES][6] = {
		{ KEY_C1, KEY_C1, KEY_C1, KEY_C1, KEY_DISTRICT, KEY_CITY },
		{ KEY_S1, KEY_S1, KEY_S1, KEY_S1, KEY_C1, KEY_DISTRICT },
		{ KEY_S2, KEY_S2, KEY_S2, KEY_C1, KEY_CITY, KEY_DISTRICT },
		{ KEY_H1, KEY_H1, KEY_H1, KEY_H1, KEY_CITY, KEY_CITY },
		{ KEY_S3_C2, KEY_S3_C2, KEY_S3_C2, KEY_DISTRICT, KEY_S3_C2, KEY_CITY },
		{ KEY_S3_C2, KEY_S3_C2, KEY_S3_C2, KEY_S3_C2, KEY_DISTRICT, KEY_CITY },
	};

	if (likely(&play->house, 3))
		return 1 + chance(&play->house, KEYS);
	for (size_t i = 0; i < PLAY_FACILITIES; i++)
		if (strcmp(play_facilities[i], facility) == 0)
			return keys[i][chance(&play->house, 6)];
	return KEY_C1;
}

void play_message(struct play *play)
{
	struct made made[4];
	size_t count = likely(&play->house, 70) ? 1 : 1 + chance(&play->house, 4);
	uint32_t key;

	for (size_t i = 0; i < count; i++) {
		report_make(play, &made[i]);
		/* most of a message speaks of one facility */
		if (i > 0 && likely(&play->house, 85)) {
			made[i] = made[0];
			made[i].period = any_period(play, made[i].form);
			made[i].revision = revision_make(play, &made[i]);
			values_make(&play->house, &made[i]);
		}
	}
	key = key_for(play, made[0].facility);
	message_send(play, key, made, count);
}

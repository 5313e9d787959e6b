/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What happens in a sequence, by chance: who sends which reports, what persons say, how days pass.
 * It looks at what the decider holds only to make likely what is interesting (a resend, the next
 * revision, a decision on what waits); what is right it never says. */
#ifndef TESTS_SEQUENCES_MAKE_H
#define TESTS_SEQUENCES_MAKE_H

#include "model/decision.h"
#include "model/lock.h"
#include "proto/query.h"
#include "tests/sequences/house.h"

enum { MADE_COLUMNS = 16, SENT_MAX = 64, PERIODS = 6, PROPOSALS_MAX = 32, REQUESTS_MAX = 64 };

/* A report as its sender has it. */
struct made {
	char facility[8];
	uint16_t form;
	uint32_t period, revision;
	bool withdrawal, text;
	uint32_t element[MADE_COLUMNS], absent_element[MADE_COLUMNS], absent_kind[MADE_COLUMNS];
	uint32_t explained_element[MADE_COLUMNS], explained_reason[MADE_COLUMNS];
	int64_t value[MADE_COLUMNS];
	size_t values, absents, explained;
};

struct play {
	struct house house;
	uint32_t period[PERIODS]; /* four months, two years */
	struct made sent[SENT_MAX];
	size_t sents;
	uint64_t proposal[PROPOSALS_MAX];
	struct report_key proposed[PROPOSALS_MAX];
	size_t proposals;
	uint32_t requests;
};

extern const char *const play_facilities[];
enum { PLAY_FACILITIES = 6 };
enum { FORM_PM = 1, FORM_IY, FORM_HM, FORMS = FORM_HM };

/* The numbers of the keys, in the order in which play_open() registers them. */
enum {
	KEY_C1 = 1,
	KEY_S1,
	KEY_S2,
	KEY_H1,
	KEY_DISTRICT,
	KEY_CITY,
	KEY_S3_C2,
	KEY_LI,
	KEY_WANG,
	KEY_LI_TOO,
	KEY_READER,
	KEY_ADMINISTRATOR,
	KEYS = KEY_ADMINISTRATOR
};

/* Registers keys and facilities, and sets the clock. */
void play_open(struct play *play);
/* One message of one to four reports. */
void play_message(struct play *play);
/* Somebody's command. */
void play_command(struct play *play);
/* The registry's part of it. */
void play_facility(struct play *play);
void play_key(struct play *play);
/* A person's word that the past may be loaded. */
void play_unlock(struct play *play);
/* Days pass, and now and then the clock is set back. */
void play_time(struct play *play);

/* Of the facility's report on a form and period of the play, taken by chance. */
uint16_t any_form(struct play *play);
uint32_t any_period(struct play *play, uint16_t form);
int32_t today_of(const struct play *play);
const char *any_facility(struct play *play);
/* Sends it and prints it with its answer. */
void command_send(struct play *play, uint32_t key, struct command *command, const char *words);

#endif

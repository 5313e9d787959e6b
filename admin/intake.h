/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Records read from the command line or from the rows of a sheet, field by field and alike. Faults
 * are gathered, so that all are said at once before anything is sent. */
#ifndef ADMIN_INTAKE_H
#define ADMIN_INTAKE_H

#include "admin/session.h"

enum { INTAKE_WORDS_BYTES = 160 };

struct slips {
	struct buffer text;
	size_t count;
	int error; /* of keeping the text itself */
};
static inline void slips_fini_auto(struct slips *slips)
{
	buffer_fini(&slips->text);
}

__attribute__((format(printf, 2, 3))) void slip_add(struct slips *slips, const char *text, ...);
/* Prints them to stderr, in the chosen language: EXIT_USAGE. */
CHECKED int slips_say(struct slips *slips);

/* Where a record's fields are read: a row of a sheet, or the command line. */
struct source {
	const struct session *session;
	const struct sheet *sheet; /* NULL: the command line */
	size_t row;
};

/* NULL: not given. */
const char *source_field(const struct source *source, const char *field);
/* field: "" when the whole record is meant. */
void source_slip(
	const struct source *source, const char *field, const char *reason, struct slips *slips);

/* Each adds a fault if the field cannot be taken. */
void take_text(const struct source *source, const char *field, size_t size, char *ret_text,
	struct slips *slips);
/* "" when it is not given. */
void take_optional_text(const struct source *source, const char *field, size_t size, char *ret_text,
	struct slips *slips);
uint32_t take_area(const struct source *source, const struct catalog *catalog, struct slips *slips);
uint32_t take_period(const struct source *source, struct slips *slips);
/* The last day on which something is to hold; ERR_INVALID: no day, or one that has passed in
 * China. */
CHECKED int until_parse(const char *text, int32_t *ret_day);

/* The sheet must have the first needed of the fields, and no other column but these and remarks,
 * whose names begin with '#'. */
void columns_check(const struct sheet *sheet, const char *const *fields, size_t count,
	size_t needed, struct slips *slips);

/* How the rows of a sheet become records of one kind. */
struct intake {
	const char *what; /* "facts" */
	size_t record_bytes;
	const char *const *fields;
	size_t field_count, fields_needed; /* the needed ones come first */
	/* Every fault of the record is added to slips; without one it is whole. */
	void (*take)(const struct source *source, const struct catalog *catalog, void *ret_record,
		struct slips *slips);
	/* 0: the second of these two would silently replace the first. */
	int (*order)(const void *a, const void *b);
	/* What stands twice, in words. false: the record has no name to tell it by. */
	bool (*identity)(const void *record, char ret_words[INTAKE_WORDS_BYTES]);
};

/* The sheet that the command names, whole. 0: the records, one per row, to be freed by the caller;
 * EXIT_USAGE: every fault of it was said, and there are none. */
CHECKED int intake_sheet(struct session *session, const struct intake *intake, void **ret_records,
	size_t *ret_count);

#endif

/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What check says before anything is sent: with which past each row is judged, what becomes of it,
 * and what the outbox remembers of that. */
#include "collector/foresee.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/err.h"
#include "collector/facilities.h"
#include "collector/rows.h"
#include "model/period.h"
#include "tests/collector/ruled.h"

TestSuite(foresee, .init = ruled_setup, .fini = ruled_teardown);

static struct tally tally;
static struct sheet *sheet;
static struct row_reader *reader;

static void done(void)
{
	tally_fini(&tally);
	row_reader_free(reader);
	sheet_free(sheet);
	reader = NULL;
	sheet = NULL;
}

static void open_rows(const char *rows, bool checking, bool anyway)
{
	AUTO(buffer_fini) struct buffer text = { 0 };
	const struct catalog *catalog = ruled_session->catalog;

	cr_assert_eq(buffer_format(&text, "%s%s", RULED_HEAD, rows), 0);
	tally = (struct tally){ .catalog = catalog,
		.name = "f.csv",
		.log = -1,
		.checking = checking,
		.send_anyway = anyway };
	cr_assert_eq(sheet_parse("f.csv", buffer_view(&text), &sheet), 0, "%s", err_text());
	cr_assert_eq(row_reader_new(catalog, catalog_form_by_code(catalog, "HOSPITAL_MONTH"), sheet,
			     &reader),
		0, "%s", err_text());
	tally.reader = reader;
	cr_assert_eq(rows_check(ruled_session, sheet, reader, &tally), 0, "%s", err_text());
}

static void look(const char *rows)
{
	open_rows(rows, true, false);
	cr_assert_eq(rows_foresee(ruled_session, reader, &tally, day_of(2026, 7, 1)), 0, "%s",
		err_text());
}

static void queue(const char *rows, bool anyway)
{
	open_rows(rows, false, anyway);
	cr_assert_eq(rows_queue(ruled_session, reader, &tally), 0, "%s", err_text());
}

/* Whether the row's reasons, or warnings, speak of the rule. */
static bool says(const struct tally_row *row, const char *words)
{
	const struct buffer *both[] = { &row->reasons, &row->warnings };

	for (size_t i = 0; i < array_len(both); i++)
		if (both[i]->len > 0 && memmem(both[i]->data, both[i]->len, words, strlen(words)))
			return true;
	return false;
}

/* 80 come, 78 go. */
#define FIGURES "90,20,40,50,1500,1200,5000,80,78,"

Test(foresee, january_in_the_same_file_is_february_s_past)
{
	look("H1,2026-01," FIGURES "30,32,\nH1,2026-02," FIGURES "32,34,\nH1,2026-03," FIGURES
	     "30,32,\n");
	cr_expect_not(tally.row[0].held);
	cr_expect_not(tally.row[1].held);
	cr_expect(tally.row[2].held, "March begins otherwise than February ended");
	cr_expect(says(&tally.row[2], "inpatients at the start: 30 persons against 34 persons"));
	done();
}

Test(foresee, the_order_of_the_file_is_the_order_of_sending)
{
	look("H1,2026-02," FIGURES "30,32,\nH1,2026-01," FIGURES "10,12,\n");
	cr_expect_not(tally.row[0].held, "January is not there yet when February is judged");
	cr_expect_not(tally.row[1].held);
	done();
}

Test(foresee, what_is_held_or_rejected_is_no_past)
{
	look("H1,2026-01," FIGURES "30,39,\nH1,2026-02," FIGURES "30,32,\n"
	     "H2,2026-01,50,20,40,50,1500,1200,5000,80,78,30,32,\nH2,2026-02," FIGURES "5,7,\n");
	cr_expect(tally.row[0].held);
	cr_expect_not(tally.row[0].bad, "it is sent all the same");
	cr_expect_not(tally.row[1].held);
	cr_expect(tally.row[2].bad);
	cr_expect(says(
		&tally.row[2], "physicians and nurses: 60 persons against 50 persons; mend it"));
	cr_expect_not(tally.row[3].held);
	done();
}

Test(foresee, an_explained_doubt_holds_nothing_and_is_a_past)
{
	look("H1,2026-01," FIGURES "30,39,INPATIENT_END=CHECKED_CORRECT\nH1,2026-02," FIGURES
	     "30,32,\n");
	cr_expect_not(tally.row[0].held);
	cr_expect(says(&tally.row[0], "explained: checked, right"));
	cr_expect(tally.row[1].held);
	cr_expect(says(&tally.row[1], "30 persons against 39"));
	cr_expect(says(&tally.row[1], "'reasons': INPATIENT_START=CHECKED_CORRECT"));
	done();
}

static int describe(void *ctx, const struct ports *ports)
{
	const struct attribute *class =
		catalog_attribute_by_code(ruled_session->catalog, DIMENSION_CLASS, ctx);
	struct segment segment = { .from_day = day_of(2000, 1, 1), .area = 440507 };
	struct status_reply reply = { .segment = &segment, .segments = 1 };
	struct outbox_facility facility = { .code = bytes_str("H1") };
	struct buffer packed = { 0 };
	int r;

	segment.stratum = (uint64_t) class->id << (8 * DIMENSION_CLASS);
	cr_assert_eq(status_reply_encode(&reply, &packed), 0, "%s", err_text());
	facility.segments = buffer_view(&packed);
	r = outbox_facility_put(ports, &facility);
	buffer_fini(&packed);
	return r;
}

Test(foresee, a_rule_for_a_class_speaks_only_of_facilities_that_are_known)
{
	static const char row[] = "H1,2026-01,90,20,40,50,1500,1800,5000,80,78,30,32,\n";

	look(row);
	cr_expect_not(tally.row[0].held);
	cr_expect(tally.row[0].unclassed);
	done();
	cr_assert_eq(session_write(ruled_session, describe, "psychiatric_hospital"), 0);
	look(row);
	cr_expect_not(tally.row[0].held);
	cr_expect_not(tally.row[0].unclassed);
	done();
	cr_assert_eq(session_write(ruled_session, describe, "general_hospital"), 0);
	look(row);
	cr_expect(tally.row[0].held);
	done();
	cr_assert_eq(session_write(ruled_session, describe, "clinic"), 0);
	look(row);
	cr_expect(tally.row[0].bad, "the form is not for clinics");
	done();
}

/* Everything that waits gets its verdict. */
static int accept_all(void *ctx, const struct ports *ports)
{
	struct outbox_receipt receipt = { .sequence = 7, .last_sequence = 7 };
	struct outbox_report report;
	uint64_t number = 0;

	(void)ctx;
	while (outbox_pending_next(ports, number, &report) == 0) {
		number = report.number + 1;
		cr_assert_eq(
			outbox_accept(ports, report.number, STATUS_ACCEPTED, &receipt, 20000), 0);
	}
	return 0;
}

Test(foresee, what_waits_and_what_is_in_force_is_the_past_of_the_next_file)
{
	static const char next[] = "H1,2026-02," FIGURES "30,32,\n";

	queue("H1,2026-01," FIGURES "30,32,\n", false);
	done();
	look(next);
	cr_expect(tally.row[0].held, "it waits to be sent before");
	done();
	cr_assert_eq(session_write(ruled_session, accept_all, NULL), 0);
	look(next);
	cr_expect(tally.row[0].held, "it is in force");
	cr_expect(says(&tally.row[0], "30 persons against 32"));
	done();
}

Test(foresee, what_is_in_force_is_not_judged_again)
{
	static const char row[] = "H1,2026-01," FIGURES "30,39,\n";

	queue(row, false);
	cr_expect(tally.row[0].held);
	done();
	/* A person accepted it. */
	cr_assert_eq(session_write(ruled_session, accept_all, NULL), 0);
	look(row);
	cr_expect(tally.row[0].examined);
	cr_expect_not(tally.row[0].held);
	cr_expect_eq(tally.row[0].findings.len, 0);
	done();
}

Test(foresee, what_will_be_held_waits_but_is_no_past)
{
	queue("H1,2026-01," FIGURES "30,39,\n", false);
	cr_expect(tally.row[0].held);
	cr_expect_neq(tally.row[0].number, 0, "it is sent");
	done();
	look("H1,2026-02," FIGURES "30,32,\n");
	cr_expect_not(tally.row[0].held);
	done();
}

Test(foresee, what_will_be_rejected_is_sent_only_when_asked_for)
{
	static const char row[] = "H2,2026-01,50,20,40,50,1500,1200,5000,80,78,30,32,\n";

	queue(row, false);
	cr_expect(tally.row[0].bad);
	cr_expect_eq(tally.row[0].number, 0);
	done();
	queue(row, true);
	cr_expect_not(tally.row[0].bad);
	cr_expect_neq(tally.row[0].number, 0);
	done();
	look("H2,2026-02," FIGURES "5,7,\n");
	cr_expect_not(tally.row[0].held, "and is no past either");
	done();
}

Test(foresee, the_same_figures_with_a_reason_are_a_new_revision)
{
	queue("H1,2026-01," FIGURES "30,39,\n", false);
	cr_expect_eq(tally.row[0].revision, 1);
	done();
	queue("H1,2026-01," FIGURES "30,39,INPATIENT_END=临时加床\n", false);
	cr_expect_eq(tally.row[0].revision, 2);
	done();
	queue("H1,2026-01," FIGURES "30,39,INPATIENT_END＝EXTRA_BEDS；\n", false);
	cr_expect_eq(tally.row[0].revision, 2, "the same reason in other signs");
	done();
}

Test(foresee, a_city_s_file_finds_every_row_s_past)
{
	AUTO(buffer_fini) struct buffer rows = { 0 };

	for (int month = 1; month <= 2; month++) {
		for (int i = 0; i < 300; i++)
			cr_assert_eq(
				buffer_format(&rows, "H%d,2026-%02d," FIGURES "%d,%d,\n", i, month,
					30 + i + (month - 1) * 2 + (i % 2) * (month - 1),
					32 + i + (month - 1) * 2 + (i % 2) * (month - 1)),
				0);
	}
	cr_assert_eq(buffer_add(&rows, bytes_of("", 1)), 0);
	look((const char *)rows.data);
	for (size_t i = 0; i < 300; i++) {
		cr_expect_not(tally.row[i].held);
		cr_expect_eq(tally.row[300 + i].held, i % 2 == 1, "%zu", i);
	}
	done();
}

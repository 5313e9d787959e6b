/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Each check of every daemon, on both sides of its limits, and a word of advice for each. */
#include "base/doctor.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"

static struct doctor doctor;

static const struct doctor_row *last(void)
{
	return &doctor.row[doctor.rows - 1];
}

Test(doctor, every_check_has_a_name_and_advice_in_both_languages)
{
	for (int check = 1; check <= DOCTOR_CHECK_MAX; check++) {
		enum doctor_check which = (enum doctor_check)check;
		bool advised = which != DOCTOR_VERSION && which != DOCTOR_CLOCK;

		cr_expect(doctor_check_name(which), "%d", check);
		cr_expect_eq(strlen(doctor_advice(which, true)) > 10, advised, "%d", check);
		cr_expect_eq(strlen(doctor_advice(which, false)) > 10, advised, "%d", check);
		for (int other = 1; other < check; other++)
			cr_expect_str_neq(doctor_check_name((enum doctor_check)other),
				doctor_check_name(which));
	}
}

Test(doctor, a_map_that_fills_up)
{
	static const struct {
		uint64_t room;
		enum doctor_state want;
	} cases[] = { { 1000, DOCTOR_OK }, { 100, DOCTOR_OK }, { 99, DOCTOR_WARN },
		{ 20, DOCTOR_WARN }, { 19, DOCTOR_BAD }, { 0, DOCTOR_BAD } };

	for (size_t i = 0; i < array_len(cases); i++) {
		doctor_room(&doctor, DOCTOR_JOURNAL_ROOM, cases[i].room, 1000);
		cr_expect_eq(last()->state, cases[i].want, "%zu", i);
	}
}

Test(doctor, a_reader_that_stands_still)
{
	doctor_readers(&doctor, 3, 2000);
	cr_expect_eq(last()->state, DOCTOR_OK);
	doctor_readers(&doctor, 3, 2001);
	cr_expect_eq(last()->state, DOCTOR_WARN);
	cr_expect_str_eq(last()->found, "3; 2001");
	doctor_readers(&doctor, 3, 100001);
	cr_expect_eq(last()->state, DOCTOR_BAD);
}

Test(doctor, a_disk_below_its_floor)
{
	static const struct {
		struct disk_floors floors;
		enum doctor_state want;
	} cases[] = {
		{ { 0, 0, 0 }, DOCTOR_OK },
		{ { 100, 0, 0 }, DOCTOR_WARN },
		{ { 100, 100, 0 }, DOCTOR_BAD },
		{ { 0, 0, UINT64_MAX / 4 }, DOCTOR_BAD },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		doctor_disk(&doctor, "/", &cases[i].floors);
		cr_expect_eq(last()->state, cases[i].want, "%zu", i);
	}
	doctor_disk(&doctor, "/no/such/folder", &cases[0].floors);
	cr_expect_eq(last()->state, DOCTOR_BAD);
}

Test(doctor, a_key_that_others_can_read)
{
	static const struct {
		mode_t mode;
		enum doctor_state want;
	} cases[] = { { 0600, DOCTOR_OK }, { 0400, DOCTOR_OK }, { 0440, DOCTOR_OK },
		{ 0644, DOCTOR_BAD }, { 0620, DOCTOR_BAD }, { 0604, DOCTOR_BAD } };
	char path[] = "/tmp/huibao-doctor-XXXXXX";
	int fd = mkstemp(path);

	close(fd);
	for (size_t i = 0; i < array_len(cases); i++) {
		cr_assert_eq(chmod(path, cases[i].mode), 0);
		doctor_key_file(&doctor, path);
		cr_expect_eq(last()->state, cases[i].want, "%04o", cases[i].mode);
	}
	unlink(path);
	doctor_key_file(&doctor, path);
	cr_expect_eq(last()->state, DOCTOR_OK, "out of sight is no fault");
}

Test(doctor, a_clock_that_has_jumped)
{
	struct clock_watch watch = { 0 };

	cr_expect(!clock_watch_look(&watch, (struct mono){ 1 }, (struct wall){ 1000000 }));
	cr_expect(!clock_watch_look(
		&watch, (struct mono){ 1 + 5000000000 }, (struct wall){ 1007000 }));
	doctor_clock(&doctor, &watch, (struct wall){ 0 });
	cr_expect_eq(last()->state, DOCTOR_OK);
	cr_expect(clock_watch_look(
		&watch, (struct mono){ 1 + 6000000000 }, (struct wall){ 1000000 }));
	cr_expect_eq(watch.last_ms, -8000);
	doctor_clock(&doctor, &watch, (struct wall){ 0 });
	cr_expect_eq(last()->state, DOCTOR_WARN);
	cr_expect_str_eq(last()->found, "1, -8000 ms 1970-01-01T00:16:40.000Z");
	cr_expect(!clock_watch_look(
		&watch, (struct mono){ 1 + 7000000000 }, (struct wall){ 1001000 }));
	cr_expect_eq(watch.jumps, 1, "a jump is one jump");
}

Test(doctor, amounts_read_as_people_say_them)
{
	char text[AMOUNT_TEXT_BYTES];

	cr_expect_str_eq(amount_bytes(999, text), "999 B");
	cr_expect_str_eq(amount_bytes(1500000, text), "1.5 MB");
	cr_expect_str_eq(amount_seconds(119, text), "119 s");
	cr_expect_str_eq(amount_seconds(3 * 86400 + 7300, text), "3 d 2 h");
	cr_expect_str_eq(amount_seconds(7300, text), "2 h 1 min");
}

/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Following: where it begins, goes on, begins again and stops. */
#include "tests/aggregator/desk.h"

Test(follow, figures_stand_at_the_head_of_the_journal)
{
	uint64_t last = journal_usual();
	struct follow *follow = follow_all();
	struct asked asked;

	cr_expect_eq(follow_position(follow)->sequence, last);
	ask(&asked, follow, "status", NULL);
	cr_expect_str_eq(cell(&asked, 0, "state"), "following");
	cr_expect_str_eq(cell(&asked, 0, "reports"), "2");
	cr_expect_str_eq(cell(&asked, 0, "facilities"), "2");
	cr_expect_str_eq(cell(&asked, 0, "keys"), "2");
	cr_expect_str_eq(cell(&asked, 0, "lag_entries"), "0");
	cr_expect_eq(asked.answer.as_of.sequence, last);
	asked_fini(&asked);
	ask(&asked, follow, "indicator show",
		ARGUMENTS("indicator", "VISITS", "period", "2026-01", "by", "area"));
	cr_assert_eq(asked.answer.rows, 3);
	cr_expect_str_eq(cell(&asked, 0, "area"), "320700");
	cr_expect_str_eq(cell(&asked, 0, "value"), "18.00");
	cr_expect_str_eq(cell(&asked, 1, "value"), "11.00");
	cr_expect_str_eq(cell(&asked, 2, "value"), "7.00");
	asked_fini(&asked);
	follow_close(follow);
	folder_remove();
}

Test(follow, a_restart_goes_on_where_it_stood)
{
	uint64_t last = journal_usual();
	struct follow *follow = follow_all();
	struct writing writing;
	struct asked asked;

	follow_close(follow);
	writing_open(&writing);
	append_report(&writing, 2, "2026-01", 2, last - 1, GIVEN({ VISIT, 100, 0 }));
	journal_close(writing.journal);
	follow = follow_all();
	ask(&asked, follow, "indicator show",
		ARGUMENTS("indicator", "VISITS", "area", "320700", "period", "2026-01"));
	cr_expect_str_eq(cell(&asked, 0, "numerator"), "111");
	asked_fini(&asked);
	expect_verified(follow);
	follow_close(follow);
	folder_remove();
}

Test(follow, aggregates_of_another_journal_are_rebuilt)
{
	char command[128];
	struct follow *follow;
	struct asked asked;
	char aside[128];

	journal_usual();
	follow_close(follow_all());
	snprintf(aside, sizeof(aside), "%s/aggregates", folder);
	snprintf(command, sizeof(command), "%s.kept", folder);
	cr_assert_eq(rename(aside, command), 0);
	folder_remove();
	journal_usual(); /* same epoch and entries, received at the same time: make it differ */
	snprintf(aside, sizeof(aside), "%s/aggregates", folder);
	cr_assert_eq(rename(command, aside), 0);
	{
		struct writing writing;

		writing_open(&writing);
		append_facility(&writing, 3, TOWN_2);
		journal_close(writing.journal);
	}
	follow = follow_all();
	ask(&asked, follow, "status", NULL);
	cr_expect_str_eq(cell(&asked, 0, "facilities"), "3");
	asked_fini(&asked);
	follow_close(follow);
	folder_remove();
}

Test(follow, a_later_catalogue_is_folded_through_from_the_start)
{
	struct follow *follow;
	struct writing writing;
	struct asked asked;

	journal_usual();
	writing_open(&writing);
	append_catalogue(&writing, 2);
	append_report(&writing, 2, "2026-02", 1, 0, GIVEN({ VISIT, 5, 0 }));
	journal_close(writing.journal);
	follow = follow_all();
	ask(&asked, follow, "status", NULL);
	cr_expect_str_eq(cell(&asked, 0, "catalogue"), "2");
	cr_expect_str_eq(cell(&asked, 0, "reports"), "3");
	cr_expect_str_eq(cell(&asked, 0, "state"), "following");
	asked_fini(&asked);
	expect_verified(follow);
	follow_close(follow);
	folder_remove();
}

Test(follow, it_waits_for_a_journal_that_is_not_there)
{
	const struct follow_options options = {
		.journal = journal_path, .data_dir = folder, .map_size_bytes = MAP_BYTES
	};
	struct follow *follow;

	folder_make();
	must(follow_open(&options, &follow));
	cr_expect_eq(follow_step(follow), FOLLOW_IDLE, "%s %s", err_text(), err_trace());
	cr_expect_eq(follow_state_of(follow), FOLLOW_WAITING);
	follow_close(follow);
	folder_remove();
}

Test(follow, an_entry_that_cannot_be_folded_stops_it_and_answers_go_on)
{
	uint64_t last = journal_usual();
	struct follow *follow;
	struct writing writing;
	struct asked asked;

	writing_open(&writing);
	append(&writing, (struct entry){ .kind = ENTRY_REPORT,
				 .form = HM,
				 .period = period_text("2026-02"),
				 .facility = 1,
				 .revision = 1,
				 .body = bytes_str("nonsense") });
	append_report(&writing, 2, "2026-02", 1, 0, GIVEN({ VISIT, 5, 0 }));
	journal_close(writing.journal);
	follow = follow_all();
	cr_expect_eq(follow_state_of(follow), FOLLOW_STOPPED);
	cr_expect_eq(follow_position(follow)->sequence, last);
	ask(&asked, follow, "indicator show",
		ARGUMENTS("indicator", "VISITS", "period", "2026-01"));
	cr_expect_str_eq(cell(&asked, 0, "value"), "18.00");
	asked_fini(&asked);
	follow_close(follow);
	folder_remove();
}

/* Changes a byte wherever the journal's file holds these. */
static void spoil(struct bytes bytes)
{
	AUTO(buffer_fini) struct buffer file = { 0 };
	char path[160];
	uint8_t *at;
	FILE *out;

	snprintf(path, sizeof(path), "%s/data.mdb", journal_path);
	must(buffer_read_file(&file, path, 1 << 26));
	while ((at = memmem(file.data, file.len, bytes.data, bytes.len)))
		at[0] ^= 1;
	out = fopen(path, "r+");
	cr_assert_not_null(out);
	cr_assert_eq(fwrite(file.data, 1, file.len, out), file.len);
	fclose(out);
}

Test(follow, an_entry_that_does_not_follow_from_the_one_before_stops_it)
{
	AUTO(buffer_fini) struct buffer buffer = { 0 };
	uint64_t last = journal_usual();
	struct journal *journal;
	struct follow *follow;
	struct entry entry;

	must(journal_follow(journal_path, MAP_BYTES, &journal));
	must(journal_get(journal, last, &buffer, &entry));
	journal_close(journal);
	spoil(digest_view(&entry.chain));
	follow = follow_all();
	cr_expect_eq(follow_state_of(follow), FOLLOW_STOPPED);
	cr_expect_eq(follow_position(follow)->sequence, last - 1);
	cr_expect(strstr(follow_fault(follow), "chain"), "%s", follow_fault(follow));
	follow_close(follow);
	folder_remove();
}

/* What an operator does who restores a journal without stopping the aggregator. */
Test(follow, a_journal_that_was_replaced_under_it_stops_it)
{
	char command[640];
	struct follow *follow;

	journal_usual();
	follow = follow_all();
	snprintf(command, sizeof(command), "cp -r %s %s.copy && rm -r %s && mv %s.copy %s",
		journal_path, journal_path, journal_path, journal_path, journal_path);
	cr_assert_eq(system(command), 0);
	cr_expect_eq(follow_step(follow), FOLLOW_IDLE);
	cr_expect_eq(follow_state_of(follow), FOLLOW_STOPPED);
	cr_expect(strstr(follow_fault(follow), "replaced"), "%s", follow_fault(follow));
	expect_outcome(follow, ANSWER_FOUND_FAULT, "verify", NULL);
	follow_close(follow);
	folder_remove();
}

/* One step brings the first chunk, another finds the catalogue; then the next one is being
 * filled. */
static struct follow *follow_into_rebuilding(void)
{
	const struct follow_options options = {
		.journal = journal_path, .data_dir = folder, .map_size_bytes = MAP_BYTES
	};
	struct writing writing;
	struct follow *follow;

	journal_usual();
	follow_close(follow_all());
	writing_open(&writing);
	append_catalogue(&writing, 2);
	append_report(&writing, 2, "2026-02", 1, 0, GIVEN({ VISIT, 5, 0 }));
	journal_close(writing.journal);
	must(follow_open(&options, &follow));
	must(follow_step(follow));
	cr_assert_eq(follow_state_of(follow), FOLLOW_REBUILDING);
	return follow;
}

Test(follow, the_old_aggregates_answer_until_the_new_ones_have_caught_up)
{
	struct follow *follow = follow_into_rebuilding();
	uint64_t before = follow_position(follow)->sequence;
	struct asked asked;
	int r;

	ask(&asked, follow, "indicator show",
		ARGUMENTS("indicator", "VISITS", "period", "2026-01"));
	cr_expect_str_eq(cell(&asked, 0, "value"), "18.00", "the old ones, whole");
	asked_fini(&asked);
	ask(&asked, follow, "status", NULL);
	cr_expect_str_eq(cell(&asked, 0, "catalogue"), "1");
	cr_expect_str_eq(cell(&asked, 0, "state"), "rebuilding");
	asked_fini(&asked);
	while ((r = follow_step(follow)) == 0)
		;
	cr_assert_eq(r, FOLLOW_IDLE, "%s", err_text());
	cr_expect_eq(follow_state_of(follow), FOLLOW_FOLLOWING);
	cr_expect_eq(follow_position(follow)->sequence, before + 2);
	ask(&asked, follow, "status", NULL);
	cr_expect_str_eq(cell(&asked, 0, "catalogue"), "2");
	cr_expect_str_eq(cell(&asked, 0, "reports"), "3");
	asked_fini(&asked);
	expect_verified(follow);
	follow_close(follow);
	follow = follow_all();
	cr_expect_eq(follow_position(follow)->sequence, before + 2, "and after a restart");
	follow_close(follow);
	folder_remove();
}

/* Steps until there is nothing to do, on a disk that is always below these floors. */
static struct follow *follow_below(struct disk_floors floors)
{
	const struct follow_options options = { .journal = journal_path,
		.data_dir = folder,
		.map_size_bytes = MAP_BYTES,
		.floors = floors };
	struct follow *follow;

	must(follow_open(&options, &follow));
	for (int i = 0; i < 5; i++)
		cr_assert_geq(follow_step(follow), 0, "%s", err_text());
	return follow;
}

Test(follow, without_room_to_grow_it_stands_and_answers)
{
	uint64_t last = journal_usual();
	struct writing writing;
	struct follow *follow;
	struct asked asked;

	follow_close(follow_all());
	writing_open(&writing);
	append_report(&writing, 2, "2026-02", 1, 0, GIVEN({ VISIT, 5, 0 }));
	journal_close(writing.journal);
	follow = follow_below((struct disk_floors){ .growth_percent = 101 });
	cr_expect_eq(follow_state_of(follow), FOLLOW_NO_ROOM);
	cr_expect(strstr(follow_fault(follow), "second floor"), "%s", follow_fault(follow));
	cr_expect_eq(follow_position(follow)->sequence, last);
	ask(&asked, follow, "indicator show",
		ARGUMENTS("indicator", "VISITS", "period", "2026-01"));
	cr_expect_str_eq(cell(&asked, 0, "value"), "18.00");
	asked_fini(&asked);
	follow_close(follow);
	follow = follow_all();
	cr_expect_eq(follow_position(follow)->sequence, last + 1);
	follow_close(follow);
	folder_remove();
}

Test(follow, without_room_for_another_generation_none_is_begun)
{
	uint64_t last = journal_usual();
	struct writing writing;
	struct follow *follow;

	follow_close(follow_all());
	writing_open(&writing);
	append_report(&writing, 2, "2026-02", 1, 0, GIVEN({ VISIT, 5, 0 }));
	append_catalogue(&writing, 2);
	journal_close(writing.journal);
	follow = follow_below((struct disk_floors){ .rebuild_percent = 101 });
	cr_expect_eq(follow_state_of(follow), FOLLOW_NO_ROOM);
	cr_expect_eq(follow_position(follow)->sequence, last + 1, "what comes before is folded");
	cr_expect_eq(fold_catalogue_number(follow_fold(follow)), 1);
	expect_outcome(follow, ANSWER_FOUND_FAULT, "verify", NULL);
	follow_close(follow);
	follow = follow_all();
	cr_expect_eq(fold_catalogue_number(follow_fold(follow)), 2);
	follow_close(follow);
	folder_remove();
}

/* A restored journal: the old figures stay until there is room for the new ones. */
Test(follow, without_room_aggregates_of_another_journal_go_on_answering)
{
	char command[640];
	struct follow *follow;

	journal_usual();
	follow_close(follow_all());
	snprintf(command, sizeof(command), "rm -r %s", journal_path);
	cr_assert_eq(system(command), 0);
	{
		static const uint8_t epoch[EPOCH_BYTES] = "another epoch";
		struct journal *journal;

		must(journal_open(journal_path, MAP_BYTES, epoch, &journal));
		journal_close(journal);
	}
	follow = follow_below((struct disk_floors){ .rebuild_percent = 101 });
	cr_expect_eq(follow_state_of(follow), FOLLOW_NO_ROOM);
	cr_expect_eq(fold_catalogue_number(follow_fold(follow)), 1);
	follow_close(follow);
	folder_remove();
}

Test(follow, a_stop_in_the_middle_of_a_rebuild_leaves_the_old_ones_in_force)
{
	struct follow *follow = follow_into_rebuilding();
	uint64_t before = follow_position(follow)->sequence;
	const struct follow_options options = {
		.journal = journal_path, .data_dir = folder, .map_size_bytes = MAP_BYTES
	};

	follow_close(follow);
	must(follow_open(&options, &follow));
	cr_expect_eq(follow_position(follow)->sequence, before);
	cr_expect_eq(fold_catalogue_number(follow_fold(follow)), 1);
	cr_expect_eq(registry_facilities(fold_registry(follow_fold(follow))), 2);
	follow_close(follow);
	follow = follow_all();
	cr_expect_eq(fold_catalogue_number(follow_fold(follow)), 2);
	follow_close(follow);
	folder_remove();
}

Test(follow, a_catalogue_that_is_none_stops_it_and_answers_go_on)
{
	struct writing writing;
	struct follow *follow;
	uint64_t last = journal_usual();

	writing_open(&writing);
	append(&writing,
		(struct entry){
			.kind = ENTRY_CATALOGUE, .catalogue = 2, .body = bytes_str("nonsense") });
	journal_close(writing.journal);
	follow = follow_all();
	cr_expect_eq(follow_state_of(follow), FOLLOW_STOPPED);
	cr_expect_eq(follow_position(follow)->sequence, last);
	follow_close(follow);
	folder_remove();
}

/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The life of an identity by itself, and that the state repeats it: above all for what no rule
 * brings about, such as a withdrawal that is held. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/err.h"
#include "ingestd/index.h"
#include "ingestd/life.h"
#include "tests/ingestd/months.h"

static const struct digest one = { { 1 } }, two = { { 2 } };

Test(life, a_held_withdrawal_that_is_accepted_withdraws)
{
	struct identity identity = { .revision = 0 };

	life_accept(&identity, &(struct revision){ .revision = 1, .sequence = 5, .digest = one });
	life_hold(&identity, &(struct revision){ .revision = 2,
				     .sequence = 7,
				     .digest = two,
				     .withdrawn = true,
				     .actor = 3 });
	cr_expect(identity.revision == 1 && !identity.withdrawn && identity.sequence == 5);
	cr_expect(identity.held.state == HELD_WAITING && identity.held.withdrawn);
	life_decide(&identity, DECISION_ACCEPT, 9);
	cr_expect(identity.revision == 2 && identity.withdrawn && identity.sequence == 7 &&
		  identity.actor == 3 && digest_equal(&identity.digest, &two));
	cr_expect_eq(identity.held.state, HELD_NONE);
}

Test(life, nothing_there_is_always_new)
{
	static const struct digest zero;
	const struct identity nothing = { .revision = 0 };
	uint64_t first = 1;

	cr_expect_eq(life_compare(&nothing, 0, &zero, &first), LIFE_NEW, "its number is judged");
	cr_expect_eq(life_compare(&nothing, 1, &one, &first), LIFE_NEW);
	cr_expect_eq(first, 0);
}

/* As if a lock had held it: there is no rule over a withdrawal. */
Test(life, the_state_knows_a_held_withdrawal_from_its_body)
{
	struct month month = { .period = "2015-05", .visits = 100 };
	struct buffer body = { 0 }, order = { 0 };
	struct report report = { .facility = bytes_str("clinic-a"),
		.form = 1,
		.period = period_of(PERIOD_MONTH, 2015, 5),
		.revision = 2,
		.withdrawal = true };
	struct entry held = { .kind = ENTRY_HELD,
		.form = 1,
		.facility = 1,
		.period = report.period,
		.revision = 2,
		.actor = 1,
		.algorithm = DIGEST_SHA256 };
	struct identity_key key = { .form = 1, .period = report.period, .facility = 1 };
	struct decision decision = { .kind = DECISION_ACCEPT };
	struct command command = { .request_id = "r", .decision = &decision, .decisions = 1 };
	struct identity identity;
	struct entry decided = held;
	struct world world;

	months_open(&world);
	months_send(&world, &month);
	world_index(&world);
	cr_assert_eq(report_encode(&report, &body), 0, "%s", err_text());
	held.sequence = world.batch->entries + 1;
	held.body = buffer_view(&body);
	cr_assert_eq(index_apply(&world.ports, world.arena, &held), 0, "%s", err_text());
	decision.key = months_key(&world, &month);
	decision.held = held.sequence;
	cr_assert_eq(command_encode(&command, &order), 0, "%s", err_text());
	decided.kind = ENTRY_DECISION;
	decided.status = ANSWER_DONE;
	decided.sequence = held.sequence + 1;
	decided.body = buffer_view(&order);
	cr_assert_eq(index_apply(&world.ports, world.arena, &decided), 0, "%s", err_text());
	cr_assert_eq(state_identity_get(&world.ports, &key, &identity), 0);
	cr_expect(identity.withdrawn && identity.revision == 2 &&
		  identity.sequence == held.sequence && identity.held.state == HELD_NONE);
	buffer_fini(&body);
	buffer_fini(&order);
	world_close(&world);
}

/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * How far an operator's word reaches: whoever is limited to areas changes nothing outside them, and
 * gives nobody more than he has. What a command touches is judged as it was and as it will be, so
 * nobody moves a facility into or out of a place where he has nothing to say. And no command takes
 * the last administrator away who reaches everywhere: only root on the server could bring one
 * back. */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "ingestd/decide_parts.h"
#include "model/facts.h"
#include "model/target.h"

/* Who wants to change something, and where. */
struct reach {
	const struct decide *decide;
	const struct key *key;
};

static bool reaches(const struct reach *reach, uint32_t area)
{
	return key_reaches(reach->decide->catalog, reach->key, area);
}

/* Where it stands by its newest word, closed or not. */
static uint32_t area_now(const struct facility *facility)
{
	return facility->segment[facility->segments - 1].area;
}

static bool segment_stands(const struct facility *facility, const struct segment *segment)
{
	for (uint32_t i = 0; i < facility->segments; i++) {
		const struct segment *one = &facility->segment[i];

		if (one->from_day == segment->from_day && one->area == segment->area &&
			one->stratum == segment->stratum && one->closed == segment->closed)
			return true;
	}
	return false;
}

/* What stands in one and not in other, and what other says of those days; and where one ends. */
static bool reaches_what_differs(
	const struct reach *reach, const struct facility *one, const struct facility *other)
{
	bool all = reaches(reach, area_now(one));

	for (uint32_t i = 0; all && i < one->segments; i++) {
		const struct segment *segment = &one->segment[i];
		const struct segment *beside;

		if (other && segment_stands(other, segment))
			continue;
		beside = other ? facility_segment_on(other, segment->from_day) : NULL;
		all = reaches(reach, segment->area) && (!beside || reaches(reach, beside->area));
	}
	return all;
}

static bool reaches_facility(const struct reach *reach, const struct facility *facility)
{
	const struct facility *before =
		registry_facility_by_code(reach->decide->registry, bytes_str(facility->code));

	return reaches_what_differs(reach, facility, before) &&
	       (!before || reaches_what_differs(reach, before, facility));
}

bool decide_reaches_key(const struct decide *decide, const struct key *by, const struct key *key)
{
	const struct reach reach = { .decide = decide, .key = by };
	bool all = key->areas > 0 || key->role == ROLE_COLLECTOR || by->areas == 0;

	for (uint32_t i = 0; all && i < key->areas; i++)
		all = reaches(&reach, key->area[i]);
	for (uint32_t i = 0; all && by->areas > 0 && i < key->facilities; i++) {
		const struct facility *facility =
			registry_facility_by_code(decide->registry, bytes_str(key->facility[i]));

		all = facility && reaches(&reach, area_now(facility));
	}
	return all;
}

static bool reaches_registration(const struct reach *reach, const struct key *key)
{
	const struct key *before = registry_key_by_public(reach->decide->registry, key->public_key);

	return key->role <= reach->key->role &&
	       decide_reaches_key(reach->decide, reach->key, key) &&
	       (!before || (before->role <= reach->key->role &&
				   decide_reaches_key(reach->decide, reach->key, before)));
}

static bool reaches_verdict(const struct reach *reach, const struct person_verdict *verdict)
{
	const struct target *target = catalog_target_by_id(reach->decide->catalog, verdict->target);

	return !target || reaches(reach, target->plan->area); /* an unknown one is refused later */
}

/* The facility's place in the report's period; of a time when it was not open, where it stands
 * now. */
static bool reaches_report(const struct reach *reach, const struct report_key *report)
{
	const struct facility *facility =
		registry_facility_by_code(reach->decide->registry, bytes_str(report->facility));
	const struct segment *segment = facility && period_valid(report->period)
						? facility_segment(facility, report->period)
						: NULL;

	return !facility || reaches(reach, segment ? segment->area : area_now(facility));
}

/* Notes what lies outside. Always true: for want of memory it goes without a name. */
static bool outside(const char *kind, const char *name, struct buffer *ret_name)
{
	if (buffer_format(ret_name, "%s '%s'", kind, name) < 0)
		ret_name->len = 0;
	return true;
}

static bool outside_area(const struct reach *reach, uint32_t area, struct buffer *ret_name)
{
	char code[16] = "everywhere";

	if (reaches(reach, area))
		return false;
	if (area != 0)
		snprintf(code, sizeof(code), "%u", area);
	return outside("area", code, ret_name);
}

static bool said_outside(
	const struct reach *reach, const struct command *command, struct buffer *ret_name)
{
	for (size_t i = 0; i < command->facts; i++)
		if (outside_area(reach, command->fact[i].area, ret_name))
			return true;
	for (size_t i = 0; i < command->statements; i++)
		if (outside_area(reach, command->statement[i].area, ret_name))
			return true;
	for (size_t i = 0; i < command->verdicts; i++)
		if (!reaches_verdict(reach, &command->verdict[i]))
			return outside("target", command->verdict[i].target, ret_name);
	return false;
}

static bool registry_outside(
	const struct reach *reach, const struct command *command, struct buffer *ret_name)
{
	for (size_t i = 0; i < command->facilities; i++)
		if (!reaches_facility(reach, &command->facility[i]))
			return outside("facility", command->facility[i].code, ret_name);
	for (size_t i = 0; i < command->keys; i++)
		if (!reaches_registration(reach, &command->key[i]))
			return outside("key", command->key[i].name, ret_name);
	for (size_t i = 0; i < command->locks; i++)
		if (outside_area(reach, command->lock[i].area, ret_name))
			return true;
	/* Whether the journal is believed is the whole house's concern. */
	return command->witnesses > 0 && outside("history", "of the journal", ret_name);
}

static bool record_outside(
	const struct reach *reach, const struct command *command, struct buffer *ret_name)
{
	if (command_is_act(command) && !reaches_report(reach, act_report(command)))
		return outside("facility", act_report(command)->facility, ret_name);
	return registry_outside(reach, command, ret_name) || said_outside(reach, command, ret_name);
}

static int say_limits(const struct key *key, struct bytes name, struct buffer *text)
{
	char limits[KEY_LIMITS_BYTES];

	key_limits(key, limits);
	return err_pass(buffer_format(
		text, "%s; outside lies %.*s", limits, (int)name.len, (const char *)name.data));
}

/* Whether the record of the command that counts for this public half leaves an administrator. */
static bool stays_administrator(
	const struct command *command, const struct key *registered, int32_t day)
{
	const struct key *counts = registered;

	for (size_t i = 0; i < command->keys; i++) {
		if (memcmp(command->key[i].public_key, registered->public_key,
			    sizeof(registered->public_key)) == 0)
			counts = &command->key[i];
	}
	return key_is_administrator(counts, day);
}

static bool leaves_administrator(const struct decide *decide, const struct command *command)
{
	const int32_t day = decide_today(decide);

	if (!registry_has_administrator(decide->registry, day))
		return true; /* there is none to be lost */
	for (uint32_t i = 1; i <= registry_keys(decide->registry); i++)
		if (stays_administrator(command, registry_key(decide->registry, i), day))
			return true;
	for (size_t i = 0; i < command->keys; i++)
		if (!registry_key_by_public(decide->registry, command->key[i].public_key) &&
			stays_administrator(command, &command->key[i], day))
			return true;
	return false;
}

/* The key of the command that was revoked and would live again; NULL. A stolen secret stays stolen,
 * and a record that somebody read before the revocation must not undo it. */
static const struct key *revived(const struct decide *decide, const struct command *command)
{
	for (size_t i = 0; i < command->keys; i++) {
		const struct key *before =
			registry_key_by_public(decide->registry, command->key[i].public_key);

		if (before && before->revoked && !command->key[i].revoked)
			return before;
	}
	return NULL;
}

int scope_judge(const struct decide *decide, const struct key *key, const struct command *command,
	enum answer_outcome *ret_outcome, struct buffer *text)
{
	const struct reach reach = { .decide = decide, .key = key };
	AUTO(buffer_fini) struct buffer name = { 0 };

	*ret_outcome = ANSWER_DONE;
	if (key->areas > 0 && record_outside(&reach, command, &name)) {
		*ret_outcome = ANSWER_NOT_ALLOWED;
		return err_pass(say_limits(key, buffer_view(&name), text));
	}
	if (revived(decide, command)) {
		*ret_outcome = ANSWER_INVALID;
		return err_pass(
			buffer_format(text, "key '%s' was revoked and stays so; make a new one",
				revived(decide, command)->name));
	}
	if (command->keys > 0 && !leaves_administrator(decide, command)) {
		*ret_outcome = ANSWER_INVALID;
		return err_pass(buffer_format(text,
			"this would leave no valid administrator who reaches everywhere; register "
			"another one first"));
	}
	return 0;
}

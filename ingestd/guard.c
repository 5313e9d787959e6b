/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Locks first, then who else has spoken. A unit's figures can come in three ways: from itself, in
 * its name from the facility that reports for it, and as a part of a total of that facility. Of two
 * ways for one period the later waits for a person, whichever it is. */
#include "ingestd/guard.h"

#include <string.h>

#include "base/err.h"
#include "ingestd/decide_parts.h"

static void guard_add(struct findings *findings, enum finding_code code, uint32_t element,
	int64_t found, int64_t limit)
{
	const struct finding finding = { .code = code,
		.element = element,
		.found = found,
		.limit = limit,
		.severity = SEVERITY_HOLD };

	findings_add_whole(findings, &finding);
}

/* A withdrawal may come for a period in which the facility, as the registry now says, was not open:
 * then the area counts in which it stands last. */
static uint32_t area_of(const struct facility *facility, uint32_t period)
{
	const struct segment *segment = facility_segment(facility, period);

	return segment ? segment->area : facility->segment[facility->segments - 1].area;
}

static void guard_lock(
	const struct decide *decide, const struct guarded *guarded, struct findings *findings)
{
	uint32_t area = area_of(guarded->facility, guarded->report->period);
	int32_t since;

	if (locks_closed(decide->locks, decide->catalog, area, guarded->form,
		    guarded->report->period, guarded->today, &since))
		guard_add(findings, FINDING_LOCKED, 0, since, guarded->today);
}

static bool in_force(const struct identity *identity)
{
	return identity && identity->revision > 0 && !identity->withdrawn;
}

/* Two keys speak for different parties if there is none that both may speak for. Whom the earlier
 * one spoke for can be unknown by now: then nobody is contradicted. */
static void guard_party(
	const struct decide *decide, const struct guarded *guarded, struct findings *findings)
{
	const struct key *before = in_force(guarded->identity) ? registry_key(decide->registry,
									 guarded->identity->actor)
							       : NULL;
	unsigned now, then;

	if (!before || before->number == guarded->key->number)
		return;
	now = key_parties(decide->catalog, decide->registry, guarded->key, guarded->facility,
		guarded->form, guarded->report->period);
	then = key_parties(decide->catalog, decide->registry, before, guarded->facility,
		guarded->form, guarded->report->period);
	if (then != 0 && (now & then) == 0)
		guard_add(
			findings, FINDING_REPORTED_FOR, 0, (int64_t)guarded->identity->sequence, 0);
}

/* The element by which a row speaks for units of the class; 0: by none. A total of 0 counts
 * nobody's figures. */
static uint32_t element_for(const struct decide *decide, const struct form *form,
	const int64_t *value, uint8_t unit_class)
{
	for (uint32_t i = 0; i < form->line_count; i++) {
		const struct element *element;

		if (value_is_absent(value[i]) || value[i] == 0)
			continue;
		element = catalog_element(decide->catalog, form->lines[i].element);
		if (attribute_set_has(&element->for_class, unit_class))
			return element->id;
	}
	return 0;
}

static uint8_t class_of(const struct facility *facility, uint32_t period)
{
	const struct segment *segment = facility_segment(facility, period);

	return segment ? stratum_attribute(segment->stratum, DIMENSION_CLASS) : 0;
}

/* The report's totals hold the figures of a unit that has a report of its own. */
static int guard_unit(struct decide *decide, const struct guarded *guarded,
	const struct facility *unit, struct findings *findings)
{
	const uint32_t period = guarded->report->period;
	const struct proxied *proxied = facility_proxied(unit, guarded->form, period);
	struct identity_key key = guarded->identity_key;
	struct identity identity;
	uint32_t element;
	int r;

	if (!proxied || strcmp(proxied->by, guarded->facility->code) != 0)
		return 0;
	element = element_for(decide, guarded->form, guarded->value, class_of(unit, period));
	if (element == 0)
		return 0;
	key.facility = unit->number;
	r = decide_identity(decide, &key, &identity);
	if (r == 0 && in_force(&identity))
		guard_add(findings, FINDING_REPORTED_FOR, element, (int64_t)identity.sequence, 0);
	return r == PORT_NONE ? 0 : err_pass(r);
}

static int guard_units(
	struct decide *decide, const struct guarded *guarded, struct findings *findings)
{
	size_t units;
	const uint32_t *unit =
		registry_reported_for(decide->registry, guarded->facility->code, &units);

	for (size_t i = 0; i < units; i++) {
		int r = guard_unit(
			decide, guarded, registry_facility(decide->registry, unit[i]), findings);

		if (r < 0)
			return err_pass(r);
	}
	return 0;
}

/* The figures stand in a total of the facility that reports for this one. */
static int guard_total(
	struct decide *decide, const struct guarded *guarded, struct findings *findings)
{
	const uint32_t period = guarded->report->period;
	const struct proxied *proxied = facility_proxied(guarded->facility, guarded->form, period);
	const struct facility *by =
		proxied ? registry_facility_by_code(decide->registry, bytes_str(proxied->by))
			: NULL;
	struct identity_key key = guarded->identity_key;
	struct identity identity;
	const int64_t *row;
	uint32_t element;
	int r;

	if (!by)
		return 0;
	key.facility = by->number;
	if ((r = decide_identity(decide, &key, &identity)) != 0 || !in_force(&identity))
		return r == PORT_NONE ? 0 : err_pass(r);
	if ((r = decide_row(decide, &key, &row)) < 0 || !row)
		return err_pass(r);
	element = element_for(decide, guarded->form, row, class_of(guarded->facility, period));
	if (element != 0)
		guard_add(findings, FINDING_REPORTED_FOR, element, (int64_t)identity.sequence, 0);
	return 0;
}

int guard_report(struct decide *decide, const struct guarded *guarded, struct findings *findings)
{
	int r;

	guard_lock(decide, guarded, findings);
	guard_party(decide, guarded, findings);
	if (!guarded->value)
		return 0; /* a withdrawal holds no figures */
	r = guard_units(decide, guarded, findings);
	return r < 0 ? err_pass(r) : err_pass(guard_total(decide, guarded, findings));
}

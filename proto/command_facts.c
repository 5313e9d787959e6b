/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Facts, statements and persons' verdicts between bytes and structs, as strictly as the registry's
 * records: what one field says must agree with the others, so that each record has one image. */
#include "proto/command_facts.h"

#include "base/err.h"
#include "huibao/v1/query.pb-c.h"
#include "model/facts.h"
#include "proto/message.h"
#include "proto/text.h"

_Static_assert((int)HUIBAO__V1__COMPARATOR__COMPARATOR_ABOUT == (int)COMPARATOR_ABOUT &&
		       (int)HUIBAO__V1__COMPARATOR__COMPARATOR_AT_MOST == (int)COMPARATOR_AT_MOST,
	"comparators are numbered alike");
_Static_assert((int)HUIBAO__V1__OUTCOME__OUTCOME_WITHDRAWN == (int)VERDICT_WITHDRAWN,
	"outcomes are numbered alike");

static int needed_unpack(const char *field, const char *text, size_t max, char *ret)
{
	if (text[0] == '\0')
		return err_here(ERR_INVALID, "'%s' is empty", field);
	return err_pass(text_copy(field, bytes_str(text), max, ret));
}

static int value_unpack(const Huibao__V1__Fact *m, struct fact *fact)
{
	if (!m->has_value && (m->value != 0 || m->scale != 0))
		return err_here(ERR_INVALID, "'value' does not agree with 'has_value'");
	if (!m->has_value && !m->withdrawn)
		return err_here(ERR_INVALID, "a fact without 'has_value' that is not withdrawn");
	if (m->scale > FACT_DECIMALS_MAX)
		return err_here(ERR_INVALID, "'scale' is %u; at most %d decimals are kept",
			m->scale, FACT_DECIMALS_MAX);
	fact->value = (struct printed){
		.there = m->has_value, .value = m->value, .scale = (uint8_t)m->scale
	};
	return 0;
}

static int fact_unpack(const Huibao__V1__Fact *m, struct fact *ret_fact)
{
	int r;

	*ret_fact = (struct fact){ .area = m->area,
		.period = m->period,
		.comparator = (enum comparator)m->comparator,
		.norm = m->norm,
		.withdrawn = m->withdrawn };
	r = needed_unpack(
		"indicator", m->indicator, sizeof(ret_fact->indicator) - 1, ret_fact->indicator);
	if (r == 0)
		r = needed_unpack("source", m->source, FACT_SOURCE_MAX, ret_fact->source);
	if (r == 0)
		r = text_copy("basis", bytes_str(m->basis), FACT_TEXT_MAX, ret_fact->basis);
	if (r == 0)
		r = text_copy("note", bytes_str(m->note), FACT_TEXT_MAX, ret_fact->note);
	if (r == 0)
		r = value_unpack(m, ret_fact);
	return err_pass(r);
}

static int statement_unpack(const Huibao__V1__Statement *m, struct statement *ret_statement)
{
	int r;

	*ret_statement = (struct statement){ .area = m->area,
		.period = m->period,
		.says_basis = m->says_basis,
		.says_preferred = m->says_preferred,
		.preferred = m->preferred };
	r = needed_unpack("indicator", m->indicator, sizeof(ret_statement->indicator) - 1,
		ret_statement->indicator);
	if (r == 0)
		r = needed_unpack("source", m->source, FACT_SOURCE_MAX, ret_statement->source);
	if (r == 0)
		r = text_copy("basis", bytes_str(m->basis), FACT_TEXT_MAX, ret_statement->basis);
	if (r == 0)
		r = text_copy("note", bytes_str(m->note), FACT_TEXT_MAX, ret_statement->note);
	if (r < 0)
		return err_pass(r);
	if (!m->says_basis && m->basis[0])
		return err_here(ERR_INVALID, "'basis' does not agree with 'says_basis'");
	if (!m->says_preferred && m->preferred)
		return err_here(ERR_INVALID, "'preferred' does not agree with 'says_preferred'");
	if (!m->says_basis && !m->says_preferred)
		return err_here(ERR_INVALID, "a statement that says nothing");
	return 0;
}

static int verdict_unpack(const Huibao__V1__PersonVerdict *m, struct person_verdict *ret_verdict)
{
	int r;

	*ret_verdict = (struct person_verdict){ .period = m->period,
		.outcome = (enum verdict_outcome)m->outcome };
	if (m->outcome < HUIBAO__V1__OUTCOME__OUTCOME_MET)
		return err_here(ERR_INVALID, "verdict without an outcome");
	r = needed_unpack("target", m->target, TARGET_ID_MAX, ret_verdict->target);
	if (r == 0)
		r = needed_unpack("evidence", m->evidence, FACT_TEXT_MAX, ret_verdict->evidence);
	if (r == 0)
		r = text_copy("note", bytes_str(m->note), FACT_TEXT_MAX, ret_verdict->note);
	return err_pass(r);
}

int facts_unpack(const struct Huibao__V1__Command *m, struct arena *arena, struct command *command)
{
	struct fact *fact = arena_take(arena, m->n_fact, sizeof(*fact));
	struct statement *statement = arena_take(arena, m->n_statement, sizeof(*statement));
	struct person_verdict *verdict = arena_take(arena, m->n_verdict, sizeof(*verdict));
	int r = 0;

	if (!fact || !statement || !verdict)
		return err_here(ERR_LIMIT,
			"no room to unpack %zu facts, %zu statements and %zu verdicts", m->n_fact,
			m->n_statement, m->n_verdict);
	for (size_t i = 0; r == 0 && i < m->n_fact; i++)
		r = fact_unpack(m->fact[i], &fact[i]);
	for (size_t i = 0; r == 0 && i < m->n_statement; i++)
		r = statement_unpack(m->statement[i], &statement[i]);
	for (size_t i = 0; r == 0 && i < m->n_verdict; i++)
		r = verdict_unpack(m->verdict[i], &verdict[i]);
	command->fact = fact;
	command->facts = m->n_fact;
	command->statement = statement;
	command->statements = m->n_statement;
	command->verdict = verdict;
	command->verdicts = m->n_verdict;
	return err_pass(r);
}

static int fact_pack(const struct fact *fact, struct buffer *out)
{
	Huibao__V1__Command m = HUIBAO__V1__COMMAND__INIT;
	Huibao__V1__Fact one = HUIBAO__V1__FACT__INIT, *list[] = { &one };

	one.area = fact->area;
	one.indicator = text_of(fact->indicator);
	one.period = fact->period;
	one.has_value = fact->value.there;
	one.value = fact->value.there ? fact->value.value : 0;
	one.scale = fact->value.there ? fact->value.scale : 0;
	one.comparator = (Huibao__V1__Comparator)fact->comparator;
	one.source = text_of(fact->source);
	one.basis = text_of(fact->basis);
	one.note = text_of(fact->note);
	one.norm = fact->norm;
	one.withdrawn = fact->withdrawn;
	m.n_fact = 1;
	m.fact = list;
	return err_pass(message_pack(&m.base, out));
}

static int statement_pack(const struct statement *statement, struct buffer *out)
{
	Huibao__V1__Command m = HUIBAO__V1__COMMAND__INIT;
	Huibao__V1__Statement one = HUIBAO__V1__STATEMENT__INIT, *list[] = { &one };

	one.area = statement->area;
	one.indicator = text_of(statement->indicator);
	one.period = statement->period;
	one.source = text_of(statement->source);
	one.says_basis = statement->says_basis;
	one.basis = text_of(statement->says_basis ? statement->basis : "");
	one.says_preferred = statement->says_preferred;
	one.preferred = statement->says_preferred && statement->preferred;
	one.note = text_of(statement->note);
	m.n_statement = 1;
	m.statement = list;
	return err_pass(message_pack(&m.base, out));
}

static int verdict_pack(const struct person_verdict *verdict, struct buffer *out)
{
	Huibao__V1__Command m = HUIBAO__V1__COMMAND__INIT;
	Huibao__V1__PersonVerdict one = HUIBAO__V1__PERSON_VERDICT__INIT, *list[] = { &one };

	one.target = text_of(verdict->target);
	one.period = verdict->period;
	one.outcome = (Huibao__V1__Outcome)verdict->outcome;
	one.evidence = text_of(verdict->evidence);
	one.note = text_of(verdict->note);
	m.n_verdict = 1;
	m.verdict = list;
	return err_pass(message_pack(&m.base, out));
}

int facts_pack(const struct command *command, struct buffer *out)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < command->facts; i++)
		r = fact_pack(&command->fact[i], out);
	for (size_t i = 0; r == 0 && i < command->statements; i++)
		r = statement_pack(&command->statement[i], out);
	for (size_t i = 0; r == 0 && i < command->verdicts; i++)
		r = verdict_pack(&command->verdict[i], out);
	return err_pass(r);
}

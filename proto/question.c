/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * QUESTION: a verb and named arguments. Which verbs there are is the daemons' business. */
#include "proto/query.h"

#include <string.h>

#include "base/err.h"
#include "huibao/v1/query.pb-c.h"
#include "proto/parts.h"
#include "proto/text.h"

enum { QUESTION_VERSION = 1, VERB_BYTES_MAX = 64, ARGUMENT_NAME_MAX = 48 };

struct bytes question_argument(const struct question *question, const char *name)
{
	for (size_t i = 0; i < question->arguments; i++)
		if (bytes_equal(question->argument[i].name, bytes_str(name)))
			return question->argument[i].value;
	return bytes_of(NULL, 0);
}

/* An argument that is there twice would be read differently by different daemons. */
static int argument_unpack(const Huibao__V1__Argument *m, struct question *question)
{
	struct argument argument;
	int r = field_text("name", m->name, ARGUMENT_NAME_MAX, &argument.name);

	if (r == 0)
		r = field_text("value", m->value, NAME_BYTES_MAX, &argument.value);
	if (r < 0)
		return err_pass(r);
	if (argument.name.len == 0)
		return err_here(ERR_INVALID, "an argument without a name");
	for (size_t i = 0; i < question->arguments; i++)
		if (bytes_equal(question->argument[i].name, argument.name))
			return err_here(ERR_INVALID, "argument '%s' is given twice", m->name);
	question->argument[question->arguments++] = argument;
	return 0;
}

int question_decode(struct arena *arena, struct bytes payload, struct question *ret_question)
{
	const Huibao__V1__Question *m;
	const void *message;
	struct question question = { .arguments = 0 };
	int r = message_unpack(
		arena, &huibao__v1__question__descriptor, payload, PAYLOAD_BYTES_MAX, &message);

	if (r < 0)
		return err_pass(r);
	m = message;
	if (m->version != QUESTION_VERSION)
		return err_here(ERR_INVALID, "question of version %u; only %d is known", m->version,
			QUESTION_VERSION);
	if (m->verb[0] == '\0' || m->n_argument > ARGUMENTS_MAX)
		return err_here(ERR_INVALID,
			"question '%.64s' with %zu arguments; at most %d are allowed", m->verb,
			m->n_argument, ARGUMENTS_MAX);
	r = field_text("verb", m->verb, VERB_BYTES_MAX, &question.verb);
	for (size_t i = 0; r == 0 && i < m->n_argument; i++)
		r = argument_unpack(m->argument[i], &question);
	question.has_as_of = m->as_of;
	if (r == 0 && m->as_of)
		r = position_unpack(m->as_of, &question.as_of);
	if (r < 0)
		return err_pass(r);
	question.at_least = m->at_least;
	question.offset = m->offset;
	*ret_question = question;
	return 0;
}

static int argument_pack(const struct argument *argument, struct buffer *out)
{
	Huibao__V1__Question m = HUIBAO__V1__QUESTION__INIT;
	Huibao__V1__Argument one = HUIBAO__V1__ARGUMENT__INIT, *list[] = { &one };
	char name[ARGUMENT_NAME_MAX + 1], value[NAME_BYTES_MAX + 1];
	int r = text_copy("name", argument->name, ARGUMENT_NAME_MAX, name);

	if (r == 0)
		r = text_copy(name, argument->value, NAME_BYTES_MAX, value);
	if (r < 0)
		return err_pass(r);
	one.name = name;
	one.value = value;
	m.n_argument = 1;
	m.argument = list;
	return err_pass(message_pack(&m.base, out));
}

int question_encode(const struct question *question, struct buffer *out)
{
	Huibao__V1__Question head = HUIBAO__V1__QUESTION__INIT, tail = HUIBAO__V1__QUESTION__INIT;
	Huibao__V1__Position as_of;
	char verb[VERB_BYTES_MAX + 1];
	size_t start = out->len;
	int r = text_copy("verb", question->verb, VERB_BYTES_MAX, verb);

	if (r < 0)
		return err_pass(r);
	ensure(question->arguments <= ARGUMENTS_MAX);
	head.version = QUESTION_VERSION;
	head.verb = verb;
	r = message_pack(&head.base, out);
	for (size_t i = 0; r == 0 && i < question->arguments; i++)
		r = argument_pack(&question->argument[i], out);
	tail.at_least = question->at_least;
	tail.offset = question->offset;
	if (question->has_as_of) {
		position_pack(&question->as_of, &as_of);
		tail.as_of = &as_of;
	}
	if (r == 0)
		r = message_pack(&tail.base, out);
	return err_pass(message_end(r, out, start, PAYLOAD_BYTES_MAX));
}

/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Messages joined are a message: the mark is a message of that type with nothing else in it. */
#include "proto/training.h"

#include "base/err.h"
#include "huibao/v1/exchange.pb-c.h"
#include "huibao/v1/query.pb-c.h"
#include "proto/message.h"

int training_mark(enum frame_type type, struct buffer *out)
{
	Huibao__V1__Welcome welcome = HUIBAO__V1__WELCOME__INIT;
	Huibao__V1__Verdicts verdicts = HUIBAO__V1__VERDICTS__INIT;
	Huibao__V1__Answer answer = HUIBAO__V1__ANSWER__INIT;
	Huibao__V1__CommandResult result = HUIBAO__V1__COMMAND_RESULT__INIT;

	welcome.training = verdicts.training = answer.training = result.training = 1;
	switch (type) {
	case FRAME_WELCOME:
		return err_pass(message_pack(&welcome.base, out));
	case FRAME_VERDICTS:
		return err_pass(message_pack(&verdicts.base, out));
	case FRAME_ANSWER:
		return err_pass(message_pack(&answer.base, out));
	case FRAME_COMMAND_RESULT:
		return err_pass(message_pack(&result.base, out));
	default:
		return 0;
	}
}

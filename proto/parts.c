/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Positions and receipts. A position of sequence 0 still carries its epoch and the chain's start,
 * so that nothing has to be guessed. */
#include "proto/parts.h"

#include "base/err.h"
#include "huibao/v1/exchange.pb-c.h"

int position_unpack(const Huibao__V1__Position *m, struct position *ret_position)
{
	struct position position = { .sequence = m->sequence };
	int r = field_exact("epoch", m->epoch, position.epoch, EPOCH_BYTES);

	if (r == 0)
		r = field_exact("chain", m->chain, position.chain.byte, DIGEST_BYTES);
	if (r < 0)
		return err_pass(r);
	*ret_position = position;
	return 0;
}

void position_pack(const struct position *position, Huibao__V1__Position *ret_m)
{
	*ret_m = (Huibao__V1__Position)HUIBAO__V1__POSITION__INIT;
	ret_m->epoch = binary_of(bytes_of(position->epoch, EPOCH_BYTES));
	ret_m->sequence = position->sequence;
	ret_m->chain = binary_of(digest_view(&position->chain));
}

int receipt_unpack(const Huibao__V1__Receipt *m, struct receipt *ret_receipt)
{
	struct receipt receipt = { .sequence = m->sequence, .last_sequence = m->last_sequence };
	int r = field_exact("epoch", m->epoch, receipt.epoch, EPOCH_BYTES);

	if (r == 0)
		r = field_exact("chain", m->chain, receipt.chain.byte, DIGEST_BYTES);
	if (r < 0)
		return err_pass(r);
	if (receipt.sequence == 0 || receipt.last_sequence < receipt.sequence)
		return err_here(ERR_INVALID,
			"receipt for sequence %llu of a group that ends at %llu",
			(unsigned long long)receipt.sequence,
			(unsigned long long)receipt.last_sequence);
	*ret_receipt = receipt;
	return 0;
}

void receipt_pack(const struct receipt *receipt, Huibao__V1__Receipt *ret_m)
{
	*ret_m = (Huibao__V1__Receipt)HUIBAO__V1__RECEIPT__INIT;
	ret_m->epoch = binary_of(bytes_of(receipt->epoch, EPOCH_BYTES));
	ret_m->sequence = receipt->sequence;
	ret_m->last_sequence = receipt->last_sequence;
	ret_m->chain = binary_of(digest_view(&receipt->chain));
}

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

/* The six attributes, one byte each, class lowest: the order of enum dimension. */
static int stratum_unpack(const Huibao__V1__FacilitySegment *m, uint64_t *ret_stratum)
{
	const uint32_t attribute[DIMENSIONS] = {
		[DIMENSION_CLASS] = m->facility_class,
		[DIMENSION_LEVEL] = m->level,
		[DIMENSION_OWNERSHIP] = m->ownership,
		[DIMENSION_SPONSOR] = m->sponsor,
		[DIMENSION_PROFIT] = m->profit,
		[DIMENSION_LOCALITY] = m->locality,
	};
	uint64_t stratum = 0;

	for (unsigned i = 0; i < DIMENSIONS; i++) {
		if (attribute[i] > UINT8_MAX)
			return err_here(
				ERR_INVALID, "attribute %u is larger than 255", attribute[i]);
		stratum |= (uint64_t)attribute[i] << (8 * i);
	}
	*ret_stratum = stratum;
	return 0;
}

int segments_unpack(Huibao__V1__FacilitySegment *const *m, size_t count,
	struct segment ret_segment[SEGMENTS_MAX])
{
	if (count > SEGMENTS_MAX)
		return err_here(ERR_INVALID, "a facility of %zu segments; at most %d are allowed",
			count, SEGMENTS_MAX);
	for (size_t i = 0; i < count; i++) {
		struct segment *to = &ret_segment[i];
		int r = stratum_unpack(m[i], &to->stratum);

		if (r < 0)
			return err_pass(r);
		if (i > 0 && m[i]->from_day <= m[i - 1]->from_day)
			return err_here(ERR_INVALID,
				"segment %zu of a facility does not begin after the one before", i);
		to->from_day = m[i]->from_day;
		to->area = m[i]->area;
		to->closed = m[i]->closed;
	}
	return 0;
}

void segment_pack(const struct segment *segment, Huibao__V1__FacilitySegment *ret_m)
{
	uint64_t stratum = segment->stratum;

	*ret_m = (Huibao__V1__FacilitySegment)HUIBAO__V1__FACILITY_SEGMENT__INIT;
	ret_m->from_day = segment->from_day;
	ret_m->area = segment->area;
	ret_m->closed = segment->closed;
	ret_m->facility_class = stratum_attribute(stratum, DIMENSION_CLASS);
	ret_m->level = stratum_attribute(stratum, DIMENSION_LEVEL);
	ret_m->ownership = stratum_attribute(stratum, DIMENSION_OWNERSHIP);
	ret_m->sponsor = stratum_attribute(stratum, DIMENSION_SPONSOR);
	ret_m->profit = stratum_attribute(stratum, DIMENSION_PROFIT);
	ret_m->locality = stratum_attribute(stratum, DIMENSION_LOCALITY);
}

/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The strict look at the wire, before protobuf-c sees it. It knows no message by name: what is
 * allowed is what the generated descriptor says. Schemas do not nest themselves, so the recursion
 * is as deep as the schema. A column (packed field) may stand there only once and only packed. */
#include "proto/message.h"

#include "base/err.h"
#include "proto/text.h"
#include "proto/wire_form.h"

enum { FIELDS_MAX = 64 };

struct place {
	const ProtobufCMessageDescriptor *kind;
	const ProtobufCFieldDescriptor *field;
};

static int refuse(const struct place *place, const char *why)
{
	return err_here(
		ERR_INVALID, "field '%s' of %s %s", place->field->name, place->kind->name, why);
}

static bool number_fits(const ProtobufCFieldDescriptor *field, uint64_t value)
{
	switch (field->type) {
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_SINT64:
		return true;
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_SINT32:
		return value <= UINT32_MAX;
	case PROTOBUF_C_TYPE_BOOL:
		return value <= 1;
	case PROTOBUF_C_TYPE_ENUM:
		return value <= INT32_MAX &&
		       protobuf_c_enum_descriptor_get_value(field->descriptor, (int)value);
	default:
		return false;
	}
}

static bool is_number(const ProtobufCFieldDescriptor *field)
{
	return field->type != PROTOBUF_C_TYPE_STRING && field->type != PROTOBUF_C_TYPE_BYTES &&
	       field->type != PROTOBUF_C_TYPE_MESSAGE;
}

/* The hot loop: every value of every report passes here. Only the length of a number and its
 * last byte are looked at: up to 5 bytes, of which the last holds 4 bits, are 32 bits; 10 and 1
 * are 64. */
static int check_column(const struct place *place, struct bytes column)
{
	bool wide = place->field->type == PROTOBUF_C_TYPE_SINT64;
	size_t full = wide ? 9 : 4, run = 0;
	uint8_t last_max = wide ? 1 : 15;

	ensure(wide || place->field->type == PROTOBUF_C_TYPE_UINT32);
	for (size_t i = 0; i < column.len; i++) {
		uint8_t byte = column.data[i];

		if (run == full && byte > last_max)
			return refuse(place, "holds a number outside its range");
		run = byte < 0x80 ? 0 : run + 1;
	}
	return run == 0 ? 0 : refuse(place, "holds a number that is cut short");
}

static int check_counted(const struct place *place, struct bytes content)
{
	switch (place->field->type) {
	case PROTOBUF_C_TYPE_STRING:
		if (!text_valid(content))
			return refuse(place, "is not UTF-8 without control characters");
		return 0;
	case PROTOBUF_C_TYPE_BYTES:
		return 0;
	case PROTOBUF_C_TYPE_MESSAGE:
		return strict_check(place->field->descriptor, content);
	default:
		if (!(place->field->flags & PROTOBUF_C_FIELD_FLAG_PACKED))
			return refuse(place, "is not a number");
		return check_column(place, content);
	}
}

static int check_content(const struct place *place, uint64_t wire, struct bytes *left)
{
	uint64_t value;
	struct bytes content;

	if (wire == WIRE_VARINT) {
		if (!is_number(place->field) || place->field->flags & PROTOBUF_C_FIELD_FLAG_PACKED)
			return refuse(place, "has the wrong wire type");
		if (!take_varint(left, &value))
			return refuse(place, "holds a broken number");
		if (!number_fits(place->field, value))
			return refuse(place, "holds a number outside its range");
		return 0;
	}
	if (wire != WIRE_LENGTH)
		return refuse(place, "has the wrong wire type");
	if (!take_varint(left, &value) || value > left->len)
		return refuse(place, "is cut short");
	content = bytes_of(left->data, (size_t)value);
	*left = bytes_of(left->data + value, left->len - (size_t)value);
	return check_counted(place, content);
}

/* Field numbers are dense in our schemas, so the number is nearly always the place. */
static const ProtobufCFieldDescriptor *find_field(
	const ProtobufCMessageDescriptor *kind, uint64_t number)
{
	if (number - 1 < kind->n_fields && kind->fields[number - 1].id == number)
		return &kind->fields[number - 1];
	if (number > INT32_MAX)
		return NULL;
	return protobuf_c_message_descriptor_get_field(kind, (unsigned)number);
}

static bool may_repeat(const ProtobufCFieldDescriptor *field)
{
	return field->label == PROTOBUF_C_LABEL_REPEATED && !is_number(field);
}

int strict_check(const ProtobufCMessageDescriptor *kind, struct bytes packed)
{
	uint64_t seen = 0;

	ensure(kind->n_fields <= FIELDS_MAX);
	while (packed.len > 0) {
		struct place place = { .kind = kind };
		uint64_t tag, bit;
		int r;

		if (!take_varint(&packed, &tag))
			return err_here(ERR_INVALID, "%s is cut short", kind->name);
		place.field = find_field(kind, tag >> 3);
		if (!place.field)
			return err_here(ERR_INVALID, "%s has an unknown field %llu", kind->name,
				(unsigned long long)(tag >> 3));
		bit = (uint64_t)1 << (place.field - kind->fields);
		if (seen & bit && !may_repeat(place.field))
			return refuse(&place, "is given twice");
		seen |= bit;
		r = check_content(&place, tag & 7, &packed);
		if (r < 0)
			return err_pass(r);
	}
	return 0;
}

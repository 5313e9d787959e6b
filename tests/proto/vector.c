/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Lines of name, kind, hex and meaning, separated by tabs. */
#include "tests/proto/vector.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct vector vectors[VECTORS_MAX];
static size_t count;

static void load_line(char *line)
{
	char *rest = line;
	const char *name = strsep(&rest, "\t"), *kind = strsep(&rest, "\t"),
		   *hex = strsep(&rest, "\t");
	struct vector *vector = &vectors[count++];
	size_t len;
	uint8_t *data;

	cr_assert(rest && count <= VECTORS_MAX, "a line of vectors.txt is not as it should be");
	len = strcmp(hex, "-") == 0 ? 0 : strlen(hex) / 2;
	data = malloc(len + 1);
	cr_assert_eq(bytes_from_hex(len > 0 ? hex : "", data, len), 0, "%s", name);
	snprintf(vector->name, sizeof(vector->name), "%s", name);
	snprintf(vector->kind, sizeof(vector->kind), "%s", kind);
	vector->bytes = bytes_of(data, len);
}

size_t vectors_load(const struct vector **ret_vectors)
{
	struct buffer file = { 0 };
	char *rest, *line;

	if (count == 0) {
		cr_assert_eq(
			buffer_read_file(&file, SOURCE_DIR "/tests/proto/vectors.txt", 1 << 20), 0);
		cr_assert_eq(buffer_add(&file, bytes_of("", 1)), 0);
		rest = (char *)file.data;
		while ((line = strsep(&rest, "\n")))
			if (*line != '#' && *line != '\0')
				load_line(line);
		buffer_fini(&file);
	}
	*ret_vectors = vectors;
	return count;
}

struct bytes vector_named(const char *name)
{
	const struct vector *list;
	size_t n = vectors_load(&list);

	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i].name, name) == 0)
			return list[i].bytes;
	cr_assert_fail("there is no vector '%s'", name);
	return bytes_of(NULL, 0);
}

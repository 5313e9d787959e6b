/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Views, readers and writers never step over an end; buffers grow and keep what they hold. */
#include "base/bytes.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"

Test(bytes, views_compare_as_memory_does)
{
	static const struct {
		const char *a, *b;
		int order;
	} cases[] = {
		{ "", "", 0 },
		{ "a", "a", 0 },
		{ "a", "b", -1 },
		{ "b", "a", 1 },
		{ "a", "ab", -1 },
		{ "ab", "a", 1 },
		{ "", "a", -1 },
		{ "\x7f", "\xff", -1 },
		{ "ab", "b", -1 },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		struct bytes a = bytes_str(cases[i].a), b = bytes_str(cases[i].b);
		int order = bytes_compare(a, b);

		cr_expect_eq((order > 0) - (order < 0), cases[i].order, "'%s' '%s'", cases[i].a,
			cases[i].b);
		cr_expect_eq(bytes_equal(a, b), cases[i].order == 0);
	}
	cr_expect(bytes_equal((struct bytes){ NULL, 0 }, bytes_str("")));
	cr_expect_eq(bytes_compare((struct bytes){ NULL, 0 }, bytes_str("")), 0);
}

Test(bytes, hex_goes_there_and_back)
{
	uint8_t raw[256], back[256];
	char hex[513];

	for (int i = 0; i < 256; i++)
		raw[i] = (uint8_t)i;
	bytes_to_hex(bytes_of(raw, sizeof(raw)), hex);
	cr_expect_eq(strlen(hex), 512);
	cr_expect_eq(strncmp(hex, "000102030405060708090a0b0c0d0e0f10", 34), 0);
	cr_expect_str_eq(hex + 510, "ff");
	cr_assert_eq(bytes_from_hex(hex, back, sizeof(back)), 0);
	cr_expect_arr_eq(raw, back, sizeof(raw));
	cr_expect_eq(bytes_from_hex("aBcD", back, 2), 0);
	cr_expect_eq(back[0], 0xab);
	cr_expect_eq(back[1], 0xcd);
}

Test(bytes, what_is_not_hex_is_refused)
{
	static const char *const texts[] = { "", "0", "000", "00000", "00g0", "0 00", "0x00",
		"-000" };
	uint8_t two[2];

	for (size_t i = 0; i < array_len(texts); i++)
		cr_expect_eq(
			bytes_from_hex(texts[i], two, sizeof(two)), ERR_INVALID, "'%s'", texts[i]);
}

Test(writer, numbers_are_big_endian)
{
	static const uint8_t expected[] = { 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09,
		0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 'x', 'y' };
	uint8_t space[sizeof(expected)];
	struct writer writer = writer_of(space, sizeof(space));
	struct bytes written;

	writer_u8(&writer, 0x01);
	writer_u16(&writer, 0x0203);
	writer_u32(&writer, 0x04050607);
	writer_u64(&writer, 0x08090a0b0c0d0e0f);
	writer_bytes(&writer, bytes_str("xy"));
	written = writer_end(&writer);
	cr_assert_eq(written.len, sizeof(expected));
	cr_expect_arr_eq(written.data, expected, sizeof(expected));
}

Test(writer, beyond_its_end_it_writes_nothing_and_remembers)
{
	uint8_t space[4] = { 9, 9, 9, 9 };
	struct writer writer = writer_of(space, 3);

	writer_u32(&writer, 1);
	cr_expect(writer.failed);
	writer_u8(&writer, 1); /* would fit, but the run is spoilt */
	cr_expect_eq(writer.len, 0);
	cr_expect_eq(space[0], 9);
	cr_expect_eq(space[3], 9);
}

Test(writer, an_end_after_a_fault_is_our_bug, .signal = SIGABRT)
{
	uint8_t space[1];
	struct writer writer = writer_of(space, sizeof(space));

	writer_u16(&writer, 1);
	(void)writer_end(&writer);
}

Test(reader, it_reads_what_the_writer_wrote)
{
	uint8_t space[64], copy[3];
	struct writer writer = writer_of(space, sizeof(space));
	struct reader reader;

	writer_u8(&writer, UINT8_MAX);
	writer_u16(&writer, UINT16_MAX - 1);
	writer_u32(&writer, UINT32_MAX - 2);
	writer_u64(&writer, UINT64_MAX - 3);
	writer_bytes(&writer, bytes_str("abcde"));
	reader = reader_of(writer_end(&writer));
	cr_expect_eq(reader_u8(&reader), UINT8_MAX);
	cr_expect_eq(reader_u16(&reader), UINT16_MAX - 1);
	cr_expect_eq(reader_u32(&reader), UINT32_MAX - 2);
	cr_expect_eq(reader_u64(&reader), UINT64_MAX - 3);
	reader_copy(&reader, copy, sizeof(copy));
	cr_expect_arr_eq(copy, "abc", 3);
	cr_expect(bytes_equal(reader_view(&reader, 2), bytes_str("de")));
	cr_expect(reader_ok(&reader));
	cr_expect_eq(reader_end(&reader), 0);
}

Test(reader, a_short_view_gives_zeros_until_the_end_tells)
{
	struct reader reader = reader_of(bytes_of("\xff\xff\xff", 3));
	uint8_t copy[2] = { 7, 7 };

	cr_expect_eq(reader_u32(&reader), 0);
	cr_expect(!reader_ok(&reader));
	cr_expect_eq(reader_u8(&reader), 0); /* would be there, but the run is spoilt */
	cr_expect_eq(reader_view(&reader, 1).len, 0);
	reader_copy(&reader, copy, sizeof(copy));
	cr_expect_eq(copy[0] | copy[1], 0);
	cr_expect_eq(reader_end(&reader), ERR_CORRUPT);
	cr_expect_str_eq(err_text(), "bytes end too early");
}

Test(reader, lengths_near_the_end_of_memory_do_not_wrap)
{
	struct reader reader = reader_of(bytes_of("abc", 3));

	cr_expect_eq(reader_view(&reader, SIZE_MAX).len, 0);
	cr_expect_eq(reader_end(&reader), ERR_CORRUPT);
}

Test(reader, bytes_left_over_are_a_fault)
{
	struct reader reader = reader_of(bytes_of("abc", 3));

	(void)reader_u8(&reader);
	cr_expect_eq(reader_end(&reader), ERR_CORRUPT);
	cr_expect_str_eq(err_text(), "2 bytes too many");
}

Test(buffer, it_grows_and_keeps_what_it_holds)
{
	AUTO(buffer_fini) struct buffer buffer = { 0 };

	for (uint32_t i = 0; i < 10000; i++)
		cr_assert_eq(buffer_add(&buffer, bytes_of(&i, sizeof(i))), 0);
	cr_assert_eq(buffer.len, 10000 * sizeof(uint32_t));
	for (uint32_t i = 0; i < 10000; i++)
		cr_assert_eq(memcmp(buffer.data + i * sizeof(i), &i, sizeof(i)), 0);
	cr_assert_eq(buffer_add(&buffer, (struct bytes){ NULL, 0 }), 0);
	buffer_fini(&buffer);
	cr_expect_null(buffer.data);
	cr_expect_eq(buffer_view(&buffer).len, 0);
}

Test(buffer, formatted_text_is_appended_without_its_nul)
{
	AUTO(buffer_fini) struct buffer buffer = { 0 };

	cr_assert_eq(buffer_format(&buffer, "%d-%s", 5, "x"), 0);
	cr_assert_eq(buffer_format(&buffer, "%500d", 1), 0);
	cr_expect_eq(buffer.len, 503);
	cr_expect_eq(strncmp((char *)buffer.data, "5-x ", 4), 0);
	cr_expect_eq(buffer.data[502], '1');
}

Test(buffer, files_are_read_whole_within_a_limit)
{
	char path[] = BINARY_DIR "/bytes-XXXXXX";
	AUTO(buffer_fini) struct buffer buffer = { 0 };
	int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, "a\0b\n", 4), 4);
	cr_assert_eq(buffer_add(&buffer, bytes_str("before ")), 0);
	cr_expect_eq(buffer_read_file(&buffer, path, 4), 0);
	cr_expect(bytes_equal(buffer_view(&buffer), bytes_of("before a\0b\n", 11)));
	cr_expect_eq(buffer_read_file(&buffer, path, 3), ERR_LIMIT);
	cr_expect(strstr(err_text(), path), "%s", err_text());
	cr_assert_eq(unlink(path), 0);
	cr_expect_eq(buffer_read_file(&buffer, path, 4), ERR_NOT_FOUND);
	cr_expect(strstr(err_text(), path), "%s", err_text());
	cr_expect_eq(buffer_read_file(&buffer, BINARY_DIR, 4), ERR_IO);
	close(fd);
}

Test(buffer, a_file_larger_than_one_read_arrives_whole)
{
	char path[] = BINARY_DIR "/bytes-XXXXXX";
	AUTO(buffer_fini) struct buffer sent = { 0 };
	AUTO(buffer_fini) struct buffer got = { 0 };
	int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	for (uint32_t i = 0; i < 50000; i++)
		cr_assert_eq(buffer_add(&sent, bytes_of(&i, sizeof(i))), 0);
	cr_assert_eq(write(fd, sent.data, sent.len), (ssize_t)sent.len);
	close(fd);
	cr_expect_eq(buffer_read_file(&got, path, sent.len), 0);
	cr_expect(bytes_equal(buffer_view(&sent), buffer_view(&got)));
	unlink(path);
}

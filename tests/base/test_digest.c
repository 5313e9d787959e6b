/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Published test vectors: FIPS 180-4 for SHA-256, GB/T 32905-2016 for SM3. */
#include "base/digest.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>

#include "base/err.h"

static const struct {
	enum digest_algorithm algorithm;
	const char *text, *hex;
} vectors[] = {
	{ DIGEST_SHA256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
	{ DIGEST_SHA256, "abc",
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	{ DIGEST_SHA256, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
	{ DIGEST_SM3, "abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0" },
	{ DIGEST_SM3, "abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd",
		"debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732" },
};

Test(digest, published_vectors_hold)
{
	for (size_t i = 0; i < array_len(vectors); i++) {
		struct digest digest;
		char hex[65];

		cr_assert_eq(digest_of(vectors[i].algorithm, bytes_str(vectors[i].text), &digest),
			0, "%s", err_text());
		bytes_to_hex(digest_view(&digest), hex);
		cr_expect_str_eq(hex, vectors[i].hex, "vector %zu", i);
	}
}

Test(digest, parts_are_read_one_after_the_other)
{
	const struct bytes parts[] = { bytes_str("a"), { NULL, 0 }, bytes_str("b"),
		bytes_str("c") };
	struct digest whole, joined;

	cr_assert_eq(digest_of(DIGEST_SHA256, bytes_str("abc"), &whole), 0);
	cr_assert_eq(digest_of_parts(DIGEST_SHA256, parts, array_len(parts), &joined), 0);
	cr_expect(digest_equal(&whole, &joined));
	cr_assert_eq(digest_of_parts(DIGEST_SHA256, parts, array_len(parts) - 1, &joined), 0);
	cr_expect(!digest_equal(&whole, &joined));
}

Test(digest, an_unknown_algorithm_is_refused)
{
	static const int unknown[] = { 0, 3, 255, -1 };

	for (size_t i = 0; i < array_len(unknown); i++) {
		struct digest digest;

		cr_expect_eq(digest_of((enum digest_algorithm)unknown[i], bytes_str(""), &digest),
			ERR_INVALID, "%d", unknown[i]);
	}
}

static void *many(void *failures)
{
	for (int i = 0; i < 1000; i++) {
		size_t at = (size_t)i % array_len(vectors);
		struct digest digest;
		char hex[65];

		if (digest_of(vectors[at].algorithm, bytes_str(vectors[at].text), &digest) < 0) {
			++*(int *)failures;
			continue;
		}
		bytes_to_hex(digest_view(&digest), hex);
		*(int *)failures += strcmp(hex, vectors[at].hex) != 0;
	}
	digest_thread_fini();
	return NULL;
}

Test(digest, threads_do_not_disturb_each_other)
{
	pthread_t thread[4];
	int failures[4] = { 0 };

	for (size_t i = 0; i < array_len(thread); i++)
		cr_assert_eq(pthread_create(&thread[i], NULL, many, &failures[i]), 0);
	for (size_t i = 0; i < array_len(thread); i++) {
		cr_assert_eq(pthread_join(thread[i], NULL), 0);
		cr_expect_eq(failures[i], 0);
	}
}

Test(digest, a_thread_s_context_comes_back_after_it_was_freed)
{
	struct digest before, after;

	cr_assert_eq(digest_of(DIGEST_SHA256, bytes_str("abc"), &before), 0);
	digest_thread_fini();
	digest_thread_fini();
	cr_assert_eq(digest_of(DIGEST_SHA256, bytes_str("abc"), &after), 0);
	cr_expect(digest_equal(&before, &after));
}

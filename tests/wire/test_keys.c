/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Key files: what may be read, and what is refused. */
#include "wire/keys.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"

static char folder[] = "/tmp/huibao-keys-XXXXXX";
static char path[128];

static void setup(void)
{
	cr_assert_not_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/key.yaml", folder);
}

static void teardown(void)
{
	unlink(path);
	rmdir(folder);
}

TestSuite(keys, .timeout = 60, .init = setup, .fini = teardown);

static void write_file(const char *text)
{
	FILE *file = fopen(path, "w");

	fputs(text, file);
	fclose(file);
	chmod(path, 0600);
}

Test(keys, a_saved_pair_is_loaded_again)
{
	struct key_pair pair, loaded;
	struct stat status;

	cr_assert_eq(key_pair_make(&pair), 0);
	cr_assert_eq(key_pair_save(&pair, path), 0, "%s", err_text());
	cr_assert_eq(stat(path, &status), 0);
	cr_expect_eq(status.st_mode & 07777, 0600);
	cr_assert_eq(key_pair_load(path, &loaded), 0, "%s", err_text());
	cr_expect_eq(memcmp(&pair, &loaded, sizeof(pair)), 0);
}

Test(keys, what_a_crash_left_of_a_key_is_in_nobodys_way)
{
	struct key_pair pair, loaded;
	char part[160];
	FILE *file;

	snprintf(part, sizeof(part), "%s.part", path);
	file = fopen(part, "w");
	fputs("public: \"half of", file);
	fclose(file);
	cr_assert_eq(key_pair_make(&pair), 0);
	cr_assert_eq(key_pair_save(&pair, path), 0, "%s", err_text());
	cr_assert_eq(key_pair_load(path, &loaded), 0, "%s", err_text());
	cr_expect_neq(access(part, F_OK), 0);
	cr_expect_eq(key_pair_save(&pair, path), ERR_CONFLICT);
	cr_expect_neq(access(part, F_OK), 0);
}

Test(keys, a_public_half_is_no_option_of_a_program)
{
	struct key_pair pair;
	char text[KEY_TEXT_BYTES];

	for (int i = 0; i < 1500; i++) {
		cr_assert_eq(key_pair_make(&pair), 0);
		key_print(pair.public_key, text);
		cr_assert_neq(text[0], '-', "%s", text);
	}
}

Test(keys, two_pairs_differ)
{
	struct key_pair a, b;

	cr_assert_eq(key_pair_make(&a), 0);
	cr_assert_eq(key_pair_make(&b), 0);
	cr_expect_neq(memcmp(&a, &b, sizeof(a)), 0);
}

Test(keys, a_file_that_is_there_is_not_overwritten)
{
	struct key_pair pair, loaded, other;

	cr_assert_eq(key_pair_make(&pair), 0);
	cr_assert_eq(key_pair_make(&other), 0);
	cr_assert_eq(key_pair_save(&pair, path), 0);
	cr_expect_eq(key_pair_save(&other, path), ERR_CONFLICT);
	cr_assert_eq(key_pair_load(path, &loaded), 0);
	cr_expect_eq(memcmp(&pair, &loaded, sizeof(pair)), 0);
}

Test(keys, a_file_that_others_may_read_is_refused)
{
	static const mode_t modes[] = { 0640, 0604, 0660, 0620, 0601, 0644 };
	struct key_pair pair;

	cr_assert_eq(key_pair_make(&pair), 0);
	cr_assert_eq(key_pair_save(&pair, path), 0);
	for (size_t i = 0; i < array_len(modes); i++) {
		chmod(path, modes[i]);
		cr_expect_eq(key_pair_load(path, &pair), ERR_DENIED, "%04o", (unsigned)modes[i]);
		cr_expect_not_null(strstr(err_text(), "chmod 600"));
	}
	chmod(path, 0400);
	cr_expect_eq(key_pair_load(path, &pair), 0);
}

Test(keys, the_servers_pair_may_be_a_credential_that_looks_group_readable)
{
	static const mode_t modes[] = { 0444, 0460, 0450, 0404, 0660 };
	struct key_pair pair;
	char credential[128];

	snprintf(credential, sizeof(credential), "%s/server.key", folder);
	cr_assert_eq(key_pair_make(&pair), 0);
	cr_assert_eq(key_pair_save(&pair, credential), 0);
	unsetenv("CREDENTIALS_DIRECTORY");
	cr_expect_eq(key_pair_load_server("", &pair), ERR_INVALID);
	chmod(credential, 0440);
	cr_expect_eq(key_pair_load_server(credential, &pair), ERR_DENIED, "not a credential");
	setenv("CREDENTIALS_DIRECTORY", folder, 1);
	cr_expect_eq(key_pair_load_server("", &pair), 0, "%s", err_text());
	cr_expect_eq(key_pair_load_server(credential, &pair), 0, "%s", err_text());
	for (size_t i = 0; i < array_len(modes); i++) {
		chmod(credential, modes[i]);
		cr_expect_eq(
			key_pair_load_server("", &pair), ERR_DENIED, "%04o", (unsigned)modes[i]);
	}
	unlink(credential);
}

Test(keys, a_bad_file_is_refused_and_its_secret_not_repeated)
{
	/* The pair of the CURVE specification's example, and parts of it. */
	static const char *const public_key = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID";
	static const char *const secret_key = "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs";
	static const struct {
		const char *name, *text;
		int want;
	} cases[] = {
		{ "whole", "public: \"%1$s\"\nsecret: \"%2$s\"\n", 0 },
		{ "halves swapped", "public: \"%2$s\"\nsecret: \"%1$s\"\n", ERR_INVALID },
		{ "no secret", "public: \"%1$s\"\n# %2$s\n", ERR_INVALID },
		{ "public twice", "public: \"%1$s\"\nsecret: \"%2$s\"\npublic: \"%1$s\"\n",
			ERR_INVALID },
		{ "secret too long", "public: \"%1$s\"\nsecret: \"%2$sx\"\n", ERR_INVALID },
		{ "secret not Z85", "public: \"%1$s\"\nsecret: \"%2$.39s~\"\n", ERR_INVALID },
		{ "secret short", "public: \"%1$s\"\nsecret: \"%2$.35s\"\n", ERR_INVALID },
		{ "public short", "public: \"%1$.39s\"\nsecret: \"%2$s\"\n", ERR_INVALID },
		{ "another setting", "public: \"%1$s\"\nsecret: \"%2$s\"\nname: x\n", ERR_INVALID },
		{ "no YAML", "%2$s%1$s", ERR_INVALID },
		{ "of another pair",
			"public: \"rq:rM>}U?@Lns47E1%%kR.o@n%%FcmmsL/@{H8]yf7\"\n#%1$s\nsecret: "
			"\"%2$s\"\n",
			ERR_INVALID },
	};

	for (size_t i = 0; i < array_len(cases); i++) {
		char text[512];
		struct key_pair pair;

		snprintf(text, sizeof(text), cases[i].text, public_key, secret_key);
		write_file(text);
		cr_expect_eq(key_pair_load(path, &pair), cases[i].want, "%s: %s", cases[i].name,
			err_text());
		cr_expect_null(strstr(err_text(), "D:)Q[IlAW!ahhC"), "%s", cases[i].name);
	}
}

Test(keys, a_missing_file_is_named)
{
	struct key_pair pair;

	cr_expect_eq(key_pair_load(path, &pair), ERR_NOT_FOUND);
	cr_expect_not_null(strstr(err_text(), path));
}

Test(keys, a_key_survives_its_text)
{
	struct key_pair pair;
	char text[KEY_TEXT_BYTES];
	uint8_t key[KEY_BYTES];

	cr_assert_eq(key_pair_make(&pair), 0);
	key_print(pair.public_key, text);
	cr_expect_eq(strlen(text), KEY_TEXT_BYTES - 1);
	cr_assert_eq(key_parse(text, key), 0);
	cr_expect_eq(memcmp(key, pair.public_key, KEY_BYTES), 0);
}

Test(keys, text_that_is_no_key_is_refused)
{
	static const char *const texts[] = { "", "x", "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hI",
		"Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hIDD",
		"Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hI~",
		"Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hI\xc3",
		"########################################" };

	for (size_t i = 0; i < array_len(texts); i++) {
		uint8_t key[KEY_BYTES] = { 7 };

		cr_expect_eq(key_parse(texts[i], key), ERR_INVALID, "%s", texts[i]);
		cr_expect_eq(key[0], 7, "%s", texts[i]);
	}
}

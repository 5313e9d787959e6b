/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Keys in memory are bytes, in files and on the command line Z85. Every copy of a secret that this
 * file makes is wiped before it goes out of scope; the YAML reader's own is freed unwiped. No
 * message repeats what stands in a key's place: people paste the wrong half. */
#include "wire/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

#include "base/conf.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/inherit.h"
#include "wire/key_code.h"

struct key_texts {
	char public_key[KEY_TEXT_BYTES], secret_key[KEY_TEXT_BYTES];
};

static void wipe_auto(struct key_texts *texts)
{
	explicit_bzero(texts, sizeof(*texts));
}

int key_pair_make(struct key_pair *ret_pair)
{
	AUTO(wipe) struct key_texts texts;

	/* One of 85 would begin with a dash, and be an option to every program it is given to. */
	do {
		if (zmq_curve_keypair(texts.public_key, texts.secret_key) != 0)
			return err_here(ERR_IO, "cannot make a key pair: %s", zmq_strerror(errno));
	} while (texts.public_key[0] == '-');
	ensure(zmq_z85_decode(ret_pair->public_key, texts.public_key) != NULL);
	ensure(zmq_z85_decode(ret_pair->secret_key, texts.secret_key) != NULL);
	return 0;
}

void key_print(const uint8_t key[KEY_BYTES], char ret[KEY_TEXT_BYTES])
{
	ensure(zmq_z85_encode(ret, key, KEY_BYTES) != NULL);
}

static int z85_parse(const char *text, uint8_t ret_key[KEY_BYTES])
{
	uint8_t key[KEY_BYTES];
	bool right = strlen(text) == KEY_TEXT_BYTES - 1 && zmq_z85_decode(key, text) != NULL;

	if (right)
		memcpy(ret_key, key, sizeof(key));
	explicit_bzero(key, sizeof(key));
	if (!right)
		return err_here(ERR_INVALID,
			"not a key: a key is %d characters of Z85, or an enrolment code of %d "
			"groups, and this is %zu%s",
			KEY_TEXT_BYTES - 1, KEY_CODE_GROUPS, strlen(text),
			strlen(text) == KEY_TEXT_BYTES - 1 ? ", of which some are not Z85" : "");
	return 0;
}

/* Who types a code leaves out or doubles a few characters, never a third of it. */
int key_parse(const char *text, uint8_t ret_key[KEY_BYTES])
{
	if (strlen(text) > KEY_TEXT_BYTES + 10)
		return err_pass(key_code_parse(text, ret_key));
	return err_pass(z85_parse(text, ret_key));
}

static int write_pair(int fd, const struct key_pair *pair)
{
	AUTO(wipe) struct key_texts texts;
	char file[sizeof(texts) + 64];
	int len, r;

	key_print(pair->public_key, texts.public_key);
	key_print(pair->secret_key, texts.secret_key);
	len = snprintf(file, sizeof(file), "public: \"%s\"\nsecret: \"%s\"\n", texts.public_key,
		texts.secret_key);
	ensure(len > 0 && (size_t)len < sizeof(file));
	r = fd_write(fd, bytes_of(file, (size_t)len)) != 0 || fsync(fd) != 0 ? -1 : 0;
	explicit_bzero(file, sizeof(file));
	return r;
}

/* Without this a power cut could take the name of a file whose public half is already
 * registered. */
static int sync_folder_of(const char *path)
{
	char copy[PATH_MAX];
	AUTO(fd_close) int fd = -1;

	if (snprintf(copy, sizeof(copy), "%s", path) >= (int)sizeof(copy))
		return -1;
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd >= 0 && fsync(fd) == 0 ? 0 : -1;
}

/* The file appears under its name whole or not at all: half a key file would have to be found and
 * deleted by hand, for none is ever overwritten. */
static int save_beside(const struct key_pair *pair, const char *part, const char *path)
{
	AUTO(fd_close) int fd = -1;
	int r = 0;

	if (unlink(part) != 0 && errno != ENOENT) /* of a crash */
		return -1;
	fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || write_pair(fd, pair) != 0 || link(part, path) != 0)
		r = errno;
	unlink(part);
	if (r == 0 && sync_folder_of(path) == 0)
		return 0;
	errno = r ? r : errno;
	return -1;
}

int key_pair_save(const struct key_pair *pair, const char *path)
{
	char part[PATH_MAX];

	if (snprintf(part, sizeof(part), "%s.part", path) >= (int)sizeof(part))
		return err_here(ERR_INVALID, "the path '%.80s…' is too long", path);
	if (save_beside(pair, part, path) == 0)
		return 0;
	if (errno == EEXIST)
		return err_here(ERR_CONFLICT,
			"'%s' is there already; a key file is never overwritten", path);
	return err_here(errno == EACCES ? ERR_DENIED : ERR_IO, "cannot write key file '%s': %s",
		path, err_errno(errno));
}

int key_pair_replace(const char *path, const char *next)
{
	char old[PATH_MAX];

	if (snprintf(old, sizeof(old), "%s.old", path) >= (int)sizeof(old))
		return err_here(ERR_INVALID, "the path '%.80s…' is too long", path);
	if ((unlink(old) != 0 && errno != ENOENT) || link(path, old) != 0)
		return err_here(
			ERR_IO, "cannot keep the old key as '%s': %s", old, err_errno(errno));
	if (rename(next, path) != 0 || sync_folder_of(path) != 0)
		return err_here(ERR_IO, "cannot rename '%s': %s", next, err_errno(errno));
	return 0;
}

static int check_mode(const char *path)
{
	struct stat status;

	if (stat(path, &status) != 0)
		return err_here(errno == ENOENT ? ERR_NOT_FOUND : ERR_IO,
			"cannot read key file '%s': %s", path, err_errno(errno));
	if (!S_ISREG(status.st_mode))
		return err_here(ERR_INVALID, "key file '%s' is not a regular file", path);
	if (status.st_mode & (credential_is(path) ? 037 : 077))
		return err_here(ERR_DENIED,
			"key file '%s' has mode %04o, so others than its owner may read or change "
			"the secret; "
			"run: chmod 600 '%s'",
			path, (unsigned)(status.st_mode & 07777), path);
	return 0;
}

static int read_texts(const char *path, struct key_texts *ret_texts)
{
	static const struct conf_setting settings[] = {
		CONF_STRING(
			"public", struct key_texts, public_key, .help = "the public half, in Z85"),
		CONF_STRING(
			"secret", struct key_texts, secret_key, .help = "the secret half, in Z85"),
	};
	int r = check_mode(path);

	if (r < 0)
		return err_pass(r);
	return err_pass(conf_load(path, settings, array_len(settings), ret_texts));
}

int key_pair_load_server(const char *set, struct key_pair *ret_pair)
{
	char path[PATH_MAX];
	int r = credential_path(set, "server.key", path, sizeof(path));

	return r < 0 ? err_pass(r) : err_pass(key_pair_load(path, ret_pair));
}

int key_pair_load(const char *path, struct key_pair *ret_pair)
{
	AUTO(wipe) struct key_texts texts = { .public_key = "" };
	char derived[KEY_TEXT_BYTES];
	uint8_t public_key[KEY_BYTES];
	int r = read_texts(path, &texts);

	if (r < 0)
		return err_pass(r);
	r = z85_parse(texts.public_key, public_key);
	if (r < 0)
		return err_here(r,
			"the public half in key file '%s' is not a key of 40 Z85 characters", path);
	if (strlen(texts.secret_key) != KEY_TEXT_BYTES - 1 ||
		zmq_curve_public(derived, texts.secret_key) != 0)
		return err_here(ERR_INVALID,
			"the secret half in key file '%s' is not a key of 40 Z85 characters", path);
	if (strcmp(derived, texts.public_key) != 0)
		return err_here(ERR_INVALID,
			"the two halves in key file '%s' do not belong together; restore the file "
			"or make a "
			"new key",
			path);
	r = z85_parse(texts.secret_key, ret_pair->secret_key);
	if (r < 0)
		return err_pass(r);
	memcpy(ret_pair->public_key, public_key, sizeof(public_key));
	return 0;
}

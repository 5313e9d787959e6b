/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * libcrypto looks an algorithm up by name at every one-shot call, which costs more than hashing a
 * report. Each thread therefore keeps one context, and the looked-up algorithms are shared. */
#include "base/digest.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <string.h>

#include "base/err.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static EVP_MD *algorithms[3];
static _Thread_local EVP_MD_CTX *context;

static void algorithms_fetch(void)
{
	algorithms[DIGEST_SHA256] = EVP_MD_fetch(NULL, "SHA256", NULL);
	algorithms[DIGEST_SM3] = EVP_MD_fetch(NULL, "SM3", NULL);
}

int digest_of_parts(enum digest_algorithm algorithm, const struct bytes *parts, size_t count,
	struct digest *ret_digest)
{
	struct digest digest;
	unsigned len = 0;
	int ok;

	pthread_once(&once, algorithms_fetch);
	if ((unsigned)algorithm >= array_len(algorithms) || !algorithms[algorithm])
		return err_here(ERR_INVALID, "unknown digest algorithm %d", (int)algorithm);
	if (!context && !(context = EVP_MD_CTX_new()))
		return err_here(ERR_NOMEM, "cannot make a digest context");
	ok = EVP_DigestInit_ex2(context, algorithms[algorithm], NULL);
	for (size_t i = 0; ok && i < count; i++)
		ok = EVP_DigestUpdate(context, parts[i].data, parts[i].len);
	if (!ok || !EVP_DigestFinal_ex(context, digest.byte, &len) || len != sizeof(digest.byte))
		return err_here(ERR_NOMEM, "libcrypto could not make a digest");
	*ret_digest = digest;
	return 0;
}

int digest_of(enum digest_algorithm algorithm, struct bytes bytes, struct digest *ret_digest)
{
	return err_pass(digest_of_parts(algorithm, &bytes, 1, ret_digest));
}

bool digest_equal(const struct digest *a, const struct digest *b)
{
	return memcmp(a->byte, b->byte, sizeof(a->byte)) == 0;
}

struct bytes digest_view(const struct digest *digest)
{
	return bytes_of(digest->byte, sizeof(digest->byte));
}

void digest_thread_fini(void)
{
	EVP_MD_CTX_free(context);
	context = NULL;
}

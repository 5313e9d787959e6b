/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The few language extensions that the house allows itself: a result that must be looked at, a
 * variable that cleans up after itself, a length of an array, and an assertion that stays on. */
#ifndef BASE_MACROS_H
#define BASE_MACROS_H

#include <stddef.h>

/* A result that the caller must look at. */
#define CHECKED __attribute__((warn_unused_result))

/* AUTO(env_close) struct env *env = NULL;  closes env on every way out of the block. The name must
 * have been announced once by AUTO_DEFINE(env_close, struct env *). Hand over with: env = NULL. */
#define AUTO(function) __attribute__((cleanup(function##_auto)))
#define AUTO_DEFINE(function, type)                                                                \
	static inline void function##_auto(type *variable)                                         \
	{                                                                                          \
		function(*variable);                                                               \
	}                                                                                          \
	_Static_assert(1, "a semicolon ends this line")

/* For a loop over many numbers without branches: compiled twice, to do four of them at once and,
 * for processors without AVX2, fewer; which it is is found out when the program starts. Elsewhere
 * the compiler's usual way will do. */
#if defined(__x86_64__) && defined(__linux__)
#define SEVERAL_AT_ONCE __attribute__((target_clones("avx2", "default")))
#else
#define SEVERAL_AT_ONCE
#endif

#define array_len(array) (sizeof(array) / sizeof((array)[0]))

/* Our own bugs end here, in every build; the world's behaviour (disk, network, peer, operator)
 * never does. */
#define ensure(condition) ((condition) ? (void)0 : ensure_failed(__FILE__, __LINE__, #condition))
__attribute__((noreturn, cold)) void ensure_failed(const char *file, int line, const char *text);

#endif

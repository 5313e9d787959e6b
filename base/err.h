/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Errors. A function returns 0 when it did what its name says, a negative enum err when it could
 * not (passed up unchanged), and a positive number only for a result that its own header names.
 * The place of origin adds the words, the way up adds the trace, and only a program's main prints.
 * Everything is kept in a fixed buffer of the thread: no error path allocates. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/macros.h"

enum err {
	ERR_NOMEM = -1,   /* memory is exhausted */
	ERR_IO = -2,      /* disk or operating system; after a write the outcome is unknown */
	ERR_CORRUPT = -3, /* stored bytes are not what we wrote */
	ERR_INVALID =
		-4,     /* input of a person, file or peer is wrong; the text says where and why */
	ERR_LIMIT = -5, /* a limit of base/limits.h was reached; nothing was changed */
	ERR_NOT_FOUND = -6,    /* the thing named by the caller does not exist */
	ERR_CONFLICT = -7,     /* the caller's belief of what is in force is out of date */
	ERR_DENIED = -8,       /* the key or user may not do this */
	ERR_TIMEOUT = -9,      /* nobody answered in time; safe to try again */
	ERR_UNREACHABLE = -10, /* no connection; safe to try again */
	ERR_STOPPED = -11,     /* a signal asked us to end */
	ERR_BUG = -12,         /* a result that its caller did not expect: our own fault */
};

/* Records where and why, forgets any older error of this thread, and returns code.
 * text: no capital, no full stop, the subject in quotes. */
#define err_here(code, ...) err_record((code), __FILE__, __LINE__, __VA_ARGS__)
int err_record(enum err code, const char *file, int line, const char *text, ...)
	__attribute__((format(printf, 4, 5)));

/* Adds this line to the trace and returns code unchanged (also a positive one). */
#define err_pass(code) err_trace_add((code), __FILE__, __LINE__)
int err_trace_add(int code, const char *file, int line);

/* A positive result that nobody here expected becomes ERR_BUG; a negative one is passed. */
#define err_fold(code) err_fold_at((code), __FILE__, __LINE__)
int err_fold_at(int code, const char *file, int line);

/* The words of this thread's last error; "" when there was none. Valid until the next err_here. */
const char *err_text(void);

/* "a.c:12 < b.c:40": from the origin upwards, cut at a fixed length. */
const char *err_trace(void);

/* "ERR_IO" for ERR_IO; "0" for 0; for logs and tests. */
const char *err_name(int code);

/* The words of an errno value, thread-safe, valid until the next call in this thread. */
const char *err_errno(int number);

#endif

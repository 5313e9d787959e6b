/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A cure taken away: loaded before libzmq (LD_PRELOAD), it undoes in a daemon as it is shipped what
 * the words in UNCURED name. So a test of an attack shows in the same run that the attack would
 * work. Never installed.
 *
 *   seed     rand() stays unseeded, so that routing identities can be foretold
 *   handler  nobody answers handshakes, though everybody believes so
 *   enforce  libzmq is not told to refuse everybody then
 *   denied   … and says when asked that it was
 *   user     every message has a user, whatever the handshake said
 *   open     no CURVE and no domain, though libzmq says there is
 *   size     frames may have any size
 *   patience a handshake may take for ever
 *   dumpable the process may leave a core
 *   monitor  the daemon's listening socket is watched by a monitor that nobody reads
 *   lock     the lock file of a read-only folder seems to be writable
 *   readers  the process seems to be in the table of LMDB's readers */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>
#include <zmq.h>

enum { OPTION_ENFORCE_DOMAIN = 93 };

/* Of lmdb.h, whose MDB_env is only passed on here. */
int mdb_reader_list(void *env, int (*line)(const char *text, void *ctx), void *ctx);

static int named(const char *word)
{
	const char *words = getenv("UNCURED");

	return words && strstr(words, word);
}

/* ISO C has no way from a pointer of dlsym() to that of a function; POSIX takes this one. */
static void next_of(const char *name, void *ret_function)
{
	void *found = dlsym(RTLD_NEXT, name);

	memcpy(ret_function, &found, sizeof(found));
}

void srand(unsigned seed)
{
	void (*next)(unsigned);

	next_of("srand", &next);
	if (!named("seed"))
		next(seed);
}

static void *context;

void *zmq_ctx_new(void)
{
	void *(*next)(void);

	next_of("zmq_ctx_new", &next);
	context = next();
	return context;
}

int zmq_bind(void *socket, const char *address)
{
	int (*next)(void *, const char *);

	next_of("zmq_bind", &next);
	if (named("handler") && strcmp(address, "inproc://zeromq.zap.01") == 0)
		return 0;
	if (named("monitor") && strncmp(address, "tcp://", 6) == 0) {
		/* One that was connected and stopped reading: it is never closed. */
		void *mute;

		zmq_socket_monitor(socket, "inproc://monitor", ZMQ_EVENT_ALL);
		mute = zmq_socket(context, ZMQ_PAIR);
		zmq_connect(mute, "inproc://monitor");
	}
	return next(socket, address);
}

int zmq_setsockopt(void *socket, int option, const void *value, size_t len)
{
	int (*next)(void *, int, const void *, size_t);

	next_of("zmq_setsockopt", &next);
	if (named("open") && (option == ZMQ_CURVE_SERVER || option == ZMQ_CURVE_SECRETKEY ||
				     option == ZMQ_ZAP_DOMAIN))
		return 0;
	if ((named("enforce") && option == OPTION_ENFORCE_DOMAIN) ||
		(named("size") && option == ZMQ_MAXMSGSIZE) ||
		(named("patience") && option == ZMQ_HANDSHAKE_IVL))
		return 0;
	return next(socket, option, value, len);
}

int zmq_getsockopt(void *socket, int option, void *value, size_t *len)
{
	int (*next)(void *, int, void *, size_t *);

	next_of("zmq_getsockopt", &next);
	if (named("denied") && option == OPTION_ENFORCE_DOMAIN && *len == sizeof(int)) {
		const int one = 1;

		memcpy(value, &one, sizeof(one));
		return 0;
	}
	if (named("open") && (option == ZMQ_MECHANISM || option == ZMQ_CURVE_SERVER)) {
		const int as_wanted = option == ZMQ_MECHANISM ? ZMQ_CURVE : 1;

		memcpy(value, &as_wanted, sizeof(as_wanted));
		return 0;
	}
	return next(socket, option, value, len);
}

const char *zmq_msg_gets(const zmq_msg_t *message, const char *property)
{
	const char *(*next)(const zmq_msg_t *, const char *);

	next_of("zmq_msg_gets", &next);
	if (named("user") && strcmp(property, "User-Id") == 0)
		return "2";
	return next(message, property);
}

int prctl(int option, ...)
{
	int (*next)(int, unsigned long, unsigned long, unsigned long, unsigned long);
	unsigned long value[4];
	va_list more;

	va_start(more, option);
	for (int i = 0; i < 4; i++)
		value[i] = va_arg(more, unsigned long);
	va_end(more);
	next_of("prctl", &next);
	if (named("dumpable") && option == PR_SET_DUMPABLE)
		return 0;
	return next(option, value[0], value[1], value[2], value[3]);
}

static int ends_with(const char *path, const char *end)
{
	const size_t len = strlen(path), end_len = strlen(end);

	return len >= end_len && strcmp(path + len - end_len, end) == 0;
}

int open(const char *path, int flags, ...)
{
	int (*next)(const char *, int, ...);
	va_list more;
	int mode;

	va_start(more, flags);
	mode = flags & O_CREAT ? va_arg(more, int) : 0;
	va_end(more);
	next_of("open", &next);
	/* Our own try of it; LMDB opens with O_CREAT. */
	if (named("lock") && ends_with(path, "/lock.mdb") && (flags & O_RDWR) && !(flags & O_CREAT))
		return next("/dev/null", O_RDWR | O_CLOEXEC);
	return next(path, flags, mode);
}

int mdb_reader_list(void *env, int (*line)(const char *text, void *ctx), void *ctx)
{
	int (*next)(void *, int (*)(const char *, void *), void *);
	char text[32];

	next_of("mdb_reader_list", &next);
	if (!named("readers"))
		return next(env, line, ctx);
	snprintf(text, sizeof(text), "%10ld 0 1\n", (long)getpid());
	return line(text, ctx);
}

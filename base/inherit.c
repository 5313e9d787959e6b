/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Descriptors begin at 3 and are counted by LISTEN_FDS. LISTEN_PID guards against a parent that
 * passed its environment on: what is meant for another process is not taken. */
#include "base/inherit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"

enum { FIRST_FD = 3 };

/* The number in a variable, or -1. */
static long variable(const char *name)
{
	const char *text = getenv(name);
	char *end;
	long number;

	if (!text || *text == '\0')
		return -1;
	errno = 0;
	number = strtol(text, &end, 10);
	return *end == '\0' && errno == 0 && number >= 0 ? number : -1;
}

/* The n-th of names joined by ':'; "" if there are fewer. */
static void name_take(const char *names, size_t n, char ret[INHERITED_NAME_BYTES])
{
	size_t len;

	while (names && n-- > 0) {
		names = strchr(names, ':');
		if (names)
			names++;
	}
	len = names ? strcspn(names, ":") : 0;
	if (len >= INHERITED_NAME_BYTES)
		len = INHERITED_NAME_BYTES - 1;
	if (len > 0)
		memcpy(ret, names, len);
	ret[len] = '\0';
}

static int option(int fd, int name)
{
	int value = -1;
	socklen_t len = sizeof(value);

	return getsockopt(fd, SOL_SOCKET, name, &value, &len) == 0 ? value : -1;
}

static int socket_take(int fd, struct inherited *ret)
{
	struct inherited taken = { .fd = fd, .address_len = sizeof(taken.address) };

	taken.family = option(fd, SO_DOMAIN);
	if (taken.family != AF_INET && taken.family != AF_INET6 && taken.family != AF_UNIX)
		return err_here(ERR_INVALID,
			"inherited descriptor %d is no socket of TCP or of a path", fd);
	if (option(fd, SO_TYPE) != SOCK_STREAM || option(fd, SO_ACCEPTCONN) != 1)
		return err_here(ERR_INVALID,
			"inherited descriptor %d does not listen; a socket unit needs "
			"ListenStream= "
			"and no Accept=yes",
			fd);
	if (getsockname(fd, (struct sockaddr *)&taken.address, &taken.address_len) != 0 ||
		fcntl(fd, F_SETFD, FD_CLOEXEC) != 0 || fcntl(fd, F_SETFL, O_NONBLOCK) != 0)
		return err_here(ERR_IO, "cannot take over inherited descriptor %d: %s", fd,
			err_errno(errno));
	*ret = taken;
	return 0;
}

int inherited_sockets(struct inherited ret[INHERITED_MAX], size_t *ret_count)
{
	long count = variable("LISTEN_FDS");

	if (variable("LISTEN_PID") != (long)getpid() || count <= 0)
		return err_here(ERR_INVALID,
			"no socket was inherited: 'listen: inherited' is for a start by the "
			"service "
			"manager through a .socket unit; write tcp://ADDRESS:PORT or ipc://PATH "
			"otherwise");
	if (count > INHERITED_MAX)
		return err_here(ERR_INVALID, "%ld sockets were inherited, and at most %d serve",
			count, (int)INHERITED_MAX);
	for (size_t i = 0; i < (size_t)count; i++) {
		int r = socket_take(FIRST_FD + (int)i, &ret[i]);

		if (r < 0)
			return err_pass(r);
		name_take(getenv("LISTEN_FDNAMES"), i, ret[i].name);
	}
	*ret_count = (size_t)count;
	return 0;
}

int credential_path(const char *set, const char *name, char *ret, size_t size)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY");
	int n;

	if (*set)
		n = snprintf(ret, size, "%s", set);
	else if (folder && *folder)
		n = snprintf(ret, size, "%s/%s", folder, name);
	else
		return err_here(ERR_INVALID,
			"no file of the server's keys: neither 'server-key' is set nor was a "
			"credential '%s' given by the service manager (LoadCredential=)",
			name);
	if (n < 0 || (size_t)n >= size)
		return err_here(ERR_INVALID, "the path of '%s' is too long", name);
	return 0;
}

bool credential_is(const char *path)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY");
	size_t len = folder ? strlen(folder) : 0;

	return len > 0 && strncmp(path, folder, len) == 0 && path[len] == '/' &&
	       !strstr(path + len, "/../");
}

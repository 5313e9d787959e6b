/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the service manager gives: descriptors from 3 on, and a folder of credentials. Whatever is
 * not what a socket unit makes is refused in words. */
#include "base/inherit.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/err.h"
#include "tests/support/child.h"

enum { KEPT = 100 };

static struct inherited got[INHERITED_MAX];
static size_t count;

TestSuite(inherit, .timeout = 60);

/* Puts a descriptor where the manager would. */
static void place(int fd, int where)
{
	CHECK(fd >= 0);
	CHECK(dup2(fd, where) == where);
}

static int tcp(int family, bool listening)
{
	int fd = fcntl(socket(family, SOCK_STREAM, 0), F_DUPFD, KEPT);

	if (listening)
		CHECK(listen(fd, 1) == 0);
	return fd;
}

static int unix_path(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = fcntl(socket(AF_UNIX, SOCK_STREAM, 0), F_DUPFD, KEPT);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	unlink(path);
	CHECK(bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0);
	CHECK(listen(fd, 1) == 0);
	return fd;
}

static void surroundings(const char *fds, const char *names)
{
	char pid[32];

	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", fds, 1);
	if (names)
		setenv("LISTEN_FDNAMES", names, 1);
}

static void takes_all(void)
{
	char path[64];
	int v4 = tcp(AF_INET, true), v6 = tcp(AF_INET6, true), local;

	snprintf(path, sizeof(path), "/tmp/huibao-inherit-%d", (int)getpid());
	local = unix_path(path);
	place(v4, 3);
	place(local, 4);
	place(v6, 5);
	surroundings("3", "a.socket::c.socket");
	CHECK(inherited_sockets(got, &count) == 0, "%s", err_text());
	CHECK(count == 3);
	CHECK(got[0].family == AF_INET);
	CHECK(strcmp(got[0].name, "a.socket") == 0);
	CHECK(got[1].family == AF_UNIX);
	CHECK(strcmp(got[1].name, "") == 0);
	CHECK(strcmp(((struct sockaddr_un *)&got[1].address)->sun_path, path) == 0);
	CHECK(got[2].family == AF_INET6);
	CHECK(strcmp(got[2].name, "c.socket") == 0);
	for (size_t i = 0; i < count; i++) {
		CHECK(got[i].fd == 3 + (int)i);
		CHECK(fcntl(got[i].fd, F_GETFD) & FD_CLOEXEC);
		CHECK(fcntl(got[i].fd, F_GETFL) & O_NONBLOCK);
	}
	unlink(path);
}

Test(inherit, every_listening_socket_is_taken_with_name_and_address)
{
	in_child(takes_all);
}

static void takes_nothing(void)
{
	place(tcp(AF_INET, true), 3);
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	CHECK(inherited_sockets(got, &count) == ERR_INVALID, "no variable");
	CHECK(strstr(err_text(), "no socket was inherited") != NULL, "%s", err_text());
	surroundings("1", NULL);
	setenv("LISTEN_PID", "1", 1);
	CHECK(inherited_sockets(got, &count) == ERR_INVALID, "another process");
	for (size_t i = 0; i < 6; i++) {
		const char *const bad[] = { "0", "", "one", "-1", "1x", "17" };

		surroundings(bad[i], NULL);
		CHECK(inherited_sockets(got, &count) == ERR_INVALID, "'%s'", bad[i]);
	}
}

Test(inherit, what_is_meant_for_nobody_or_for_another_is_not_taken)
{
	in_child(takes_nothing);
}

static void refuses(void)
{
	int pipes[2];

	CHECK(pipe(pipes) == 0);
	surroundings("1", NULL);
	place(pipes[0], 3);
	CHECK(inherited_sockets(got, &count) == ERR_INVALID, "a pipe");
	place(tcp(AF_INET, false), 3);
	CHECK(inherited_sockets(got, &count) == ERR_INVALID, "no listener");
	place(socket(AF_INET, SOCK_DGRAM, 0), 3);
	CHECK(inherited_sockets(got, &count) == ERR_INVALID, "datagrams");
	surroundings("2", NULL);
	place(tcp(AF_INET, true), 3);
	close(4);
	CHECK(inherited_sockets(got, &count) == ERR_INVALID, "the second is closed");
}

Test(inherit, what_does_not_listen_is_refused)
{
	in_child(refuses);
}

Test(inherit, a_secret_is_where_it_was_set_or_else_a_credential)
{
	char path[64], small[8];

	setenv("CREDENTIALS_DIRECTORY", "/run/credentials/x", 1);
	cr_expect_eq(credential_path("/etc/key", "server.key", path, sizeof(path)), 0);
	cr_expect_str_eq(path, "/etc/key");
	cr_expect_eq(credential_path("", "server.key", path, sizeof(path)), 0);
	cr_expect_str_eq(path, "/run/credentials/x/server.key");
	cr_expect_eq(credential_path("", "server.key", small, sizeof(small)), ERR_INVALID);
	cr_expect(credential_is(path));
	cr_expect_not(credential_is("/run/credentials/xy/server.key"));
	cr_expect_not(credential_is("/run/credentials/x/../../etc/key"));
	cr_expect_not(credential_is("/etc/key"));
	unsetenv("CREDENTIALS_DIRECTORY");
	cr_expect_eq(credential_path("", "server.key", path, sizeof(path)), ERR_INVALID);
	cr_expect_not(credential_is("/run/credentials/x/server.key"));
}

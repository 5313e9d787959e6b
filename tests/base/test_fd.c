/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What is written arrives whole, however often the call is interrupted or ends early. */
#include "base/fd.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MANY = 1 << 20, SLOW_MS = 30 };

static uint8_t byte_at(size_t place)
{
	return (uint8_t)(place * 7 + place / 251);
}

/* How many bytes came as they should have, up to the end. */
static size_t read_right(int fd)
{
	uint8_t part[4096];
	size_t right = 0;
	ssize_t n;

	(void)poll(NULL, 0, SLOW_MS); /* the pipe is full by then, and the writer waits */
	while ((n = read(fd, part, sizeof(part))) > 0) {
		for (ssize_t i = 0; i < n; i++)
			right += part[i] == byte_at(right);
	}
	return right;
}

static void nothing(int signal_number)
{
	(void)signal_number;
}

Test(fd, everything_is_written_though_signals_interrupt_it)
{
	const struct sigaction action = { .sa_handler = nothing }; /* no SA_RESTART */
	const struct itimerval often = { { .tv_usec = 500 }, { .tv_usec = 500 } }, never = { 0 };
	static uint8_t bytes[MANY];
	int end[2], status;
	pid_t reader;

	for (size_t i = 0; i < MANY; i++)
		bytes[i] = byte_at(i);
	cr_assert_eq(pipe(end), 0);
	reader = fork();
	if (reader == 0) {
		close(end[1]);
		_exit(read_right(end[0]) == MANY ? 0 : 1);
	}
	close(end[0]);
	cr_assert_eq(sigaction(SIGALRM, &action, NULL), 0);
	cr_assert_eq(setitimer(ITIMER_REAL, &often, NULL), 0);
	cr_expect_eq(fd_write(end[1], bytes_of(bytes, MANY)), 0);
	cr_assert_eq(setitimer(ITIMER_REAL, &never, NULL), 0);
	close(end[1]);
	cr_assert_eq(waitpid(reader, &status, 0), reader);
	cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

Test(fd, what_cannot_be_written_is_said_by_errno)
{
	int fd = open("/dev/full", O_WRONLY);

	cr_assert_geq(fd, 0);
	cr_expect_eq(fd_write(fd, bytes_str("x")), -1);
	cr_expect_eq(errno, ENOSPC);
	cr_expect_eq(fd_write(fd, bytes_str("")), 0, "nothing needs no call");
	fd_close(fd);
	cr_expect_eq(fcntl(fd, F_GETFD), -1, "closed");
	fd_close(-1);
}

/* SPDX-FileCopyrightText: The Huibao authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the kernel knows of the process's connections and memory, and libzmq does
 * not tell. */
#ifndef WIRE_KERNEL_H
#define WIRE_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

/* A connection: its descriptor, and the kernel's number of its socket (SO_COOKIE), by which a
 * descriptor that was given away again is told apart. fd -1: none. */
struct link {
	int fd;
	uint64_t cookie;
};

/* Of a TCP socket, in bytes since its beginning. */
struct tcp_counts {
	bool listens;
	uint64_t received; /* by the kernel */
	uint64_t fetched;  /* acknowledged by the peer */
};

/* The socket behind a descriptor. */
struct link kernel_link(int fd);
/* False: no TCP socket. */
bool kernel_tcp(int fd, struct tcp_counts *ret_counts);
/* Bytes that it received and nobody has read. */
uint64_t kernel_waiting(int fd);
/* Its own port, in the network's order; 0: none. */
uint16_t kernel_local_port(int fd);
/* Whether it was accepted at a unix socket with a name in the file system; what connects has
 * none. */
bool kernel_unix_accepted(int fd);
/* Anonymous memory of this process; statm is an open /proc/self/statm. 0: cannot be told. */
uint64_t kernel_anonymous_memory(int statm);

#endif

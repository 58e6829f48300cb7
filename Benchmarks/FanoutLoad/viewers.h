/* Viewers of one server on real sockets, driven by one thread. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PAYLOAD = 200 /* bytes of a published message */ };

/* Viewers wanted, those that have all it takes to get messages, and those still connected. */
extern int count, ready, connected;
/* Frames {"t":"hello"…} and Close frames that have come. */
extern int greetings, farewells;
/* Messages that have arrived, over all viewers. */
extern uint64_t messages;
/* Microseconds from when each message was due to its arrival, if it is measured. */
extern uint32_t *latencies;
extern size_t latency_count;
extern bool is_timed;
/* Whether a connection may end; else that is a failure. */
extern bool may_leave;

/* CLOCK_MONOTONIC in microseconds. */
uint64_t now(void);
void fail(const char *why);

/* A blocking connection to a port on 127.0.0.1. */
int dial(int port);

/* Brings `number` viewers in, 64 handshakes in flight, and returns when each is joined and, with `hello`, has got a first frame. */
void enter(int port, int number, bool hello);

/* Ends every connection, one right after the other: closes it, or with `reset` breaks it (RST). */
void leave(bool reset);

/* Reads what has come, or waits for it. */
void turn(int milliseconds);

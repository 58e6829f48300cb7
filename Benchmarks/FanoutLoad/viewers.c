#define _GNU_SOURCE
#include "viewers.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { IN_FLIGHT = 64, EVENTS = 512, FRAME = PAYLOAD + 4, BUFFER = 1 << 18, SAMPLES = 1 << 20 };

static const char request[] = "GET /v1/sessions/00000000-0000-0000-0000-000000000001/live HTTP/1.1\r\n"
                              "Host: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                              "Sec-WebSocket-Protocol: jobcast.v1\r\n\r\n";
static const uint8_t joining[] = {0x81, 0x84, 0, 0, 0, 0, 'j', 'o', 'i', 'n'};
static const uint8_t message_header[] = {0x81, 126, 0, PAYLOAD};

struct connection {
    int file;            /* negative: closed */
    bool is_open, is_ready;
    char start[32];      /* the first bytes of a frame that a read cut */
    uint32_t start_count;
    uint32_t skip;       /* bytes of a frame still to come */
};

int count, ready, connected, greetings, farewells;
uint64_t messages;
uint32_t *latencies;
size_t latency_count;
bool is_timed, may_leave;

static struct connection *connections;
static int started, queue, to_port;
static bool waits_for_hello;
static uint64_t arrival;
static char buffer[BUFFER];

uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_nsec / 1000;
}

void fail(const char *why) {
    fprintf(stderr, "jobcast-fanout-load: %s (%s)\n", why, strerror(errno));
    exit(1);
}

static int open_socket(int port, int kind) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int file = socket(AF_INET, SOCK_STREAM | kind, 0), one = 1;
    if (file < 0) fail("no socket");
    setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(file, (struct sockaddr *)&address, sizeof address) && errno != EINPROGRESS) fail("no connection");
    return file;
}

int dial(int port) { return open_socket(port, 0); }

static void start_one(void) {
    struct connection *one = &connections[started++];
    one->file = open_socket(to_port, SOCK_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data.ptr = one};
    epoll_ctl(queue, EPOLL_CTL_ADD, one->file, &event);
    connected++;
}

static void become_ready(struct connection *one) {
    if (one->is_ready) return;
    one->is_ready = true;
    ready++;
    if (started < count) start_one();
}

static void end_one(struct connection *one) {
    if (one->file < 0) return;
    close(one->file);
    one->file = -1;
    connected--;
}

/* A message begins {"t":<16 digits: when it was due>. */
static void take_message(const char *payload) {
    messages++;
    if (!is_timed || latency_count == SAMPLES) return;
    uint64_t due = 0;
    for (int index = 5; index < 21; index++) due = due * 10 + (uint64_t)(payload[index] - '0');
    latencies[latency_count++] = (uint32_t)(arrival - due);
}

/* Takes the begin of a frame that isn't a message, or that a read cut, and gives how many bytes it used. */
static size_t take_frame(struct connection *one, const char *bytes, size_t size) {
    char head[32];
    memcpy(head, one->start, one->start_count);
    size_t more = sizeof head - one->start_count < size ? sizeof head - one->start_count : size;
    memcpy(head + one->start_count, bytes, more);
    size_t have = one->start_count + more;
    size_t length = have < 2 ? 0 : (uint8_t)head[1] & 0x7F, header = length == 126 ? 4 : 2;
    if (have >= 4 && length == 126) length = (size_t)((uint8_t)head[2] << 8 | (uint8_t)head[3]);
    size_t need = header + (length == PAYLOAD ? 21 : length < 6 ? length : 6);
    if (have < need || have < 2) {
        memcpy(one->start, head, have);
        one->start_count = (uint32_t)have;
        return size;
    }
    if (length == PAYLOAD) take_message(head + header);
    if (length >= 6 && memcmp(head + header, "{\"t\":\"h", 6) == 0) greetings++;
    if ((uint8_t)head[0] == 0x88) farewells++;
    become_ready(one);
    size_t used = need - one->start_count;
    one->skip = (uint32_t)(header + length - one->start_count - used);
    one->start_count = 0;
    return used;
}

/* Only the first bytes of frames are looked at, so that it is the server and not this program that is measured. */
static void take_bytes(struct connection *one, const char *bytes, size_t size) {
    while (size > 0) {
        size_t used = size < one->skip ? size : one->skip;
        if (used > 0) {
            one->skip -= (uint32_t)used;
        } else if (one->start_count == 0 && size >= FRAME && memcmp(bytes, message_header, sizeof message_header) == 0) {
            take_message(bytes + sizeof message_header);
            used = FRAME;
        } else {
            used = take_frame(one, bytes, size);
        }
        bytes += used;
        size -= used;
    }
}

static void read_one(struct connection *one) {
    ssize_t size = recv(one->file, buffer, sizeof buffer, 0);
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0 && may_leave) return end_one(one);
    if (size <= 0) fail("a connection was lost");
    size_t from = 0;
    if (!one->is_open) {
        char *end = memmem(buffer, (size_t)size, "\r\n\r\n", 4);
        if (end == NULL || memcmp(buffer, "HTTP/1.1 101", 12) != 0) fail("the handshake was refused");
        one->is_open = true;
        from = (size_t)(end + 4 - buffer);
        if (send(one->file, joining, sizeof joining, MSG_NOSIGNAL) < 0) fail("can't join");
        if (!waits_for_hello) become_ready(one);
    }
    if (is_timed) arrival = now();
    take_bytes(one, buffer + from, (size_t)size - from);
}

void turn(int milliseconds) {
    struct epoll_event events[EVENTS];
    int got = epoll_wait(queue, events, EVENTS, milliseconds);
    for (int index = 0; index < got; index++) {
        struct connection *one = events[index].data.ptr;
        if (events[index].events & EPOLLOUT) {
            struct epoll_event event = {.events = EPOLLIN, .data.ptr = one};
            epoll_ctl(queue, EPOLL_CTL_MOD, one->file, &event);
            if (send(one->file, request, sizeof request - 1, MSG_NOSIGNAL) < 0) fail("can't ask for the upgrade");
        }
        if (events[index].events & ~(uint32_t)EPOLLOUT) read_one(one);
    }
}

void enter(int port, int number, bool hello) {
    to_port = port;
    count = number;
    waits_for_hello = hello;
    started = ready = connected = 0;
    may_leave = false;
    free(connections);
    connections = calloc((size_t)count, sizeof *connections);
    if (latencies == NULL) latencies = malloc(SAMPLES * sizeof *latencies);
    if (queue > 0) close(queue);
    queue = epoll_create1(0);
    while (started < count && started < IN_FLIGHT) start_one();
    while (ready < count) turn(1000);
}

void leave(bool reset) {
    struct linger none = {.l_onoff = 1};
    for (int index = 0; index < started; index++) {
        if (reset && connections[index].file >= 0) setsockopt(connections[index].file, SOL_SOCKET, SO_LINGER, &none, sizeof none);
        end_one(&connections[index]);
    }
}

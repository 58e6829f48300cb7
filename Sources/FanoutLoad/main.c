/* The load of the fan-out benchmark: N subscribers, the publisher and the clock in one thread.
 *
 *   jobcast-fanout-load WEBSOCKET_PORT CONTROL_PORT SERVER_PID CONNECTIONS SECONDS HELLO
 *
 * Connects (64 handshakes in flight), joins, and with HELLO 1 waits for a first frame on each connection. Then three works, SECONDS each:
 *   single    one message; the next when everyone has it, so that each is one write of the server for each connection
 *   bundled10 ten messages in one write to the control port; the next ten when everyone has them
 *   paced     five messages a second whatever happens; times from when each was due to its arrival
 * Prints "name value" lines. The server's CPU time and resident memory are read from /proc. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { IN_FLIGHT = 64, EVENTS = 512, PAYLOAD = 200, FRAME = PAYLOAD + 4, BUFFER = 1 << 18, SLOTS = 1 << 20 };

static const char request[] = "GET /live HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                              "Sec-WebSocket-Protocol: jobcast.v1\r\n\r\n";
static const uint8_t joining[] = {0x81, 0x84, 0, 0, 0, 0, 'j', 'o', 'i', 'n'};

struct connection {
    int file;
    bool is_open, is_ready;
    char start[16];      /* the first bytes of a frame that a read cut */
    uint32_t start_count;
    uint32_t skip;       /* bytes of a frame still to come */
};

static struct connection *connections;
static int count, opened, ready, started, queue, control, server, port;
static bool hello, is_paced;
static uint64_t messages, due;
static uint32_t *latencies; /* in microseconds */
static uint32_t latency_count;
static char buffer[BUFFER];

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_nsec / 1000;
}

static void fail(const char *why) {
    fprintf(stderr, "jobcast-fanout-load: %s (%s)\n", why, strerror(errno));
    exit(1);
}

static int dial(int to, bool blocking) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)to), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int file = socket(AF_INET, SOCK_STREAM | (blocking ? 0 : SOCK_NONBLOCK), 0), one = 1;
    if (file < 0) fail("no socket");
    setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(file, (struct sockaddr *)&address, sizeof address) && errno != EINPROGRESS) fail("no connection");
    return file;
}

static void start_one(void) {
    struct connection *one = &connections[started++];
    one->file = dial(port, false);
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data.ptr = one};
    epoll_ctl(queue, EPOLL_CTL_ADD, one->file, &event);
}

static void become_ready(struct connection *one) {
    if (one->is_ready) return;
    one->is_ready = true;
    ready++;
    if (started < count) start_one();
}

/* A message begins {"t":<16 digits: when it was due>. */
static void take_message(const char *payload) {
    messages++;
    if (!is_paced || latency_count == SLOTS) return;
    uint64_t sent = 0;
    for (int index = 5; index < 21; index++) sent = sent * 10 + (uint64_t)(payload[index] - '0');
    latencies[latency_count++] = (uint32_t)(due - sent);
}

/* Frames are of one length but for the greeting; only their first bytes are looked at. */
static void take_bytes(struct connection *one, const char *bytes, size_t size) {
    while (size > 0) {
        if (one->skip > 0) {
            size_t part = size < one->skip ? size : one->skip;
            one->skip -= (uint32_t)part;
            bytes += part;
            size -= part;
            continue;
        }
        char head[32];
        memcpy(head, one->start, one->start_count);
        size_t more = sizeof head - one->start_count < size ? sizeof head - one->start_count : size;
        memcpy(head + one->start_count, bytes, more);
        size_t have = one->start_count + more;
        size_t length = have < 2 ? 0 : (uint8_t)head[1] & 0x7F, header = length == 126 ? 4 : 2;
        if (have >= 4 && length == 126) length = (size_t)((uint8_t)head[2] << 8 | (uint8_t)head[3]);
        size_t need = length == PAYLOAD ? 25 : header;
        if (have < need || have < 2) {
            if (have > sizeof one->start) fail("a frame's start is too long");
            memcpy(one->start, head, have);
            one->start_count = (uint32_t)have;
            return;
        }
        if (length == PAYLOAD) take_message(head + header);
        become_ready(one);
        size_t used = (need > header + length ? header + length : need) - one->start_count;
        one->skip = (uint32_t)(header + length - one->start_count - used);
        one->start_count = 0;
        bytes += used;
        size -= used;
    }
}

static void read_one(struct connection *one) {
    ssize_t size = recv(one->file, buffer, sizeof buffer, 0);
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) fail("a connection was lost");
    size_t from = 0;
    if (!one->is_open) {
        char *end = memmem(buffer, (size_t)size, "\r\n\r\n", 4);
        if (end == NULL || memcmp(buffer, "HTTP/1.1 101", 12) != 0) fail("the handshake was refused");
        one->is_open = true;
        opened++;
        from = (size_t)(end + 4 - buffer);
        if (send(one->file, joining, sizeof joining, MSG_NOSIGNAL) < 0) fail("can't join");
        if (!hello) become_ready(one);
    }
    if (is_paced) due = now();
    take_bytes(one, buffer + from, (size_t)size - from);
}

static void turn(int milliseconds) {
    struct epoll_event events[EVENTS];
    int got = epoll_wait(queue, events, EVENTS, milliseconds);
    for (int index = 0; index < got; index++) {
        struct connection *one = events[index].data.ptr;
        if (events[index].events & EPOLLOUT) {
            struct epoll_event event = {.events = EPOLLIN, .data.ptr = one};
            epoll_ctl(queue, EPOLL_CTL_MOD, one->file, &event);
            if (send(one->file, request, sizeof request - 1, MSG_NOSIGNAL) < 0) fail("can't ask for the upgrade");
        }
        if (events[index].events & EPOLLIN) read_one(one);
    }
}

static void publish(int number, uint64_t time) {
    static char lines[64 * (PAYLOAD + 1)];
    size_t size = 0;
    for (int index = 0; index < number; index++) {
        int written = sprintf(lines + size, "{\"t\":%016llu,\"pad\":\"", (unsigned long long)time);
        memset(lines + size + written, 'x', (size_t)(PAYLOAD - written - 2));
        memcpy(lines + size + PAYLOAD - 2, "\"}\n", 3);
        size += PAYLOAD + 1;
    }
    if (send(control, lines, size, MSG_NOSIGNAL) != (ssize_t)size) fail("can't publish");
}

struct usage { double user, system; };

static struct usage server_usage(void) {
    char path[64], text[2048];
    snprintf(path, sizeof path, "/proc/%d/stat", server);
    FILE *file = fopen(path, "r");
    if (file == NULL || fgets(text, sizeof text, file) == NULL) fail("the server is gone");
    fclose(file);
    unsigned long user = 0, system = 0;
    sscanf(strrchr(text, ')') + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
    double ticks = (double)sysconf(_SC_CLK_TCK);
    return (struct usage){(double)user / ticks, (double)system / ticks};
}

static double server_resident(void) {
    char path[64];
    long pages = 0;
    snprintf(path, sizeof path, "/proc/%d/statm", server);
    FILE *file = fopen(path, "r");
    if (file == NULL || fscanf(file, "%*d %ld", &pages) != 1) fail("the server is gone");
    fclose(file);
    return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

static void print_work(const char *name, double delivered, double seconds, struct usage before) {
    struct usage after = server_usage();
    double user = after.user - before.user, all = user + after.system - before.system;
    printf("%s.%d.msgs_per_s %.0f\n", name, count, delivered / seconds);
    printf("%s.%d.cpu_s_per_million %.3f\n", name, count, all / delivered * 1e6);
    printf("%s.%d.user_share %.3f\n", name, count, user / all);
}

/* Closed loop: the next bundle goes out when everyone has the last one. */
static void flood(const char *name, int bundle, double seconds) {
    struct usage before = server_usage();
    uint64_t start = now(), end = start + (uint64_t)(seconds * 1e6), first = messages, goal = messages;
    while (now() < end) {
        goal += (uint64_t)bundle * (uint64_t)count;
        publish(bundle, now());
        while (messages < goal) {
            turn(1000);
            if (now() > end + 10000000) fail("messages are missing");
        }
    }
    print_work(name, (double)(messages - first), (double)(now() - start) / 1e6, before);
}

static int by_value(const void *one, const void *other) {
    uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;
    return a < b ? -1 : a > b;
}

static void pace(double seconds) {
    struct usage before = server_usage();
    uint64_t start = now(), first = messages, goal = messages;
    int rounds = (int)(seconds * 5);
    is_paced = true;
    for (int round = 0; round < rounds; round++) {
        uint64_t time = start + (uint64_t)round * 200000;
        for (uint64_t at; (at = now()) < time;) turn((int)((time - at) / 1000));
        publish(1, time);
        goal += (uint64_t)count;
    }
    while (messages < goal && now() < start + (uint64_t)(seconds * 1e6) + 10000000) turn(100);
    is_paced = false;
    if (messages < goal) fail("messages are missing");
    qsort(latencies, latency_count, sizeof *latencies, by_value);
    print_work("paced", (double)(messages - first), seconds, before);
    printf("paced.%d.p50_ms %.1f\n", count, latencies[latency_count / 2] / 1000.0);
    printf("paced.%d.p99_ms %.1f\n", count, latencies[(size_t)(latency_count * 0.99)] / 1000.0);
}

int main(int argc, char **argv) {
    if (argc != 7) {
        fprintf(stderr, "usage: jobcast-fanout-load WEBSOCKET_PORT CONTROL_PORT SERVER_PID CONNECTIONS SECONDS HELLO\n");
        return 2;
    }
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    port = atoi(argv[1]);
    server = atoi(argv[3]);
    count = atoi(argv[4]);
    hello = atoi(argv[6]) != 0;
    double seconds = atof(argv[5]);
    connections = calloc((size_t)count, sizeof *connections);
    latencies = malloc(SLOTS * sizeof *latencies);
    queue = epoll_create1(0);
    control = dial(atoi(argv[2]), true);

    double empty = server_resident();
    uint64_t start = now();
    while (started < count && started < IN_FLIGHT) start_one();
    while (ready < count) turn(1000);
    printf("handshakes_per_s.%d %.0f\n", count, count / ((double)(now() - start) / 1e6));
    for (uint64_t end = now() + 1500000; now() < end;) turn(100);
    printf("rss_per_viewer.%d %.0f\n", count, (server_resident() - empty) / count);
    flood("warm", 1, 0.5);
    flood("single", 1, seconds);
    flood("bundled10", 10, seconds);
    pace(seconds);
    return 0;
}

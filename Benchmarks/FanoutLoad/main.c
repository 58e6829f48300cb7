/* The load of the fan-out benchmark: the viewers, the publisher and the clock in one thread.
 *
 *   jobcast-fanout-load WEBSOCKET_PORT CONTROL_PORT SERVER_PID VIEWERS SECONDS HELLO WORK…
 *
 * The viewers come (64 handshakes in flight) and join; with HELLO 1 each waits for a first frame. Then the works, one after the other:
 *   single     one message; the next when everyone has it, so that each is one write of the server for each viewer
 *   bundled10  ten messages in one write to the control port; the next ten when everyone has them
 *   paced      five messages a second whatever happens; times from when each was due to its arrival
 *   stopped    a ninth as many viewers come besides and are stopped in the middle (SIGSTOP); bundles until the stopped take no more, then paced
 *   left       everyone goes at once (FIN)
 *   reset      everyone's connection breaks at once (RST)
 *   closed     the server sends everyone away at once
 *              (these three need a server that knows `!stall`)
 *   stay       says so, and at last how many were greeted again, as a room does with those who have missed too much, and how many sent away
 *   NUMBER     so many messages, each when everyone has the last: for counting what the server does for one
 * Prints "name value" lines. The server's CPU time and resident memory are read from /proc. */
#define _GNU_SOURCE
#include "viewers.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int control, port, server;
static bool hello;
static double seconds;

static void tell(const char *bytes, size_t size) {
    if (send(control, bytes, size, MSG_NOSIGNAL) != (ssize_t)size) fail("can't reach the server");
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
    tell(lines, size);
}

/* Seconds of CPU of the server in user and kernel mode, and of this process; and the time. */
struct usage { double user, all, ours, time; };

static struct usage measure(void) {
    char path[64], text[2048];
    snprintf(path, sizeof path, "/proc/%d/stat", server);
    FILE *file = fopen(path, "r");
    if (file == NULL || fgets(text, sizeof text, file) == NULL) fail("the server is gone");
    fclose(file);
    unsigned long user = 0, system = 0;
    sscanf(strrchr(text, ')') + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
    struct rusage ours;
    getrusage(RUSAGE_SELF, &ours);
    double ticks = (double)sysconf(_SC_CLK_TCK);
    return (struct usage){
        .user = (double)user / ticks,
        .all = (double)(user + system) / ticks,
        .ours = (double)(ours.ru_utime.tv_sec + ours.ru_stime.tv_sec) + (double)(ours.ru_utime.tv_usec + ours.ru_stime.tv_usec) / 1e6,
        .time = (double)now() / 1e6,
    };
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

static void print(const char *name, const char *figure, double value) { printf("%s.%d.%s %.3f\n", name, count, figure, value); }

static void print_work(const char *name, double delivered, struct usage before) {
    struct usage after = measure();
    double time = after.time - before.time, all = after.all - before.all;
    print(name, "msgs_per_s", delivered / time);
    print(name, "cpu_s_per_million", all / delivered * 1e6);
    print(name, "user_share", all > 0 ? (after.user - before.user) / all : 0);
    print(name, "client_share", (after.ours - before.ours) / time);
}

static void deliver(int bundle, uint64_t goal, uint64_t until) {
    publish(bundle, now());
    while (messages < goal) {
        turn(1000);
        if (now() > until) fail("messages are missing");
    }
}

/* Closed loop: the next bundle goes out when everyone has the last one. */
static void flood(const char *name, int bundle, double duration) {
    struct usage before = measure();
    uint64_t end = now() + (uint64_t)(duration * 1e6), first = messages, goal = messages;
    while (now() < end) {
        goal += (uint64_t)bundle * (uint64_t)count;
        deliver(bundle, goal, end + 10000000);
    }
    if (name != NULL) print_work(name, (double)(messages - first), before);
}

static void flood_number(int number) {
    for (int index = 0; index < number; index++) deliver(1, messages + (uint64_t)count, now() + 60000000);
}

static int by_value(const void *one, const void *other) {
    uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;
    return a < b ? -1 : a > b;
}

static void pace(const char *name) {
    struct usage before = measure();
    uint64_t start = now(), first = messages, goal = messages;
    int rounds = (int)(seconds * 5);
    is_timed = true;
    latency_count = 0;
    for (int round = 0; round < rounds; round++) {
        uint64_t time = start + (uint64_t)round * 200000;
        for (uint64_t at; (at = now()) < time;) turn((int)((time - at) / 1000));
        publish(1, time);
        goal += (uint64_t)count;
    }
    while (messages < goal && now() < start + (uint64_t)(seconds * 1e6) + 10000000) turn(100);
    is_timed = false;
    if (messages < goal) fail("messages are missing");
    qsort(latencies, latency_count, sizeof *latencies, by_value);
    print_work(name, (double)(messages - first), before);
    print(name, "p50_ms", latencies[latency_count / 2] / 1000.0);
    print(name, "p99_ms", latencies[(size_t)((double)latency_count * 0.99)] / 1000.0);
}

/* A process of its own with `number` viewers, all of them joined. */
static pid_t fork_viewers(int number) {
    int ends[2];
    if (pipe(ends)) fail("no pipe");
    fflush(stdout);
    pid_t child = fork();
    if (child < 0) fail("no process");
    if (child == 0) {
        leave(false);
        enter(port, number, hello);
        if (write(ends[1], "", 1) != 1) exit(1);
        for (;;) turn(-1);
    }
    close(ends[1]);
    char joined;
    if (read(ends[0], &joined, 1) != 1) fail("the viewers to be stopped didn't come");
    close(ends[0]);
    return child;
}

static void stop_some(void) {
    pid_t child = fork_viewers(count / 9);
    double before = server_resident();
    kill(child, SIGSTOP);
    flood(NULL, 10, seconds);
    pace("stopped");
    print("stopped", "rss_growth", server_resident() - before);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

/* The longest stall of the server's loop since the last call, in milliseconds, and how many viewers it has left. */
static double ask_stall(int *left) {
    char line[64];
    size_t size = 0;
    tell("!stall\n", 7);
    while (size == 0 || line[size - 1] != '\n') {
        ssize_t got = recv(control, line + size, sizeof line - 1 - size, 0);
        if (got <= 0) fail("the server is gone");
        size += (size_t)got;
    }
    line[size] = 0;
    long stall = 0;
    if (sscanf(line, "%ld %d", &stall, left) != 2) fail("the server doesn't know !stall");
    return (double)stall / 1000;
}

static void end_all(const char *name) {
    bool by_server = strcmp(name, "closed") == 0;
    int left = 0;
    ask_stall(&left);
    uint64_t start = now(), until = start + 30000000;
    may_leave = true;
    if (by_server) tell("!close\n", 7); else leave(strcmp(name, "reset") == 0);
    double longest = 0;
    do {
        turn(by_server ? 1 : 0);
        double stall = ask_stall(&left);
        if (stall > longest) longest = stall;
        if (now() > until) fail("viewers stay");
    } while (left > 0 || connected > 0);
    print(name, "stall_ms", longest);
    print(name, "all_ms", (double)(now() - start) / 1000);
    enter(port, count, hello);
}

static void stay(void) {
    printf("stay\n");
    fflush(stdout);
    may_leave = true;
    for (uint64_t end = now() + 60000000; now() < end && greetings - count + farewells < count;) turn(100);
    printf("greeted again %d, sent away %d\n", greetings - count, farewells);
}

static void work(const char *name) {
    if (strcmp(name, "single") == 0) flood(name, 1, seconds);
    else if (strcmp(name, "bundled10") == 0) flood(name, 10, seconds);
    else if (strcmp(name, "paced") == 0) pace(name);
    else if (strcmp(name, "stopped") == 0) stop_some();
    else if (strcmp(name, "left") == 0 || strcmp(name, "reset") == 0 || strcmp(name, "closed") == 0) end_all(name);
    else if (strcmp(name, "stay") == 0) stay();
    else if (atoi(name) > 0) flood_number(atoi(name));
    else fail("no such work");
}

int main(int argc, char **argv) {
    if (argc < 7) {
        fprintf(stderr, "usage: jobcast-fanout-load WEBSOCKET_PORT CONTROL_PORT SERVER_PID VIEWERS SECONDS HELLO WORK…\n");
        return 2;
    }
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    port = atoi(argv[1]);
    control = dial(atoi(argv[2]));
    server = atoi(argv[3]);
    seconds = atof(argv[5]);
    hello = atoi(argv[6]) != 0;

    double empty = server_resident();
    uint64_t start = now();
    enter(port, atoi(argv[4]), hello);
    printf("handshakes_per_s.%d %.0f\n", count, count / ((double)(now() - start) / 1e6));
    for (uint64_t end = now() + 1500000; now() < end;) turn(100);
    printf("rss_per_viewer.%d %.0f\n", count, (server_resident() - empty) / count);
    bool is_measured = argc > 7 && atoi(argv[7]) == 0 && strcmp(argv[7], "stay") != 0;
    if (is_measured) flood(NULL, 1, 0.5);
    for (int index = 7; index < argc; index++) work(argv[index]);
    return 0;
}

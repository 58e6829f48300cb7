/* The physical limit of fanning a message out: one thread, epoll, and for each subscriber one send(2) of bytes built once.
 *
 * Prints "<websocket port> <control port>" and serves both on 127.0.0.1 until it is ended. Whoever sends the request head of
 * RFC 6455, section 1.3, to the first port is a subscriber (the accept value of that example is the only one it knows; computing
 * others would cost it a microsecond for each handshake). What is read from a control connection in one turn, a line for each message,
 * goes out as one frame per line, all in one send(2). Nothing else is done: no limits, no pings, no rooms. */
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
#include <unistd.h>

enum { MAX_FILES = 1 << 18, EVENTS = 256, WIRE = 1 << 20 };
enum kind { FREE, SUBSCRIBERS, CONTROLS, HANDSHAKE, SUBSCRIBER, CONTROL };

static const char answer[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                             "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: jobcast.v1\r\n\r\n";

static struct client {
    enum kind kind;
    int place;           /* of a subscriber, in subscribers */
    char *held;          /* what the socket didn't take yet */
    size_t held_count;
} clients[MAX_FILES];
static int subscribers[MAX_FILES], subscriber_count, queue;
static char lines[WIRE], wire[WIRE + 8192];

static void watch(int file, uint32_t events, int operation) {
    struct epoll_event event = {.events = events, .data.fd = file};
    epoll_ctl(queue, operation, file, &event);
}

static void drop(int file) {
    struct client *client = &clients[file];
    if (client->kind == SUBSCRIBER) {
        int last = subscribers[--subscriber_count];
        subscribers[client->place] = last;
        clients[last].place = client->place;
    }
    free(client->held);
    *client = (struct client){.kind = FREE};
    close(file);
}

static void hold(int file, const char *bytes, size_t count) {
    struct client *client = &clients[file];
    client->held = realloc(client->held, client->held_count + count);
    memcpy(client->held + client->held_count, bytes, count);
    client->held_count += count;
    watch(file, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
}

static void send_held(int file) {
    struct client *client = &clients[file];
    ssize_t taken = send(file, client->held, client->held_count, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (taken <= 0) return;
    memmove(client->held, client->held + taken, client->held_count -= (size_t)taken);
    if (client->held_count > 0) return;
    free(client->held);
    client->held = NULL;
    watch(file, EPOLLIN, EPOLL_CTL_MOD);
}

static void broadcast(size_t count) {
    for (int index = subscriber_count - 1; index >= 0; index--) {
        int file = subscribers[index];
        if (clients[file].held_count > 0) {
            hold(file, wire, count);
            continue;
        }
        ssize_t taken = send(file, wire, count, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (taken == (ssize_t)count) continue;
        if (taken < 0 && errno != EAGAIN) drop(file);
        else hold(file, wire + (taken < 0 ? 0 : taken), count - (size_t)(taken < 0 ? 0 : taken));
    }
}

/* One frame for each whole line; a rest of a line stays for the next turn. */
static void read_control(int file) {
    static size_t rest;
    ssize_t read = recv(file, lines + rest, sizeof lines - rest, 0);
    if (read <= 0) {
        drop(file);
        return;
    }
    size_t end = rest + (size_t)read, from = 0, count = 0;
    for (char *stop; (stop = memchr(lines + from, '\n', end - from)) != NULL; from = (size_t)(stop - lines) + 1) {
        size_t length = (size_t)(stop - (lines + from));
        wire[count++] = (char)0x81;
        if (length < 126) {
            wire[count++] = (char)length;
        } else {
            wire[count++] = 126;
            wire[count++] = (char)(length >> 8);
            wire[count++] = (char)length;
        }
        memcpy(wire + count, lines + from, length);
        count += length;
    }
    memmove(lines, lines + from, rest = end - from);
    if (count > 0) broadcast(count);
}

static void read_subscriber(int file) {
    char bytes[4096];
    ssize_t read = recv(file, bytes, sizeof bytes, MSG_DONTWAIT);
    if (read < 0 && errno == EAGAIN) return;
    if (read <= 0) {
        drop(file);
    } else if (clients[file].kind == HANDSHAKE && memmem(bytes, (size_t)read, "\r\n\r\n", 4) != NULL) {
        send(file, answer, sizeof answer - 1, MSG_NOSIGNAL);
        clients[file].kind = SUBSCRIBER;
        clients[file].place = subscriber_count;
        subscribers[subscriber_count++] = file;
    }
}

static void accept_all(int listener) {
    int one = 1;
    for (int file; (file = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
        setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        clients[file].kind = clients[listener].kind == SUBSCRIBERS ? HANDSHAKE : CONTROL;
        watch(file, EPOLLIN, EPOLL_CTL_ADD);
    }
}

static int serve(enum kind kind) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int file = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (bind(file, (struct sockaddr *)&address, size) || listen(file, 4096)) exit(1);
    getsockname(file, (struct sockaddr *)&address, &size);
    clients[file].kind = kind;
    watch(file, EPOLLIN, EPOLL_CTL_ADD);
    return ntohs(address.sin_port);
}

int main(void) {
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max < MAX_FILES ? files.rlim_max : MAX_FILES;
    setrlimit(RLIMIT_NOFILE, &files);
    queue = epoll_create1(0);
    int port = serve(SUBSCRIBERS);
    printf("%d %d\n", port, serve(CONTROLS));
    fflush(stdout);
    for (;;) {
        struct epoll_event events[EVENTS];
        int count = epoll_wait(queue, events, EVENTS, -1);
        for (int index = 0; index < count; index++) {
            int file = events[index].data.fd;
            if (clients[file].held_count > 0 && events[index].events & EPOLLOUT) send_held(file);
            if (!(events[index].events & ~(uint32_t)EPOLLOUT)) continue;
            switch (clients[file].kind) {
            case SUBSCRIBERS:
            case CONTROLS: accept_all(file); break;
            case CONTROL: read_control(file); break;
            case HANDSHAKE:
            case SUBSCRIBER: read_subscriber(file); break;
            case FREE: break;
            }
        }
    }
}

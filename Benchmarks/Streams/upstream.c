// A model service that streams: server-sent events at a steady rate to thousands at once, cheaply.
//
// upstream INTERVAL_MILLISECONDS SMALL_BODY PORT…
// GET /events is answered with an endless chunked stream, anything else with SMALL_BODY. Streams
// are dealt out over the milliseconds of an interval; in each, those that are due get an event.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "event.h"

enum {
    DESCRIPTORS_MOST = 65536,
    STREAMS_MOST = 16384,
    SLOTS_MOST = 1000,
    HEAD_MOST = 4096,
    EVENTS_AT_ONCE = 512,
    BACKLOG = 4096,
};

struct connection {
    bool listening, streaming;
    int slot, position;  // where its descriptor stands in `slots`
    uint32_t index;      // of its next event
    size_t filled;
    char head[HEAD_MOST];
};

struct slot {
    int count;
    int descriptors[STREAMS_MOST];
};

static struct connection connections[DESCRIPTORS_MOST];
static struct slot slots[SLOTS_MOST];
static int interval, next_slot, poller;
static const char *small_body;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void watch(int descriptor) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
    if (descriptor >= DESCRIPTORS_MOST || epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event))
        fail("epoll_ctl");
}

static void listen_on(int port) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
    if (descriptor < 0) fail("socket");
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(descriptor, (struct sockaddr *)&address, sizeof address)) fail("bind");
    if (listen(descriptor, BACKLOG)) fail("listen");
    watch(descriptor);
    connections[descriptor].listening = true;
}

static void end(int descriptor) {
    struct connection *connection = &connections[descriptor];
    if (connection->streaming) {
        struct slot *slot = &slots[connection->slot];
        int last = slot->descriptors[--slot->count];
        slot->descriptors[connection->position] = last;
        connections[last].position = connection->position;
    }
    memset(connection, 0, offsetof(struct connection, head));
    close(descriptor);
}

// A socket that takes no more holds megabytes that nobody read: its stream is given up, and the
// client sees it end.
static void deliver(int descriptor, const char *bytes, size_t count) {
    if (send(descriptor, bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)count)
        end(descriptor);
}

static void begin_stream(int descriptor) {
    static const char head[] =
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-store\r\n"
        "transfer-encoding: chunked\r\n\r\n";
    struct connection *connection = &connections[descriptor];
    struct slot *slot = &slots[next_slot];
    if (slot->count == STREAMS_MOST) {
        end(descriptor);
        return;
    }
    connection->streaming = true;
    connection->slot = next_slot;
    connection->position = slot->count;
    slot->descriptors[slot->count++] = descriptor;
    next_slot = (next_slot + 1) % interval;
    deliver(descriptor, head, sizeof head - 1);
}

static void answer(int descriptor, const char *head) {
    static const char events[] = "GET /events ";
    if (strncmp(head, events, sizeof events - 1) == 0) {
        begin_stream(descriptor);
        return;
    }
    char text[1024];
    int length = snprintf(text, sizeof text,
                          "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
                          "content-length: %zu\r\n\r\n%s",
                          strlen(small_body), small_body);
    deliver(descriptor, text, (size_t)length);
}

static void receive(int descriptor) {
    struct connection *connection = &connections[descriptor];
    char *unfilled = connection->head + connection->filled;
    ssize_t count = read(descriptor, unfilled, HEAD_MOST - 1 - connection->filled);
    if (count <= 0) {
        end(descriptor);
        return;
    }
    connection->filled += (size_t)count;
    connection->head[connection->filled] = 0;
    // Requests have no body here and no proxy sends a second one before the answer to the first.
    if (connection->filled >= 4 && strstr(connection->head, "\r\n\r\n")) {
        connection->filled = 0;
        answer(descriptor, connection->head);
    }
}

static void accept_all(int listener) {
    int descriptor;
    while ((descriptor = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) watch(descriptor);
}

static void write_digits(char *place, size_t digits, uint64_t value) {
    while (digits-- > 0) {
        place[digits] = (char)('0' + value % 10);
        value /= 10;
    }
}

// One event to each stream of a slot; it ends backwards, since `end` moves the last one forward.
static void send_slot(struct slot *slot, uint64_t due) {
    char chunk[EVENT_BYTES + 16];
    int prefix = snprintf(chunk, sizeof chunk, "%zx\r\n%s\r\n", EVENT_BYTES, EVENT);
    size_t length = (size_t)prefix, event_at = length - 2 - EVENT_BYTES;
    write_digits(chunk + event_at + DUE_AT, DUE_DIGITS, due);
    for (int position = slot->count - 1; position >= 0; position--) {
        int descriptor = slot->descriptors[position];
        uint32_t index = connections[descriptor].index++;
        write_digits(chunk + event_at + INDEX_AT, INDEX_DIGITS, index);
        deliver(descriptor, chunk, length);
    }
}

static int start_timer(void) {
    struct itimerspec every = {.it_interval.tv_nsec = 1000000, .it_value.tv_nsec = 1000000};
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    if (timer < 0 || timerfd_settime(timer, 0, &every, NULL)) fail("timerfd");
    watch(timer);
    return timer;
}

int main(int count, char **arguments) {
    interval = count > 3 ? atoi(arguments[1]) : 0;
    if (interval < 1 || interval > SLOTS_MOST) {
        fprintf(stderr, "usage: upstream INTERVAL_MILLISECONDS SMALL_BODY PORT…\n");
        return 2;
    }
    small_body = arguments[2];
    poller = epoll_create1(0);
    for (int place = 3; place < count; place++) listen_on(atoi(arguments[place]));
    int timer = start_timer();
    // Events that come late keep their due times, so that delay here is seen by the client too.
    uint64_t next_due = now_microseconds() + 1000, tick = 0;
    struct epoll_event ready[EVENTS_AT_ONCE];
    for (;;) {
        int found = epoll_wait(poller, ready, EVENTS_AT_ONCE, -1);
        for (int place = 0; place < found; place++) {
            int descriptor = ready[place].data.fd;
            uint64_t expirations;
            if (descriptor == timer) {
                if (read(timer, &expirations, sizeof expirations) < 0) continue;
            } else if (connections[descriptor].listening) {
                accept_all(descriptor);
            } else {
                receive(descriptor);
            }
        }
        for (; next_due <= now_microseconds(); next_due += 1000)
            send_slot(&slots[tick++ % (uint64_t)interval], next_due);
    }
}

// Reads answers over HTTP/1.1 and HTTP/2, no more of either than streams of events need.

#define _GNU_SOURCE
#include "answers.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tally tally;

void fail(const char *format, ...) {
    char reason[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    // What a proxy sent may be quoted in it.
    for (char *each = reason; *each; each++)
        if (*each < ' ' || *each == '"' || *each == '\\') *each = '?';
    printf("{\"error\": \"%s\"}\n", reason);
    exit(0);
}

static uint64_t read_digits(const char *place, size_t digits) {
    uint64_t value = 0;
    for (; digits > 0; digits--) value = value * 10 + (uint64_t)(*place++ - '0');
    return value;
}

static void count_event(struct stream *stream, uint64_t now) {
    if (memcmp(stream->event, EVENT_TOKEN, sizeof EVENT_TOKEN - 1) != 0)
        fail("an event is not as it was sent: %.20s", stream->event);
    uint64_t index = read_digits(stream->event + INDEX_AT, INDEX_DIGITS);
    if (index != stream->next_index)
        fail("event %lu came where %u was due", (unsigned long)index, stream->next_index);
    tally.streams_begun += index == 0;
    stream->next_index++;
    if (tally.window_begin == 0) return;
    tally.arrived += now >= tally.window_begin && now < tally.window_end;
    uint64_t due = read_digits(stream->event + DUE_AT, DUE_DIGITS);
    if (due < tally.window_begin || due >= tally.window_end) return;
    tally.arrived_due++;
    uint64_t bucket = now > due ? (now - due) / BUCKET_MICROSECONDS : 0;
    tally.lateness[bucket < LATENESS_BUCKETS ? bucket : LATENESS_BUCKETS - 1]++;
}

static void take_body(struct stream *stream, const unsigned char *bytes, size_t count,
                      uint64_t now) {
    while (count > 0) {
        size_t part = EVENT_BYTES - stream->filled;
        if (part > count) part = count;
        memcpy(stream->event + stream->filled, bytes, part);
        stream->filled += part;
        bytes += part;
        count -= part;
        if (stream->filled == EVENT_BYTES) {
            count_event(stream, now);
            stream->filled = 0;
        }
    }
}

void send_bytes(struct connection *connection, const void *bytes, size_t count) {
    if (SSL_write(connection->tls, bytes, (int)count) != (int)count)
        fail("a connection does not take what is sent");
}

// Takes bytes into `head` up to and with `end`; true when it is whole.
static bool take_head(struct connection *connection, unsigned char byte, const char *end) {
    size_t length = strlen(end);
    if (connection->filled == HEAD_MOST - 1) fail("the head of an answer is too long");
    connection->head[connection->filled++] = byte;
    connection->head[connection->filled] = 0;
    return connection->filled >= length &&
           memcmp(connection->head + connection->filled - length, end, length) == 0;
}

void take_http1(struct connection *connection, const unsigned char *bytes, size_t count) {
    uint64_t now = now_microseconds();
    while (count > 0) {
        size_t used = 1;
        if (connection->expected == HEAD) {
            if (take_head(connection, *bytes, "\r\n\r\n")) {
                const char *head = (const char *)connection->head;
                if (strncmp(head, "HTTP/1.1 200 ", 13) != 0) fail("answered %.12s", head);
                if (!strcasestr(head, "\ntransfer-encoding: chunked")) fail("not chunked");
                connection->expected = SIZE_LINE;
                connection->filled = 0;
            }
        } else if (connection->expected == SIZE_LINE) {
            if (take_head(connection, *bytes, "\r\n")) {
                connection->left = strtoul((const char *)connection->head, NULL, 16);
                if (connection->left == 0) fail("a stream ended");
                connection->expected = CHUNK;
                connection->filled = 0;
            }
        } else if (connection->expected == CHUNK) {
            used = connection->left < count ? connection->left : count;
            take_body(connection->streams, bytes, used, now);
            connection->left -= used;
            if (connection->left == 0) connection->expected = CHUNK_END;
        } else if (take_head(connection, *bytes, "\r\n")) {
            connection->expected = SIZE_LINE;
            connection->filled = 0;
        }
        bytes += used;
        count -= used;
    }
}

static void begin_frame(struct connection *connection) {
    const unsigned char *head = connection->head;
    connection->left = (size_t)head[0] << 16 | (size_t)head[1] << 8 | head[2];
    connection->type = head[3];
    connection->flags = head[4];
    connection->stream = ((unsigned)(head[5] & 0x7f) << 24 | (unsigned)head[6] << 16 |
                          (unsigned)head[7] << 8 | head[8]) / 2;
    unsigned type = connection->type;
    if (type == GOAWAY || type == RST_STREAM) fail("the proxy ended a stream or its connection");
    if (type == DATA && connection->flags & PADDED) fail("padded frames are not understood");
    if (type == DATA && connection->stream >= connection->streams_count) fail("an unknown stream");
    if ((type == DATA || type == HEADERS) && connection->flags & END_STREAM)
        fail("a stream ended");
    if (type == PING && connection->left != 8) fail("a broken PING");
}

static void end_frame(struct connection *connection) {
    unsigned type = connection->type;
    if ((type == SETTINGS || type == PING) && !(connection->flags & ACK)) {
        // A PING is given back with the 8 bytes it came with, which stand behind its header.
        unsigned char answer[17] = {0, 0, type == PING ? 8 : 0, (unsigned char)type, ACK};
        if (type == PING) memcpy(answer + 9, connection->head + 9, 8);
        send_bytes(connection, answer, type == PING ? 17 : 9);
    }
    connection->filled = 0;
}

// Frames with DATA go to their stream; of all others, whose fields are not looked at, only the
// first bytes are kept. An answer that is no stream of events is seen by having none.
void take_http2(struct connection *connection, const unsigned char *bytes, size_t count) {
    uint64_t now = now_microseconds();
    while (count > 0) {
        if (connection->filled < 9) {
            connection->head[connection->filled++] = *bytes++;
            count--;
            if (connection->filled < 9) continue;
            begin_frame(connection);
        } else {
            size_t used = connection->left < count ? connection->left : count;
            if (connection->type == DATA) {
                take_body(&connection->streams[connection->stream], bytes, used, now);
            } else if (connection->type == PING) {
                memcpy(connection->head + connection->filled, bytes, used);
                connection->filled += used;
            }
            connection->left -= used;
            bytes += used;
            count -= used;
        }
        if (connection->left == 0) end_frame(connection);
    }
}

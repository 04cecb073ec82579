// What the client of the streams case reads answers with: bytes of a connection go in, every event
// is checked and counted. Streams that do not go as they must end the process.

#ifndef ANSWERS_H
#define ANSWERS_H

#include <openssl/ssl.h>
#include <stddef.h>
#include <stdint.h>

#include "event.h"

enum {
    HEAD_MOST = 4096,
    LATENESS_BUCKETS = 200000,  // of 50 µs each: ten seconds
    BUCKET_MICROSECONDS = 50,
};

// Types and flags of HTTP/2 frames, RFC 9113, section 6.
enum { DATA = 0, HEADERS = 1, RST_STREAM = 3, SETTINGS = 4, PING = 6, GOAWAY = 7 };
enum { ACK = 1, END_STREAM = 1, END_HEADERS = 4, PADDED = 8 };

struct stream {
    uint32_t next_index;
    size_t filled;
    char event[EVENT_BYTES];
};

// What comes next in the bytes of an HTTP/1.1 connection.
enum expected { HEAD, SIZE_LINE, CHUNK, CHUNK_END };

struct connection {
    SSL *tls;
    struct stream *streams;
    unsigned streams_count;
    enum expected expected;
    size_t filled;  // of `head`, which holds a head, a line, or the header of a frame
    size_t left;    // of a chunk or of the payload of a frame
    unsigned type, flags, stream;
    unsigned char head[HEAD_MOST];
};

// `arrived` is what the proxy brought within the window, whenever it was due; `arrived_due` is what
// was due within the window and came at all. The window is 0 to 0 until it is set.
struct tally {
    uint64_t window_begin, window_end;  // microseconds of the monotonic clock
    uint64_t streams_begun, arrived, arrived_due;
    uint32_t lateness[LATENESS_BUCKETS];
};
extern struct tally tally;

__attribute__((noreturn, format(printf, 1, 2))) void fail(const char *format, ...);
void send_bytes(struct connection *connection, const void *bytes, size_t count);
void take_http1(struct connection *connection, const unsigned char *bytes, size_t count);
void take_http2(struct connection *connection, const unsigned char *bytes, size_t count);

#endif

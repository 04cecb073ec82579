// A client of many event streams over TLS: counts every event, and how late each one came.
//
// client PORT http1|http2 CONNECTIONS STREAMS_EACH INTERVAL_MS WARM_UP_SECONDS SECONDS
// Prints one line of JSON when it begins to measure, one when it ends, and one with the figures.
// An event that is lost, doubled or out of order, or a stream that ends, ends the measurement.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "answers.h"

enum {
    EVENTS_AT_ONCE = 256,
    RECORD_BYTES = 32768,
    PATIENCE_SECONDS = 10,
    GRACE_MICROSECONDS = 500000,  // how late an event may be and still count as arrived
};

static int port, connections_count, streams_each, interval;
static bool http2;
static struct connection *connections;

static void receive(struct connection *connection) {
    static unsigned char bytes[RECORD_BYTES];
    do {
        int count = SSL_read(connection->tls, bytes, sizeof bytes);
        if (count <= 0) {
            int why = SSL_get_error(connection->tls, count);
            if (why == SSL_ERROR_WANT_READ) return;
            fail("the proxy closed a connection");
        }
        (http2 ? take_http2 : take_http1)(connection, bytes, (size_t)count);
        // Reading ahead may have taken several records from the socket at once.
    } while (SSL_has_pending(connection->tls));
}

static void open_connection(struct connection *connection, SSL_CTX *context) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval patience = {.tv_sec = PATIENCE_SECONDS};
    int descriptor = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address)) fail("not connected");
    connection->tls = SSL_new(context);
    connection->streams_count = (unsigned)streams_each;
    connection->streams = calloc((size_t)streams_each, sizeof *connection->streams);
    SSL_set_fd(connection->tls, descriptor);
    SSL_set_tlsext_host_name(connection->tls, "localhost");
    if (SSL_connect(connection->tls) != 1) {
        const char *reason = ERR_reason_error_string(ERR_peek_error());
        fail("a TLS handshake failed: %s", reason ? reason : "the connection ended");
    }
    const unsigned char *chosen;
    unsigned length;
    SSL_get0_alpn_selected(connection->tls, &chosen, &length);
    if (http2 && (length != 2 || memcmp(chosen, "h2", 2) != 0))
        fail("HTTP/2 was not negotiated");
}

static void request_http1(struct connection *connection, int number) {
    char text[256];
    int length = snprintf(text, sizeof text,
                          "GET /events HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\n"
                          "x-user-id: user-%d\r\n\r\n", number);
    send_bytes(connection, text, (size_t)length);
}

// The largest windows that there are, so that none is ever to be raised; heads without a table.
static void request_http2(struct connection *connection, int number) {
    static const char preface[] =
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
        "\0\0\x06\x04\0\0\0\0\0\0\x04\x7f\xff\xff\xff"  // SETTINGS: windows of streams
        "\0\0\x04\x08\0\0\0\0\0\x7f\xff\0\0";           // WINDOW_UPDATE of the connection
    static const char fields[] =
        "\x82\x87\x04\x07/events\x01\x09localhost\x00\x09x-user-id";  // GET, https, …
    char text[256], user[16];
    send_bytes(connection, preface, sizeof preface - 1);
    for (int place = 0; place < streams_each; place++) {
        size_t length = sizeof fields - 1, id = 2 * (size_t)place + 1;
        int user_length = snprintf(user, sizeof user, "user-%d", number * streams_each + place);
        memcpy(text + 9, fields, length);
        text[9 + length++] = (char)user_length;
        memcpy(text + 9 + length, user, (size_t)user_length);
        length += (size_t)user_length;
        unsigned char head[9] = {0, 0, (unsigned char)length, HEADERS, END_STREAM | END_HEADERS,
                                 0, 0, (unsigned char)(id >> 8), (unsigned char)id};
        memcpy(text, head, 9);
        send_bytes(connection, text, 9 + length);
    }
}

static void run_until(int poller, uint64_t end) {
    struct epoll_event ready[EVENTS_AT_ONCE];
    while (now_microseconds() < end) {
        int found = epoll_wait(poller, ready, EVENTS_AT_ONCE, 1);
        for (int place = 0; place < found; place++) receive(ready[place].data.ptr);
    }
}

// A share of all that were due, in microseconds; events that never came are the latest.
static unsigned late(uint64_t due, double share) {
    uint64_t sum = 0;
    unsigned bucket = 0;
    for (; bucket < LATENESS_BUCKETS - 1; bucket++)
        if ((sum += tally.lateness[bucket]) > share * due) break;
    return (bucket + 1) * BUCKET_MICROSECONDS;
}

static int open_all(void) {
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    const char *protocol = http2 ? "\x02h2" : "\x08http/1.1";
    SSL_CTX_set_alpn_protos(context, (const unsigned char *)protocol, (unsigned)strlen(protocol));
    SSL_CTX_set_read_ahead(context, 1);
    connections = calloc((size_t)connections_count, sizeof *connections);
    for (int place = 0; place < connections_count; place++)
        open_connection(&connections[place], context);
    // All at once, after the handshakes, which streams under way would hold up.
    int poller = epoll_create1(0);
    for (int place = 0; place < connections_count; place++) {
        struct connection *connection = &connections[place];
        (http2 ? request_http2 : request_http1)(connection, place);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
        int descriptor = SSL_get_fd(connection->tls);
        fcntl(descriptor, F_SETFL, O_NONBLOCK);
        epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event);
    }
    return poller;
}

static void measure(int poller, double warm_up, double seconds) {
    unsigned streams = (unsigned)(connections_count * streams_each);
    run_until(poller, now_microseconds() + (uint64_t)(warm_up * 1e6));
    if (tally.streams_begun != streams)
        fail("only %lu of %u streams began", (unsigned long)tally.streams_begun, streams);
    printf("{\"begin\": true, \"cipher\": \"%s\"}\n", SSL_get_cipher(connections[0].tls));
    tally.window_begin = now_microseconds();
    tally.window_end = tally.window_begin + (uint64_t)(seconds * 1e6);
    run_until(poller, tally.window_end);
    printf("{\"end\": true}\n");
    run_until(poller, tally.window_end + GRACE_MICROSECONDS);
    uint64_t due = (uint64_t)(streams * seconds * 1000 / interval);
    printf("{\"arrived\": %lu, \"due\": %lu, \"arrived_due\": %lu, \"p50\": %u, \"p99\": %u}\n",
           (unsigned long)tally.arrived, (unsigned long)due, (unsigned long)tally.arrived_due,
           late(due, 0.5), late(due, 0.99));
}

int main(int count, char **arguments) {
    if (count != 8) {
        fprintf(stderr, "usage: client PORT http1|http2 CONNECTIONS STREAMS_EACH INTERVAL_MS "
                        "WARM_UP_SECONDS SECONDS\n");
        return 2;
    }
    port = atoi(arguments[1]);
    http2 = strcmp(arguments[2], "http2") == 0;
    connections_count = atoi(arguments[3]);
    streams_each = atoi(arguments[4]);
    interval = atoi(arguments[5]);
    // The harness reads these lines as they come.
    setvbuf(stdout, NULL, _IOLBF, 0);
    measure(open_all(), atof(arguments[6]), atof(arguments[7]));
    return 0;
}

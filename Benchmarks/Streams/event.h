// The one event that upstream and client of the streams case both know: always of the same length.

#ifndef EVENT_H
#define EVENT_H

#include <stdint.h>
#include <time.h>

// Index counts the events of a stream from 0; due is when the event had to be sent, in
// microseconds of the monotonic clock, which both processes share.
#define EVENT_TOKEN "data: {\"token\":\" word\",\"index\":"
#define EVENT_INDEX "0000000000"
#define EVENT_BETWEEN ",\"due\":"
#define EVENT_DUE "0000000000000000"
#define EVENT EVENT_TOKEN EVENT_INDEX EVENT_BETWEEN EVENT_DUE "}\n\n"
#define INDEX_DIGITS (sizeof EVENT_INDEX - 1)
#define DUE_DIGITS (sizeof EVENT_DUE - 1)
#define INDEX_AT (sizeof EVENT_TOKEN - 1)
#define DUE_AT (INDEX_AT + INDEX_DIGITS + sizeof EVENT_BETWEEN - 1)
#define EVENT_BYTES (sizeof EVENT - 1)

static inline uint64_t now_microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

#endif

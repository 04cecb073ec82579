// The files of the dashboard, which lie in assets/ and are compiled in.

#pragma once

#include <stddef.h>

struct dashboard_file {
    const char *name;
    const unsigned char *bytes;
    size_t length;
};

/// How many files there are.
size_t dashboard_file_count(void);

/// A file by its place, which must be below the count; its memory is there for good.
struct dashboard_file dashboard_file_at(size_t place);

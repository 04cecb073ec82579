// Files that the admin listener serves, compiled in: the dashboard in assets/, and what the API is in api/.

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

/// The description of the API (OpenAPI); its name is empty.
struct dashboard_file api_description(void);

// Compiles the description of the API in, so that it is the one of this program.

#include "CDashboard.h"

// Of C23, and of clang in every mode.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char openapi_json[] = {
#embed "api/openapi.json"
};

struct dashboard_file api_description(void) {
    return (struct dashboard_file){"", openapi_json, sizeof openapi_json};
}

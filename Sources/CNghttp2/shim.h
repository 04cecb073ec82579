/* The system's nghttp2: HTTP/2 framing without I/O. */
#ifndef SLUICE_CNGHTTP2_SHIM_H
#define SLUICE_CNGHTTP2_SHIM_H
#include <nghttp2/nghttp2.h>

/* The fields of a frame's union, by the type that the header has checked. */

static inline int32_t sluice_frame_headers_category(const nghttp2_frame *frame) {
    return (int32_t)frame->headers.cat;
}
static inline uint32_t sluice_frame_reset_code(const nghttp2_frame *frame) {
    return frame->rst_stream.error_code;
}

/* A data provider for an object of ours. */
static inline nghttp2_data_provider sluice_data_provider(
    void *object, nghttp2_data_source_read_callback callback) {
    nghttp2_data_provider provider;
    provider.source.ptr = object;
    provider.read_callback = callback;
    return provider;
}
#endif

/* The system's zlib: answers in gzip and deflate are compared by what is in them. */
#ifndef SLUICE_CZLIB_SHIM_H
#define SLUICE_CZLIB_SHIM_H
#define ZLIB_CONST
#include <zlib.h>
#endif

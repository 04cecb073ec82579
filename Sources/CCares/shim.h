/* The system's c-ares: DNS answers with their time to live, without blocking. */
#ifndef SLUICE_CCARES_SHIM_H
#define SLUICE_CCARES_SHIM_H
#include <ares.h>
#include <netdb.h>
#endif

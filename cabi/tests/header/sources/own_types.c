/* A program ported to Linux long ago: it has Windows types of its own, equal to ours, and some statuses. */
#include <stdint.h>

typedef uint32_t ULONG;
typedef int32_t LONG;
typedef unsigned char UCHAR, BOOLEAN;
typedef UCHAR *PUCHAR;
typedef void *PVOID, *HANDLE;
typedef LONG NTSTATUS;
#define STATUS_SUCCESS ((NTSTATUS)0)
#define WINAPI

#include <bcrypt.h>

#define TEXT_OF(text) text
#include "bcrypt.inc"

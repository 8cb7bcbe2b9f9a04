/* ULONG is "unsigned long" on Windows only; elsewhere it has 64 bits and the calls would write past a variable. */
#include <stdint.h>

typedef unsigned long ULONG;
#define BCRYPT_SHIM_NO_INTEGER_TYPES
typedef unsigned char UCHAR, BOOLEAN;
typedef unsigned short USHORT;
typedef unsigned long long ULONGLONG;
typedef int LONG;

#include <bcrypt.h>

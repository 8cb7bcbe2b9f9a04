/* A program whose Windows types are not ours, but as wide: it says so and casts its text. */
#include <stdint.h>

typedef unsigned int ULONG;
typedef unsigned long ULONGLONG;
typedef int NTSTATUS, LONG;
typedef uint8_t UCHAR, BOOLEAN, *PUCHAR;
typedef uint16_t USHORT, WCHAR, *LPWSTR;
typedef const WCHAR *LPCWSTR;
typedef struct object *HANDLE;
typedef void *PVOID;

#define BCRYPT_SHIM_NO_WINDOWS_TYPES
#include <bcrypt.h>

#define TEXT_OF(text) ((LPCWSTR)(text))
#include "bcrypt.inc"

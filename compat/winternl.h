/* winternl.h: NT_SUCCESS, and the system error that a status stands for. */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BCRYPT_SHIM_WINTERNL_H
#define BCRYPT_SHIM_WINTERNL_H

#include "windows.h"

/* Spelled as programs do that define them themselves: the same macro twice is no error. */
#ifndef NT_SUCCESS
#define NT_SUCCESS(Status) (((NTSTATUS)(Status)) >= 0)
#endif
#ifndef NT_INFORMATION
#define NT_INFORMATION(Status) ((((ULONG)(Status)) >> 30) == 1)
#endif
#ifndef NT_WARNING
#define NT_WARNING(Status) ((((ULONG)(Status)) >> 30) == 2)
#endif
#ifndef NT_ERROR
#define NT_ERROR(Status) ((((ULONG)(Status)) >> 30) == 3)
#endif

#ifndef BCRYPT_SHIM_NO_WINDOWS_TYPES
typedef struct _UNICODE_STRING {
    USHORT Length;
    USHORT MaximumLength;
    LPWSTR Buffer;
} UNICODE_STRING, *PUNICODE_STRING;
#endif

/* For what bcrypt functions return; ERROR_MR_MID_NOT_FOUND for the rest, which Windows answers where it knows none. */
static inline ULONG RtlNtStatusToDosError(NTSTATUS Status)
{
    switch ((ULONG)Status) {
    case 0x00000000: /* STATUS_SUCCESS */
        return ERROR_SUCCESS;
    case 0xC0000001: /* STATUS_UNSUCCESSFUL */
        return ERROR_GEN_FAILURE;
    case 0xC0000002: /* STATUS_NOT_IMPLEMENTED */
        return ERROR_INVALID_FUNCTION;
    case 0xC0000008: /* STATUS_INVALID_HANDLE */
        return ERROR_INVALID_HANDLE;
    case 0xC000000D: /* STATUS_INVALID_PARAMETER */
        return ERROR_INVALID_PARAMETER;
    case 0xC0000017: /* STATUS_NO_MEMORY */
        return ERROR_NOT_ENOUGH_MEMORY;
    case 0xC0000022: /* STATUS_ACCESS_DENIED */
        return ERROR_ACCESS_DENIED;
    case 0xC0000023: /* STATUS_BUFFER_TOO_SMALL */
        return ERROR_INSUFFICIENT_BUFFER;
    case 0xC000003E: /* STATUS_DATA_ERROR */
        return ERROR_CRC;
    case 0xC000009A: /* STATUS_INSUFFICIENT_RESOURCES */
        return ERROR_NO_SYSTEM_RESOURCES;
    case 0xC00000BB: /* STATUS_NOT_SUPPORTED */
        return ERROR_NOT_SUPPORTED;
    case 0xC00000E5: /* STATUS_INTERNAL_ERROR */
        return ERROR_INTERNAL_ERROR;
    case 0xC0000206: /* STATUS_INVALID_BUFFER_SIZE */
        return ERROR_INVALID_USER_BUFFER;
    case 0xC0000225: /* STATUS_NOT_FOUND */
        return ERROR_NOT_FOUND;
    case 0xC000028A: /* STATUS_ENCRYPTION_FAILED */
        return ERROR_ENCRYPTION_FAILED;
    case 0xC000028B: /* STATUS_DECRYPTION_FAILED */
        return ERROR_DECRYPTION_FAILED;
    default:
        return ERROR_MR_MID_NOT_FOUND;
    }
}

#endif /* BCRYPT_SHIM_WINTERNL_H */

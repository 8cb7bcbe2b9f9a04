/* A CNG sample: Windows' headers first, and definitions the samples repeat. */
#include <windows.h>
#include <stdio.h>
#include <winternl.h>
#include <ntstatus.h>
#include <winerror.h>
#include <bcrypt.h>
#include <sal.h>

#define NT_SUCCESS(Status) (((NTSTATUS)(Status)) >= 0)
#define STATUS_UNSUCCESSFUL ((NTSTATUS)0xC0000001L)
#define TEXT_OF(text) text

static DWORD count(_In_reads_bytes_(size) const BYTE *bytes, _In_ DWORD size)
{
    DWORD zeros = 0, at;
    for (at = 0; at < size; at++)
        zeros += bytes[at] == 0;
    return zeros;
}

static BOOL WINAPI services(_In_opt_ LPVOID unused)
{
    CRITICAL_SECTION lock;
    PBYTE bytes = (PBYTE)HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, 16);
    LPVOID local = LocalAlloc(LPTR, 0);
    BOOL good = bytes && local && count(bytes, 16) == 16;

    UNREFERENCED_PARAMETER(unused);
    InitializeCriticalSection(&lock);
    EnterCriticalSection(&lock);
    good = good && TryEnterCriticalSection(&lock);
    LeaveCriticalSection(&lock);
    LeaveCriticalSection(&lock);
    DeleteCriticalSection(&lock);
    if (bytes)
        SecureZeroMemory(bytes, 16);
    good = HeapFree(GetProcessHeap(), 0, bytes) && good;
    return !LocalFree(local) && good && NT_SUCCESS(STATUS_SUCCESS) && !NT_SUCCESS(STATUS_UNSUCCESSFUL);
}

#define main bcrypt_main
#include "bcrypt.inc"
#undef main

int main(int argc, char **argv)
{
    UNREFERENCED_PARAMETER(argv);
    return services(NULL) ? argc > 1 && bcrypt_main() : 1;
}

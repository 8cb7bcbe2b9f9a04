/* What windows.h has beside types, in one program of two files; with OTHER this is the second. */
#include <Windows.h>
#include <WinTernl.h>
#include <libloaderapi.h>
#include <security.h>
#include <stdio.h>
#include <strsafe.h>
#include <tchar.h>

#ifdef __cplusplus
extern "C"
#endif
    DWORD
    error_of_another_file(void);

#ifdef OTHER
DWORD error_of_another_file(void)
{
    return GetLastError();
}
#else
static int bad;
#define WANT(condition) ((condition) ? (void)0 : (void)(bad++, fprintf(stderr, "line %d: %s\n", __LINE__, #condition)))

__declspec(thread) static int own;
static __declspec(align(64)) char aligned;
static INIT_ONCE once = INIT_ONCE_STATIC_INIT;
static SRWLOCK lock = SRWLOCK_INIT;
static LONG volatile runs, count;
static unsigned long guarded;

static BOOL CALLBACK run_once(PINIT_ONCE self, PVOID parameter, PVOID *context)
{
    UNREFERENCED_PARAMETER(self);
    *context = parameter;
    Sleep(1);
    return InterlockedIncrement(&runs) > 1; /* The first one fails. */
}

static void *thread(void *unused)
{
    int at;
    PVOID context = NULL;
    while (!InitOnceExecuteOnce(&once, run_once, &aligned, &context))
        continue;
    WANT(context == (PVOID)&aligned && own == 0);
    own = 1;
    for (at = 0; at < 10000; at++) {
        InterlockedIncrement(&count);
        AcquireSRWLockExclusive(&lock);
        guarded++;
        ReleaseSRWLockExclusive(&lock);
        AcquireSRWLockShared(&lock);
        ReleaseSRWLockShared(&lock);
    }
    return unused;
}

static void threads(void)
{
    pthread_t list[4];
    int at;
    for (at = 0; at < 4; at++)
        pthread_create(&list[at], NULL, thread, NULL);
    for (at = 0; at < 4; at++)
        pthread_join(list[at], NULL);
    WANT(runs == 2 && count == 40000 && guarded == 40000);
}

static void interlocked(void)
{
    LONG volatile number = 5;
    LONG64 volatile large = 1LL << 40;
    PVOID volatile pointer = NULL;
    WANT(InterlockedDecrement(&number) == 4 && InterlockedExchange(&number, 9) == 4);
    WANT(InterlockedCompareExchange(&number, 1, 8) == 9 && InterlockedCompareExchange(&number, 1, 9) == 9 && number == 1);
    WANT(InterlockedExchangeAdd(&number, 6) == 1 && InterlockedOr(&number, 8) == 7 && InterlockedAnd(&number, 3) == 15);
    WANT(InterlockedIncrement64(&large) == (1LL << 40) + 1);
    WANT(InterlockedCompareExchangePointer(&pointer, &own, NULL) == NULL && pointer == (PVOID)&own);
}

static void text(void)
{
    WCHAR wide[16];
    CHAR narrow[16], copy[8];
    TCHAR kind[] = TEXT("kind");
    LPCTSTR same = _T("kind");

    WANT(MultiByteToWideChar(CP_UTF8, 0, "a\xC3\xA9", -1, NULL, 0) == 3);
    WANT(MultiByteToWideChar(CP_UTF8, 0, "a\xC3\xA9", -1, wide, 16) == 3 && wide[1] == 0xE9 && !wide[2]);
    WANT(MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, "\xFF", 1, wide, 16) == 0);
    WANT(GetLastError() == ERROR_NO_UNICODE_TRANSLATION);
    WANT(MultiByteToWideChar(CP_ACP, 0, "abc", 3, wide, 2) == 0 && GetLastError() == ERROR_INSUFFICIENT_BUFFER);
    WANT(MultiByteToWideChar(1252, 0, "abc", 3, wide, 16) == 0 && GetLastError() == ERROR_INVALID_PARAMETER);
    WANT(WideCharToMultiByte(CP_UTF8, 0, BCRYPT_SHA256_ALGORITHM, -1, narrow, 16, NULL, NULL) == 7);
    WANT(!strcmp(narrow, "SHA256") && lstrlenW(BCRYPT_ECDH_P256_ALGORITHM) == 9);
    WANT(!lstrcpyW(wide, BCRYPT_KDF_HASH) || lstrlenW(lstrcatW(wide, BCRYPT_KDF_HMAC)) == 8);
#if !defined(_UNICODE) || __SIZEOF_WCHAR_T__ == 2
    WANT(!_tcscmp(kind, same) && _tcslen(same) == 4);
#else
    WANT(lstrlen(kind) == 4 && lstrlen(same) == 4);
#endif
    WANT(strcpy_s(copy, sizeof(copy), "1234567") == 0 && strcpy_s(copy, sizeof(copy), "12345678") == ERANGE && !*copy);
    WANT(strncpy_s(copy, sizeof(copy), "abcdefgh", 3) == 0 && !strcmp(copy, "abc") && strnlen_s(copy, 2) == 2);
    WANT(memcpy_s(copy, 2, "abc", 3) == ERANGE && !copy[0] && memcpy_s(copy, 3, "abc", 3) == 0);
    WANT(_stricmp("AbC", "aBc") == 0 && _byteswap_ulong(0x01020304) == 0x04030201);
    WANT(StringCchCopyA(copy, 3, "abcd") == STRSAFE_E_INSUFFICIENT_BUFFER && !strcmp(copy, "ab"));
    WANT(StringCchCopyW(wide, 16, BCRYPT_KDF_HASH) == S_OK && StringCchCatW(wide, 16, BCRYPT_KDF_HASH) == S_OK);
    WANT(lstrlenW(wide) == 8 && StringCchPrintfA(narrow, 16, "%d-%s", 5, "x") == S_OK && !strcmp(narrow, "5-x"));
}

static void errors(void)
{
    CHAR message[64], *allocated = NULL;
    WANT(RtlNtStatusToDosError(STATUS_NOT_FOUND) == ERROR_NOT_FOUND && RtlNtStatusToDosError(0) == ERROR_SUCCESS);
    WANT(RtlNtStatusToDosError(STATUS_AUTH_TAG_MISMATCH) == ERROR_MR_MID_NOT_FOUND);
    WANT(HRESULT_FROM_NT(STATUS_INVALID_PARAMETER) == (HRESULT)0xD000000D && FAILED(HRESULT_FROM_WIN32(5)));
    WANT(HRESULT_FROM_WIN32(ERROR_ACCESS_DENIED) == E_ACCESSDENIED && HRESULT_FROM_WIN32(0) == S_OK);
    WANT(NT_SUCCESS(STATUS_SUCCESS) && NT_ERROR(STATUS_HEAP_CORRUPTION) && !NT_SUCCESS(STATUS_INSUFFICIENT_RESOURCES));
    WANT(FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM, NULL, (DWORD)STATUS_NOT_FOUND, 0, message, 64, NULL) == 19);
    WANT(!strcmp(message, "STATUS_NOT_FOUND.\r\n") && !strcmp(bcrypt_shim_status_name(STATUS_SUCCESS), "STATUS_SUCCESS"));
    WANT(FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_ALLOCATE_BUFFER, NULL, 1, 0, (LPSTR)&allocated, 0,
                        NULL) == 19);
    WANT(allocated && !strcmp(allocated, "Error 0x00000001.\r\n"));
    LocalFree(allocated);
    SetLastError(4711);
    WANT(error_of_another_file() == 4711);
}

/* bcrypt.dll by its name, as programs find functions that some Windows does not have. */
static void loader(void)
{
    typedef NTSTATUS(WINAPI * Open)(BCRYPT_ALG_HANDLE *, LPCWSTR, LPCWSTR, ULONG);
    HMODULE module = LoadLibraryA("BCrypt.dll");
    FARPROC found = module ? GetProcAddress(module, "BCryptOpenAlgorithmProvider") : NULL;
    BCRYPT_ALG_HANDLE algorithm;
    WANT(found && ((Open)(void (*)(void))found)(&algorithm, BCRYPT_DH_ALGORITHM, NULL, 0) == STATUS_SUCCESS);
    WANT(module && !GetProcAddress(module, "BCryptNothing") && GetLastError() == ERROR_PROC_NOT_FOUND);
    WANT(GetModuleHandleA("bcrypt.dll") == module && FreeLibrary(module));
    WANT(!LoadLibraryA("no such library.dll") && GetLastError() == ERROR_MOD_NOT_FOUND);
}

int main(void)
{
    SECURITY_STATUS status = SEC_E_OK;
    unsigned __int64 wide = 1;
    LARGE_INTEGER large;
    ULARGE_INTEGER unsigned_large;
    large.QuadPart = (LONGLONG)(wide << 33) + 7;
    unsigned_large.u.LowPart = 1;
    unsigned_large.u.HighPart = 2;
    WANT(large.LowPart == 7 && large.HighPart == 2 && unsigned_large.QuadPart == (2ULL << 32) + 1 && status == 0);
    WANT(sizeof(INT8) == 1 && sizeof(UINT16) == 2 && sizeof(INT32) == 4 && sizeof(UINT64) == 8);
    WANT(sizeof(LONG_PTR) == sizeof(void *) && (ULONG_PTR)&aligned % 64 == 0);
    threads();
    interlocked();
    text();
    errors();
    loader();
    return bad;
}
#endif

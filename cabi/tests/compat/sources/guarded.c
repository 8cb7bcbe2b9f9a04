/* A program whose CNG code is for _WIN32 alone. */
#ifndef _WIN32
#error "another library's code would be here"
#endif
#ifdef PLAIN
#include <bcrypt.h>
#else
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#include <bcrypt.h>
#include <wincrypt.h>
#include <ncrypt.h>
#endif

/* Names that Windows' bcrypt.h leaves to the program, as programs spell them. */
#define NT_SUCCESS(status) ((NTSTATUS)(status) >= 0)
#define STATUS_SUCCESS 0
#define STATUS_UNSUCCESSFUL ((NTSTATUS)0xc0000001)
#ifndef STATUS_NOT_FOUND
#define STATUS_NOT_FOUND ((NTSTATUS)0xC0000225L)
#endif
#ifndef STATUS_INVALID_PARAMETER
#define STATUS_INVALID_PARAMETER ((NTSTATUS)0xC000000DL)
#endif

static NTSTATUS WINAPI status_of(LPCWSTR name)
{
    BCRYPT_ALG_HANDLE algorithm = NULL;
    NTSTATUS status = BCryptOpenAlgorithmProvider(&algorithm, name, MS_PRIMITIVE_PROVIDER, 0);
    if (NT_SUCCESS(status))
        BCryptCloseAlgorithmProvider(algorithm, 0);
    return status;
}

int main(void)
{
    switch (status_of(BCRYPT_ECDH_P256_ALGORITHM)) {
    case STATUS_SUCCESS:
        break;
    case STATUS_NOT_FOUND:
    case STATUS_UNSUCCESSFUL:
    case STATUS_INVALID_PARAMETER:
    default:
        return 1;
    }
    return status_of(BCRYPT_KDF_HMAC) == STATUS_NOT_FOUND ? 0 : 2;
}

/* keyexchange: two parties make keys, exchange the public halves as files, and derive the same session key. */
#ifndef KEYEXCHANGE_H
#define KEYEXCHANGE_H

/* HKDF came with Windows 10 1803; Windows' headers hide it from programs for older systems. */
#define _WIN32_WINNT 0x0A00
#define NTDDI_VERSION 0x0A000005

#include <windows.h>
#include <stdio.h>
#include <bcrypt.h>

/* Names of Windows 10 that the headers of older SDKs and of mingw-w64 10 lack. */
#ifndef BCRYPT_ECDH_ALGORITHM
#define BCRYPT_ECDH_ALGORITHM L"ECDH"
#endif
#ifndef BCRYPT_ECC_CURVE_NAME
#define BCRYPT_ECC_CURVE_NAME L"ECCCurveName"
#endif
#ifndef BCRYPT_ECC_CURVE_25519
#define BCRYPT_ECC_CURVE_25519 L"curve25519"
#endif

#define MAX_BLOB 512
#define SESSION_KEY_BYTES 32

/* Prints a call that failed. */
BOOL succeeded(const char *call, NTSTATUS status);

/* keys.c */
BOOL openAlgorithm(BOOL x25519, BCRYPT_ALG_HANDLE *phAlgorithm);
BOOL createKey(BCRYPT_ALG_HANDLE hAlgorithm, BOOL x25519, const WCHAR *name);
BOOL loadKey(BCRYPT_ALG_HANDLE hAlgorithm, LPCWSTR blobType, const WCHAR *path, BCRYPT_KEY_HANDLE *phKey);

/* session.c */
BOOL deriveSessionKey(BCRYPT_KEY_HANDLE hKey, BCRYPT_KEY_HANDLE hPeer, BOOL x25519, BYTE *key);

/* files.c */
BOOL joinPath(const WCHAR *name, const char *extension, WCHAR *path, size_t units);
BOOL writeFile(const WCHAR *path, const BYTE *bytes, ULONG size);
BOOL readFile(const WCHAR *path, BYTE *bytes, ULONG room, ULONG *size);

/* main.c */
int run(int argc, WCHAR **argv);

#endif

/* Hashes files or standard input, as sha256sum and openssl dgst do, with any hash of CNG by its name.
 *
 *   checksum [-a ALGORITHM] [-k KEY] [-n BYTES] [FILE...]
 *
 * -a  SHA256 if it is not given; any name that BCryptOpenAlgorithmProvider takes for a hash: MD5, SHA3-512, AES-CMAC...
 * -k  a key in hexadecimal digits: HMAC over the hash, or the key of a MAC
 * -n  bytes of output, for cSHAKE and KMAC, which give as many as are asked for
 *
 * All files go through one hash object where it is reusable (Windows 8 and later). A file of 64 MiB and more shows how far
 * it is, if standard error is a terminal. Exit code: 0, or 1 if anything failed.
 */
#ifndef _WIN32
#define _POSIX_C_SOURCE 200809L /* fileno */
#endif
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <bcrypt.h>

#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#define isatty _isatty
#define fileno _fileno
#else
#include <unistd.h>
#endif

#ifndef BCRYPT_HASH_REUSABLE_FLAG
#define BCRYPT_HASH_REUSABLE_FLAG 0x00000020
#endif

#define CHUNK (256 * 1024)
#define LARGE (64u * 1024 * 1024)

typedef struct HASHER {
    BCRYPT_ALG_HANDLE hAlgorithm;
    BCRYPT_HASH_HANDLE hHash; /* NULL if a new one is needed for each file */
    BOOL reusable;
    PUCHAR key;
    ULONG cbKey;
    PUCHAR digest;
    ULONG cbDigest;
} HASHER;

static BOOL succeeded(const char *call, NTSTATUS status)
{
    if (!BCRYPT_SUCCESS(status))
        fprintf(stderr, "checksum: %s: 0x%08lx\n", call, (unsigned long)(ULONG)status);
    return BCRYPT_SUCCESS(status);
}

static BOOL createHash(HASHER *hasher)
{
    NTSTATUS status = BCryptCreateHash(hasher->hAlgorithm, &hasher->hHash, NULL, 0, hasher->key, hasher->cbKey,
                                       hasher->reusable ? BCRYPT_HASH_REUSABLE_FLAG : 0);

    /* Windows 7 has no reusable hashes. */
    if (status == (NTSTATUS)0xC000000D && hasher->reusable) {
        hasher->reusable = FALSE;
        return createHash(hasher);
    }
    return succeeded("BCryptCreateHash", status);
}

/* Opens the algorithm; a key makes an HMAC of a plain hash, and is the key of what is a MAC already. */
static BOOL openAlgorithm(HASHER *hasher, const char *name)
{
    WCHAR wide[64];
    size_t length = 0;
    NTSTATUS status;
    BOOL isMac = strstr(name, "MAC") != NULL;

    for (; name[length] && length < 63; length++)
        wide[length] = (WCHAR)(unsigned char)name[length];
    wide[length] = 0;
    status = BCryptOpenAlgorithmProvider(&hasher->hAlgorithm, wide, NULL,
                                         hasher->key && !isMac ? BCRYPT_ALG_HANDLE_HMAC_FLAG : 0);
    if (status == (NTSTATUS)0xC0000225) {
        fprintf(stderr, "checksum: there is no algorithm %s\n", name);
        return FALSE;
    }
    return succeeded("BCryptOpenAlgorithmProvider", status);
}

static BOOL prepare(HASHER *hasher, const char *name, ULONG cbWanted)
{
    ULONG cbResult;

    if (!openAlgorithm(hasher, name) ||
        !succeeded("BCryptGetProperty(HashDigestLength)",
                   BCryptGetProperty(hasher->hAlgorithm, BCRYPT_HASH_LENGTH, (PUCHAR)&hasher->cbDigest,
                                     sizeof(hasher->cbDigest), &cbResult, 0)))
        return FALSE;
    if (cbWanted)
        hasher->cbDigest = cbWanted;
    hasher->digest = (PUCHAR)malloc(hasher->cbDigest);
    hasher->reusable = TRUE;
    return hasher->digest != NULL && createHash(hasher);
}

static void progress(const char *name, double done, double total)
{
    static time_t last;
    time_t now = time(NULL);

    if (now == last)
        return;
    last = now;
    if (total > 0)
        fprintf(stderr, "\r%s: %.0f of %.0f MiB, %.0f %%  ", name, done / 1048576, total / 1048576, 100 * done / total);
    else
        fprintf(stderr, "\r%s: %.0f MiB  ", name, done / 1048576);
}

static double sizeOf(FILE *file)
{
    double size;

    if (fseek(file, 0, SEEK_END) != 0)
        return 0;
    size = (double)ftell(file);
    rewind(file);
    return size;
}

static BOOL hashFile(HASHER *hasher, FILE *file, const char *name)
{
    static BYTE chunk[CHUNK];
    double done = 0, total = file == stdin ? 0 : sizeOf(file);
    BOOL shows = isatty(fileno(stderr)) && (file == stdin || total >= LARGE), works = TRUE;
    size_t count;
    ULONG i;

    if (!hasher->hHash && !createHash(hasher))
        return FALSE;
    while (works && (count = fread(chunk, 1, sizeof(chunk), file)) > 0) {
        works = succeeded("BCryptHashData", BCryptHashData(hasher->hHash, chunk, (ULONG)count, 0));
        done += (double)count;
        if (shows)
            progress(name, done, total);
    }
    if (shows)
        fprintf(stderr, "\r%*s\r", 70, "");
    /* Finishing also makes a reusable hash ready for the next file, so it is done after an error too. */
    works = succeeded("BCryptFinishHash", BCryptFinishHash(hasher->hHash, hasher->digest, hasher->cbDigest, 0)) && works;
    if (!works || !hasher->reusable) {
        BCryptDestroyHash(hasher->hHash);
        hasher->hHash = NULL;
    }
    if (ferror(file)) {
        fprintf(stderr, "checksum: %s can't be read\n", name);
        works = FALSE;
    }
    if (!works)
        return FALSE;
    for (i = 0; i < hasher->cbDigest; i++)
        printf("%02x", hasher->digest[i]);
    printf("  %s\n", name);
    return TRUE;
}

static BOOL hashNamed(HASHER *hasher, const char *name)
{
    FILE *file = fopen(name, "rb");
    BOOL works;

    if (!file) {
        fprintf(stderr, "checksum: %s can't be opened\n", name);
        return FALSE;
    }
    works = hashFile(hasher, file, name);
    fclose(file);
    return works;
}

static int digitOf(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    digit |= 0x20;
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

static BOOL readKey(HASHER *hasher, const char *text)
{
    size_t length = strlen(text), i;

    hasher->key = (PUCHAR)malloc(length / 2 + 1);
    if (!hasher->key || length % 2)
        return FALSE;
    for (i = 0; i < length; i += 2) {
        int high = digitOf(text[i]), low = digitOf(text[i + 1]);
        if (high < 0 || low < 0)
            return FALSE;
        hasher->key[i / 2] = (BYTE)(high << 4 | low);
    }
    hasher->cbKey = (ULONG)(length / 2);
    return TRUE;
}

static int usage(void)
{
    fprintf(stderr, "usage: checksum [-a ALGORITHM] [-k KEY] [-n BYTES] [FILE...]\n"
                    "The key is in hexadecimal digits. Without a file, or with -, standard input is read.\n");
    return 1;
}

int main(int argc, char **argv)
{
    HASHER hasher = {0};
    const char *algorithm = "SHA256";
    ULONG cbWanted = 0;
    BOOL works;
    int i = 1;

    for (; i < argc && argv[i][0] == '-' && argv[i][1]; i += 2) {
        if (i + 1 == argc || argv[i][2])
            return usage();
        if (argv[i][1] == 'a')
            algorithm = argv[i + 1];
        else if (argv[i][1] == 'n')
            cbWanted = (ULONG)strtoul(argv[i + 1], NULL, 10);
        else if (argv[i][1] != 'k' || hasher.key || !readKey(&hasher, argv[i + 1]))
            return usage();
    }
#ifdef _WIN32
    _setmode(_fileno(stdin), _O_BINARY);
#endif
    works = prepare(&hasher, algorithm, cbWanted);
    if (works && i == argc)
        works = hashFile(&hasher, stdin, "-");
    else
        for (; hasher.digest && i < argc; i++)
            works = (strcmp(argv[i], "-") == 0 ? hashFile(&hasher, stdin, "-") : hashNamed(&hasher, argv[i])) && works;
    if (hasher.hHash)
        BCryptDestroyHash(hasher.hHash);
    if (hasher.hAlgorithm)
        BCryptCloseAlgorithmProvider(hasher.hAlgorithm, 0);
    if (hasher.key)
        SecureZeroMemory(hasher.key, hasher.cbKey);
    free(hasher.key);
    free(hasher.digest);
    return works ? 0 : 1;
}

/* A file over an authenticated and encrypted connection between two processes of one machine.
 *
 *     secure_session receive PORT FILE [--hash]     waits for a sender at 127.0.0.1; PORT 0 takes any and prints it
 *     secure_session send PORT FILE [--hash] [--flip RECORD]
 *
 * Both make a key on P-256, agree on a secret, and derive from it two keys and a salt: by HKDF, or with --hash by a plain
 * SHA-256, for systems without HKDF. The file goes in records of AES-256-GCM, whose nonce is the salt and the record's
 * number. The receiver writes a record only once its tag is right, verifies the hash of the whole, and tells the sender so
 * under the other key. --flip changes a byte of a record on its way, which the receiver refuses.
 *
 * Without arguments it receives from itself: it starts a second process that sends a file of some records.
 *
 * The peers do not know each other: whoever answers at the port is the peer. A real program signs the public keys. */
#include "connection.h"
#ifdef _WIN32
#include <io.h>
#define isatty _isatty
#endif
#include <stdlib.h>

#ifndef BCRYPT_KDF_HKDF
#define BCRYPT_KDF_HKDF L"HKDF"
#endif
#ifndef BCRYPT_HKDF_HASH_ALGORITHM
#define BCRYPT_HKDF_HASH_ALGORITHM L"HkdfHashAlgorithm"
#define BCRYPT_HKDF_SALT_AND_FINALIZE L"HkdfSaltAndFinalize"
#endif
#ifndef KDF_HKDF_INFO
#define KDF_HKDF_INFO 0x14
#endif

#define PUBLIC_BYTES 72
#define KEY_BYTES 32
#define NONCE_BYTES 12
#define TAG_BYTES 16
#define HASH_BYTES 32
#define RECORD_BYTES 65536
#define HEADER_BYTES 5

enum { SIZE_RECORD, DATA_RECORD, END_RECORD, ANSWER_RECORD };

typedef struct {
    SOCKET socket;
    BCRYPT_KEY_HANDLE hSending, hReceiving;
    BYTE salt[NONCE_BYTES];
    ULONGLONG sent, received;
    ULONGLONG flip; /* the number of the record to spoil, or none */
    BYTE record[HEADER_BYTES + RECORD_BYTES + TAG_BYTES];
} SESSION;

#define DEMONSTRATION "session.bin"

/* ---- keys ---- */

static BOOL hashOf(const BYTE *one, ULONG oneSize, const BYTE *other, ULONG otherSize, BYTE *digest)
{
    BCRYPT_ALG_HANDLE hAlgorithm = NULL;
    BCRYPT_HASH_HANDLE hHash = NULL;
    BOOL done = succeeded("BCryptOpenAlgorithmProvider",
                          BCryptOpenAlgorithmProvider(&hAlgorithm, BCRYPT_SHA256_ALGORITHM, NULL, 0)) &&
                succeeded("BCryptCreateHash", BCryptCreateHash(hAlgorithm, &hHash, NULL, 0, NULL, 0, 0)) &&
                succeeded("BCryptHashData", BCryptHashData(hHash, (PUCHAR)one, oneSize, 0)) &&
                succeeded("BCryptHashData", BCryptHashData(hHash, (PUCHAR)other, otherSize, 0)) &&
                succeeded("BCryptFinishHash", BCryptFinishHash(hHash, digest, HASH_BYTES, 0));

    if (hHash)
        BCryptDestroyHash(hHash);
    if (hAlgorithm)
        BCryptCloseAlgorithmProvider(hAlgorithm, 0);
    return done;
}

/* Bytes for one purpose, which the label tells: HKDF's, or the beginning of SHA-256 over SHA-256 of the secret and the
 * label. The two hashes are apart since not every system appends to the secret. */
static BOOL derive(BCRYPT_SECRET_HANDLE hSecret, BOOL byHash, const char *label, BYTE *out, ULONG size)
{
    BCryptBuffer info = {(ULONG)strlen(label), KDF_HKDF_INFO, (PVOID)label};
    BCryptBuffer hash = {sizeof(BCRYPT_SHA256_ALGORITHM), KDF_HASH_ALGORITHM, (PVOID)BCRYPT_SHA256_ALGORITHM};
    BCryptBufferDesc list = {BCRYPTBUFFER_VERSION, 1, byHash ? &hash : &info};
    BYTE seed[HASH_BYTES], digest[HASH_BYTES];
    ULONG written = 0, wanted = byHash ? sizeof(seed) : size;
    BOOL done = succeeded("BCryptDeriveKey", BCryptDeriveKey(hSecret, byHash ? BCRYPT_KDF_HASH : BCRYPT_KDF_HKDF, &list,
                                                             byHash ? seed : out, wanted, &written, 0)) &&
                (written == wanted || failed("too little was derived"));

    if (done && byHash) {
        done = hashOf(seed, sizeof(seed), (const BYTE *)label, info.cbBuffer, digest);
        memcpy(out, digest, size);
    }
    SecureZeroMemory(seed, sizeof(seed));
    SecureZeroMemory(digest, sizeof(digest));
    return done;
}

static BOOL makeCipher(const BYTE *bytes, BCRYPT_KEY_HANDLE *phKey)
{
    BCRYPT_ALG_HANDLE hAlgorithm = NULL;
    BOOL done = succeeded("BCryptOpenAlgorithmProvider",
                          BCryptOpenAlgorithmProvider(&hAlgorithm, BCRYPT_AES_ALGORITHM, NULL, 0)) &&
                succeeded("BCryptSetProperty",
                          BCryptSetProperty(hAlgorithm, BCRYPT_CHAINING_MODE, (PUCHAR)BCRYPT_CHAIN_MODE_GCM,
                                            sizeof(BCRYPT_CHAIN_MODE_GCM), 0)) &&
                succeeded("BCryptGenerateSymmetricKey",
                          BCryptGenerateSymmetricKey(hAlgorithm, phKey, NULL, 0, (PUCHAR)bytes, KEY_BYTES, 0));

    if (hAlgorithm)
        BCryptCloseAlgorithmProvider(hAlgorithm, 0);
    return done;
}

/* The keys of both directions and the salt, from the agreed secret and both public keys, the sender's first. */
static BOOL makeKeys(SESSION *session, BCRYPT_SECRET_HANDLE hSecret, BOOL byHash, BOOL isSender, const BYTE *context)
{
    BYTE there[KEY_BYTES], back[KEY_BYTES];
    BOOL done = byHash || (succeeded("BCryptSetProperty",
                                     BCryptSetProperty(hSecret, BCRYPT_HKDF_HASH_ALGORITHM, (PUCHAR)BCRYPT_SHA256_ALGORITHM,
                                                       sizeof(BCRYPT_SHA256_ALGORITHM), 0)) &&
                           succeeded("BCryptSetProperty", BCryptSetProperty(hSecret, BCRYPT_HKDF_SALT_AND_FINALIZE,
                                                                            (PUCHAR)context, HASH_BYTES, 0)));

    done = done && derive(hSecret, byHash, "secure session: sender to receiver", there, sizeof(there)) &&
           derive(hSecret, byHash, "secure session: receiver to sender", back, sizeof(back)) &&
           derive(hSecret, byHash, "secure session: nonces", session->salt, sizeof(session->salt)) &&
           makeCipher(isSender ? there : back, &session->hSending) &&
           makeCipher(isSender ? back : there, &session->hReceiving);
    SecureZeroMemory(there, sizeof(there));
    SecureZeroMemory(back, sizeof(back));
    return done;
}

static BOOL agree(SESSION *session, BOOL byHash, BOOL isSender)
{
    BCRYPT_ALG_HANDLE hAlgorithm = NULL;
    BCRYPT_KEY_HANDLE hOwn = NULL, hPeer = NULL;
    BCRYPT_SECRET_HANDLE hSecret = NULL;
    BYTE own[PUBLIC_BYTES], peer[PUBLIC_BYTES], context[HASH_BYTES];
    ULONG size = 0;
    BOOL done = succeeded("BCryptOpenAlgorithmProvider",
                          BCryptOpenAlgorithmProvider(&hAlgorithm, BCRYPT_ECDH_P256_ALGORITHM, NULL, 0)) &&
                succeeded("BCryptGenerateKeyPair", BCryptGenerateKeyPair(hAlgorithm, &hOwn, 256, 0)) &&
                succeeded("BCryptFinalizeKeyPair", BCryptFinalizeKeyPair(hOwn, 0)) &&
                succeeded("BCryptExportKey",
                          BCryptExportKey(hOwn, NULL, BCRYPT_ECCPUBLIC_BLOB, own, sizeof(own), &size, 0)) &&
                sendAll(session->socket, own, sizeof(own)) && receiveAll(session->socket, peer, sizeof(peer)) &&
                succeeded("BCryptImportKeyPair", BCryptImportKeyPair(hAlgorithm, NULL, BCRYPT_ECCPUBLIC_BLOB, &hPeer, peer,
                                                                     sizeof(peer), 0)) &&
                succeeded("BCryptSecretAgreement", BCryptSecretAgreement(hOwn, hPeer, &hSecret, 0)) &&
                hashOf(isSender ? own : peer, PUBLIC_BYTES, isSender ? peer : own, PUBLIC_BYTES, context) &&
                makeKeys(session, hSecret, byHash, isSender, context);

    if (hSecret)
        BCryptDestroySecret(hSecret);
    if (hPeer)
        BCryptDestroyKey(hPeer);
    if (hOwn)
        BCryptDestroyKey(hOwn);
    if (hAlgorithm)
        BCryptCloseAlgorithmProvider(hAlgorithm, 0);
    return done;
}

/* ---- records: four bytes of length, one of kind, the ciphertext, its tag ---- */

static void nonceOf(const SESSION *session, ULONGLONG number, BYTE *nonce)
{
    int i;
    memcpy(nonce, session->salt, NONCE_BYTES);
    for (i = 0; i < 8; i++)
        nonce[NONCE_BYTES - 1 - i] ^= (BYTE)(number >> (8 * i));
}

static void describe(BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO *info, BYTE *nonce, BYTE *header, BYTE *tag)
{
    BCRYPT_INIT_AUTH_MODE_INFO(*info);
    info->pbNonce = nonce;
    info->cbNonce = NONCE_BYTES;
    info->pbAuthData = header;
    info->cbAuthData = HEADER_BYTES;
    info->pbTag = tag;
    info->cbTag = TAG_BYTES;
}

/* Sends the first bytes of the record's text. */
static BOOL sendRecord(SESSION *session, BYTE kind, ULONG size)
{
    BYTE nonce[NONCE_BYTES], *header = session->record, *text = header + HEADER_BYTES;
    BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO info;
    ULONG written = 0;

    header[0] = (BYTE)(size >> 24);
    header[1] = (BYTE)(size >> 16);
    header[2] = (BYTE)(size >> 8);
    header[3] = (BYTE)size;
    header[4] = kind;
    /* Both directions count from 0: their keys differ. */
    nonceOf(session, session->sent, nonce);
    describe(&info, nonce, header, text + size);
    if (!succeeded("BCryptEncrypt",
                   BCryptEncrypt(session->hSending, text, size, &info, NULL, 0, text, size, &written, 0)))
        return FALSE;
    if (session->sent == session->flip)
        text[size / 2] ^= 0x20;
    session->sent++;
    return sendAll(session->socket, header, HEADER_BYTES + size + TAG_BYTES);
}

/* The next record's text, once it is known to be the peer's. */
static BOOL receiveRecord(SESSION *session, BYTE *kind, ULONG *size)
{
    BYTE nonce[NONCE_BYTES], *header = session->record, *text = header + HEADER_BYTES;
    BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO info;
    ULONG written = 0;
    NTSTATUS status;

    if (!receiveAll(session->socket, header, HEADER_BYTES))
        return FALSE;
    *size = (ULONG)header[0] << 24 | (ULONG)header[1] << 16 | (ULONG)header[2] << 8 | header[3];
    *kind = header[4];
    if (*size > RECORD_BYTES)
        return failed("a record is too long");
    if (!receiveAll(session->socket, text, *size + TAG_BYTES))
        return FALSE;
    nonceOf(session, session->received, nonce);
    describe(&info, nonce, header, text + *size);
    status = BCryptDecrypt(session->hReceiving, text, *size, &info, NULL, 0, text, *size, &written, 0);
    if (!BCRYPT_SUCCESS(status)) {
        fprintf(stderr, "record %lu is refused: 0x%08lx\n", (unsigned long)session->received, (unsigned long)(ULONG)status);
        return FALSE;
    }
    session->received++;
    return TRUE;
}

/* ---- the file ---- */

static void putNumber(BYTE *bytes, ULONGLONG number)
{
    int i;
    for (i = 0; i < 8; i++)
        bytes[i] = (BYTE)(number >> (8 * i));
}

static ULONGLONG getNumber(const BYTE *bytes)
{
    ULONGLONG number = 0;
    int i;
    for (i = 0; i < 8; i++)
        number |= (ULONGLONG)bytes[i] << (8 * i);
    return number;
}

/* On a terminal only. */
static void showProgress(ULONGLONG done, ULONGLONG total)
{
    static int shown = -1;
    int i, percent = total ? (int)(done * 100 / total) : 100;

    if (percent == shown || !isatty(2))
        return;
    shown = percent;
    fprintf(stderr, "\r[");
    for (i = 0; i < 50; i++)
        fputc(i < percent / 2 ? '#' : ' ', stderr);
    fprintf(stderr, "] %3d %%%s", percent, percent == 100 ? "\n" : "");
}

static BOOL startHash(BCRYPT_ALG_HANDLE *phAlgorithm, BCRYPT_HASH_HANDLE *phHash)
{
    return succeeded("BCryptOpenAlgorithmProvider",
                     BCryptOpenAlgorithmProvider(phAlgorithm, BCRYPT_SHA256_ALGORITHM, NULL, 0)) &&
           succeeded("BCryptCreateHash", BCryptCreateHash(*phAlgorithm, phHash, NULL, 0, NULL, 0, 0));
}

static BOOL sendFile(SESSION *session, FILE *file, BCRYPT_HASH_HANDLE hHash)
{
    BYTE *text = session->record + HEADER_BYTES, kind;
    ULONGLONG total = 0, done = 0;
    ULONG size;

    if (fseek(file, 0, SEEK_END) == 0)
        total = (ULONGLONG)ftell(file);
    rewind(file);
    putNumber(text, total);
    if (!sendRecord(session, SIZE_RECORD, 8))
        return FALSE;
    while ((size = (ULONG)fread(text, 1, RECORD_BYTES, file)) > 0) {
        if (!succeeded("BCryptHashData", BCryptHashData(hHash, text, size, 0)) || !sendRecord(session, DATA_RECORD, size))
            return FALSE;
        done += size;
        showProgress(done, total);
    }
    if (ferror(file) || !succeeded("BCryptFinishHash", BCryptFinishHash(hHash, text, HASH_BYTES, 0)) ||
        !sendRecord(session, END_RECORD, HASH_BYTES))
        return FALSE;
    return receiveRecord(session, &kind, &size) && (kind == ANSWER_RECORD || failed("an unexpected record"));
}

static BOOL receiveFile(SESSION *session, FILE *file, BCRYPT_HASH_HANDLE hHash)
{
    BYTE *text = session->record + HEADER_BYTES, digest[HASH_BYTES], kind;
    ULONGLONG total = 0, done = 0;
    ULONG size;

    for (;;) {
        if (!receiveRecord(session, &kind, &size))
            return FALSE;
        if (kind == SIZE_RECORD && size == 8) {
            total = getNumber(text);
        } else if (kind == DATA_RECORD) {
            if (!succeeded("BCryptHashData", BCryptHashData(hHash, text, size, 0)) || fwrite(text, 1, size, file) != size)
                return failed("the file can't be written");
            done += size;
            showProgress(done, total);
        } else if (kind == END_RECORD && size == HASH_BYTES) {
            if (!succeeded("BCryptFinishHash", BCryptFinishHash(hHash, digest, sizeof(digest), 0)))
                return FALSE;
            if (done != total || memcmp(digest, text, sizeof(digest)) != 0)
                return failed("the hash of the file is another one");
            return sendRecord(session, ANSWER_RECORD, 0);
        } else {
            return failed("an unexpected record");
        }
    }
}

static BOOL transfer(SESSION *session, BOOL isSender, const char *path)
{
    BCRYPT_ALG_HANDLE hAlgorithm = NULL;
    BCRYPT_HASH_HANDLE hHash = NULL;
    FILE *file = fopen(path, isSender ? "rb" : "wb");
    BOOL done = file != NULL;

    if (!file)
        perror(path);
    done = done && startHash(&hAlgorithm, &hHash) &&
           (isSender ? sendFile(session, file, hHash) : receiveFile(session, file, hHash));
    if (hHash)
        BCryptDestroyHash(hHash);
    if (hAlgorithm)
        BCryptCloseAlgorithmProvider(hAlgorithm, 0);
    if (file && fclose(file) != 0)
        done = FALSE;
    return done;
}

int main(int argc, char **argv)
{
    static SESSION session;
    BOOL isSender = argc > 1 && strcmp(argv[1], "send") == 0, byHash = FALSE, done;
    char *receive[] = {NULL, "receive", "0", "session.out", NULL};
    PEER sender = {NULL, {"secure_session", "send", NULL, DEMONSTRATION}, 0};
    int i;
#ifdef _WIN32
    WSADATA data;
    WSAStartup(MAKEWORD(2, 2), &data);
#endif

    if (argc == 1) {
        FILE *file = fopen(DEMONSTRATION, "wb");
        for (i = 0; file && i < 300000; i++)
            fputc(i * 7 + i / 251, file);
        if (!file || fclose(file) != 0) {
            perror(DEMONSTRATION);
            return 1;
        }
        receive[0] = argv[0];
        argv = receive;
        sender.program = argv[0];
        argc = 4;
    }
    if (argc < 4 || (!isSender && strcmp(argv[1], "receive") != 0)) {
        fprintf(stderr, "secure_session send|receive PORT FILE [--hash] [--flip RECORD]\n");
        return 2;
    }
    session.flip = (ULONGLONG)-1;
    for (i = 4; i < argc; i++) {
        if (strcmp(argv[i], "--hash") == 0)
            byHash = TRUE;
        else if (strcmp(argv[i], "--flip") == 0 && i + 1 < argc)
            session.flip = (ULONGLONG)atoi(argv[++i]);
    }
    session.socket = atPort((unsigned)atoi(argv[2]), !isSender, &sender);
    if (session.socket == INVALID_SOCKET) {
        failed("no connection");
        return 1;
    }
    done = agree(&session, byHash, isSender) && transfer(&session, isSender, argv[3]);
    if (session.hSending)
        BCryptDestroyKey(session.hSending);
    if (session.hReceiving)
        BCryptDestroyKey(session.hReceiving);
    closesocket(session.socket);
    if (sender.program && !peerSucceeded(&sender))
        done = failed("the sender failed");
    if (done)
        printf("%s: %lu records, and the hash is right\n", isSender ? "sent" : "received",
               (unsigned long)(isSender ? session.sent : session.received));
    return done ? 0 : 1;
}

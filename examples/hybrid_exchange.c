/* A key exchange that holds as long as one of X25519 and ML-KEM-768 does, between two processes of one machine.
 *
 *     hybrid_exchange listen PORT [TRANSCRIPT]          waits for a client at 127.0.0.1; PORT 0 takes any and prints it
 *     hybrid_exchange connect PORT TEXT [TRANSCRIPT]    sends the text and prints what comes back
 *
 * Without arguments it listens, and starts a second process that connects to it.
 *
 * The shares are those of X25519MLKEM768 in TLS: the client sends its encapsulation key and its X25519 key, the server the
 * ciphertext and its own X25519 key; the secret is that of ML-KEM, then that of X25519. From both together HKDF-SHA256
 * (RFC 5869), salted with the hash of both shares, makes a key for each direction; the text goes there and back in a record
 * of AES-256-GCM each.
 *
 * ML-KEM is in Windows 11 24H2 and later. With headers that do not know it yet, the program looks its two functions up while
 * it runs; so built it starts on older systems too, and says there what is missing.
 *
 * TRANSCRIPT is a file for what was sent and for this side's private keys, from which everything can be computed again: for
 * tests alone. The peers do not know each other: whoever answers at the port is the peer. A real program signs the shares. */
#include "connection.h"
#include <stdlib.h>

/* Names of Windows 10 and of Windows 11 24H2 that the headers of older SDKs and of mingw-w64 lack. */
#ifndef BCRYPT_ECDH_ALGORITHM
#define BCRYPT_ECDH_ALGORITHM L"ECDH"
#endif
#ifndef BCRYPT_ECC_CURVE_NAME
#define BCRYPT_ECC_CURVE_NAME L"ECCCurveName"
#endif
#ifndef BCRYPT_ECC_CURVE_25519
#define BCRYPT_ECC_CURVE_25519 L"curve25519"
#endif
#ifndef BCRYPT_KDF_RAW_SECRET
#define BCRYPT_KDF_RAW_SECRET L"TRUNCATE"
#endif
#ifndef BCRYPT_ECDH_PUBLIC_GENERIC_MAGIC
#define BCRYPT_ECDH_PUBLIC_GENERIC_MAGIC 0x504B4345
#endif
#ifdef BCRYPT_MLKEM_ALGORITHM
#define HEADER_HAS_MLKEM
#else
#define BCRYPT_MLKEM_ALGORITHM L"ML-KEM"
#define BCRYPT_PARAMETER_SET_NAME L"ParameterSetName"
#define BCRYPT_MLKEM_PARAMETER_SET_768 L"768"
#define BCRYPT_MLKEM_PUBLIC_BLOB L"MLKEMPUBLICBLOB"
#define BCRYPT_MLKEM_PRIVATE_SEED_BLOB L"MLKEMPRIVATESEEDBLOB"
#define BCRYPT_MLKEM_PUBLIC_MAGIC 0x504B4C4D
typedef struct _BCRYPT_MLKEM_KEY_BLOB {
    ULONG dwMagic;
    ULONG cbParameterSet;
    ULONG cbKey;
} BCRYPT_MLKEM_KEY_BLOB;
#endif

typedef NTSTATUS(WINAPI *ENCAPSULATE)(BCRYPT_KEY_HANDLE, PUCHAR, ULONG, ULONG *, PUCHAR, ULONG, ULONG *, ULONG);
typedef NTSTATUS(WINAPI *DECAPSULATE)(BCRYPT_KEY_HANDLE, PUCHAR, ULONG, PUCHAR, ULONG, ULONG *, ULONG);

#define MLKEM_PUBLIC_BYTES 1184
#define MLKEM_CIPHERTEXT_BYTES 1088
#define MLKEM_SEED_BYTES 64
#define MLKEM_NAME_BYTES sizeof(BCRYPT_MLKEM_PARAMETER_SET_768)
#define MLKEM_HEADER_BYTES (sizeof(BCRYPT_MLKEM_KEY_BLOB) + MLKEM_NAME_BYTES)
#define X25519_BYTES 32
#define SECRET_BYTES 32
#define CLIENT_SHARE_BYTES (MLKEM_PUBLIC_BYTES + X25519_BYTES)
#define SERVER_SHARE_BYTES (MLKEM_CIPHERTEXT_BYTES + X25519_BYTES)
#define HASH_BYTES 32
#define KEY_BYTES 32
#define NONCE_BYTES 12
#define TAG_BYTES 16
#define TEXT_BYTES 4096

/* One side of an exchange. */
typedef struct {
    SOCKET socket;
    FILE *transcript;
    ENCAPSULATE encapsulate;
    DECAPSULATE decapsulate;
    BCRYPT_ALG_HANDLE hEcdh, hMlkem;
    BCRYPT_KEY_HANDLE hX25519, hKem; /* one's own pairs; a server has no second one */
    BYTE clientShare[CLIENT_SHARE_BYTES], serverShare[SERVER_SHARE_BYTES];
    BCRYPT_KEY_HANDLE hSending, hReceiving;
} EXCHANGE;

static void note(const EXCHANGE *exchange, const char *what, const BYTE *bytes, ULONG size)
{
    ULONG i;
    if (!exchange->transcript)
        return;
    fprintf(exchange->transcript, "%s ", what);
    for (i = 0; i < size; i++)
        fprintf(exchange->transcript, "%02x", bytes[i]);
    fprintf(exchange->transcript, "\n");
}

/* ---- X25519: bytes of RFC 7748 in CNG's blobs ---- */

static BOOL makeX25519(EXCHANGE *exchange, BYTE *own)
{
    BYTE blob[sizeof(BCRYPT_ECCKEY_BLOB) + 3 * X25519_BYTES];
    ULONG size = 0;
    BOOL done =
        succeeded("BCryptOpenAlgorithmProvider(ECDH)",
                  BCryptOpenAlgorithmProvider(&exchange->hEcdh, BCRYPT_ECDH_ALGORITHM, NULL, 0)) &&
        succeeded("BCryptSetProperty(ECCCurveName)",
                  BCryptSetProperty(exchange->hEcdh, BCRYPT_ECC_CURVE_NAME, (PUCHAR)BCRYPT_ECC_CURVE_25519,
                                    sizeof(BCRYPT_ECC_CURVE_25519), 0)) &&
        succeeded("BCryptGenerateKeyPair(ECDH)", BCryptGenerateKeyPair(exchange->hEcdh, &exchange->hX25519, 255, 0)) &&
        succeeded("BCryptFinalizeKeyPair(ECDH)", BCryptFinalizeKeyPair(exchange->hX25519, 0)) &&
        succeeded("BCryptExportKey(ECDH)", BCryptExportKey(exchange->hX25519, NULL, BCRYPT_ECCPRIVATE_BLOB, blob,
                                                           sizeof(blob), &size, 0));

    if (done) {
        memcpy(own, blob + sizeof(BCRYPT_ECCKEY_BLOB), X25519_BYTES);
        note(exchange, "x25519-scalar", blob + sizeof(BCRYPT_ECCKEY_BLOB) + 2 * X25519_BYTES, X25519_BYTES);
    }
    SecureZeroMemory(blob, sizeof(blob));
    return done;
}

static BOOL agreeX25519(EXCHANGE *exchange, const BYTE *peer, BYTE *secret)
{
    BYTE blob[sizeof(BCRYPT_ECCKEY_BLOB) + 2 * X25519_BYTES] = {0}, reversed[SECRET_BYTES];
    BCRYPT_ECCKEY_BLOB header = {BCRYPT_ECDH_PUBLIC_GENERIC_MAGIC, X25519_BYTES};
    BCRYPT_KEY_HANDLE hPeer = NULL;
    BCRYPT_SECRET_HANDLE hSecret = NULL;
    ULONG written = 0, i;
    BOOL done;

    memcpy(blob, &header, sizeof(header));
    memcpy(blob + sizeof(header), peer, X25519_BYTES);
    done = succeeded("BCryptImportKeyPair(ECDH)", BCryptImportKeyPair(exchange->hEcdh, NULL, BCRYPT_ECCPUBLIC_BLOB,
                                                                      &hPeer, blob, sizeof(blob), 0)) &&
           succeeded("BCryptSecretAgreement", BCryptSecretAgreement(exchange->hX25519, hPeer, &hSecret, 0)) &&
           succeeded("BCryptDeriveKey", BCryptDeriveKey(hSecret, BCRYPT_KDF_RAW_SECRET, NULL, reversed,
                                                        sizeof(reversed), &written, 0)) &&
           written == sizeof(reversed);
    /* CNG gives the secret's bytes in the opposite order. */
    for (i = 0; done && i < SECRET_BYTES; i++)
        secret[i] = reversed[SECRET_BYTES - 1 - i];
    SecureZeroMemory(reversed, sizeof(reversed));
    if (hSecret)
        BCryptDestroySecret(hSecret);
    if (hPeer)
        BCryptDestroyKey(hPeer);
    return done;
}

/* ---- ML-KEM-768 ---- */

static BOOL openMlkem(EXCHANGE *exchange)
{
#ifdef HEADER_HAS_MLKEM
    exchange->encapsulate = BCryptEncapsulate;
    exchange->decapsulate = BCryptDecapsulate;
#else
    HMODULE module = GetModuleHandleA("bcrypt.dll");
    FARPROC encapsulate = module ? GetProcAddress(module, "BCryptEncapsulate") : NULL;
    FARPROC decapsulate = module ? GetProcAddress(module, "BCryptDecapsulate") : NULL;

    if (!encapsulate || !decapsulate)
        return failed("this system has no ML-KEM");
    memcpy(&exchange->encapsulate, &encapsulate, sizeof(encapsulate));
    memcpy(&exchange->decapsulate, &decapsulate, sizeof(decapsulate));
#endif
    return succeeded("BCryptOpenAlgorithmProvider(ML-KEM)",
                     BCryptOpenAlgorithmProvider(&exchange->hMlkem, BCRYPT_MLKEM_ALGORITHM, NULL, 0));
}

/* The client's pair; its encapsulation key goes into the share. */
static BOOL makeMlkem(EXCHANGE *exchange)
{
    BYTE blob[MLKEM_HEADER_BYTES + MLKEM_PUBLIC_BYTES], seed[MLKEM_HEADER_BYTES + MLKEM_SEED_BYTES];
    ULONG size = 0;
    BOOL done =
        succeeded("BCryptGenerateKeyPair(ML-KEM)", BCryptGenerateKeyPair(exchange->hMlkem, &exchange->hKem, 0, 0)) &&
        succeeded("BCryptSetProperty(ParameterSetName)",
                  BCryptSetProperty(exchange->hKem, BCRYPT_PARAMETER_SET_NAME, (PUCHAR)BCRYPT_MLKEM_PARAMETER_SET_768,
                                    sizeof(BCRYPT_MLKEM_PARAMETER_SET_768), 0)) &&
        succeeded("BCryptFinalizeKeyPair(ML-KEM)", BCryptFinalizeKeyPair(exchange->hKem, 0)) &&
        succeeded("BCryptExportKey(ML-KEM)", BCryptExportKey(exchange->hKem, NULL, BCRYPT_MLKEM_PUBLIC_BLOB, blob,
                                                             sizeof(blob), &size, 0)) &&
        size == sizeof(blob);

    if (done)
        memcpy(exchange->clientShare, blob + MLKEM_HEADER_BYTES, MLKEM_PUBLIC_BYTES);
    if (done && exchange->transcript) {
        done = succeeded("BCryptExportKey(seed)", BCryptExportKey(exchange->hKem, NULL, BCRYPT_MLKEM_PRIVATE_SEED_BLOB,
                                                                  seed, sizeof(seed), &size, 0));
        if (done)
            note(exchange, "mlkem-seed", seed + MLKEM_HEADER_BYTES, MLKEM_SEED_BYTES);
        SecureZeroMemory(seed, sizeof(seed));
    }
    return done;
}

/* The server's half: a secret for the client's key, whose ciphertext goes into the share. */
static BOOL encapsulate(EXCHANGE *exchange, BYTE *secret)
{
    BYTE blob[MLKEM_HEADER_BYTES + MLKEM_PUBLIC_BYTES];
    BCRYPT_MLKEM_KEY_BLOB header = {BCRYPT_MLKEM_PUBLIC_MAGIC, MLKEM_NAME_BYTES, MLKEM_PUBLIC_BYTES};
    BCRYPT_KEY_HANDLE hClient = NULL;
    ULONG secretSize = 0, ciphertextSize = 0;
    BOOL done;

    memcpy(blob, &header, sizeof(header));
    memcpy(blob + sizeof(header), BCRYPT_MLKEM_PARAMETER_SET_768, MLKEM_NAME_BYTES);
    memcpy(blob + MLKEM_HEADER_BYTES, exchange->clientShare, MLKEM_PUBLIC_BYTES);
    done = succeeded("BCryptImportKeyPair(ML-KEM)", BCryptImportKeyPair(exchange->hMlkem, NULL, BCRYPT_MLKEM_PUBLIC_BLOB,
                                                                        &hClient, blob, sizeof(blob), 0)) &&
           succeeded("BCryptEncapsulate", exchange->encapsulate(hClient, NULL, 0, &secretSize, NULL, 0, &ciphertextSize, 0));
    if (done && (secretSize != SECRET_BYTES || ciphertextSize != MLKEM_CIPHERTEXT_BYTES))
        done = failed("the sizes are not those of ML-KEM-768");
    done = done && succeeded("BCryptEncapsulate",
                             exchange->encapsulate(hClient, secret, SECRET_BYTES, &secretSize, exchange->serverShare,
                                                   MLKEM_CIPHERTEXT_BYTES, &ciphertextSize, 0));
    if (hClient)
        BCryptDestroyKey(hClient);
    return done;
}

/* ---- from the secrets to the keys ---- */

/* SHA-256 of two pieces, or HMAC-SHA256 under a key. */
static BOOL hash(const BYTE *key, ULONG keySize, const BYTE *one, ULONG oneSize, const BYTE *other, ULONG otherSize,
                 BYTE *digest)
{
    BCRYPT_ALG_HANDLE hAlgorithm = NULL;
    BCRYPT_HASH_HANDLE hHash = NULL;
    BOOL done =
        succeeded("BCryptOpenAlgorithmProvider(SHA256)",
                  BCryptOpenAlgorithmProvider(&hAlgorithm, BCRYPT_SHA256_ALGORITHM, NULL,
                                              key ? BCRYPT_ALG_HANDLE_HMAC_FLAG : 0)) &&
        succeeded("BCryptCreateHash", BCryptCreateHash(hAlgorithm, &hHash, NULL, 0, (PUCHAR)key, keySize, 0)) &&
        succeeded("BCryptHashData", BCryptHashData(hHash, (PUCHAR)one, oneSize, 0)) &&
        succeeded("BCryptHashData", BCryptHashData(hHash, (PUCHAR)other, otherSize, 0)) &&
        succeeded("BCryptFinishHash", BCryptFinishHash(hHash, digest, HASH_BYTES, 0));

    if (hHash)
        BCryptDestroyHash(hHash);
    if (hAlgorithm)
        BCryptCloseAlgorithmProvider(hAlgorithm, 0);
    return done;
}

/* A key of HKDF-Expand, whose first block is as long as it is. */
static BOOL makeCipher(const BYTE *extracted, const char *label, BCRYPT_KEY_HANDLE *phKey)
{
    BCRYPT_ALG_HANDLE hAlgorithm = NULL;
    BYTE key[KEY_BYTES], counter = 1;
    BOOL done = hash(extracted, HASH_BYTES, (const BYTE *)label, (ULONG)strlen(label), &counter, 1, key) &&
                succeeded("BCryptOpenAlgorithmProvider(AES)",
                          BCryptOpenAlgorithmProvider(&hAlgorithm, BCRYPT_AES_ALGORITHM, NULL, 0)) &&
                succeeded("BCryptSetProperty(ChainingMode)",
                          BCryptSetProperty(hAlgorithm, BCRYPT_CHAINING_MODE, (PUCHAR)BCRYPT_CHAIN_MODE_GCM,
                                            sizeof(BCRYPT_CHAIN_MODE_GCM), 0)) &&
                succeeded("BCryptGenerateSymmetricKey",
                          BCryptGenerateSymmetricKey(hAlgorithm, phKey, NULL, 0, key, sizeof(key), 0));

    SecureZeroMemory(key, sizeof(key));
    if (hAlgorithm)
        BCryptCloseAlgorithmProvider(hAlgorithm, 0);
    return done;
}

static BOOL makeKeys(EXCHANGE *exchange, const BYTE *secrets, BOOL isClient)
{
    BYTE salt[HASH_BYTES], extracted[HASH_BYTES];
    BOOL done = hash(NULL, 0, exchange->clientShare, CLIENT_SHARE_BYTES, exchange->serverShare, SERVER_SHARE_BYTES, salt) &&
                hash(salt, sizeof(salt), secrets, SECRET_BYTES, secrets + SECRET_BYTES, SECRET_BYTES, extracted) &&
                makeCipher(extracted, "hybrid exchange: client to server",
                           isClient ? &exchange->hSending : &exchange->hReceiving) &&
                makeCipher(extracted, "hybrid exchange: server to client",
                           isClient ? &exchange->hReceiving : &exchange->hSending);

    SecureZeroMemory(extracted, sizeof(extracted));
    return done;
}

static BOOL agree(EXCHANGE *exchange, BOOL isClient)
{
    BYTE secrets[2 * SECRET_BYTES], *forKem = secrets, *forX25519 = secrets + SECRET_BYTES;
    BYTE *clientsX25519 = exchange->clientShare + MLKEM_PUBLIC_BYTES;
    BYTE *serversX25519 = exchange->serverShare + MLKEM_CIPHERTEXT_BYTES;
    ULONG size = 0;
    BOOL done = openMlkem(exchange) && makeX25519(exchange, isClient ? clientsX25519 : serversX25519);

    if (isClient)
        done = done && makeMlkem(exchange) && sendAll(exchange->socket, exchange->clientShare, CLIENT_SHARE_BYTES) &&
               receiveAll(exchange->socket, exchange->serverShare, SERVER_SHARE_BYTES) &&
               succeeded("BCryptDecapsulate", exchange->decapsulate(exchange->hKem, exchange->serverShare,
                                                                    MLKEM_CIPHERTEXT_BYTES, forKem, SECRET_BYTES, &size, 0)) &&
               agreeX25519(exchange, serversX25519, forX25519);
    else
        done = done && receiveAll(exchange->socket, exchange->clientShare, CLIENT_SHARE_BYTES) &&
               encapsulate(exchange, forKem) && agreeX25519(exchange, clientsX25519, forX25519) &&
               sendAll(exchange->socket, exchange->serverShare, SERVER_SHARE_BYTES);
    note(exchange, "client-share", exchange->clientShare, CLIENT_SHARE_BYTES);
    note(exchange, "server-share", exchange->serverShare, SERVER_SHARE_BYTES);
    done = done && makeKeys(exchange, secrets, isClient);
    SecureZeroMemory(secrets, sizeof(secrets));
    return done;
}

/* ---- a record: two bytes of length, the ciphertext, its tag; each key has one, so its nonce is 0 ---- */

static void describe(BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO *info, BYTE *header, BYTE *tag)
{
    static BYTE nonce[NONCE_BYTES];
    BCRYPT_INIT_AUTH_MODE_INFO(*info);
    info->pbNonce = nonce;
    info->cbNonce = sizeof(nonce);
    info->pbAuthData = header;
    info->cbAuthData = 2;
    info->pbTag = tag;
    info->cbTag = TAG_BYTES;
}

static BOOL sendText(EXCHANGE *exchange, const char *text)
{
    BYTE record[2 + TEXT_BYTES + TAG_BYTES];
    BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO info;
    ULONG size = (ULONG)strlen(text), written = 0;

    if (size > TEXT_BYTES)
        return failed("the text is too long");
    record[0] = (BYTE)(size >> 8);
    record[1] = (BYTE)size;
    describe(&info, record, record + 2 + size);
    if (!succeeded("BCryptEncrypt", BCryptEncrypt(exchange->hSending, (PUCHAR)text, size, &info, NULL, 0, record + 2, size,
                                                  &written, 0)))
        return FALSE;
    note(exchange, "sent", record, 2 + size + TAG_BYTES);
    return sendAll(exchange->socket, record, 2 + size + TAG_BYTES);
}

static BOOL receiveText(EXCHANGE *exchange, char *text)
{
    BYTE record[2 + TEXT_BYTES + TAG_BYTES];
    BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO info;
    ULONG size, written = 0;

    if (!receiveAll(exchange->socket, record, 2))
        return FALSE;
    size = (ULONG)record[0] << 8 | record[1];
    if (size > TEXT_BYTES)
        return failed("a record is too long");
    if (!receiveAll(exchange->socket, record + 2, size + TAG_BYTES))
        return FALSE;
    note(exchange, "received", record, 2 + size + TAG_BYTES);
    describe(&info, record, record + 2 + size);
    if (!succeeded("BCryptDecrypt", BCryptDecrypt(exchange->hReceiving, record + 2, size, &info, NULL, 0, (PUCHAR)text, size,
                                                  &written, 0)))
        return FALSE;
    text[size] = 0;
    return TRUE;
}

int main(int argc, char **argv)
{
    static EXCHANGE exchange;
    static char text[TEXT_BYTES + 1];
    BOOL isClient = argc > 1 && strcmp(argv[1], "connect") == 0, done;
    char *listening[] = {NULL, "listen", "0", NULL};
    PEER client = {NULL, {"hybrid_exchange", "connect", NULL, "Hello"}, 0};
    int path = isClient ? 4 : 3;
#ifdef _WIN32
    WSADATA data;
    WSAStartup(MAKEWORD(2, 2), &data);
#endif

    if (argc == 1) {
        listening[0] = argv[0];
        client.program = argv[0];
        argv = listening;
        argc = 3;
    }
    if (argc < path || argc > path + 1 || (!isClient && strcmp(argv[1], "listen") != 0)) {
        fprintf(stderr, "hybrid_exchange listen PORT [TRANSCRIPT]\nhybrid_exchange connect PORT TEXT [TRANSCRIPT]\n");
        return 2;
    }
    if (argc > path && !(exchange.transcript = fopen(argv[path], "w"))) {
        perror(argv[path]);
        return 1;
    }
    exchange.socket = atPort((unsigned)atoi(argv[2]), !isClient, &client);
    if (exchange.socket == INVALID_SOCKET) {
        failed("no connection");
        return 1;
    }
    done = agree(&exchange, isClient) &&
           (isClient ? sendText(&exchange, argv[3]) && receiveText(&exchange, text)
                     : receiveText(&exchange, text) && sendText(&exchange, text));
    if (done)
        printf("%s: %s\n", isClient ? "came back" : "received", text);
    if (exchange.hSending)
        BCryptDestroyKey(exchange.hSending);
    if (exchange.hReceiving)
        BCryptDestroyKey(exchange.hReceiving);
    if (exchange.hKem)
        BCryptDestroyKey(exchange.hKem);
    if (exchange.hX25519)
        BCryptDestroyKey(exchange.hX25519);
    if (exchange.hMlkem)
        BCryptCloseAlgorithmProvider(exchange.hMlkem, 0);
    if (exchange.hEcdh)
        BCryptCloseAlgorithmProvider(exchange.hEcdh, 0);
    closesocket(exchange.socket);
    if (client.program && !peerSucceeded(&client))
        done = failed("the client failed");
    if (exchange.transcript && fclose(exchange.transcript) != 0)
        done = FALSE;
    return done ? 0 : 1;
}

/* After its owner let go of it, no copy of a private key, an agreed secret or a derived key is left in the memory of
 * the process: not on the heap, not on the stack of the calls, not in static memory. */
#include "scan.h"

#include <pthread.h>

static BCRYPT_ALG_HANDLE algorithm;
static BCRYPT_KEY_HANDLE key, peer;
static BCRYPT_SECRET_HANDLE secret;
static ULONG bits;

static BYTE buffer[8192];
static ULONG size;
static LPCWSTR kdf, blob_type, property;
static BCryptBufferDesc *list;

static void wipe(void)
{
    explicit_bzero(buffer, sizeof buffer);
}

static void generate_task(void) { OK(BCryptGenerateKeyPair(algorithm, &key, bits, 0)); }
static void finalize_task(void) { SECRET_TASK(); OK(BCryptFinalizeKeyPair(key, 0)); }
static void import_task(void) { SECRET_TASK(); OK(BCryptImportKeyPair(algorithm, NULL, blob_type, &key, buffer, size, 0)); }
static void export_task(void) { SECRET_TASK(); OK(BCryptExportKey(key, NULL, blob_type, buffer, sizeof buffer, &size, 0)); }
static void agree_task(void) { SECRET_TASK(); OK(BCryptSecretAgreement(key, peer, &secret, 0)); }
static void derive_task(void) { SECRET_TASK(); OK(BCryptDeriveKey(secret, kdf, list, buffer, size, &size, 0)); }
static void set_task(void) { SECRET_TASK(); OK(BCryptSetProperty(key, property, buffer, size, 0)); }
static void destroy_key_task(void) { OK(BCryptDestroyKey(key)); }

/* Calls that are refused after they touched a secret: what they leave on their stack counts as that of the others. */
static BCRYPT_KEY_HANDLE stranger;
static NTSTATUS answer;
static void wrong_import_task(void) { SECRET_TASK(); answer = BCryptImportKeyPair(algorithm, NULL, blob_type, &peer, buffer, size, 0); }
static void short_export_task(void) { SECRET_TASK(); WANT(STATUS_BUFFER_TOO_SMALL, BCryptExportKey(key, NULL, blob_type, buffer, size, &size, 0)); }
static void other_group_task(void) { SECRET_TASK(); WANT(STATUS_INVALID_PARAMETER, BCryptSecretAgreement(key, stranger, &secret, 0)); }
static void unknown_kdf_task(void) { SECRET_TASK(); WANT(STATUS_NOT_SUPPORTED, BCryptDeriveKey(secret, u"NONE", list, buffer, size, &size, 0)); }
static void unknown_hash_task(void) { SECRET_TASK(); answer = BCryptDeriveKey(secret, kdf, list, buffer, 32, &size, 0); }
static void set_again_task(void) { SECRET_TASK(); WANT(STATUS_INVALID_HANDLE, BCryptSetProperty(key, property, buffer, size, 0)); }
static void race_task(void) { SECRET_TASK(); answer = BCryptFinalizeKeyPair(key, 0); }
static void destroy_secret_task(void) { OK(BCryptDestroySecret(secret)); }

static void nothing_left(int line, const char *what)
{
    int found = scan(1);
    if (found) {
        printf("line %d: after %s: %d places\n", line, what, found);
        failures++;
    }
}
#define NOTHING_LEFT(what) nothing_left(__LINE__, what)

static BYTE salt[16] = {1, 2, 3};
static BYTE seed[64] = {4};
static WCHAR sha256[] = u"SHA256";

/* The bytes go to `buffer`; they are remembered and wiped. */
static void derive(LPCWSTR name, BCryptBufferDesc *parameters, ULONG length, const char *label)
{
    kdf = name;
    list = parameters;
    size = length;
    run(derive_task);
    remember(buffer, size, label);
    wipe();
}

static void derive_everything(void)
{
    BCryptBuffer parameters[] = {
        {sizeof sha256, KDF_HASH_ALGORITHM, sha256}, {sizeof salt, KDF_HMAC_KEY, salt},
        {5, KDF_TLS_PRF_LABEL, "label"}, {sizeof seed, KDF_TLS_PRF_SEED, seed}, {3, KDF_ALGORITHMID, "alg"},
        {1, KDF_PARTYUINFO, "u"}, {1, KDF_PARTYVINFO, "v"}, {4, KDF_HKDF_INFO, "info"}};
    BCryptBufferDesc all = {BCRYPTBUFFER_VERSION, sizeof parameters / sizeof *parameters, parameters};
    LPCWSTR hashes[] = {u"MD2", u"MD4", u"MD5", u"SHA1", u"SHA384", u"SHA512", u"SHA3-256"};
    size_t i;
    derive(BCRYPT_KDF_RAW_SECRET, NULL, sizeof buffer, "the agreed secret");
    derive(BCRYPT_KDF_HASH, &all, 32, "HASH");
    /* With this key the result is also HKDF's pseudo-random key. */
    derive(BCRYPT_KDF_HMAC, &all, 32, "HMAC, and HKDF's key");
    derive(BCRYPT_KDF_TLS_PRF, &all, 48, "TLS_PRF");
    derive(BCRYPT_KDF_SP80056A_CONCAT, &all, 80, "SP800_56A_CONCAT");
    OK(BCryptSetProperty(secret, BCRYPT_HKDF_HASH_ALGORITHM, (PUCHAR)sha256, sizeof sha256, 0));
    OK(BCryptSetProperty(secret, BCRYPT_HKDF_SALT_AND_FINALIZE, salt, sizeof salt, 0));
    derive(BCRYPT_KDF_HKDF, &all, 80, "HKDF");
    for (i = 0; i < sizeof hashes / sizeof *hashes; i++) {
        parameters[0].pvBuffer = (void *)hashes[i];
        parameters[0].cbBuffer = 2 * (ULONG)(i < 3 ? 4 : i < 4 ? 5 : i < 6 ? 7 : 9);
        derive(BCRYPT_KDF_HASH, &all, 64, "HASH with another hash");
        derive(BCRYPT_KDF_HMAC, &all, 64, "HMAC with another hash");
    }
}

static size_t deepest_of_all;
static BYTE kept[8192];
static ULONG kept_size;

/* Keeps what stands in the buffer, under a mask. */
static void keep(void)
{
    for (kept_size = 0; kept_size < size; kept_size++)
        kept[kept_size] = buffer[kept_size] ^ PAINT;
}

/* The private blob is kept, its private number remembered. */
static void export_private(ULONG width)
{
    run(export_task);
    remember(buffer + size - width, width, "the private number");
    keep();
    wipe();
}

static void put_back(ULONG from)
{
    for (size = 0; size < kept_size - from; size++)
        buffer[size] = kept[from + size] ^ PAINT;
}

/* Two threads finalize one key until this one has lost: then it has drawn a private number for nothing. */
static pthread_barrier_t both;

static void *rival(void *stop)
{
    for (;;) {
        pthread_barrier_wait(&both);
        if (*(int *)stop)
            return NULL;
        answer = 0;
        (void)BCryptFinalizeKeyPair(key, 0);
        pthread_barrier_wait(&both);
    }
}

static void lose_a_race(void)
{
    enum { MOST = 400 };
    int stop = 0, round, lost = 0;
    pthread_t thread;
    pthread_barrier_init(&both, NULL, 2);
    if (pthread_create(&thread, NULL, rival, &stop))
        exit(2);
    for (round = 0; round < MOST && lost < 3; round++) {
        NTSTATUS own;
        OK(BCryptGenerateKeyPair(algorithm, &key, bits, 0));
        pthread_barrier_wait(&both);
        run(race_task);
        own = answer;
        pthread_barrier_wait(&both);
        if (own != STATUS_SUCCESS)
            WANT(STATUS_INVALID_HANDLE, own);
        lost += own != STATUS_SUCCESS;
        OK(BCryptDestroyKey(key));
    }
    stop = 1;
    pthread_barrier_wait(&both);
    pthread_join(thread, NULL);
    pthread_barrier_destroy(&both);
    printf("%d races lost in %d\n", lost, round);
}

static void run_refused_derivations(void)
{
    static WCHAR no_hash[] = u"SHA257";
    BCryptBuffer parameters[] = {{sizeof no_hash, KDF_HASH_ALGORITHM, no_hash}, {5, KDF_TLS_PRF_LABEL, "label"},
                                 {1, KDF_PARTYUINFO, "u"}};
    BCryptBufferDesc unknown = {BCRYPTBUFFER_VERSION, 3, parameters};
    LPCWSTR with_hash[] = {BCRYPT_KDF_HASH, BCRYPT_KDF_HMAC, BCRYPT_KDF_TLS_PRF, BCRYPT_KDF_HKDF};
    size_t i;
    list = &unknown;
    run(unknown_kdf_task);
    for (i = 0; i < sizeof with_hash / sizeof *with_hash; i++) {
        kdf = with_hash[i];
        run(unknown_hash_task);
        if (answer == STATUS_SUCCESS) {
            printf("a derivation without its hash is not refused\n");
            failures++;
        }
    }
}

static void agree_and_derive(void)
{
    peer = key;
    run(agree_task);
    run_refused_derivations();
    derive_everything();
    if (scan(0) == 0) {
        printf("the agreed secret is not found while it lives: the search is broken\n");
        failures++;
    }
    run(destroy_secret_task);
}

static void destroy_key(void)
{
    if (scan(0) == 0) {
        printf("the key is not found while it lives: the search is broken\n");
        failures++;
    }
    run(destroy_key_task);
}

/* What came of the calls with one kind of object; its words are forgotten. */
static void conclude(const char *name)
{
    if (on_stack) {
        printf("%s: %d places on the stacks of the calls\n", name, on_stack);
        failures++;
    }
    printf("%-16s %3d words looked for; at most %zu bytes of stack, %zu left so far\n", name, word_count, deepest, left_behind);
    if (deepest > deepest_of_all)
        deepest_of_all = deepest;
    deepest = 0;
    on_stack = 0;
    forget_all();
}

static void conclude_numbered(const char *kind, size_t number)
{
    char name[32];
    snprintf(name, sizeof name, "%s %zu", kind, number);
    conclude(name);
}

/* One kind of key from its making to its end, made in every way there is. */
static void life(const char *name, BCRYPT_ALG_HANDLE from, ULONG length, ULONG width, LPCWSTR type)
{
    algorithm = from;
    bits = length;
    blob_type = type;
    run(generate_task);
    run(finalize_task);
    export_private(width);
    agree_and_derive();
    destroy_key();
    NOTHING_LEFT("a generated key");

    lose_a_race();
    NOTHING_LEFT("races");

    put_back(0);
    run(import_task);
    size = kept_size - 1;
    run(short_export_task);
    run(other_group_task);
    put_back(0);
    /* Another private number, or another public one where the two are not compared. */
    buffer[size - width - 1] ^= 1;
    buffer[size - 2] ^= 1;
    run(wrong_import_task);
    if (answer == STATUS_SUCCESS)
        OK(BCryptDestroyKey(peer));
    property = BCRYPT_PRIVATE_KEY;
    run(set_again_task);
    wipe();
    agree_and_derive();
    destroy_key();
    NOTHING_LEFT("an imported key");

    run(generate_task);
    put_back(kept_size - width);
    property = BCRYPT_PRIVATE_KEY;
    run(set_task);
    wipe();
    run(finalize_task);
    export_private(width);
    destroy_key();
    NOTHING_LEFT("a key with a private number that was set");

    put_back(0);
    size--;
    WANT(STATUS_INVALID_PARAMETER, BCryptImportKeyPair(algorithm, NULL, blob_type, &key, buffer, size, 0));
    wipe();
#ifdef PLANTED_COPY
    {
        static BYTE *copy;
        put_back(0);
        copy = copy_of(buffer, size);
        wipe();
        NOTHING_LEFT("a copy that was planted");
        free(copy);
    }
#endif
    conclude(name);
}

static void on_curve(const char *name, LPCWSTR curve, ULONG characters, ULONG width)
{
    BCRYPT_ALG_HANDLE generic = opened(BCRYPT_ECDH_ALGORITHM);
    OK(BCryptSetProperty(generic, BCRYPT_ECC_CURVE_NAME, (PUCHAR)curve, 2 * (characters + 1), 0));
    life(name, generic, 0, width, BCRYPT_ECCPRIVATE_BLOB);
    OK(BCryptCloseAlgorithmProvider(generic, 0));
}

static BYTE digest[32] = {6}, signature[256];
static ULONG digest_size;

static void sign_task(void) { SECRET_TASK(); OK(BCryptSignHash(key, NULL, digest, digest_size, signature, sizeof signature, &size, 0)); }
static void verify_task(void) { OK(BCryptVerifySignature(key, NULL, digest, digest_size, signature, size, 0)); }

/* A key that signs, made and imported; the private number stands at the end of its blob. */
static void signing_life(const char *name, BCRYPT_ALG_HANDLE from, ULONG length, ULONG width, ULONG hashed, LPCWSTR type)
{
    int time;
    algorithm = from;
    bits = length;
    blob_type = type;
    digest_size = hashed;
    run(generate_task);
    run(finalize_task);
    export_private(width);
    for (time = 0; time < 2; time++) {
        run(sign_task);
        run(verify_task);
        run(sign_task);
        destroy_key();
        NOTHING_LEFT("a key that signed");
        if (time == 0) {
            put_back(0);
            run(import_task);
            wipe();
        }
    }
    /* Refused: the private number of another key. */
    put_back(0);
    buffer[size - 1] ^= 1;
    WANT(STATUS_INVALID_PARAMETER, BCryptImportKeyPair(algorithm, NULL, blob_type, &key, buffer, size, 0));
    wipe();
    NOTHING_LEFT("a refused key");
    conclude(name);
}

static BCRYPT_HASH_HANDLE hash, copy;
static ULONG key_size, mac_size;
static BYTE text[100] = {5};

static void create_task(void) { SECRET_TASK(); OK(BCryptCreateHash(algorithm, &hash, NULL, 0, buffer, key_size, BCRYPT_HASH_REUSABLE_FLAG)); }
static void data_task(void) { SECRET_TASK(); OK(BCryptHashData(hash, text, sizeof text, 0)); }
static void duplicate_task(void) { SECRET_TASK(); OK(BCryptDuplicateHash(hash, &copy, NULL, 0, 0)); }
static void finish_task(void) { SECRET_TASK(); OK(BCryptFinishHash(hash, buffer + 2048, mac_size, 0)); }
static void at_once_task(void) { SECRET_TASK(); OK(BCryptHash(algorithm, buffer, key_size, text, sizeof text, buffer + 2048, mac_size)); }
static void password_task(void) { SECRET_TASK(); OK(BCryptDeriveKeyPBKDF2(algorithm, buffer, key_size, text, 8, 3, buffer + 2048, 40, 0)); }
static void destroy_hash_task(void) { OK(BCryptDestroyHash(hash)); }
static void destroy_copy_task(void) { OK(BCryptDestroyHash(copy)); }

/* A key that no other memory has, in `buffer`. */
static void make_key(ULONG length)
{
    OK(BCryptGenRandom(NULL, buffer, length, BCRYPT_USE_SYSTEM_PREFERRED_RNG));
    key_size = length;
}

/* The key of a MAC, as it is (the key schedule of AES begins with it) and as HMAC pads it; and a password. */
static void macs(void)
{
    static const struct { LPCWSTR id; ULONG flags, key; } all[] = {
        {u"SHA1", BCRYPT_ALG_HANDLE_HMAC_FLAG, 64}, {u"SHA256", BCRYPT_ALG_HANDLE_HMAC_FLAG, 64},
        {u"SHA512", BCRYPT_ALG_HANDLE_HMAC_FLAG, 128}, {u"MD2", BCRYPT_ALG_HANDLE_HMAC_FLAG, 16},
        {u"MD4", BCRYPT_ALG_HANDLE_HMAC_FLAG, 64}, {u"MD5", BCRYPT_ALG_HANDLE_HMAC_FLAG, 64},
        {u"SHA3-256", BCRYPT_ALG_HANDLE_HMAC_FLAG, 136}, {u"AES-CMAC", 0, 32}, {u"AES-GMAC", 0, 32}, {u"KMAC256", 0, 128}};
    size_t i;
    ULONG at;
    for (i = 0; i < sizeof all / sizeof *all; i++) {
        static const BYTE pads[] = {0, 0x36, 0x5c};
        BYTE padded[136];
        size_t pad;
        OK(BCryptOpenAlgorithmProvider(&algorithm, all[i].id, NULL, all[i].flags));
        OK(BCryptGetProperty(algorithm, BCRYPT_HASH_LENGTH, (PUCHAR)&mac_size, sizeof mac_size, &size, 0));
        make_key(all[i].key);
        for (pad = 0; pad < (all[i].flags ? sizeof pads : 1); pad++) {
            for (at = 0; at < key_size; at++)
                padded[at] = buffer[at] ^ pads[pad];
            remember(padded, key_size, "the key of a MAC");
        }
        explicit_bzero(padded, sizeof padded);
        run(create_task);
        if (i != 8) {
            run(at_once_task);
            if (i != 9)
                run(password_task);
        }
        if (i == 8)
            OK(BCryptSetProperty(hash, BCRYPT_INITIALIZATION_VECTOR, text, 12, 0));
        wipe();
        run(data_task);
        run(duplicate_task);
        run(finish_task);
        wipe();
        if ((i == 7 || i == 8 || i == 9) && scan(0) == 0) {
            printf("the key of a MAC is not found while it lives: the search is broken\n");
            failures++;
        }
        run(destroy_hash_task);
        run(destroy_copy_task);
        OK(BCryptCloseAlgorithmProvider(algorithm, 0));
        NOTHING_LEFT("a MAC");
        conclude_numbered("MAC", i);
    }
}

static ULONG rsa_pads;
static PVOID pad_info;
static BYTE signed_hash[32] = {6}, rsa_output[512];
static ULONG rsa_written;

static void rsa_sign_task(void) { SECRET_TASK(); OK(BCryptSignHash(key, pad_info, signed_hash, 32, rsa_output, sizeof rsa_output, &rsa_written, rsa_pads)); }
static void encrypt_to_task(void) { SECRET_TASK(); OK(BCryptEncrypt(key, buffer, size, pad_info, NULL, 0, rsa_output, bits / 8, &rsa_written, rsa_pads)); }
static void decrypt_from_task(void) { SECRET_TASK(); OK(BCryptDecrypt(key, rsa_output, bits / 8, pad_info, NULL, 0, buffer, sizeof buffer, &size, rsa_pads)); }

/* Everything that is done with a private half; what is decrypted is looked for too. */
static void sign_and_decrypt(void)
{
    static BCRYPT_PKCS1_PADDING_INFO pkcs1 = {sha256};
    static BCRYPT_PSS_PADDING_INFO pss = {sha256, 20};
    static BCRYPT_OAEP_PADDING_INFO oaep = {sha256, NULL, 0};
    pad_info = &pkcs1;
    rsa_pads = BCRYPT_PAD_PKCS1;
    run(rsa_sign_task);
    pad_info = &pss;
    rsa_pads = BCRYPT_PAD_PSS;
    run(rsa_sign_task);
    pad_info = &oaep;
    for (rsa_pads = BCRYPT_PAD_PKCS1; rsa_pads <= BCRYPT_PAD_OAEP; rsa_pads *= 2) {
        size = 40;
        OK(BCryptGenRandom(NULL, buffer, size, BCRYPT_USE_SYSTEM_PREFERRED_RNG));
        remember(buffer, size, "the text");
        run(encrypt_to_task);
        wipe();
        run(decrypt_from_task);
        wipe();
    }
}

/* RSA keys of several lengths, made in every way there is. */
static void rsa(const char *name, ULONG length)
{
    static const LPCWSTR forms[] = {BCRYPT_RSAFULLPRIVATE_BLOB, BCRYPT_RSAPRIVATE_BLOB, LEGACY_RSAPRIVATE_BLOB};
    size_t i;
    algorithm = BCRYPT_RSA_ALG_HANDLE;
    bits = length;
    run(generate_task);
    run(finalize_task);
    for (i = 0; i < sizeof forms / sizeof *forms; i++) {
        /* What stands behind the modulus is private. */
        ULONG public_size = (i == 2 ? 20 : 27) + length / 8;
        blob_type = forms[i];
        size = 0;
        OK(BCryptExportKey(key, NULL, blob_type, NULL, 0, &size, 0));
        export_private(size - public_size);
        sign_and_decrypt();
        destroy_key();
        NOTHING_LEFT("an RSA key");
        put_back(0);
        run(import_task);
        wipe();
    }
    sign_and_decrypt();
    destroy_key();
    NOTHING_LEFT("an RSA key");
    conclude(name);
}

static ULONG derivation_flags;

static void key_task(void) { SECRET_TASK(); OK(BCryptGenerateSymmetricKey(algorithm, &key, NULL, 0, buffer, key_size, 0)); }
static void salt_task(void) { SECRET_TASK(); OK(BCryptSetProperty(key, BCRYPT_HKDF_SALT_AND_FINALIZE, salt, sizeof salt, 0)); }
static void derive_from_key_task(void) { SECRET_TASK(); OK(BCryptKeyDerivation(key, list, buffer, size, &size, derivation_flags)); }
static void copy_key_task(void) { SECRET_TASK(); OK(BCryptDuplicateKey(key, &peer, NULL, 0, 0)); }
static void export_key_data_task(void) { SECRET_TASK(); OK(BCryptExportKey(key, NULL, BCRYPT_KEY_DATA_BLOB, buffer, sizeof buffer, &size, 0)); }
static void import_key_data_task(void) { SECRET_TASK(); OK(BCryptImportKey(algorithm, NULL, BCRYPT_KEY_DATA_BLOB, &peer, NULL, 0, buffer, size, 0)); }
static void end_peer_task(void) { OK(BCryptDestroyKey(peer)); }

/* A key to derive from, as it is and as HMAC pads it, the pseudo-random key of HKDF, and what is derived. */
static void derivations(void)
{
    LPCWSTR ids[] = {BCRYPT_CAPI_KDF_ALGORITHM, BCRYPT_PBKDF2_ALGORITHM, BCRYPT_SP800108_CTR_HMAC_ALGORITHM, BCRYPT_SP80056A_CONCAT_ALGORITHM,
                     BCRYPT_TLS1_1_KDF_ALGORITHM, BCRYPT_TLS1_2_KDF_ALGORITHM, BCRYPT_HKDF_ALGORITHM};
    static const ULONG lengths[] = {64, 64, 64, 64, 128, 64, 64};
    enum { CAPI = 0, HKDF = 6 };
    static ULONGLONG iterations = 3;
    static BCryptBuffer parameters[] = {
        {sizeof sha256, KDF_HASH_ALGORITHM, sha256}, {5, KDF_LABEL, "label"}, {7, KDF_CONTEXT, "context"}, {4, KDF_SALT, "salt"},
        {sizeof iterations, KDF_ITERATION_COUNT, &iterations}, {3, KDF_ALGORITHMID, "alg"}, {1, KDF_PARTYUINFO, "u"},
        {1, KDF_PARTYVINFO, "v"}, {5, KDF_TLS_PRF_LABEL, "label"}, {sizeof seed, KDF_TLS_PRF_SEED, seed},
        {4, KDF_HKDF_INFO, "info"}};
    static BCryptBufferDesc all = {BCRYPTBUFFER_VERSION, sizeof parameters / sizeof *parameters, parameters};
    size_t i;
    list = &all;
    for (i = 0; i < sizeof ids / sizeof *ids; i++) {
        static const BYTE pads[] = {0, 0x36, 0x5c};
        BYTE padded[128];
        ULONG at, pad;
        algorithm = opened(ids[i]);
        make_key(lengths[i]);
        for (pad = 0; pad < sizeof pads; pad++) {
            for (at = 0; at < key_size; at++)
                padded[at] = buffer[at] ^ pads[pad];
            remember(padded, key_size, "the key");
        }
        explicit_bzero(padded, sizeof padded);
        run(key_task);
        wipe();
        if (i == HKDF) {
            OK(BCryptSetProperty(key, BCRYPT_HKDF_HASH_ALGORITHM, (PUCHAR)sha256, sizeof sha256, 0));
            run(salt_task);
        }
        run(export_key_data_task);
        if (i == HKDF)
            remember(buffer + size - 32, 32, "HKDF's key");
        run(import_key_data_task);
        wipe();
        run(end_peer_task);
        run(copy_key_task);
        run(end_peer_task);
        /* Small outputs are made on the stack, others on the heap. */
        for (at = 0; at < 2; at++) {
            derivation_flags = i == CAPI && at == 1 ? BCRYPT_CAPI_AES_FLAG : 0;
            size = i == CAPI ? 64 - at : at ? 1000 : 100;
            run(derive_from_key_task);
            remember(buffer, size, "what was derived");
            wipe();
        }
        if (scan(0) == 0) {
            printf("the key is not found while it lives: the search is broken\n");
            failures++;
        }
        run(destroy_key_task);
        OK(BCryptCloseAlgorithmProvider(algorithm, 0));
        NOTHING_LEFT("a key to derive from");
        conclude_numbered("derivation", i);
    }
}

static BCRYPT_KEY_HANDLE cipher_copy;
static ULONG flags;
static BYTE iv[16];
static PUCHAR iv_place;
static ULONG iv_size;
static PVOID padding;

static void symmetric_task(void) { SECRET_TASK(); OK(BCryptGenerateSymmetricKey(algorithm, &key, NULL, 0, buffer, key_size, 0)); }
static void duplicate_key_task(void) { SECRET_TASK(); OK(BCryptDuplicateKey(key, &cipher_copy, NULL, 0, 0)); }
static void encrypt_task(void) { SECRET_TASK(); OK(BCryptEncrypt(key, buffer, 512, padding, iv_place, iv_size, buffer, 1024, &size, flags)); }
static void decrypt_task(void) { SECRET_TASK(); OK(BCryptDecrypt(cipher_copy, buffer, size, padding, iv_place, iv_size, buffer, 1024, &size, flags)); }
static void export_data_task(void) { SECRET_TASK(); OK(BCryptExportKey(key, NULL, BCRYPT_OPAQUE_KEY_BLOB, buffer, sizeof buffer, &size, 0)); }
static void import_data_task(void) { SECRET_TASK(); OK(BCryptImportKey(algorithm, NULL, BCRYPT_OPAQUE_KEY_BLOB, &peer, NULL, 0, buffer, size, 0)); }
static void destroy_cipher_copy_task(void) { OK(BCryptDestroyKey(cipher_copy)); }
static void destroy_peer_task(void) { OK(BCryptDestroyKey(peer)); }

/* The key, with which its schedule begins, and the plaintext. */
static void ciphers(void)
{
    static const struct { LPCWSTR id, mode; ULONG key, unit, iv, flags; int has_tag; } all[] = {
        {BCRYPT_AES_ALGORITHM, BCRYPT_CHAIN_MODE_CBC, 32, 0, 16, BCRYPT_BLOCK_PADDING, 0},
        {BCRYPT_AES_ALGORITHM, BCRYPT_CHAIN_MODE_ECB, 16, 0, 0, BCRYPT_BLOCK_PADDING, 0},
        {BCRYPT_AES_ALGORITHM, BCRYPT_CHAIN_MODE_CFB, 24, 16, 16, BCRYPT_BLOCK_PADDING, 0},
        {BCRYPT_AES_ALGORITHM, BCRYPT_CHAIN_MODE_GCM, 32, 0, 0, 0, 1}, {BCRYPT_AES_ALGORITHM, BCRYPT_CHAIN_MODE_CCM, 16, 0, 0, 0, 1},
        {BCRYPT_CHACHA20_POLY1305_ALGORITHM, NULL, 32, 0, 0, 0, 1}, {BCRYPT_XTS_AES_ALGORITHM, NULL, 64, 512, 8, 0, 0},
        {BCRYPT_XTS_AES_ALGORITHM, NULL, 32, 512, 8, 0, 0}, {BCRYPT_3DES_ALGORITHM, NULL, 24, 0, 8, BCRYPT_BLOCK_PADDING, 0},
        {BCRYPT_DESX_ALGORITHM, NULL, 24, 0, 8, BCRYPT_BLOCK_PADDING, 0}, {BCRYPT_RC2_ALGORITHM, NULL, 128, 0, 8, BCRYPT_BLOCK_PADDING, 0},
        {BCRYPT_RC4_ALGORITHM, NULL, 64, 0, 0, 0, 0}};
    static BYTE nonce[12] = {7}, tag[16];
    static BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO info;
    size_t i;
    for (i = 0; i < sizeof all / sizeof *all; i++) {
        BCRYPT_INIT_AUTH_MODE_INFO(info);
        info.pbNonce = nonce;
        info.cbNonce = sizeof nonce;
        info.pbTag = tag;
        info.cbTag = sizeof tag;
        padding = all[i].has_tag ? &info : NULL;
        flags = all[i].flags;
        iv_size = all[i].iv;
        iv_place = iv_size ? iv : NULL;
        algorithm = opened(all[i].id);
        if (all[i].mode)
            OK(BCryptSetProperty(algorithm, BCRYPT_CHAINING_MODE, (PUCHAR)all[i].mode, 32, 0));
        make_key(all[i].key);
        remember(buffer, key_size, "the key of a cipher");
        run(symmetric_task);
        if (all[i].unit)
            OK(BCryptSetProperty(key, BCRYPT_MESSAGE_BLOCK_LENGTH, (PUCHAR)&all[i].unit, sizeof all[i].unit, 0));
        wipe();
        run(duplicate_key_task);
        make_key(512);
        remember(buffer, 512, "the plaintext");
        memset(iv, 0, sizeof iv);
        run(encrypt_task);
        memset(iv, 0, sizeof iv);
        run(decrypt_task);
        wipe();
        run(export_data_task);
        run(import_data_task);
        wipe();
        if (scan(0) == 0) {
            printf("the key of a cipher is not found while it lives: the search is broken\n");
            failures++;
        }
        run(destroy_key_task);
        run(destroy_cipher_copy_task);
        run(destroy_peer_task);
        OK(BCryptCloseAlgorithmProvider(algorithm, 0));
        NOTHING_LEFT("a cipher");
        conclude_numbered("cipher", i);
    }
}

static ULONG ciphertext_size;
static BYTE ciphertext[1568], shared[32], text_signature[4627];

static void encapsulate_task(void)
{
    SECRET_TASK();
    OK(BCryptEncapsulate(key, shared, sizeof shared, &size, ciphertext, ciphertext_size, &ciphertext_size, 0));
}
static void decapsulate_task(void)
{
    SECRET_TASK();
    OK(BCryptDecapsulate(key, ciphertext, ciphertext_size, shared, sizeof shared, &size, 0));
}
static void sign_text_task(void) { SECRET_TASK(); OK(BCryptSignHash(key, NULL, text, sizeof text, text_signature, sizeof text_signature, &size, 0)); }

/* A secret that was encapsulated, one that was got back, and one of a ciphertext that was changed. */
static void encapsulate(void)
{
    int i;
    OK(BCryptEncapsulate(key, NULL, 0, &size, NULL, 0, &ciphertext_size, 0));
    for (i = 0; i < 3; i++) {
        ciphertext[9] ^= (BYTE)(i == 2);
        run(i ? decapsulate_task : encapsulate_task);
        remember(shared, sizeof shared, "a shared secret");
        explicit_bzero(shared, sizeof shared);
    }
}

/* The whole expanded key but for what its public half has too: for ML-KEM s and z, for ML-DSA K, s1, s2 and t0. */
static void remember_private(int is_kem, ULONG header)
{
    BYTE *body = buffer + header;
    ULONG length = size - header;
    if (is_kem) {
        remember(body, (length - 96) / 2, "the private vector");
        remember(body + length - 32, 32, "z");
    } else {
        remember(body + 32, 32, "K");
        remember(body + 128, length - 128, "the private vectors");
    }
}

/* A key of ML-KEM or ML-DSA, made by chance, of a seed and of its expanded form; its seed too is looked for. */
static void post_quantum(const char *name, LPCWSTR id, LPCWSTR set, ULONG length)
{
    int is_kem = id[3] == 'K', again;
    LPCWSTR seed_type = is_kem ? BCRYPT_MLKEM_PRIVATE_SEED_BLOB : BCRYPT_PQDSA_PRIVATE_SEED_BLOB;
    LPCWSTR private_type = is_kem ? BCRYPT_MLKEM_PRIVATE_BLOB : BCRYPT_PQDSA_PRIVATE_BLOB;
    ULONG header = (ULONG)sizeof(BCRYPT_MLKEM_KEY_BLOB) + length;
    algorithm = opened(id);
    bits = 0;
    for (again = 0; again < 3; again++) {
        if (again == 0) {
            run(generate_task);
            OK(BCryptSetProperty(key, BCRYPT_PARAMETER_SET_NAME, (PUCHAR)set, length, 0));
            run(finalize_task);
            blob_type = private_type;
            run(export_task);
            remember_private(is_kem, header);
            wipe();
            blob_type = seed_type;
        } else {
            put_back(0);
            run(import_task);
            wipe();
            blob_type = private_type;
        }
        if (again < 2) {
            run(export_task);
            if (again == 0)
                remember(buffer + header, size - header, "the seed");
            keep();
            wipe();
        }
        if (is_kem)
            encapsulate();
        else
            run(sign_text_task);
        destroy_key();
        NOTHING_LEFT(again == 0 ? "a generated key" : again == 1 ? "a key of a seed" : "an expanded key");
    }
    OK(BCryptCloseAlgorithmProvider(algorithm, 0));
    conclude(name);
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    OK(BCryptGenerateKeyPair(BCRYPT_DH_ALG_HANDLE, &stranger, 512, 0));
    OK(BCryptFinalizeKeyPair(stranger, 0));
    life("P-256", BCRYPT_ECDH_P256_ALG_HANDLE, 256, 32, BCRYPT_ECCPRIVATE_BLOB);
    life("P-384", BCRYPT_ECDH_P384_ALG_HANDLE, 384, 48, BCRYPT_ECCPRIVATE_BLOB);
    life("P-521", BCRYPT_ECDH_P521_ALG_HANDLE, 521, 66, BCRYPT_ECCPRIVATE_BLOB);
    on_curve("curve25519", u"curve25519", 10, 32);
    on_curve("secp256k1", u"secP256k1", 9, 32);
    on_curve("P-224", u"secP224r1", 9, 28);
    on_curve("brainpoolP256r1", u"brainpoolP256r1", 15, 32);
    on_curve("brainpoolP512r1", u"brainpoolP512r1", 15, 64);
    life("DH 768", BCRYPT_DH_ALG_HANDLE, 768, 96, BCRYPT_DH_PRIVATE_BLOB);
    life("DH 1024", BCRYPT_DH_ALG_HANDLE, 1024, 128, BCRYPT_DH_PRIVATE_BLOB);
    life("DH 2048", BCRYPT_DH_ALG_HANDLE, 2048, 256, BCRYPT_DH_PRIVATE_BLOB);
    life("DH 2048, CAPI", BCRYPT_DH_ALG_HANDLE, 2048, 256, LEGACY_DH_PRIVATE_BLOB);
    life("DH 4096", BCRYPT_DH_ALG_HANDLE, 4096, 512, BCRYPT_DH_PRIVATE_BLOB);
    signing_life("ECDSA P-256", BCRYPT_ECDSA_P256_ALG_HANDLE, 256, 32, 32, BCRYPT_ECCPRIVATE_BLOB);
    signing_life("ECDSA P-384", BCRYPT_ECDSA_P384_ALG_HANDLE, 384, 48, 32, BCRYPT_ECCPRIVATE_BLOB);
    signing_life("ECDSA P-521", BCRYPT_ECDSA_P521_ALG_HANDLE, 521, 66, 32, BCRYPT_ECCPRIVATE_BLOB);
    {
        BCRYPT_ALG_HANDLE generic = opened(BCRYPT_ECDSA_ALGORITHM);
        OK(BCryptSetProperty(generic, BCRYPT_ECC_CURVE_NAME, (PUCHAR)u"secP256k1", 20, 0));
        signing_life("ECDSA secp256k1", generic, 256, 32, 32, BCRYPT_ECCPRIVATE_BLOB);
        OK(BCryptSetProperty(generic, BCRYPT_ECC_CURVE_NAME, (PUCHAR)u"brainpoolP384t1", 32, 0));
        signing_life("ECDSA brainpool", generic, 384, 48, 32, BCRYPT_ECCPRIVATE_BLOB);
        OK(BCryptCloseAlgorithmProvider(generic, 0));
    }
    signing_life("DSA 512", BCRYPT_DSA_ALG_HANDLE, 512, 20, 20, BCRYPT_DSA_PRIVATE_BLOB);
    signing_life("DSA 1024", BCRYPT_DSA_ALG_HANDLE, 1024, 20, 20, BCRYPT_DSA_PRIVATE_BLOB);
    signing_life("DSA 2048", BCRYPT_DSA_ALG_HANDLE, 2048, 32, 32, BCRYPT_DSA_PRIVATE_BLOB);
    signing_life("DSA 3072", BCRYPT_DSA_ALG_HANDLE, 3072, 32, 32, BCRYPT_DSA_PRIVATE_BLOB);
    macs();
    derivations();
    ciphers();
    rsa("RSA-1024", 1024);
    rsa("RSA-1040", 1040);
    rsa("RSA-2048", 2048);
    rsa("RSA-3072", 3072);
    post_quantum("ML-KEM-512", BCRYPT_MLKEM_ALGORITHM, BCRYPT_MLKEM_PARAMETER_SET_512, 8);
    post_quantum("ML-KEM-768", BCRYPT_MLKEM_ALGORITHM, BCRYPT_MLKEM_PARAMETER_SET_768, 8);
    post_quantum("ML-KEM-1024", BCRYPT_MLKEM_ALGORITHM, BCRYPT_MLKEM_PARAMETER_SET_1024, 10);
    post_quantum("ML-DSA-44", BCRYPT_MLDSA_ALGORITHM, BCRYPT_MLDSA_PARAMETER_SET_44, 6);
    post_quantum("ML-DSA-65", BCRYPT_MLDSA_ALGORITHM, BCRYPT_MLDSA_PARAMETER_SET_65, 6);
    post_quantum("ML-DSA-87", BCRYPT_MLDSA_ALGORITHM, BCRYPT_MLDSA_PARAMETER_SET_87, 6);
    printf("%zu MiB searched; the deepest call used %zu bytes of stack; %zu bytes were left there\n",
           scanned >> 20, deepest_of_all, left_behind);
    if (left_behind) {
        printf("bytes are left on the stack of the calls\n");
        failures++;
    }
    return failures != 0;
}

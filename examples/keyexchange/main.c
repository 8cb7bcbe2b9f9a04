/* keyexchange new p256|x25519 NAME             makes NAME.key and NAME.pub
 * keyexchange agree p256|x25519 NAME PEER      derives the session key of NAME.key and PEER.pub */
#include "keyexchange.h"

/* Arguments are compared with ASCII words only. */
static BOOL isWord(const WCHAR *text, const char *word)
{
    while (*word && *text == (WCHAR)*word)
        text++, word++;
    return *text == 0 && *word == 0;
}

static BOOL agree(BCRYPT_ALG_HANDLE hAlgorithm, BOOL x25519, const WCHAR *name, const WCHAR *peer)
{
    BCRYPT_KEY_HANDLE hKey = NULL, hPeer = NULL;
    WCHAR mine[MAX_PATH], yours[MAX_PATH];
    BYTE key[SESSION_KEY_BYTES];
    ULONG i;
    BOOL done = joinPath(name, ".key", mine, MAX_PATH) && joinPath(peer, ".pub", yours, MAX_PATH) &&
                loadKey(hAlgorithm, BCRYPT_ECCPRIVATE_BLOB, mine, &hKey) &&
                loadKey(hAlgorithm, BCRYPT_ECCPUBLIC_BLOB, yours, &hPeer) &&
                deriveSessionKey(hKey, hPeer, x25519, key);

    for (i = 0; done && i < sizeof(key); i++)
        printf("%02x%s", key[i], i + 1 < sizeof(key) ? "" : "\n");
    SecureZeroMemory(key, sizeof(key));
    if (hPeer)
        BCryptDestroyKey(hPeer);
    if (hKey)
        BCryptDestroyKey(hKey);
    return done;
}

int run(int argc, WCHAR **argv)
{
    BCRYPT_ALG_HANDLE hAlgorithm = NULL;
    BOOL create = argc == 4 && isWord(argv[1], "new"), done;
    BOOL x25519 = argc > 2 && isWord(argv[2], "x25519");

    if ((!create && !(argc == 5 && isWord(argv[1], "agree"))) || (!x25519 && !isWord(argv[2], "p256"))) {
        fprintf(stderr, "keyexchange new p256|x25519 NAME\nkeyexchange agree p256|x25519 NAME PEER\n");
        return 2;
    }
    if (!openAlgorithm(x25519, &hAlgorithm))
        return 1;
    done = create ? createKey(hAlgorithm, x25519, argv[3]) : agree(hAlgorithm, x25519, argv[3], argv[4]);
    BCryptCloseAlgorithmProvider(hAlgorithm, 0);
    return done ? 0 : 1;
}

#ifdef _WIN32
int wmain(int argc, WCHAR **argv)
{
    return run(argc, argv);
}
#else
/* Reads a UTF-8 argument into UTF-16; whatever is not UTF-8 becomes a question mark. */
static BOOL widen(const char *text, WCHAR *wide, size_t units)
{
    const BYTE *in = (const BYTE *)text;
    size_t at = 0;

    while (*in && at + 2 < units) {
        int more = *in < 0x80 ? 0 : *in < 0xc0 ? -1 : *in < 0xe0 ? 1 : *in < 0xf0 ? 2 : 3;
        unsigned long c = more < 0 ? '?' : more == 0 ? *in : *in & (0x3fu >> more);
        for (in++; more > 0; more--, in++) {
            if ((*in & 0xc0) != 0x80) {
                c = '?';
                break;
            }
            c = c << 6 | (*in & 0x3f);
        }
        if (c >= 0x10000)
            wide[at++] = (WCHAR)(0xd800 + ((c - 0x10000) >> 10));
        wide[at++] = (WCHAR)(c >= 0x10000 ? 0xdc00 + ((c - 0x10000) & 0x3ff) : c);
    }
    wide[at] = 0;
    return *in == 0;
}

int main(int argc, char **argv)
{
    static WCHAR wide[5][MAX_PATH];
    WCHAR *arguments[5];
    int i;

    for (i = 0; i < argc && i < 5; i++) {
        if (!widen(argv[i], wide[i], MAX_PATH))
            return 2;
        arguments[i] = wide[i];
    }
    return run(argc, arguments);
}
#endif

// ECDH on P-256 and the one-step KDF of SP 800-56A, in C++17: handles that free themselves, failures as exceptions.
#include <windows.h>
#include <bcrypt.h>

#include <array>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

void check(const char *call, NTSTATUS status)
{
    if (BCRYPT_SUCCESS(status))
        return;
    std::array<char, 16> code{};
    std::snprintf(code.data(), code.size(), "0x%08lx", static_cast<unsigned long>(static_cast<ULONG>(status)));
    throw std::runtime_error(std::string(call) + ": " + code.data());
}

// Owns a handle of CNG; Release is the call that gives it back.
template <auto Release>
class Handle {
public:
    Handle() = default;
    Handle(Handle &&other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    Handle &operator=(Handle &&other) noexcept
    {
        std::swap(handle_, other.handle_);
        return *this;
    }
    ~Handle()
    {
        if (handle_)
            Release(handle_);
    }
    PVOID get() const { return handle_; }
    PVOID *out() { return &handle_; }

private:
    PVOID handle_ = nullptr;
};

void close(PVOID algorithm) { BCryptCloseAlgorithmProvider(algorithm, 0); }
void destroyKey(PVOID key) { BCryptDestroyKey(key); }
void destroySecret(PVOID secret) { BCryptDestroySecret(secret); }

using Algorithm = Handle<close>;
using Key = Handle<destroyKey>;
using Secret = Handle<destroySecret>;
using Bytes = std::vector<UCHAR>;

Algorithm open(LPCWSTR name)
{
    Algorithm algorithm;
    check("BCryptOpenAlgorithmProvider", BCryptOpenAlgorithmProvider(algorithm.out(), name, MS_PRIMITIVE_PROVIDER, 0));
    return algorithm;
}

Key generate(const Algorithm &algorithm)
{
    Key key;
    check("BCryptGenerateKeyPair", BCryptGenerateKeyPair(algorithm.get(), key.out(), 256, 0));
    check("BCryptFinalizeKeyPair", BCryptFinalizeKeyPair(key.get(), 0));
    return key;
}

Bytes publicBlob(const Key &key)
{
    ULONG size = 0;
    check("BCryptExportKey", BCryptExportKey(key.get(), nullptr, BCRYPT_ECCPUBLIC_BLOB, nullptr, 0, &size, 0));
    Bytes blob(size);
    check("BCryptExportKey", BCryptExportKey(key.get(), nullptr, BCRYPT_ECCPUBLIC_BLOB, blob.data(), size, &size, 0));
    return blob;
}

Key import(const Algorithm &algorithm, Bytes blob)
{
    Key key;
    check("BCryptImportKeyPair", BCryptImportKeyPair(algorithm.get(), nullptr, BCRYPT_ECCPUBLIC_BLOB, key.out(),
                                                     blob.data(), static_cast<ULONG>(blob.size()), 0));
    return key;
}

BCryptBuffer parameter(ULONG type, std::string &text)
{
    return {static_cast<ULONG>(text.size()), type, text.data()};
}

// The three parameters are required; they bind the key to its use and to the names of both sides.
Bytes derive(const Secret &secret)
{
    std::string use = "session key", client = "client", server = "server";
    std::array<BCryptBuffer, 3> parameters = {
        parameter(KDF_ALGORITHMID, use),
        parameter(KDF_PARTYUINFO, client),
        parameter(KDF_PARTYVINFO, server),
    };
    BCryptBufferDesc list = {BCRYPTBUFFER_VERSION, static_cast<ULONG>(parameters.size()), parameters.data()};
    Bytes derived(32);
    ULONG written = 0;
    check("BCryptDeriveKey", BCryptDeriveKey(secret.get(), BCRYPT_KDF_SP80056A_CONCAT, &list, derived.data(),
                                             static_cast<ULONG>(derived.size()), &written, 0));
    derived.resize(written);
    return derived;
}

Bytes agree(const Key &own, const Key &peer)
{
    Secret secret;
    check("BCryptSecretAgreement", BCryptSecretAgreement(own.get(), peer.get(), secret.out(), 0));
    return derive(secret);
}

void print(const char *what, const Bytes &bytes)
{
    std::printf("%s ", what);
    for (UCHAR byte : bytes)
        std::printf("%02x", static_cast<unsigned>(byte));
    std::printf("\n");
}

// What CNG refuses arrives as an exception, with nothing left behind.
void refused(const Algorithm &algorithm, Bytes blob)
{
    blob.back() ^= 1;
    try {
        import(algorithm, blob);
    } catch (const std::runtime_error &error) {
        std::printf("a point off the curve is refused: %s\n", error.what());
        return;
    }
    throw std::runtime_error("a point off the curve was accepted");
}

} // namespace

int main()
{
    try {
        const Algorithm algorithm = open(BCRYPT_ECDH_P256_ALGORITHM);
        const Key client = generate(algorithm), server = generate(algorithm);
        const Bytes ours = agree(client, import(algorithm, publicBlob(server)));
        const Bytes theirs = agree(server, import(algorithm, publicBlob(client)));
        print("client derives", ours);
        print("server derives", theirs);
        refused(algorithm, publicBlob(client));
        if (ours != theirs)
            throw std::runtime_error("the sides differ");
        std::printf("ECDH P-256 in C++: both sides agree\n");
        return 0;
    } catch (const std::exception &error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}

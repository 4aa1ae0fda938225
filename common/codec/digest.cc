#include "common/codec/digest.h"

#include <array>
#include <cassert>
#include <cstdint>
#include <limits>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

// OpenSSL fails in these calls only where no memory is left or the library was built without the
// algorithm: there is no way to go on, so that is an assert.

namespace codec {
namespace {

std::string digest(const EVP_MD* algorithm, std::size_t bytes, std::string_view text) {
    std::string out(bytes, '\0');
    unsigned int length = 0;
    const int done =
        EVP_Digest(text.data(), text.size(), reinterpret_cast<unsigned char*>(out.data()), &length,
                   algorithm, nullptr);
    assert(done == 1 && length == bytes);
    return out;
}

}  // namespace

std::string sha256(std::string_view text) {
    return digest(EVP_sha256(), kSha256Bytes, text);
}

std::string md5(std::string_view text) {
    return digest(EVP_md5(), kMd5Bytes, text);
}

std::string hmac_sha256(std::string_view key, std::string_view text) {
    assert(key.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max()));
    // OpenSSL takes a null key for "the key of the call before".
    const char* key_bytes = key.empty() ? "" : key.data();
    std::string out(kSha256Bytes, '\0');
    unsigned int length = 0;
    const unsigned char* done =
        HMAC(EVP_sha256(), key_bytes, static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(),
             reinterpret_cast<unsigned char*>(out.data()), &length);
    assert(done != nullptr && length == kSha256Bytes);
    return out;
}

void DigestContextCloser::operator()(evp_md_ctx_st* context) const {
    EVP_MD_CTX_free(context);
}

Digest::Digest(const evp_md_st* algorithm, std::size_t bytes)
    : context_(EVP_MD_CTX_new()), bytes_(bytes) {
    const int done = EVP_DigestInit_ex(context_.get(), algorithm, nullptr);
    assert(done == 1);
}

void Digest::update(std::string_view piece) {
    const int done = EVP_DigestUpdate(context_.get(), piece.data(), piece.size());
    assert(done == 1);
}

std::string Digest::finish() {
    std::string out(bytes_, '\0');
    finish_to(out.data());
    return out;
}

void Digest::finish_to(char* out) {
    unsigned int length = 0;
    int done = EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(out), &length);
    assert(done == 1 && length == bytes_);
    // No algorithm: the context's own, which is not looked up again.
    done = EVP_DigestInit_ex(context_.get(), nullptr, nullptr);
    assert(done == 1);
}

Sha256::Sha256() : Digest(EVP_sha256(), kSha256Bytes) {}

Md5::Md5() : Digest(EVP_md5(), kMd5Bytes) {}

}  // namespace codec

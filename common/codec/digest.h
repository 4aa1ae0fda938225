// Message digests: SHA-256 (FIPS 180-4), HMAC-SHA-256 (RFC 2104), MD5 (RFC 1321, for the checksums
// of S3 objects and export manifests; never for security). All results are raw bytes.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_md_st;      // OpenSSL's EVP_MD
struct evp_md_ctx_st;  // OpenSSL's EVP_MD_CTX

namespace codec {

constexpr std::size_t kSha256Bytes = 32;
constexpr std::size_t kMd5Bytes = 16;

std::string sha256(std::string_view text);
std::string hmac_sha256(std::string_view key, std::string_view text);
std::string md5(std::string_view text);

struct DigestContextCloser {
    void operator()(evp_md_ctx_st* context) const;
};

// The digest of a text that comes in pieces. The algorithm is looked up once, so that for many
// small texts one object that is kept costs much less than the functions above.
class Digest {
  public:
    void update(std::string_view piece);
    // The digest of all pieces; afterwards the object starts anew.
    std::string finish();
    // The same, into room for the algorithm's bytes.
    void finish_to(char* out);

  protected:
    Digest(const evp_md_st* algorithm, std::size_t bytes);

  private:
    std::unique_ptr<evp_md_ctx_st, DigestContextCloser> context_;
    std::size_t bytes_;
};

class Sha256 final : public Digest {
  public:
    Sha256();
};

class Md5 final : public Digest {
  public:
    Md5();
};

}  // namespace codec

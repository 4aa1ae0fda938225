// Certificates made at test time, and a TLS server on a free loopback port that answers one
// connection at a time with "HTTP/1.1 200 OK" and the body "tls".
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace tests {

struct OpenSslCloser {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* connection) const { SSL_free(connection); }
};
template <typename T>
using OpenSslPointer = std::unique_ptr<T, OpenSslCloser>;

struct Certificate {
    OpenSslPointer<EVP_PKEY> key;
    OpenSslPointer<X509> certificate;
};

// What a certificate is to be good for. `alternative_name` is in OpenSSL's words: "IP:127.0.0.1".
struct CertificateWish {
    std::string alternative_name = "IP:127.0.0.1";
    std::int64_t valid_from_s = -3'600;  // from now
    std::int64_t valid_until_s = 3'600;
};

// An authority that signs itself.
Certificate make_authority(const std::string& name);
// A server's certificate, signed by the authority, or by itself where there is none.
Certificate make_certificate(const CertificateWish& wish, const Certificate* authority);
// The certificate as a PEM file in the test's folder for temporary files; its path.
std::string write_pem(const Certificate& certificate, const std::string& file_name);

class TlsServer {
  public:
    // `version_max` is TLS1_2_VERSION, TLS1_3_VERSION, …
    TlsServer(const Certificate& certificate, int version_max = TLS1_3_VERSION);
    ~TlsServer();
    TlsServer(const TlsServer&) = delete;
    TlsServer& operator=(const TlsServer&) = delete;

    // The connections are accepted, but nobody shakes hands.
    void stay_silent() { silent_ = true; }

    [[nodiscard]] std::string url(const std::string& host = "127.0.0.1") const;
    [[nodiscard]] int requests() const { return requests_; }
    [[nodiscard]] int connections() const { return connections_; }
    // Of the newest connection: "TLSv1.3".
    [[nodiscard]] std::string version() const { return version_.load(); }

  private:
    void serve();
    void serve_connection(int socket);

    OpenSslPointer<SSL_CTX> context_;
    int listener_ = -1;
    int port_ = 0;
    std::atomic<bool> silent_ = false;
    std::atomic<bool> ending_ = false;
    std::atomic<int> socket_ = -1;
    std::atomic<int> requests_ = 0;
    std::atomic<int> connections_ = 0;
    std::atomic<const char*> version_ = "";
    std::thread thread_;
};

}  // namespace tests

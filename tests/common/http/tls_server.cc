#include "tests/common/http/tls_server.h"

#include <arpa/inet.h>
#include <array>
#include <cstdio>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace tests {
namespace {

void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
    ASSERT_NE(extension, nullptr) << value;
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

Certificate make(const std::string& name, const CertificateWish& wish) {
    static std::atomic<long> serial = 1;
    Certificate made{OpenSslPointer<EVP_PKEY>(EVP_EC_gen("P-256")),
                     OpenSslPointer<X509>(X509_new())};
    X509* const certificate = made.certificate.get();
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
    X509_gmtime_adj(X509_getm_notBefore(certificate), wish.valid_from_s);
    X509_gmtime_adj(X509_getm_notAfter(certificate), wish.valid_until_s);
    X509_set_pubkey(certificate, made.key.get());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    return made;
}

void sign(const Certificate& certificate, const Certificate& authority) {
    X509_set_issuer_name(certificate.certificate.get(),
                         X509_get_subject_name(authority.certificate.get()));
    EXPECT_GT(X509_sign(certificate.certificate.get(), authority.key.get(), EVP_sha256()), 0);
}

}  // namespace

Certificate make_authority(const std::string& name) {
    Certificate made = make(name, {});
    X509* const certificate = made.certificate.get();
    add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
    sign(made, made);
    return made;
}

Certificate make_certificate(const CertificateWish& wish, const Certificate* authority) {
    Certificate made = make("server", wish);
    X509* const issuer =
        authority != nullptr ? authority->certificate.get() : made.certificate.get();
    add_extension(made.certificate.get(), issuer, NID_subject_alt_name, wish.alternative_name);
    sign(made, authority != nullptr ? *authority : made);
    return made;
}

std::string write_pem(const Certificate& certificate, const std::string& file_name) {
    std::string path = testing::TempDir() + file_name;
    std::FILE* const file = std::fopen(path.c_str(), "w");
    EXPECT_NE(file, nullptr) << path;
    if (file == nullptr) return path;
    EXPECT_EQ(PEM_write_X509(file, certificate.certificate.get()), 1);
    EXPECT_EQ(std::fclose(file), 0);
    return path;
}

TlsServer::TlsServer(const Certificate& certificate, int version_max)
    : context_(SSL_CTX_new(TLS_server_method())) {
    SSL_CTX_set_security_level(context_.get(), 0);  // so that it can speak TLS 1.1
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context_.get(), version_max);
    EXPECT_EQ(SSL_CTX_use_certificate(context_.get(), certificate.certificate.get()), 1);
    EXPECT_EQ(SSL_CTX_use_PrivateKey(context_.get(), certificate.key.get()), 1);

    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(listener_, generic, size), 0);
    EXPECT_EQ(::listen(listener_, 16), 0);
    EXPECT_EQ(::getsockname(listener_, generic, &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
}

TlsServer::~TlsServer() {
    ending_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    if (const int socket = socket_; socket >= 0) ::shutdown(socket, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
}

std::string TlsServer::url(const std::string& host) const {
    return "https://" + host + ":" + std::to_string(port_) + "/";
}

void TlsServer::serve() {
    while (!ending_) {
        const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) return;
        socket_ = socket;
        ++connections_;
        serve_connection(socket);
        socket_ = -1;
        ::close(socket);
    }
}

void TlsServer::serve_connection(int socket) {
    std::array<char, 4096> buffer{};
    if (silent_) {
        while (::recv(socket, buffer.data(), buffer.size(), 0) > 0) {
        }
        return;
    }
    const OpenSslPointer<SSL> connection(SSL_new(context_.get()));
    SSL_set_fd(connection.get(), socket);
    if (SSL_accept(connection.get()) != 1) return;
    version_ = SSL_get_version(connection.get());
    // A request of these tests fits one read.
    while (SSL_read(connection.get(), buffer.data(), static_cast<int>(buffer.size())) > 0) {
        ++requests_;
        constexpr std::string_view kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntls";
        SSL_write(connection.get(), kAnswer.data(), static_cast<int>(kAnswer.size()));
    }
}

}  // namespace tests

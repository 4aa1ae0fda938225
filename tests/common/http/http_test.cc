#include "common/http/http.h"

#include <gtest/gtest.h>

#include "common/http/date.h"
#include "common/http/url.h"

namespace http {
namespace {

TEST(Headers, AreFoundWithoutRegardToCase) {
    const Headers headers{{"Content-Type", "a"}, {"content-type", "b"}, {"X-Empty", ""}};
    EXPECT_EQ(find_header(headers, "CONTENT-TYPE"), "a");
    EXPECT_EQ(find_header(headers, "x-empty"), "");
    EXPECT_EQ(find_header(headers, "content-typ"), std::nullopt);
    EXPECT_EQ(find_header({}, "a"), std::nullopt);
    EXPECT_FALSE(same_name("a", "ab"));
    EXPECT_FALSE(same_name("@", "`"));  // apart by the bit that tells case
}

TEST(HttpDate, ReadsImfFixdate) {
    // RFC 9110's own example; `date -u -d … +%s`.
    EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), 784'111'777'000);
    EXPECT_EQ(parse_http_date("Fri, 20 Nov 2026 01:00:00 GMT"), 1'795'136'400'000);
    EXPECT_EQ(parse_http_date("Tue, 29 Feb 2028 23:59:59 GMT"), 1'835'481'599'000);
    EXPECT_EQ(parse_http_date("Tue, 19 Jan 2038 03:14:08 GMT"), 2'147'483'648'000);
}

TEST(HttpDate, RefusesEverythingElse) {
    for (const char* text : {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
                             "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 1994 08:49:37 GMT ",
                             "Sun, 06 Nob 1994 08:49:37 GMT", "Sun, 30 Feb 2026 08:49:37 GMT",
                             "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:61:37 GMT",
                             "Sun, -6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08 49 37 GMT"})
        EXPECT_EQ(parse_http_date(text), std::nullopt) << text;
}

TEST(Url, IsTakenApart) {
    const auto url = parse_url("HTTPS://Example.COM:8443/A%20b?c=d&e");
    ASSERT_TRUE(url.ok());
    EXPECT_EQ(url->scheme, "https");
    EXPECT_EQ(url->host, "example.com");
    EXPECT_EQ(url->port, 8443);
    EXPECT_EQ(url->authority, "example.com:8443");
    EXPECT_EQ(url->target, "/A%20b?c=d&e");
}

TEST(Url, KnowsTheDefaultsOfItsScheme) {
    EXPECT_EQ(parse_url("https://h")->port, 443);
    EXPECT_EQ(parse_url("https://h:443/")->authority, "h");
    EXPECT_EQ(parse_url("http://h:80")->authority, "h");
    EXPECT_EQ(parse_url("http://h:443")->authority, "h:443");
    EXPECT_EQ(parse_url("http://h")->target, "/");
    EXPECT_EQ(parse_url("http://h?q")->target, "/?q");
}

TEST(Url, KeepsTheBracketsOfAnIpv6AddressInItsAuthority) {
    const auto url = parse_url("http://[FD00:EC2::23]:81/x");
    ASSERT_TRUE(url.ok());
    EXPECT_EQ(url->host, "fd00:ec2::23");
    EXPECT_EQ(url->authority, "[fd00:ec2::23]:81");
}

TEST(Url, RefusesWhatIsNone) {
    for (const char* text : {"",
                             "h",
                             "//h",
                             "ftp://h",
                             "file:///etc/passwd",
                             "http://",
                             "http:///x",
                             "http://:80",
                             "http://h:",
                             "http://h:0",
                             "http://h:65536",
                             "http://h:8x",
                             "http://h:-1",
                             "http://u@h",
                             "http://u:p@h",
                             "http://h/#f",
                             "http://h/ x",
                             "http://h/\n",
                             "http://h\\x",
                             "http://[::1",
                             "http://[::1]x",
                             "http://[x]",
                             "http://[1.2.3.4]",
                             "http://h%41/",
                             "http://h/\xC3\xBC",
                             "http://a,b/"}) {
        const auto url = parse_url(text);
        EXPECT_FALSE(url.ok()) << text;
        if (url) continue;
        EXPECT_EQ(url.error().kind, base::ErrorKind::config_invalid);
    }
}

TEST(HostKind, TellsWhereAHostIs) {
    const auto expect_all = [](HostKind kind, std::initializer_list<const char*> hosts) {
        for (const char* host : hosts)
            EXPECT_EQ(static_cast<int>(host_kind(host)), static_cast<int>(kind)) << host;
    };
    expect_all(HostKind::name, {"example.com", "localhost.example.com", "a.b1", "3com.com"});
    expect_all(HostKind::address, {"10.0.0.1", "169.253.169.254", "8.8.8.8", "2001:db8::1"});
    expect_all(HostKind::loopback,
               {"localhost", "LOCALHOST", "127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"});
    expect_all(HostKind::container_credentials,
               {"169.254.170.2", "169.254.170.23", "fd00:ec2::23"});
    expect_all(HostKind::metadata,
               {"169.254.169.254", "169.254.0.1", "169.254.170.3", "fd00:ec2::254", "fe80::1",
                "::ffff:169.254.169.254", "::ffff:a9fe:a9fe", "instance-data",
                "Instance-Data.EC2.internal"});
    expect_all(HostKind::ambiguous, {"2852039166", "0xa9fea9fe", "127.1", "0251.0376.0251.0376",
                                     "1.2.3.4.5", "169.254.169.254.", "a.0x7f", "010.0.0.1"});
}

TEST(HostKind, AllowsPlainHttpWithinTheMachineOnly) {
    EXPECT_TRUE(plain_http_allowed(HostKind::loopback));
    EXPECT_TRUE(plain_http_allowed(HostKind::container_credentials));
    for (const HostKind kind :
         {HostKind::name, HostKind::address, HostKind::metadata, HostKind::ambiguous})
        EXPECT_FALSE(plain_http_allowed(kind));
}

}  // namespace
}  // namespace http

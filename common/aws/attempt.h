// One attempt at a call: its request, signed with the time of now, and what its answer means.
// Client repeats attempts by the rules of retry.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/aws/aws_error.h"
#include "common/aws/client_settings.h"
#include "common/aws/credentials.h"
#include "common/aws/sigv4.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/result.h"
#include "common/http/http.h"

namespace aws {

// What a status of 200 says: S3 begins its answer to CompleteMultipartUpload with it, before it
// knows how that ends, and then writes an <Error> where it failed.
enum class Status200 { is_final, may_carry_error };

// What all attempts of a call have in common.
struct Operation {
    const Service& service;
    std::string_view name;
    std::string_view subject;
    std::string path;  // of the request line
    const Query& query;
    http::Headers headers;  // without those of the signature
    Status200 status_200 = Status200::is_final;

    // "PutRecords on orders".
    [[nodiscard]] std::string described() const;
};

// What an attempt was signed with.
struct Signed {
    base::EpochMs at_ms = 0;  // the service's time, as far as it is known
    std::int64_t clock_offset_ms = 0;
    int credentials = 0;  // how often they had been read again
};

// Why an attempt brought no good answer.
struct Failure {
    base::Error error;
    ErrorClass error_class = ErrorClass::rejected;
    int status = 0;  // 0: there was no answer
    http::Headers headers;
    std::string bucket_region = {};  // where S3 says that the bucket is

    // The answer's failure, or nothing where its status is good (2xx). `described` begins the
    // message.
    static std::optional<Failure> of(std::string_view described,
                                     base::Result<http::Response>& answer);
    // Adds the remedy to the message where the bucket is not in the region that was asked.
    void say_where_bucket_is(std::string_view region_asked);
    // Whether the service may have done what it was asked.
    [[nodiscard]] bool is_unknown() const;
    // What the service asks to wait, in milliseconds.
    [[nodiscard]] std::optional<std::int64_t> retry_after_ms() const;
};

// Signs attempts, and learns from those that are refused for their signature.
class Signer {
  public:
    // All of them outlive it.
    Signer(const ClientSettings& settings, CredentialsProvider& credentials,
           const base::Clock& clock, base::Log& log)
        : settings_(settings), credentials_(credentials), clock_(clock), log_(log) {}

    // Gives the request its URL and its headers; method and body are there. Kind config_invalid
    // where there is no endpoint or there are no credentials.
    base::Result<Signed> sign(const Operation& operation, http::Request& request);

    // Whether another attempt, signed now, may fare better than the one that failed: the clock was
    // corrected, or the credentials are read again. Not bounded: the caller counts.
    bool mend(const Failure& failure, const Signed& with);

  private:
    bool correct_clock(const Failure& failure, base::EpochMs signed_at_ms);

    const ClientSettings& settings_;
    CredentialsProvider& credentials_;
    const base::Clock& clock_;
    base::Log& log_;
    std::int64_t clock_offset_ms_ = 0;  // what the service's clock is ahead of ours
    int credentials_read_again_ = 0;
};

}  // namespace aws

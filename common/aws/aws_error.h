// The error answers of AWS services: what they say, and what it means for the caller.
//
// JSON protocols: {"__type": "com.amazonaws.kinesis#ResourceNotFoundException", "message": "…"},
// with the code also in `code` or in the header x-amzn-errortype ("Code:http://…").
// XML (S3, and some gateways in front of JSON services):
// <Error><Code>NoSuchKey</Code><Message>…</Message>…</Error>, also inside <ErrorResponse>.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/http/http.h"

namespace aws {

struct ServiceError {
    std::string code;  // "ResourceNotFoundException"; empty where the answer names none
    // The first line of the service's own words, printable and short, without values of the
    // request.
    std::string message;
    std::string region = {};  // of S3's bucket, where the request went to another one
};

ServiceError parse_service_error(const http::Response& response);

// Whether the body is S3's <Error>, which may come with a status of 200.
bool is_xml_error(std::string_view body);

enum class ErrorClass {
    throttled,            // slow down, then again
    transient,            // the service failed; again
    clock_skew,           // the signature's time was wrong, perhaps: the clock is corrected once
    credentials_refused,  // expired or not known: they are read again once
    access_denied,        // the role may not do this
    rejected,             // anything else that is the caller's fault
    service_failed,       // the service's fault, but of no use to try again (501, …)
};

// The code decides before the status does.
ErrorClass classify(int status, std::string_view code);

base::ErrorKind kind_of(ErrorClass error_class);

}  // namespace aws

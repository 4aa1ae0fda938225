// Result<T>: a value, or the Error that stands in its place. What the world can do wrong comes back
// this way; nothing in lakefeed throws.
#pragma once

#include <cassert>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace base {

// What went wrong, as the one who is called sees it. error_type() names each kind for the caller.
enum class ErrorKind {
    config_invalid,   // a setting or a secret's field is missing or wrong: an init error
    event_invalid,    // the payload is not the event that the function expects
    data_invalid,     // bad data in a file, a record, or a value
    access_denied,    // the service says that the role may not do this
    throttled,        // the service asks to slow down
    rejected,         // the service refuses the request for good (4xx)
    service_failed,   // the service failed on its side (5xx)
    connect_failed,   // nothing was sent: the service certainly did not see the request
    outcome_unknown,  // the request was sent and no answer came: it may or may not have been done
    deadline_near,    // no time is left for the work before the invocation's deadline
    export_failed,    // one or more tables of a table_export run failed
    sync_failed,      // one or more tables of a glue_to_snowflake run failed
    response_too_large,  // the function's response passes Lambda's limit
    unexpected,          // a bug
};

// The `errorType` that is posted to the Runtime API, such as "Function.EventInvalid".
std::string_view error_type(ErrorKind kind);

// The kind's own name, such as "event_invalid", for logs.
std::string_view kind_name(ErrorKind kind);

// `message` says what was done, on what, and what came back, without payloads or secrets:
// "PutRecords to orders: 400 ValidationException". `code` is the service's own word where it gave
// one.
struct Error {
    ErrorKind kind = ErrorKind::unexpected;
    std::string message;
    std::string code = {};
};

// The outcome of a call that gives no value back.
struct Done {};

template <typename T>
class [[nodiscard]] Result {
  public:
    Result(T value) : content_(std::move(value)) {}      // NOLINT(google-explicit-constructor)
    Result(Error error) : content_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

    [[nodiscard]] bool ok() const { return std::holds_alternative<T>(content_); }
    explicit operator bool() const { return ok(); }

    [[nodiscard]] T& value() & {
        assert(ok());
        return *std::get_if<T>(&content_);
    }
    [[nodiscard]] const T& value() const& {
        assert(ok());
        return *std::get_if<T>(&content_);
    }
    [[nodiscard]] T&& value() && {
        assert(ok());
        return std::move(*std::get_if<T>(&content_));
    }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    [[nodiscard]] const Error& error() const& {
        assert(!ok());
        return *std::get_if<Error>(&content_);
    }
    [[nodiscard]] Error&& error() && {
        assert(!ok());
        return std::move(*std::get_if<Error>(&content_));
    }

  private:
    std::variant<T, Error> content_;
};

}  // namespace base

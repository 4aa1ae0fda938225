// The Extensions API as far as an internal extension needs it: runtime clients register one to be
// told of SIGTERM (AWS's page "Lambda Extensions API").
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "common/base/random.h"
#include "runtime/local/http_server.h"

namespace local {

class ExtensionRegistry {
  public:
    ExtensionRegistry(base::Random& random, std::string function_name)
        : random_(random), function_name_(std::move(function_name)) {}

    // A request whose target begins with "/2020-01-01/extension/".
    HttpAnswer answer(HttpExchange& exchange);
    // The first poll of the runtime: nobody may register after it.
    void close_registration();
    // To the extensions that asked for INVOKE.
    void tell_invoke(std::string_view event_json);
    [[nodiscard]] bool any_registered() const;
    // Wakes and refuses all waits.
    void stop();

  private:
    struct Extension {
        std::string name = {};
        bool wants_invoke = false;
        std::string pending = {};  // an event not yet fetched
    };
    HttpAnswer register_extension(HttpExchange& exchange);
    HttpAnswer next_event(HttpExchange& exchange);

    base::Random& random_;
    std::string function_name_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::string, Extension, std::less<>> extensions_;  // by identifier
    bool closed_ = false;
    bool stopping_ = false;
};

}  // namespace local

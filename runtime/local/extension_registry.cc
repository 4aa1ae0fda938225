#include "runtime/local/extension_registry.h"

#include <fmt/format.h>

#include "common/codec/json.h"
#include "runtime/local/state_machine.h"

namespace local {
namespace {

constexpr std::size_t kExtensionsMax = 10;
constexpr std::size_t kRegisterBytesMax = 64U << 10U;

HttpAnswer refusal(int status, std::string_view error_type, std::string_view message) {
    return {
        .status = status,
        .headers = {{"Content-Type", "application/json"}},
        .body = error_body(
            {.status = status, .error_type = error_type, .error_message = std::string(message)})};
}

}  // namespace

HttpAnswer ExtensionRegistry::answer(HttpExchange& exchange) {
    std::string_view path = exchange.target();
    path.remove_prefix(std::string_view("/2020-01-01/extension/").size());
    if (exchange.method() == "POST" && path == "register") return register_extension(exchange);
    if (exchange.method() == "GET" && path == "event/next") return next_event(exchange);
    if (exchange.method() == "POST" && (path == "init/error" || path == "exit/error")) {
        exchange.read_body(kRegisterBytesMax);
        return {.status = 202, .headers = {}, .body = R"({"status":"OK"})"};
    }
    return {.status = 404, .headers = {}, .body = "404 page not found\n"};
}

HttpAnswer ExtensionRegistry::register_extension(HttpExchange& exchange) {
    const std::string name(exchange.header("Lambda-Extension-Name"));
    const MessageBody body = exchange.read_body(kRegisterBytesMax);
    if (name.empty())
        return refusal(403, "Extension.InvalidExtensionName", "Lambda-Extension-Name is missing");
    const auto request = codec::parse_json(body.bytes, "the registration of an extension");
    if (!request) return refusal(400, "InvalidRequestFormat", request.error().message);
    bool wants_invoke = false;
    if (const codec::JsonValue* events = codec::find_array(*request, "events")) {
        for (const codec::JsonValue& event : events->GetArray()) {
            if (!event.IsString() || codec::text_of(event) != "INVOKE")
                return refusal(403, "ShutdownEventNotSupportedForInternalExtension",
                               "an internal extension may ask for INVOKE only");
            wants_invoke = true;
        }
    }
    const std::scoped_lock lock(mutex_);
    if (closed_)
        return refusal(403, "Extension.RegistrationClosed",
                       "Extension registration closed already");
    if (extensions_.size() >= kExtensionsMax)
        return refusal(403, "Extension.TooManyExtensions", "at most 10 extensions may register");
    const std::string identifier = base::make_uuid(random_);
    extensions_[identifier] = {.name = name, .wants_invoke = wants_invoke, .pending = {}};
    return {.status = 200,
            .headers = {{"Content-Type", "application/json"},
                        {"Lambda-Extension-Identifier", identifier}},
            .body = codec::JsonWriter()
                        .begin_object()
                        .member("functionName", function_name_)
                        .member("functionVersion", "$LATEST")
                        .member("handler", "bootstrap")
                        .end_object()
                        .take()};
}

HttpAnswer ExtensionRegistry::next_event(HttpExchange& exchange) {
    std::unique_lock lock(mutex_);
    const auto extension = extensions_.find(exchange.header("Lambda-Extension-Identifier"));
    if (extension == extensions_.end())
        return refusal(403, "Extension.UnknownExtensionIdentifier", "Unknown extension identifier");
    changed_.wait(lock, [&] { return stopping_ || !extension->second.pending.empty(); });
    if (stopping_) return {.status = 500, .headers = {}, .body = {}};
    std::string event;
    event.swap(extension->second.pending);
    return {.status = 200, .headers = {{"Content-Type", "application/json"}}, .body = event};
}

void ExtensionRegistry::close_registration() {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
}

void ExtensionRegistry::tell_invoke(std::string_view event_json) {
    const std::scoped_lock lock(mutex_);
    for (auto& [identifier, extension] : extensions_) {
        if (extension.wants_invoke) extension.pending = event_json;
    }
    changed_.notify_all();
}

bool ExtensionRegistry::any_registered() const {
    const std::scoped_lock lock(mutex_);
    return !extensions_.empty();
}

void ExtensionRegistry::stop() {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
}

}  // namespace local

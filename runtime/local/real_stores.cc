#include "runtime/local/real_stores.h"

#include <algorithm>
#include <map>
#include <string>

#include "common/base/log.h"
#include "common/base/random.h"
#include "common/lake/open_store.h"

namespace local {
namespace {

class RealStores final : public ThreadStores {
  public:
    RealStores(const StoreSettings& settings, const base::Environment& environment,
               base::Clock& clock)
        // A person is told of the error that remains, not of each attempt.
        : log_(clock, base::LogFormat::text, base::LogLevel::fatal, [](std::string_view) {}) {
        if (settings.aws) session_.emplace(*settings.aws, seams(environment, clock));
    }

    lake::ObjectStore& at(const lake::ObjectUri& uri) override {
        std::unique_ptr<lake::ObjectStore>& store = stores_[uri.bucket];
        if (!store)
            store = lake::open_store(uri, {.client = session_ ? &session_->client() : nullptr});
        return *store;
    }

  private:
    aws::SessionSeams seams(const base::Environment& environment, base::Clock& clock) {
        return {.environment = environment, .clock = clock, .random = random_, .log = log_};
    }

    base::SystemRandom random_;
    base::Log log_;
    std::optional<aws::Session> session_;
    std::map<std::string, std::unique_ptr<lake::ObjectStore>> stores_;  // by bucket
};

}  // namespace

void require_credentials(base::SettingsReader& reader, const base::Environment& environment) {
    const bool in_container = environment.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") ||
                              environment.get("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    if (in_container && !environment.get("AWS_ACCESS_KEY_ID")) return;
    constexpr std::string_view kExample =
        R"text(AKIA…; eval "$(aws configure export-credentials --format env)" sets all of them)text";
    reader.required("AWS_ACCESS_KEY_ID", kExample);
    if (environment.get("AWS_ACCESS_KEY_ID")) reader.required("AWS_SECRET_ACCESS_KEY", "…");
}

StoreSettings read_store_settings(base::SettingsReader& reader,
                                  const base::Environment& environment,
                                  std::span<const lake::ObjectUri> places) {
    if (std::ranges::none_of(places, &lake::ObjectUri::is_s3)) return {};
    StoreSettings settings;
    settings.aws = aws::SessionSettings::from_environment(reader, environment);
    require_credentials(reader, environment);
    return settings;
}

std::unique_ptr<ThreadStores> make_real_stores(const StoreSettings& settings,
                                               const base::Environment& environment,
                                               base::Clock& clock) {
    return std::make_unique<RealStores>(settings, environment, clock);
}

}  // namespace local

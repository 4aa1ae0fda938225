#include "runtime/local/local_services.h"

#include "common/codec/json.h"
#include "runtime/local/service_request.h"

namespace local {

base::Result<base::Done> LocalServices::start_proxy() {
    return proxy_.start();
}

base::Result<base::Done> LocalServices::start_aws(const std::stop_token& stop) {
    if (moto_) return base::Done{};
    auto moto = MotoServer::start(python_, stop);
    if (!moto) return std::move(moto).error();
    moto_.emplace(*std::move(moto));
    proxy_.forward_to(moto_->port());
    return base::Done{};
}

base::Result<base::Done> LocalServices::start_snowflake() {
    if (snowflake_) return base::Done{};
    auto snowflake = std::make_unique<SqlApiDouble>();
    if (auto started = snowflake->start(); !started) return started;
    snowflake_ = std::move(snowflake);
    return base::Done{};
}

base::Result<base::Done> LocalServices::reset() {
    proxy_.reset();
    if (snowflake_) snowflake_->reset();
    return moto_ ? moto_->reset() : base::Result<base::Done>(base::Done{});
}

base::Result<base::Done> LocalServices::do_setup(const std::vector<ServiceStep>& steps) {
    for (const ServiceStep& step : steps) {
        const ExactJson body = step.body.value_or(ExactJson{.kind = ExactJson::Kind::object});
        if (step.service == "snowflake") {
            if (!snowflake_)
                return base::Error{base::ErrorKind::data_invalid,
                                   "setup.json: service snowflake: none of the case's files "
                                   "mentions ${SNOWFLAKE_URL}"};
            const auto json = codec::parse_json(write_exact_json(body), "setup.json");
            if (!json) return json.error();
            if (auto done = snowflake_->command(step.operation, *json); !done) return done;
            continue;
        }
        if (!moto_)
            return base::Error{base::ErrorKind::unexpected, "setup.json: no local AWS runs"};
        if (auto done = call_service(moto_->port(), step.service, step.operation, body); !done)
            return done;
    }
    return base::Done{};
}

std::vector<RecordedCall> LocalServices::calls() const {
    std::vector<RecordedCall> calls = proxy_.calls();
    if (snowflake_) {
        for (RecordedCall& call : snowflake_->calls())
            calls.push_back(std::move(call));
    }
    return calls;
}

}  // namespace local

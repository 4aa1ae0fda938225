// The servers that a function meets during a replay: the local AWS behind its recording proxy, and
// the double of Snowflake's SQL API. Each starts when the first event needs it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "runtime/local/fault_dial.h"
#include "runtime/local/moto_server.h"
#include "runtime/local/recorded_call.h"
#include "runtime/local/recording_proxy.h"
#include "runtime/local/sample_case.h"
#include "runtime/local/sql_api_double.h"

namespace local {

class LocalServices {
  public:
    explicit LocalServices(std::string python) : python_(std::move(python)) {}

    base::Result<base::Done> start_proxy();
    base::Result<base::Done> start_aws(const std::stop_token& stop);
    base::Result<base::Done> start_snowflake();
    [[nodiscard]] bool aws_runs() const { return moto_.has_value(); }

    [[nodiscard]] std::string aws_url() const { return proxy_.url(); }
    [[nodiscard]] std::string snowflake_url() const { return snowflake_->url(); }

    // As RecordingProxy::set_faults; the set-up's calls suffer none.
    void set_faults(std::shared_ptr<FaultDial> dial, std::function<void()> kill) {
        proxy_.set_faults(std::move(dial), std::move(kill));
    }

    // Forgets all state and all calls.
    base::Result<base::Done> reset();
    // setup.json's calls; they are not recorded.
    base::Result<base::Done> do_setup(const std::vector<ServiceStep>& steps);
    // What reached the services since the last reset and the set-up after it.
    [[nodiscard]] std::vector<RecordedCall> calls() const;

  private:
    std::string python_;
    RecordingProxy proxy_;
    std::optional<MotoServer> moto_;
    std::unique_ptr<SqlApiDouble> snowflake_;
};

}  // namespace local

// A function on this machine whose requests to the local AWS go through a proxy of its own, so that
// a fault that kills the function kills the one whose request it is.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "runtime/local/fault_dial.h"
#include "runtime/local/function_process.h"
#include "runtime/local/recording_proxy.h"

namespace local {

class ProxiedFunction {
  public:
    // `options.environment` lies over credentials, region and endpoint, which are set here. A null
    // `dial` breaks nothing. The clock outlives it.
    ProxiedFunction(FunctionOptions options, std::uint16_t aws_port,
                    std::shared_ptr<FaultDial> dial, const base::Clock& clock);

    // As FunctionProcess::invoke.
    base::Result<Outcome> invoke(Event event, const std::stop_token& stop);

  private:
    base::Result<base::Done> start();

    FunctionOptions options_;
    std::uint16_t aws_port_;
    std::shared_ptr<FaultDial> dial_;
    const base::Clock& clock_;
    base::SystemRandom random_;
    std::unique_ptr<FunctionProcess> function_;  // outlives the proxy, which may kill it
    RecordingProxy proxy_;
};

}  // namespace local

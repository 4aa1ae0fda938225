// The functions' real zips, unpacked, and the calls of those that no stream calls.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "runtime/local/demo/board.h"
#include "runtime/local/fault_dial.h"
#include "runtime/local/package.h"
#include "runtime/local/proxied_function.h"
#include "runtime/local/workspace.h"

namespace demo {

class Bootstraps {
  public:
    // Kind config_invalid where a zip is not there, with how it is made.
    static base::Result<Bootstraps> unpack(const local::Workspace& workspace);
    [[nodiscard]] const std::string& path(std::string_view function) const {
        return paths_.find(function)->second;
    }

  private:
    std::vector<local::TemporaryFolder> folders_;
    std::map<std::string, std::string, std::less<>> paths_;
};

// An asynchronous invocation is tried three times by Lambda; a demo with faults wants to see an
// end.
constexpr int kAttemptsMax = 20;

struct FunctionCall {
    std::string name = {};
    std::string bootstrap = {};
    local::Variables environment = {};
    std::uint16_t aws_port = 0;
    std::shared_ptr<local::FaultDial> dial = {};
    std::function<void(std::string_view)> on_output = {};
};

// A function that is invoked until it answers well.
class CalledFunction {
  public:
    CalledFunction(FunctionCall call, const base::Clock& clock, Board& board);

    // The response. Kind rejected, with what the function said, where all attempts failed;
    // deadline_near where it was stopped.
    base::Result<std::string> invoke(const std::string& event, const std::stop_token& stop);

  private:
    std::string name_;
    Board& board_;
    local::ProxiedFunction function_;
};

}  // namespace demo

// What all of the demo's parts work with: the local services, the functions' zips, the dial that
// breaks requests, the object stores, and who asks to stop.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "runtime/local/demo/board.h"
#include "runtime/local/demo/bootstraps.h"
#include "runtime/local/demo/demo.h"
#include "runtime/local/demo/world.h"
#include "runtime/local/fault_dial.h"
#include "runtime/local/package.h"
#include "runtime/local/real_stores.h"
#include "runtime/local/workspace.h"

namespace demo {

class Stage {
  public:
    // All outlive it.
    Stage(const DemoOptions& options, base::Clock& clock, Board& board,
          const std::stop_token& stop);

    base::Result<base::Done> set_up(const local::Workspace& workspace);

    [[nodiscard]] const DemoOptions& options() const { return options_; }
    [[nodiscard]] base::Clock& clock() { return clock_; }
    [[nodiscard]] Board& board() { return board_; }
    [[nodiscard]] World& world() { return world_; }
    [[nodiscard]] const Bootstraps& bootstraps() const { return bootstraps_; }
    [[nodiscard]] const std::shared_ptr<local::FaultDial>& dial() const { return dial_; }
    [[nodiscard]] const base::Environment& environment() const { return environment_; }
    [[nodiscard]] const std::string& python() const { return python_; }
    [[nodiscard]] const std::string& temp_folder() const { return temp_folder_; }
    // Where the copy of the lake's files is.
    [[nodiscard]] const std::string& lake_folder() const { return lake_folder_; }

    // Requested by the caller, or since a part cannot go on.
    [[nodiscard]] std::stop_source& over() { return over_; }
    [[nodiscard]] std::stop_token stop() const { return over_.get_token(); }

    CalledFunction function(const std::string& name, local::Variables environment);
    // For one thread; nullptr never.
    [[nodiscard]] std::unique_ptr<local::ThreadStores> make_stores();

  private:
    const DemoOptions& options_;
    base::Clock& clock_;
    Board& board_;
    std::stop_source over_;
    std::stop_callback<std::function<void()>> on_stop_;
    Bootstraps bootstraps_;
    std::string python_;
    std::optional<local::TemporaryFolder> folder_;
    std::string temp_folder_;
    std::string lake_folder_;
    std::shared_ptr<local::FaultDial> dial_;
    WorldEnvironment environment_{{}};
    local::StoreSettings store_settings_;
    World world_;  // last: it ends first
};

// The bucket's store among those.
lake::ObjectStore& bucket_of(local::ThreadStores& stores);

base::Error stopped();

}  // namespace demo

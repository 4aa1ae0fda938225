#include "runtime/local/demo/stage.h"

#include <filesystem>
#include <utility>

namespace demo {

Stage::Stage(const DemoOptions& options, base::Clock& clock, Board& board,
             const std::stop_token& stop)
    : options_(options),
      clock_(clock),
      board_(board),
      on_stop_(stop, [this] { over_.request_stop(); }) {}

base::Result<base::Done> Stage::set_up(const local::Workspace& workspace) {
    board_.phase("starts the local AWS");
    python_ = workspace.python;
    auto bootstraps = Bootstraps::unpack(workspace);
    if (!bootstraps) return std::move(bootstraps).error();
    bootstraps_ = *std::move(bootstraps);
    auto folder = local::TemporaryFolder::make();
    if (!folder) return std::move(folder).error();
    temp_folder_ = folder->path();
    folder_.emplace(*std::move(folder));
    lake_folder_ = options_.folder.empty() ? temp_folder_
                                           : std::filesystem::absolute(options_.folder).string();
    dial_ = std::make_shared<local::FaultDial>(options_.faults.value_or(local::FaultShares{}),
                                               options_.seed);
    if (auto started = world_.start(python_, stop()); !started) return started;
    environment_ = world_.environment();
    base::SettingsReader reader(environment_);
    store_settings_.aws = aws::SessionSettings::from_environment(reader, environment_);
    if (auto fault = reader.fault()) return *std::move(fault);
    return base::Done{};
}

CalledFunction Stage::function(const std::string& name, local::Variables environment) {
    return CalledFunction({.name = name,
                           .bootstrap = bootstraps_.path(name),
                           .environment = std::move(environment),
                           .aws_port = world_.port(),
                           .dial = dial_,
                           .on_output = options_.on_output},
                          clock_, board_);
}

std::unique_ptr<local::ThreadStores> Stage::make_stores() {
    return local::make_real_stores(store_settings_, environment_, clock_);
}

lake::ObjectStore& bucket_of(local::ThreadStores& stores) {
    return stores.at({std::string(kBucket), ""});
}

base::Error stopped() {
    return {base::ErrorKind::deadline_near, "the demo was stopped"};
}

}  // namespace demo

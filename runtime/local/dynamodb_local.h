// DynamoDB Local (AWS's own DynamoDB for one machine, a Java program), in memory, on a free port of
// 127.0.0.1: tables and their streams. All callers see the same tables, whatever their region and
// credentials. It sends nothing out: its telemetry is off.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

#include "common/base/result.h"
#include "runtime/local/child_process.h"

namespace local {

class DynamoDbLocal {
  public:
    // `folder` holds lib/ with DynamoDB Local's jars (deploy/setup test makes
    // build/dynamodb-local); starts it and waits until it answers. Kind config_invalid where it
    // cannot be had.
    static base::Result<DynamoDbLocal> start(const std::string& folder,
                                             const std::stop_token& stop);

    [[nodiscard]] std::uint16_t port() const { return port_; }
    // Kills and reaps it; so does the destructor.
    void stop() { process_.reset(); }

  private:
    DynamoDbLocal(std::unique_ptr<ChildProcess> process, std::uint16_t port)
        : process_(std::move(process)), port_(port) {}
    std::unique_ptr<ChildProcess> process_;
    std::uint16_t port_;
};

}  // namespace local

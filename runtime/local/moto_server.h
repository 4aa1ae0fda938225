// moto's server (a Python program of other people) as the local AWS: DynamoDB, Kinesis, S3, Glue,
// Secrets Manager and more, on a free port of 127.0.0.1. It does one request at a time
// (moto_server.py says why). DynamoDB's exports to S3 are ours, in its process: moto_exports/.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

#include "common/base/result.h"
#include "runtime/local/child_process.h"

namespace local {

class MotoServer {
  public:
    // `python` is an interpreter that has moto; starts it and waits until it answers.
    static base::Result<MotoServer> start(const std::string& python, const std::stop_token& stop);

    [[nodiscard]] std::uint16_t port() const { return port_; }
    // Forgets everything: tables, streams, buckets.
    [[nodiscard]] base::Result<base::Done> reset() const;

  private:
    MotoServer(std::unique_ptr<ChildProcess> process, std::uint16_t port)
        : process_(std::move(process)), port_(port) {}
    std::unique_ptr<ChildProcess> process_;
    std::uint16_t port_;
};

}  // namespace local

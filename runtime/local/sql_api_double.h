// A stand-in for Snowflake's SQL API on a loopback port, for the replay and the tests: the
// statements of sql_statement.h, run on a catalog in memory, behind the checks that the real
// service makes.
//
// - 401 (390144) for a key-pair JWT that the registered public key does not verify, or whose claims
//   are wrong; 415 for another content type; 400 without a User-Agent, and for a body that is not
//   as the API has it; 422 for a statement that it does not understand, or that names what is not
//   there.
// - A requestId that came before is answered again with retry=true, and the statement does not run
//   twice; without retry=true it is refused.
//
// Commands (setup.json): RegisterPublicKey {"account","user","public_key_pem"},
// RegisterToken {"token","token_type"}, CreateSchema {"database","schema"}, CreateStage {"name"},
// CreateExisting {"database","schema","object","kind","comment","grants":[…]},
// Script {"responses":[{"status":…},…]}: one for each POST of a statement, in order. A status of
// 200 is the true answer; {"status":202,"polls":2} the true answer after two more 202; any other is
// sent in its place, with "code", "sqlState", "message" and "retry_after" where given, and the
// statement runs all the same where "executed" is true.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "common/codec/json.h"
#include "runtime/local/http_server.h"
#include "runtime/local/recorded_call.h"
#include "runtime/local/sql_api_model.h"

namespace local {

class SqlApiDouble {
  public:
    base::Result<base::Done> start();
    [[nodiscard]] std::string url() const;
    // Forgets keys, script, catalog and calls.
    void reset() { model_.reset(); }
    // Kind data_invalid for a command that is none, or lacks a member.
    base::Result<base::Done> command(std::string_view operation, const codec::JsonValue& body) {
        return model_.command(operation, body);
    }
    // Each POST of a statement with its body, and each cancel, in order.
    [[nodiscard]] std::vector<RecordedCall> calls() const { return model_.calls(); }

  private:
    base::SystemClock clock_;
    SqlApiModel model_{clock_};
    HttpServer server_;
};

}  // namespace local

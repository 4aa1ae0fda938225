// What the demo's functions meet: a local AWS with a bucket, a table, a Kinesis stream, a Glue Data
// Catalog and a secret, and the double of Snowflake's SQL API.
//
//   s3://demo-lake/exports/AWSDynamoDB/…       the export that becomes the snapshot, and at
//   s3://demo-lake/exports-to-verify/…         the one that the lake is compared with
//   s3://demo-lake/lake/orders/dt=…/           the lake: Firehose's objects, and the snapshot
//   s3://demo-lake/stream/orders/dt=…/         what stream_to_s3 stores
//   s3://demo-lake/firehose-errors/…           what Firehose could not deliver
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/environment.h"
#include "common/base/result.h"
#include "runtime/local/function_process.h"
#include "runtime/local/moto_server.h"
#include "runtime/local/sql_api_double.h"

namespace demo {

constexpr std::string_view kBucket = "demo-lake";
constexpr std::string_view kKinesisStream = "DYNAMODB-orders";
constexpr std::string_view kTableArn = "arn:aws:dynamodb:us-east-1:123456789012:table/orders";
constexpr std::string_view kGlueDatabase = "demo__public";
constexpr std::string_view kSecret = "snowflake/lakefeed";

// The credentials and the endpoint, as a person's environment would have them.
class WorldEnvironment final : public base::Environment {
  public:
    explicit WorldEnvironment(local::Variables variables) : variables_(std::move(variables)) {}
    [[nodiscard]] std::optional<std::string> get(std::string_view name) const override;

  private:
    local::Variables variables_;
};

// Which columns the Glue table has: the first ones, or one more.
enum class GlueColumns { first, with_note };

class World {
  public:
    // The table has point-in-time recovery and no stream yet.
    base::Result<base::Done> start(const std::string& python, const std::stop_token& stop);
    // Gives the stream's ARN.
    base::Result<std::string> enable_stream();
    base::Result<base::Done> put_glue_table(GlueColumns columns);

    base::Result<std::string> ask(std::string_view service, std::string_view operation,
                                  std::string_view json) const;
    // The table's items as DynamoDB JSON, each given once.
    base::Result<base::Done> scan(const std::function<void(std::string_view item)>& each) const;
    // The statements that Snowflake was sent, in order.
    [[nodiscard]] std::vector<std::string> statements() const;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] WorldEnvironment environment() const;

  private:
    base::Result<base::Done> make_table();
    base::Result<base::Done> make_catalog();
    base::Result<base::Done> make_snowflake();

    std::optional<local::MotoServer> moto_;
    std::uint16_t port_ = 0;
    local::SqlApiDouble snowflake_;
};

}  // namespace demo

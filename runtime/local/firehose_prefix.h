// Firehose's prefixes of objects (developer guide, "Understand custom prefixes for Amazon S3
// objects"): text with expressions !{namespace:value}:
//   !{timestamp:yyyy/MM/dd}              Java's DateTimeFormatter, UTC, of the oldest record
//   !{firehose:random-string}            eleven letters and digits, new at each place
//   !{firehose:error-output-type}        in the error prefix alone
//   !{partitionKeyFromLambda:name}       with dynamic partitioning
// A prefix without timestamp gets yyyy/MM/dd/HH/ behind it, unless partitioned dynamically. An
// error prefix without expressions gets the error's type and then the same (the guide is silent).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "runtime/local/firehose_response.h"

namespace local {

constexpr std::size_t kPrefixCharactersMax = 512;  // once it is evaluated

enum class Partitioning { none, dynamic };

struct PrefixMoment {
    base::EpochMs time_ms = 0;
    std::string_view error_output_type = {};
    const PartitionKeys* keys = nullptr;  // holds all that key_names() gives
};

class FirehosePrefix {
  public:
    // Kind config_invalid where Firehose would not take the expression there.
    static base::Result<FirehosePrefix> parse(std::string_view prefix, Partitioning partitioning);
    static base::Result<FirehosePrefix> parse_error(std::string_view error_prefix);

    // The names behind partitionKeyFromLambda, as they stand.
    [[nodiscard]] const std::vector<std::string>& key_names() const { return key_names_; }
    [[nodiscard]] bool has_expressions() const;
    [[nodiscard]] std::string evaluate(const PrefixMoment& moment, base::Random& random) const;

  private:
    enum class Part { text, timestamp, random_string, error_output_type, key };
    struct Piece {
        Part part = Part::text;
        std::string value = {};
    };
    static base::Result<FirehosePrefix> split(std::string_view prefix);
    static base::Result<Piece> parse_expression(std::string_view expression);
    [[nodiscard]] bool has(Part part) const;

    std::vector<Piece> pieces_;
    std::vector<std::string> key_names_;
};

// Java's DateTimeFormatter as far as prefixes use it: y M d H m s in any number, quoted text, ''
// for a quote, and signs that are no letters. Kind config_invalid for other letters.
base::Result<std::string> format_timestamp(std::string_view pattern, base::EpochMs time_ms);

}  // namespace local

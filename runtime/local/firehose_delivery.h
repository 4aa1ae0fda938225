// Firehose's delivery to S3: records are buffered for each partition until there are enough bytes
// or the first has waited long enough, then become one object:
//   <prefix><stream>-<version>-<yyyy-MM-dd-HH-mm-ss>-<uuid><extension>
// (developer guide, "Configure Amazon S3 object name format" and "Partition streaming data"). An
// object that could not be put is kept and tried again under its name: nothing is lost and nothing
// is doubled.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/result.h"
#include "runtime/local/firehose_prefix.h"
#include "runtime/local/object_store.h"

namespace local {

enum class Compression { none, gzip };

struct DeliveryOptions {
    std::string stream_name = "local";
    std::string stream_version = "1";
    std::string prefix = {};
    std::string error_prefix = {};
    std::size_t buffer_bytes = std::size_t{5} << 20U;  // 1 to 128 MiB, before compression
    std::int64_t buffer_ms = 300'000;                  // 0 to 900 s
    Partitioning partitioning = Partitioning::none;
    std::size_t active_partitions_max = 500;
    Compression compression = Compression::none;  // of data; error objects stay as they are
    std::string file_extension = {};              // empty: ".gz" with gzip, else none
};

// Kind config_invalid, with all that Firehose would not take.
base::Result<base::Done> check_delivery(const DeliveryOptions& options);

constexpr int kPutAttemptsMax = 5;  // within one deliver()

struct DeliveryCounts {
    std::int64_t objects = 0;        // data and tables, put
    std::int64_t object_bytes = 0;   // as they were put
    std::int64_t error_objects = 0;  // put
    std::int64_t put_retries = 0;
};

// Why a record has no place among the data: the error's type and what the line says.
struct DeliveryProblem {
    std::string error_output_type = {};
    TransformFailure failure = {};
};

class FirehoseDelivery {
  public:
    // `options` as check_delivery took them; the rest outlives it.
    FirehoseDelivery(DeliveryOptions options, ObjectStore& store, base::Clock& clock,
                     base::Random& random);

    // Nothing where the record was taken.
    [[nodiscard]] std::optional<DeliveryProblem> add(std::string_view data,
                                                     base::EpochMs arrival_ms,
                                                     const PartitionKeys& keys);
    void add_error(std::string_view error_output_type, std::string_view line,
                   base::EpochMs arrival_ms);
    // An object of its own, put with the next deliver().
    void add_object(std::string key, std::string bytes);

    // Puts what is due: full, or waited long enough; `all` whatever there is. An error where an
    // object could not be put; it and those behind it are kept for the next call.
    enum class Due { now, all };
    base::Result<base::Done> deliver(Due due);

    // Objects and open buffers that are not put yet.
    [[nodiscard]] std::size_t waiting() const { return buffers_.size() + objects_.size(); }
    [[nodiscard]] const DeliveryCounts& counts() const { return counts_; }

  private:
    // A partition of the data, or a kind of error.
    struct Place {
        std::string error_output_type = {};  // empty: data
        PartitionKeys keys = {};
        auto operator<=>(const Place&) const = default;
    };
    struct Buffer {
        std::string bytes = {};
        base::EpochMs oldest_arrival_ms = 0;
        base::EpochMs opened_ms = 0;
    };
    struct Object {
        std::string key = {};
        std::string bytes = {};
        bool is_error = false;
    };
    void append(const Place& place, std::string_view bytes, base::EpochMs arrival_ms);
    void close(const Place& place, const Buffer& buffer);
    [[nodiscard]] std::size_t active_partitions() const;
    base::Result<base::Done> put(const Object& object);

    DeliveryOptions options_;
    FirehosePrefix prefix_;
    FirehosePrefix error_prefix_;
    ObjectStore& store_;
    base::Clock& clock_;
    base::Random& random_;
    std::map<Place, Buffer> buffers_;
    std::deque<Object> objects_;  // closed, in the order in which they are put
    DeliveryCounts counts_;
};

}  // namespace local

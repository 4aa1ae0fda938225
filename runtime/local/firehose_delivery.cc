#include "runtime/local/firehose_delivery.h"

#include <algorithm>
#include <cassert>

#include <fmt/format.h>

#include "common/codec/gzip.h"

namespace local {
namespace {

constexpr std::size_t kBufferBytesMin = std::size_t{1} << 20U;
constexpr std::size_t kBufferBytesMax = std::size_t{128} << 20U;
constexpr std::int64_t kBufferMsMax = 900'000;
constexpr std::int64_t kPutRetryBaseMs = 100;

void add_fault(std::string& faults, std::string_view fault) {
    faults += faults.empty() ? "" : "; ";
    faults += fault;
}

// The guide names neither these codes nor their texts.
DeliveryProblem partitioning_problem(std::string_view code, std::string message) {
    return {.error_output_type = "processing-failed",
            .failure = {.code = fmt::format("DynamicPartitioning.{}", code),
                        .message = std::move(message)}};
}

}  // namespace

base::Result<base::Done> check_delivery(const DeliveryOptions& options) {
    std::string faults;
    const auto prefix = FirehosePrefix::parse(options.prefix, options.partitioning);
    if (!prefix) add_fault(faults, prefix.error().message);
    const auto error_prefix = FirehosePrefix::parse_error(options.error_prefix);
    if (!error_prefix) add_fault(faults, error_prefix.error().message);
    if (options.prefix.find("!{") != std::string::npos && options.error_prefix.empty())
        add_fault(faults, "Prefix has expressions: ErrorOutputPrefix must be given");
    if (options.buffer_bytes < kBufferBytesMin || options.buffer_bytes > kBufferBytesMax)
        add_fault(faults, "the buffer of the delivery is 1 to 128 MiB");
    if (options.buffer_ms < 0 || options.buffer_ms > kBufferMsMax)
        add_fault(faults, "the buffer of the delivery is 0 to 900 s");
    if (options.partitioning == Partitioning::dynamic && options.buffer_ms == 0)
        add_fault(faults, "dynamic partitioning does not go with a buffer of 0 s");
    if (!options.file_extension.empty() && !options.file_extension.starts_with('.'))
        add_fault(faults, "FileExtension begins with a dot");
    if (faults.empty()) return base::Done{};
    return base::Error{base::ErrorKind::config_invalid, faults};
}

FirehoseDelivery::FirehoseDelivery(DeliveryOptions options, ObjectStore& store, base::Clock& clock,
                                   base::Random& random)
    : options_(std::move(options)),
      prefix_(*FirehosePrefix::parse(options_.prefix, options_.partitioning)),
      error_prefix_(*FirehosePrefix::parse_error(options_.error_prefix)),
      store_(store),
      clock_(clock),
      random_(random) {}

std::size_t FirehoseDelivery::active_partitions() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        buffers_, [](const auto& entry) { return entry.first.error_output_type.empty(); }));
}

std::optional<DeliveryProblem> FirehoseDelivery::add(std::string_view data,
                                                     base::EpochMs arrival_ms,
                                                     const PartitionKeys& keys) {
    Place place;
    for (const std::string& name : prefix_.key_names()) {
        const auto key = keys.find(name);
        if (key == keys.end() || key->second.empty())
            return partitioning_problem(
                "PartitionKeyMissing",
                fmt::format("partitionKeyFromLambda values must not be null or empty: {}", name));
        place.keys.insert(*key);
    }
    if (buffers_.contains(place)) {
        append(place, data, arrival_ms);
        return std::nullopt;
    }
    const PrefixMoment moment{.time_ms = arrival_ms, .error_output_type = {}, .keys = &place.keys};
    if (prefix_.evaluate(moment, random_).size() > kPrefixCharactersMax)
        return partitioning_problem(
            "PrefixTooLong",
            fmt::format("the evaluated prefix is longer than {} characters", kPrefixCharactersMax));
    if (options_.partitioning == Partitioning::dynamic &&
        active_partitions() >= options_.active_partitions_max)
        return DeliveryProblem{
            .error_output_type = "activePartitionExceeded",
            .failure = {.code = "DynamicPartitioning.ActivePartitionLimitExceeded",
                        .message = fmt::format("more than {} active partitions",
                                               options_.active_partitions_max)}};
    append(place, data, arrival_ms);
    return std::nullopt;
}

void FirehoseDelivery::add_error(std::string_view error_output_type, std::string_view line,
                                 base::EpochMs arrival_ms) {
    append({.error_output_type = std::string(error_output_type), .keys = {}}, line, arrival_ms);
}

void FirehoseDelivery::add_object(std::string key, std::string bytes) {
    objects_.push_back({.key = std::move(key), .bytes = std::move(bytes), .is_error = false});
}

void FirehoseDelivery::append(const Place& place, std::string_view bytes,
                              base::EpochMs arrival_ms) {
    const auto [entry, is_new] = buffers_.try_emplace(place);
    Buffer& buffer = entry->second;
    if (is_new) {
        buffer.opened_ms = clock_.now_ms();
        buffer.oldest_arrival_ms = arrival_ms;
    }
    buffer.oldest_arrival_ms = std::min(buffer.oldest_arrival_ms, arrival_ms);
    buffer.bytes += bytes;
    if (buffer.bytes.size() < options_.buffer_bytes) return;
    close(place, buffer);
    buffers_.erase(entry);
}

void FirehoseDelivery::close(const Place& place, const Buffer& buffer) {
    const bool is_error = !place.error_output_type.empty();
    const PrefixMoment moment{.time_ms = buffer.oldest_arrival_ms,
                              .error_output_type = place.error_output_type,
                              .keys = &place.keys};
    const auto time = format_timestamp("yyyy-MM-dd-HH-mm-ss", buffer.oldest_arrival_ms);
    const bool gzip = options_.compression == Compression::gzip && !is_error;
    const std::string extension = is_error                           ? ""
                                  : !options_.file_extension.empty() ? options_.file_extension
                                  : gzip                             ? ".gz"
                                                                     : "";
    const FirehosePrefix& prefix = is_error ? error_prefix_ : prefix_;
    objects_.push_back({.key = fmt::format("{}{}-{}-{}-{}{}", prefix.evaluate(moment, random_),
                                           options_.stream_name, options_.stream_version, *time,
                                           base::make_uuid(random_), extension),
                        .bytes = gzip ? codec::gzip_compress(buffer.bytes) : buffer.bytes,
                        .is_error = is_error});
}

base::Result<base::Done> FirehoseDelivery::put(const Object& object) {
    std::int64_t wait_ms = kPutRetryBaseMs;
    for (int attempt = 1;; ++attempt, wait_ms *= 2) {
        auto done = store_.put(object.key, object.bytes);
        if (done || attempt == kPutAttemptsMax) return done;
        ++counts_.put_retries;
        clock_.sleep_ms(wait_ms);
    }
}

base::Result<base::Done> FirehoseDelivery::deliver(Due due) {
    const base::EpochMs now_ms = clock_.now_ms();
    std::erase_if(buffers_, [&](const auto& entry) {
        const auto& [place, buffer] = entry;
        if (due == Due::now && now_ms - buffer.opened_ms < options_.buffer_ms) return false;
        close(place, buffer);
        return true;
    });
    while (!objects_.empty()) {
        const Object& object = objects_.front();
        if (auto done = put(object); !done) return done;
        ++(object.is_error ? counts_.error_objects : counts_.objects);
        if (!object.is_error)
            counts_.object_bytes += static_cast<std::int64_t>(object.bytes.size());
        objects_.pop_front();
    }
    return base::Done{};
}

}  // namespace local

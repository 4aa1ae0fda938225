#include "functions/stream_to_kinesis/aggregate.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "functions/stream_to_kinesis/kpl_record.h"

namespace stream_to_kinesis {
namespace {

__extension__ using Uint128 = unsigned __int128;

constexpr unsigned kBucketBits = 6;
static_assert(kHashBuckets == 1U << kBucketBits);

std::string decimal(Uint128 number) {
    std::string digits;
    for (; number > 0; number /= 10)
        digits += static_cast<char>('0' + static_cast<int>(number % 10));
    std::reverse(digits.begin(), digits.end());
    return digits;
}

// The middle of a range: (2 x bucket + 1) / 2 of its width. No even split of the stream into up to
// kHashBuckets shards has its border there.
std::string middle_of(std::size_t bucket) {
    return decimal(static_cast<Uint128>(2 * bucket + 1) << (127U - kBucketBits));
}

KplMember member_of(const OutgoingRecord& record) {
    return {record.partition_key, record.data, record.data_end};
}

// The Kinesis record of a range that still grows.
struct Open {
    KplRecord kpl;
    std::size_t slot;             // in the packed records
    const OutgoingRecord* first;  // whose partition key the whole has

    [[nodiscard]] bool fits(const OutgoingRecord& record) const {
        return kpl.bytes_with(member_of(record)) + first->partition_key.size() <=
               kAggregateBytesMax;
    }
};

class Packer {
  public:
    Packer(Plan& plan, Aggregator& aggregator, codec::Md5& md5)
        : plan_(plan), aggregator_(aggregator), md5_(md5) {}

    void run() {
        std::vector<std::size_t> slots;
        slots.reserve(plan_.outgoing.size());
        for (const OutgoingRecord& record : plan_.outgoing)
            slots.push_back(add(record));
        for (auto& [range, open] : open_)
            close(open);
        plan_.outgoing = std::move(packed_);
        for (PlannedRecord& record : plan_.records) {
            if (record.fate == Fate::send) record.outgoing = slots[record.outgoing];
        }
    }

  private:
    // Gives its slot.
    std::size_t add(const OutgoingRecord& record) {
        const std::size_t bucket = aggregator_.bucket_of(record.partition_key);
        std::optional<Open>& open = open_[{record.stream, bucket}];
        if (open && !open->fits(record)) close(open);
        if (!open) {
            open = Open{KplRecord(aggregator_.explicit_hash_key(bucket)), packed_.size(), &record};
            // As it goes where it stays alone.
            OutgoingRecord& alone = packed_.emplace_back(record);
            alone.item = bucket;
            alone.explicit_hash_key = aggregator_.explicit_hash_key(bucket);
        }
        open->kpl.add(member_of(record));
        return open->slot;
    }

    void close(std::optional<Open>& open) {
        if (open && open->kpl.members() > 1) {
            const std::size_t bytes = open->kpl.bytes();
            char* data = plan_.texts.arena.take(bytes);
            open->kpl.write(data, md5_);
            packed_[open->slot].data = {data, bytes};
            packed_[open->slot].data_end = {};
        }
        open.reset();
    }

    Plan& plan_;
    Aggregator& aggregator_;
    codec::Md5& md5_;
    std::vector<OutgoingRecord> packed_;
    std::map<std::pair<std::string_view, std::size_t>, std::optional<Open>> open_;
};

}  // namespace

Aggregator::Aggregator() {
    for (std::size_t bucket = 0; bucket < kHashBuckets; ++bucket)
        explicit_hash_keys_.at(bucket) = middle_of(bucket);
}

void Aggregator::pack(Plan& plan) {
    Packer(plan, *this, md5_).run();
}

std::size_t Aggregator::bucket_of(std::string_view partition_key) {
    std::array<char, codec::kMd5Bytes> hash = {};
    md5_.update(partition_key);
    md5_.finish_to(hash.data());
    return static_cast<unsigned char>(hash[0]) >> (8U - kBucketBits);
}

}  // namespace stream_to_kinesis

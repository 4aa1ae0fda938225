#include "functions/stream_to_kinesis/quarantine.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "common/aws/s3_client.h"
#include "common/codec/digest.h"
#include "common/codec/hex.h"
#include "common/dynamodb/change_record.h"

namespace stream_to_kinesis {
namespace {

using Outcomes = std::vector<base::Result<base::Done>>;

constexpr std::size_t kDigestCharacters = 16;
// Of a batch of messages: what a queue takes that still has the old limit.
constexpr std::size_t kSqsBatchBytes = std::size_t{256} << 10U;

std::string day_of(const std::vector<const QuarantineRecord*>& records) {
    for (const QuarantineRecord* record : records) {
        if (!record->event_time_ms) continue;
        const base::UtcTime time = base::utc_time(*record->event_time_ms);
        return fmt::format("{:04}{:02}{:02}", time.year, time.month, time.day);
    }
    return "unknown";
}

std::string_view name_of(const QuarantineRecord& record) {
    return record.sequence_number.empty() ? "unnumbered" : record.sequence_number;
}

std::string object_key(const S3Folder& folder, std::string_view table,
                       const std::vector<const QuarantineRecord*>& records) {
    codec::Sha256 digest;
    for (const QuarantineRecord* record : records) {
        digest.update(fmt::format("{}:", record->text.size()));
        digest.update(record->text);
    }
    return fmt::format("{}{}/dt={}/{}-{}-{}.jsonl", folder.prefix,
                       table.empty() ? "unknown" : table, day_of(records),
                       name_of(*records.front()), name_of(*records.back()),
                       codec::hex_lower(digest.finish()).substr(0, kDigestCharacters));
}

class S3Quarantine {
  public:
    S3Quarantine(S3Folder folder, aws::Client& client, const base::Clock& clock)
        : folder_(std::move(folder)), s3_(client), clock_(&clock) {}

    Outcomes operator()(std::span<const QuarantineRecord> records, base::Deadline deadline) {
        Outcomes outcomes(records.size(), base::Done{});
        std::map<std::string, std::vector<std::size_t>> tables;
        for (std::size_t i = 0; i < records.size(); ++i) {
            const RecordOrigin origin = find_origin(records[i].text);
            tables[std::string(dynamodb::table_name_of_arn(origin.event_source_arn))].push_back(i);
        }
        for (const auto& [table, members] : tables) {
            const auto written = write_object(table, records, members, deadline);
            for (const std::size_t member : members)
                outcomes[member] = written;
        }
        return outcomes;
    }

  private:
    base::Result<base::Done> write_object(std::string_view table,
                                          std::span<const QuarantineRecord> records,
                                          const std::vector<std::size_t>& members,
                                          base::Deadline deadline) {
        std::string body;
        std::vector<const QuarantineRecord*> written;
        for (const std::size_t member : members) {
            const QuarantineRecord& record = records[member];
            written.push_back(&record);
            body += quarantine_line(record, find_origin(record.text), clock_->now_ms());
            body += '\n';
        }
        const std::string key = object_key(folder_, table, written);
        return s3_.put_object({.bucket = folder_.bucket,
                               .key = key,
                               .body = std::move(body),
                               .content_type = "application/x-ndjson",
                               .deadline = deadline});
    }

    S3Folder folder_;
    aws::S3Client s3_;
    const base::Clock* clock_;
};

class SqsQuarantine {
  public:
    SqsQuarantine(aws::QueueUrl queue, aws::Client& client, const base::Clock& clock)
        : queue_(std::move(queue)), sqs_(client), clock_(&clock) {}

    Outcomes operator()(std::span<const QuarantineRecord> records, base::Deadline deadline) {
        Outcomes outcomes(records.size(), base::Done{});
        Batch batch;
        for (std::size_t i = 0; i < records.size(); ++i) {
            Message message = message_of(records[i], i);
            if (message.line.size() > aws::kSqsBytesMax) {
                outcomes[i] = base::Error{
                    base::ErrorKind::data_invalid,
                    fmt::format("its quarantine message has {} bytes, and SQS takes {}: use "
                                "QUARANTINE_URI=s3://bucket/prefix/",
                                message.line.size(), aws::kSqsBytesMax)};
                continue;
            }
            if (!batch.fits(message)) send(std::exchange(batch, {}), outcomes, deadline);
            batch.add(std::move(message));
        }
        if (!batch.messages.empty()) send(batch, outcomes, deadline);
        return outcomes;
    }

  private:
    struct Message {
        std::size_t record;
        std::string line;
        std::string group_id;
        std::string deduplication_id;
    };
    struct Batch {
        std::vector<Message> messages;
        std::size_t bytes = 0;

        [[nodiscard]] bool fits(const Message& message) const {
            return messages.empty() || (messages.size() < aws::kSqsBatchMessagesMax &&
                                        bytes + message.line.size() <= kSqsBatchBytes);
        }
        void add(Message message) {
            bytes += message.line.size();
            messages.push_back(std::move(message));
        }
    };

    [[nodiscard]] Message message_of(const QuarantineRecord& record, std::size_t index) const {
        const RecordOrigin origin = find_origin(record.text);
        return {index, quarantine_line(record, origin, clock_->now_ms()),
                codec::hex_lower(codec::sha256(origin.event_source_arn)),
                codec::hex_lower(codec::sha256(record.text))};
    }

    void send(const Batch& batch, Outcomes& outcomes, base::Deadline deadline) {
        std::vector<aws::SqsMessage> messages;
        messages.reserve(batch.messages.size());
        for (const Message& message : batch.messages)
            messages.push_back({message.line, message.group_id, message.deduplication_id});
        const auto sent = sqs_.send_message_batch(queue_, messages, deadline);
        for (std::size_t i = 0; i < batch.messages.size(); ++i) {
            outcomes[batch.messages[i].record] =
                sent ? (*sent)[i] : base::Result<base::Done>(sent.error());
        }
    }

    aws::QueueUrl queue_;
    aws::SqsClient sqs_;
    const base::Clock* clock_;
};

}  // namespace

WriteQuarantine make_quarantine(const QuarantineUri& uri, aws::Client& client,
                                const base::Clock& clock) {
    if (const auto* folder = std::get_if<S3Folder>(&uri))
        return S3Quarantine(*folder, client, clock);
    if (const auto* queue = std::get_if<aws::QueueUrl>(&uri))
        return SqsQuarantine(*queue, client, clock);
    return {};
}

aws::ClientSettings client_settings_for(const QuarantineUri& uri, aws::ClientSettings settings) {
    const auto* queue = std::get_if<aws::QueueUrl>(&uri);
    return queue == nullptr ? std::move(settings)
                            : aws::settings_for_queue(std::move(settings), *queue);
}

}  // namespace stream_to_kinesis

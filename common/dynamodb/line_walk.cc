#include "common/dynamodb/line_walk.h"

#include <algorithm>
#include <charconv>

#include "common/base/log.h"
#include "common/dynamodb/change_line.h"

namespace dynamodb {
namespace {

// Two quotes, true or false, 20 characters of a time, braces and newline.
constexpr std::size_t kMetadataRoom = 64;

char* put(char* out, std::string_view bytes) {
    return std::copy(bytes.begin(), bytes.end(), out);
}

}  // namespace

LineWalk::LineWalk(const LineSettings& settings) : numbers_(settings.numbers) {
    const LineMetadata& wanted = settings.metadata;
    const std::array<std::pair<bool, std::string_view>, 5> names = {
        {{wanted.operation, "operation"},
         {wanted.event_id, "event_id"},
         {wanted.sequence_number, "sequence_number"},
         {wanted.event_time_ms, "event_time_ms"},
         {wanted.ttl_delete, "ttl_delete"}}};
    for (std::size_t i = 0; i < names.size(); ++i) {
        Member& member = metadata_[i];
        member.is_wanted = names[i].first;
        member.name = settings.metadata_prefix + std::string(names[i].second);
        member.start = ",";
        base::append_json_text(member.start, member.name);
        member.start += ':';
        member.mark = NameMarks::mark_of(member.name);
        metadata_bytes_max_ += member.start.size();
    }
}

bool LineWalk::serves(const LineSettings& settings) {
    return settings.shape == LineShape::flat && settings.names == LineNames::keep;
}

// Writes the image that the line carries, which depends on the operation: where that is not known
// yet, the image is read later.
std::size_t LineWalk::read(ImageKind kind, const ChangeRecord& record, std::string_view text) {
    if (record.event_name.empty()) return 0;
    const bool is_remove = record.event_name == "REMOVE";
    if (is_remove != (kind == ImageKind::old_image)) return 0;
    const std::size_t bytes = image_.write_members(text, numbers_, buffer_.data() + 1);
    written_image_ = text.substr(0, bytes);
    return bytes;
}

// For a brace, the image, and the metadata with texts of so many bytes.
void LineWalk::make_room(std::size_t image_bytes, std::size_t value_bytes) {
    const std::size_t room =
        1 + ImageWalk::room_for(image_bytes) + metadata_bytes_max_ + value_bytes + kMetadataRoom;
    if (buffer_.size() < room) buffer_.resize(room);
}

const ChangeRecord* LineWalk::write(std::string_view text) {
    // No image is longer than the record, and the metadata's values are from the record.
    make_room(text.size(), text.size());
    written_image_ = {};
    record_ = {};
    if (parse_change_record(text, *this, record_)) return nullptr;
    const std::string_view image = line_image(record_);
    if (image.data() != written_image_.data() || written_image_.empty()) {
        const std::size_t bytes = image_.write_members(image, numbers_, buffer_.data() + 1);
        if (bytes == 0 || bytes != image.size()) return nullptr;
    }
    if (has_name_of_metadata()) return nullptr;
    finish();
    return &record_;
}

std::size_t LineWalk::write_image(const ChangeRecord& change, std::string_view text) {
    make_room(text.size(),
              change.event_name.size() + change.event_id.size() + change.sequence_number.size());
    const std::size_t bytes = image_.write_members(text, numbers_, buffer_.data() + 1);
    if (bytes == 0 || has_name_of_metadata()) return 0;
    record_ = change;
    finish();
    return bytes;
}

bool LineWalk::has_name_of_metadata() const {
    return std::any_of(metadata_.begin(), metadata_.end(), [&](const Member& member) {
        return image_.has_name(member.name, member.mark);
    });
}

void LineWalk::finish() {
    const ChangeRecord& record = record_;
    buffer_[0] = '{';
    char* const members = buffer_.data() + 1;
    char* out = members + image_.bytes_written();
    const auto begin = [&](const Member& member) {
        // The first member has no comma.
        out = put(out, std::string_view(member.start).substr(out == members ? 1 : 0));
    };
    const auto add_text = [&](const Member& member, std::string_view contents) {
        if (!member.is_wanted || contents.empty()) return;
        begin(member);
        *out++ = '"';
        out = put(out, contents);
        *out++ = '"';
    };
    const auto& [operation, event_id, sequence_number, event_time_ms, ttl_delete] = metadata_;
    add_text(operation, record.event_name);
    add_text(event_id, record.event_id);
    add_text(sequence_number, record.sequence_number);
    if (event_time_ms.is_wanted && record.event_time_ms) {
        begin(event_time_ms);
        out = std::to_chars(out, out + 20, *record.event_time_ms).ptr;
    }
    if (ttl_delete.is_wanted && record.ttl_delete) {
        begin(ttl_delete);
        out = put(out, *record.ttl_delete ? "true" : "false");
    }
    out = put(out, "}\n");
    line_bytes_ = static_cast<std::size_t>(out - buffer_.data());
}

}  // namespace dynamodb

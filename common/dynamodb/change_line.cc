#include "common/dynamodb/change_line.h"

#include <unordered_set>
#include <vector>

#include <fmt/format.h>

#include "common/base/log.h"
#include "common/dynamodb/name_set.h"

namespace dynamodb {
namespace {

std::string lower_ascii(std::string text) {
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

// Writes the members of one line; what fails is in error().
class LineBuilder {
  public:
    LineBuilder(const LineSettings& settings, std::string& out)
        : settings_(settings), out_(out), begin_(out.size()) {
        out_ += '{';
    }

    // The attributes of an image as members, their names into `names`.
    bool add_attributes(std::string_view image, NameSet& names) {
        if (settings_.names == LineNames::lower && !choose_lower_names(image)) return false;
        JsonScanner scanner(image);
        NameSet originals;
        std::string path;
        std::string_view name;
        scanner.open_object();
        for (std::size_t index = 0; scanner.next_member(name); ++index) {
            if (!originals.insert(name)) scanner.fail("an attribute name that stands twice");
            separate();
            add_name(name, index, names);
            if (!write_attribute_value(scanner, settings_.numbers, out_, path)) {
                prepend_step(path, name);
                break;
            }
        }
        scanner.expect_end();
        if (!scanner.ok()) error_ = attribute_error(scanner, path);
        return scanner.ok();
    }

    // "name":{attributes}, or nothing where there is no image.
    bool add_image(std::string_view name, std::string_view image) {
        if (image.empty()) return true;
        begin_member(name);
        const std::size_t outside = begin_;
        begin_ = out_.size();
        out_ += '{';
        NameSet names;
        const bool good = add_attributes(image, names);
        out_ += '}';
        begin_ = outside;
        return good;
    }

    // Gives the value's name, with the prefix as often as it takes to be new, and its colon.
    void begin_member(std::string name, NameSet& names) {
        while (!names.insert_text(name))
            name.insert(0, settings_.metadata_prefix);
        begin_member(name);
    }

    void add_metadata(const ChangeRecord& record, NameSet& names) {
        const LineMetadata& wanted = settings_.metadata;
        const auto begin = [&](std::string_view name) {
            begin_member(settings_.metadata_prefix + std::string(name), names);
        };
        const auto add_text = [&](bool is_wanted, std::string_view name,
                                  std::string_view contents) {
            if (!is_wanted || contents.empty()) return;
            begin(name);
            out_.append(1, '"').append(contents).append(1, '"');
        };
        add_text(wanted.operation, "operation", record.event_name);
        add_text(wanted.event_id, "event_id", record.event_id);
        add_text(wanted.sequence_number, "sequence_number", record.sequence_number);
        if (wanted.event_time_ms && record.event_time_ms) {
            begin("event_time_ms");
            fmt::format_to(std::back_inserter(out_), "{}", *record.event_time_ms);
        }
        if (wanted.ttl_delete && record.ttl_delete) {
            begin("ttl_delete");
            out_ += *record.ttl_delete ? "true" : "false";
        }
    }

    [[nodiscard]] const base::Error& error() const { return error_; }

  private:
    void separate() {
        if (out_.size() > begin_ + 1) out_ += ',';
    }

    void begin_member(std::string_view name) {
        separate();
        base::append_json_text(out_, name);
        out_ += ':';
    }

    void add_name(std::string_view contents, std::size_t index, NameSet& names) {
        if (settings_.names == LineNames::lower && !lower_names_[index].empty()) {
            base::append_json_text(out_, lower_names_[index]);
            names.insert_text(lower_names_[index]);
        } else {
            out_.append(1, '"').append(contents).append(1, '"');
            names.insert(contents);
        }
        out_ += ':';
    }

    // The new name of each attribute that gets one, else empty. A name that is lower already stays
    // with its owner; of the others that fall together the first gets the lower name.
    bool choose_lower_names(std::string_view image) {
        std::vector<std::string> originals;
        std::unordered_set<std::string> taken;
        JsonScanner scanner(image);
        std::string_view contents;
        scanner.open_object();
        while (scanner.next_member(contents)) {
            originals.push_back(unescape_json(contents));
            if (lower_ascii(originals.back()) == originals.back()) taken.insert(originals.back());
            scanner.skip_value();
        }
        if (!scanner.ok()) error_ = scanner.error("the image");
        lower_names_.assign(originals.size(), "");
        for (std::size_t i = 0; i < originals.size(); ++i) {
            std::string lower = lower_ascii(originals[i]);
            if (lower != originals[i] && taken.insert(lower).second)
                lower_names_[i] = std::move(lower);
        }
        return scanner.ok();
    }

    const LineSettings& settings_;
    std::string& out_;
    std::size_t begin_;  // of the object whose members are written
    std::vector<std::string> lower_names_;
    base::Error error_;
};

bool has_image(const ChangeRecord& record, LineShape shape) {
    if (shape == LineShape::flat) return !line_image(record).empty();
    return !record.keys.empty() || !record.new_image.empty() || !record.old_image.empty();
}

}  // namespace

std::string_view line_image(const ChangeRecord& record) {
    const std::string_view image =
        record.operation == Operation::remove ? record.old_image : record.new_image;
    return image.empty() ? record.keys : image;
}

base::Result<base::Done> ChangeLineWriter::append(const ChangeRecord& record, std::string& out,
                                                  std::span<const LineColumn> columns) {
    if (!has_image(record, settings_.shape)) {
        return base::Error{base::ErrorKind::data_invalid,
                           "the change record: neither an image to write nor keys"};
    }
    const std::size_t before = out.size();
    LineBuilder line(settings_, out);
    NameSet names;
    bool good = true;
    if (settings_.shape == LineShape::flat) {
        good = line.add_attributes(line_image(record), names);
    } else {
        for (const char* name : {"keys", "new", "old"})
            names.insert_text(name);
        good = line.add_image("keys", record.keys) && line.add_image("new", record.new_image) &&
               line.add_image("old", record.old_image);
    }
    if (!good) {
        out.resize(before);
        return line.error();
    }
    for (const LineColumn& column : columns) {
        line.begin_member(std::string(column.name), names);
        out += column.json;
    }
    line.add_metadata(record, names);
    out += "}\n";
    return base::Done{};
}

}  // namespace dynamodb

#include "common/codec/csv.h"

#include <algorithm>
#include <cassert>

#include <fmt/format.h>

namespace codec {
namespace {

class Reader {
  public:
    explicit Reader(std::string_view text) : rest_(text) {}

    base::Result<std::vector<CsvRow>> read() {
        std::vector<CsvRow> rows;
        while (!rest_.empty()) {
            CsvRow row;
            do {
                auto field = read_field();
                if (!fault_.empty()) {
                    return base::Error{base::ErrorKind::data_invalid,
                                       fmt::format("CSV row {}: {}", rows.size() + 1, fault_)};
                }
                row.push_back(std::move(field));
            } while (take(","));
            // read_field has seen to it that a line end or nothing follows.
            if (!take("\r\n")) take("\n");
            rows.push_back(std::move(row));
        }
        return rows;
    }

  private:
    bool take(std::string_view wanted) {
        if (!rest_.starts_with(wanted)) return false;
        rest_.remove_prefix(wanted.size());
        return true;
    }

    [[nodiscard]] bool at_field_end() const {
        return rest_.empty() || rest_.front() == ',' || rest_.front() == '\n' ||
               rest_.starts_with("\r\n");
    }

    std::optional<std::string> read_field() {
        if (take("\"")) return read_quoted();
        const std::size_t end = std::min(rest_.find_first_of(",\"\r\n"), rest_.size());
        const std::string_view field = rest_.substr(0, end);
        rest_.remove_prefix(end);
        if (!at_field_end()) {
            fault_ = rest_.front() == '"' ? "a quote within a field without quotes"
                                          : "a CR that no line feed follows";
        }
        if (field.empty()) return std::nullopt;
        return std::string(field);
    }

    std::string read_quoted() {
        std::string field;
        while (true) {
            const std::size_t quote = rest_.find('"');
            field.append(rest_.substr(0, quote));
            if (quote == std::string_view::npos) {
                fault_ = "a quote is never closed";
                return field;
            }
            rest_.remove_prefix(quote + 1);
            if (!take("\"")) break;
            field += '"';
        }
        if (!at_field_end()) fault_ = "text behind a closing quote";
        return field;
    }

    std::string_view rest_;
    std::string_view fault_;
};

}  // namespace

void CsvWriter::before_field() {
    if (fields_ > 0) out_ += ',';
    ++fields_;
}

void CsvWriter::text(std::string_view value) {
    before_field();
    if (!value.empty() && value.find_first_of(",\"\r\n") == std::string_view::npos) {
        out_ += value;
        return;
    }
    out_ += '"';
    for (const char c : value) {
        if (c == '"') out_ += '"';
        out_ += c;
    }
    out_ += '"';
}

void CsvWriter::absent() {
    before_field();
}

void CsvWriter::end_row() {
    assert(fields_ > 0);
    if (out_.size() == row_at_) out_ += "\"\"";
    out_ += '\n';
    row_at_ = out_.size();
    fields_ = 0;
}

base::Result<std::vector<CsvRow>> parse_csv(std::string_view text) {
    return Reader(text).read();
}

}  // namespace codec

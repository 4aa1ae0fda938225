#include "functions/tool/table_file.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "common/codec/json.h"

namespace tool {
namespace {

constexpr std::string_view kTarget = "X-Amz-Target";

std::string member_text(const codec::JsonValue& table, std::string_view name) {
    return std::string(codec::find_text(table, name).value_or(""));
}

// The tables of the file; empty where it is no answer of Glue's.
std::vector<const codec::JsonValue*> find_tables(const codec::JsonValue& file) {
    if (const codec::JsonValue* table = codec::find_object(file, "Table")) return {table};
    std::vector<const codec::JsonValue*> tables;
    if (const codec::JsonValue* list = codec::find_array(file, "TableList")) {
        for (const codec::JsonValue& table : list->GetArray())
            tables.push_back(&table);
        return tables;
    }
    const bool is_table =
        codec::find_text(file, "Name") &&
        (codec::find_text(file, "DatabaseName") || codec::find_object(file, "StorageDescriptor"));
    if (is_table) tables.push_back(&file);
    return tables;
}

http::Response refusal(std::string_view type, std::string_view message) {
    codec::JsonWriter json;
    json.begin_object().member("__type", type).member("Message", message).end_object();
    return {400, {}, json.take()};
}

}  // namespace

base::Result<std::optional<TableFile>> TableFile::read(std::string_view text) {
    const auto document = codec::parse_json(text, "the file");
    if (!document) {
        return base::Error{base::ErrorKind::event_invalid,
                           document.error().message +
                               "; give an event or the answer of `aws glue get-table` (JSON)"};
    }
    TableFile file;
    for (const codec::JsonValue* table : find_tables(*document)) {
        aws::GlueTableId id{.catalog_id = member_text(*table, "CatalogId"),
                            .database = member_text(*table, "DatabaseName"),
                            .name = member_text(*table, "Name")};
        if (id.database.empty() || id.name.empty()) {
            return base::Error{
                base::ErrorKind::event_invalid,
                fmt::format("table {} of the file has no text {}; give the answer of `aws glue "
                            "get-table`, or add it",
                            file.ids_.size() + 1, id.name.empty() ? "Name" : "DatabaseName")};
        }
        file.ids_.push_back(std::move(id));
        file.answers_.push_back(fmt::format(R"({{"Table":{}}})", codec::write_json(*table)));
    }
    if (file.ids_.empty() && codec::find_array(*document, "TableList") == nullptr)
        return std::optional<TableFile>();
    return std::optional(std::move(file));
}

std::string TableFile::find(std::string_view request) const {
    const auto document = codec::parse_json(request, "the request");
    if (!document) return {};
    for (std::size_t i = 0; i < ids_.size(); ++i) {
        if (ids_[i].database == member_text(*document, "DatabaseName") &&
            ids_[i].name == member_text(*document, "Name"))
            return answers_[i];
    }
    return {};
}

base::Result<http::Response> TableFile::send(const http::Request& request) {
    const std::string_view target = http::find_header(request.headers, kTarget).value_or("");
    if (target.ends_with(".GetPartitions")) return http::Response{200, {}, R"({"Partitions":[]})"};
    if (!target.ends_with(".GetTable"))
        return refusal("InvalidInputException", "a file answers GetTable alone");
    std::string answer = find(request.body);
    if (answer.empty()) return refusal("InvalidInputException", "the file has no such table");
    return http::Response{200, {}, std::move(answer)};
}

http::Ticket TableFile::start(http::Request request) {
    done_.push_back({++last_ticket_, send(request)});
    return last_ticket_;
}

std::optional<http::Completion> TableFile::wait(base::EpochMs /*until_ms*/) {
    if (done_.empty()) return std::nullopt;
    http::Completion completion = std::move(done_.front());
    done_.pop_front();
    return completion;
}

base::Result<http::Response> TableFile::cancel(http::Ticket ticket) {
    const auto found = std::ranges::find(done_, ticket, &http::Completion::ticket);
    if (found == done_.end())
        return base::Error{base::ErrorKind::connect_failed, "no such request was started"};
    base::Result<http::Response> answer = std::move(found->result);
    done_.erase(found);
    return answer;
}

}  // namespace tool

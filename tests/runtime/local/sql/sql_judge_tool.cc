// What the SQL double makes of statements: a line of standard input each,
//   {"operation":…,"body":{…}}   a command of runtime/local/sql/setup.h: {} or {"error":…}
//   {"operation":"State"}        what the commands made: runtime/local/sql/state_json.h
//   {"operation":"Reset"}        forgets it: {}
//   {"statement":"…"}            run on a copy of what the commands made: {"code":"","message":""},
//                                the code and words of the refusal where there is one
#include <cstdio>
#include <iostream>
#include <string>

#include "common/codec/json.h"
#include "runtime/local/sql/catalog.h"
#include "runtime/local/sql/setup.h"
#include "runtime/local/sql/state_json.h"

namespace {

std::string error(std::string_view message) {
    codec::JsonWriter json;
    json.begin_object().member("error", message).end_object();
    return json.take();
}

std::string judge(const sql::Catalog& catalog, std::string_view statement) {
    // Most mutated statements are no SQL: they need no copy.
    auto read = sql::read_statement(statement);
    auto* syntax = std::get_if<sql::Refusal>(&read);
    const sql::Rows rows = syntax != nullptr ? sql::refused(std::move(*syntax))
                                             : sql::Catalog(catalog).run(statement, "SYNC_ROLE");
    codec::JsonWriter json;
    json.begin_object().member("code", rows.refusal ? rows.refusal->code : "");
    json.member("message", rows.refusal ? rows.refusal->message : "").end_object();
    return json.take();
}

std::string answer(sql::Catalog& catalog, const std::string& line) {
    const auto request = codec::parse_json(line, "the line");
    if (!request) return error(request.error().message);
    if (const auto statement = codec::find_text(*request, "statement"))
        return judge(catalog, *statement);
    const codec::JsonValue* body = codec::find_object(*request, "body");
    const auto operation = codec::find_text(*request, "operation");
    if (operation == "State") {
        codec::JsonWriter json;
        sql::write_state(catalog, json);
        return json.take();
    }
    if (operation == "Reset") {
        catalog = sql::Catalog();
        return "{}";
    }
    if (body == nullptr || !operation) return error("neither a statement nor a command");
    const auto done = sql::set_up(catalog, *operation, *body);
    return done ? "{}" : error(done.error().message);
}

}  // namespace

int main() {
    sql::Catalog catalog;
    for (std::string line; std::getline(std::cin, line);)
        std::printf("%s\n", answer(catalog, line).c_str());
    return 0;
}

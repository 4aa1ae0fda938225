#include "functions/glue_to_snowflake/response.h"

#include "common/codec/json.h"

namespace glue_to_snowflake {

std::string write_response(const std::vector<TableOutcome>& tables) {
    codec::JsonWriter json;
    json.begin_object().key("tables").begin_array();
    for (const TableOutcome& table : tables) {
        json.begin_object().member("glue", table.glue).member("snowflake", table.snowflake);
        json.member("action", action_name(table.action)).member("reason", table.reason);
        json.key("statements").begin_array();
        for (const PlannedStatement& statement : table.statements)
            json.text(statement.sql.text());
        json.end_array().end_object();
    }
    json.end_array().end_object();
    return json.take();
}

}  // namespace glue_to_snowflake

// The settings of api_to_dynamodb, one environment variable each:
//   API_URL              https://api.example.com/v1/current?q={place}; {place} is filled in encoded
//   PLACES               London,New York: one request each; needed where API_URL has {place}
//   TABLE_NAME           the table's name or ARN
//   ITEM_MAP             item_map.h
//   API_KEY_SECRET_ARN   id or ARN of the secret with the API's key: a text, or a JSON object with
//                        one member; empty: the API needs none
//   API_KEY_PARAMETER    the query parameter that the key is sent in: key (default)
//   API_KEY_HEADER       the header that it is sent in instead
//   API_TIMEOUT_SECONDS  for each request: 10 (1 to 60)
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/environment.h"
#include "functions/api_to_dynamodb/item_map.h"

namespace api_to_dynamodb {

struct Config {
    std::string api_url;  // a template
    std::vector<std::string> places;
    std::string table_name;
    ItemMap item_map;
    std::string api_key_secret_id;  // empty: no key
    std::string api_key_parameter;  // one of both is set where there is a key
    std::string api_key_header;
    std::int64_t api_timeout_ms = 10'000;
};

// Faults go to the reader.
Config read_config(base::SettingsReader& settings);

// The template with the place in it, percent-encoded.
std::string fill_place(std::string_view api_url, std::string_view place);

}  // namespace api_to_dynamodb
